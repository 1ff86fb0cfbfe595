"""`crossdock test`: run the examples that mappings and guides carry."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--own", is_flag=True, help="Only the company's own mappings and guides.")
@click.pass_context
def test(context: click.Context, folder: Path | None, own: bool) -> None:
    """Run the examples of the company's mappings and guides and of the product's, and show in what they do not hold.

    FOLDER holds hub.yaml; by default it is here, or in ./config. Nothing is opened, sent or changed. Exit code: 0 when all
    hold, 1 when one does not.
    """
    from hub.operations import examples, guide_examples
    from hub.registry import functions, mappings_root
    from hub.settings.company import nearby

    functions()
    folder = folder or nearby() or Path("config")
    roots = [root for root in (folder / "mappings",) if root.is_dir()] + ([] if own else [mappings_root()])
    outcomes = [*examples.run(roots), *guide_examples.run(folder, own)]
    failed = [outcome for outcome in outcomes if outcome.differences]
    for outcome in failed:
        click.echo(f"{outcome.place}: {outcome.mapping}, {outcome.title}")
        click.echo("\n".join(f"  {line}" for line in outcome.differences) + "\n")
    absent = sum(outcome.absent is not None for outcome in outcomes)
    count = f"{len(outcomes) - absent} example{'' if len(outcomes) - absent == 1 else 's'}"
    left = f"; {absent} of guides left out, as their files are not installed" if absent else ""
    click.echo((f"{count}, all hold" if not failed else f"{count}, {len(failed)} of them do not hold") + left)
    context.exit(1 if failed else 0)
