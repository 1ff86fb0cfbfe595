"""`crossdock guides`: what guides demand, in words; and samples made from them, right and wrong."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from hub.cli.shown import shown
from hub.guides.mutants import mutant, mutants
from hub.guides.notation import Guide
from hub.guides.samples import sample as made
from hub.operations import guides as telling
from hub.operations.changes import changes
from hub.operations.guide_page import facts, page_of
from hub.operations.guides import ElementLine, SegmentLine, described

MANY = 6  # codes shown; the HTML page has all

company = click.option("--company", "folder", type=click.Path(path_type=Path), help="The company's folder, for its own guides.")
partner = click.option("--partner", help="The partner whose guides come first; of ./config where no company is named.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def guides() -> None:
    """Show what guides demand; make samples, right and wrong."""


@guides.command(name="list", short_help="List the guides there are.")
@company
def listing(folder: Path | None) -> None:
    """List the guides there are: the product's, a company's, and those of its partners."""
    library = telling.library(folder)
    for name in library.names():
        click.echo(_listed(library.guide(name)))
    for one in telling.partners(folder) if folder else ():
        for name, guide in _own(folder, one):
            base = f" (changes {name})" if name else ""
            click.echo(f"{_listed(guide)}  --partner {shown(one)}{base}")


def _own(folder: Path | None, one: str) -> Iterator[tuple[str, Guide]]:
    """A partner's own guides, each with the name of the one that it changes."""
    library = telling.library(folder, one)
    for path in sorted(library.roots[0].rglob("*.yaml")):
        name = path.relative_to(library.roots[0]).with_suffix("").as_posix()
        if name in library.names():
            base = library.extended(name)
            yield (base.name if base else "", library.guide(name))


def _listed(guide: Guide) -> str:
    return f"{guide.name:<18} {guide.title:<28} {guide.standard} {guide.set}"


@guides.command(short_help="Show what a guide demands.")
@click.argument("name")
@click.option("--html", "as_html", is_flag=True, help="A page that needs nothing but itself.")
@company
@partner
def show(name: str, as_html: bool, folder: Path | None, partner: str | None) -> None:
    """Show what the guide NAME demands: segments in order, elements, codes, notes, and the fields they fill.

    NAME is a guide's name, such as x12/850, or the file of a guide of yours, such as drafts/850.yaml.
    """
    library, name = telling.found(name, folder, partner)
    guide, base = library.guide(name), library.extended(name)
    if as_html:
        click.echo(page_of(guide, base), nl=False)
        return
    for line in told(guide, base):
        click.echo(line)


@guides.command(short_help="Make a sample, valid or with one rule broken.")
@click.argument("name")
@click.option("--seed", default=0, show_default=True, help="Which sample; 0 has every segment that the guide carries.")
@click.option(
    "--mutant", "rule", metavar="RULE", help="Break this rule: a kind of fault, or one with its place; `list` names all."
)
@company
@partner
def sample(name: str, seed: int, rule: str | None, folder: Path | None, partner: str | None) -> None:
    """Make a valid sample of the guide NAME, or one that breaks one rule. The same seed always gives the same bytes.

    NAME is a guide's name, such as x12/850, or the file of a guide of yours, such as drafts/850.yaml.
    """
    library, name = telling.found(name, folder, partner)
    guide = library.guide(name)
    whole = made(guide, seed)
    if rule == "list":
        for each in mutants(guide, whole):
            click.echo(f"{each.rule:<40} {each.wound.code:<12} {each.text}")
        return
    content = mutant(guide, rule, whole) if rule else whole
    if rule:
        click.echo(f"{content.text}: expect {content.wound.code}", err=True)  # type: ignore[union-attr]  # a mutant, since a rule was named
    sys.stdout.write(content.content.decode())


def told(guide: Guide, base: Guide | None) -> Iterator[str]:
    """The guide as lines for people."""
    yield click.style(guide.title, bold=True)
    yield facts(guide)
    if base is not None:
        yield ""
        yield click.style(f"What is different from {base.name}", bold=True)
        yield from (f"  {change.address:<24} {change.text}" for change in changes(base, guide))
    yield ""
    for line in described(guide):
        yield from _segment(line)
    if guide.drops:
        yield ""
        yield f"Knowingly not carried: {', '.join(guide.drops)}"


def _segment(line: SegmentLine) -> Iterator[str]:
    indent = "  " * line.depth
    if line.heading:
        yield click.style(f"{indent}{line.heading}", underline=True)
    yield f"{indent}{click.style(line.tag, bold=True)} {line.title}: {line.use}, {line.repeats}"
    yield from (f"{indent}     {note}" for note in line.notes)
    yield from (_element(element, indent) for element in line.elements)


def _element(element: ElementLine, indent: str) -> str:
    codes = ", ".join(f"{code} {title}".strip() for code, title in element.codes[:MANY])
    if len(element.codes) > MANY:
        codes += f" and {len(element.codes) - MANY} more"
    parts = [element.use, element.kind, codes, *element.notes, f"→ {element.carries}" if element.carries else ""]
    return f"{indent}  {element.place:<6} {element.title}: " + "; ".join(part for part in parts if part)
