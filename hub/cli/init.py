"""`crossdock init`: begin a company."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="What people call the company; default: the folder's name.")
@click.option("--zone", help="Its time zone, such as America/Chicago; default: UTC.")
@click.option("--yes", is_flag=True, help="Ask nothing, take the defaults; so it is without a terminal.")
def init(folder: Path, name: str | None, zone: str | None, yes: bool) -> None:
    """Begin a company in FOLDER: a small, commented one, of which `crossdock check` finds no fault.

    A folder that has a company already is left as it is.
    """
    from hub.operations.scaffold import Refused, company
    from hub.registry import connectors

    if (folder / "hub.yaml").exists():
        raise Refused(f"there is a company in {folder} already; nothing was written")
    usual = folder.resolve().name.replace("-", " ").replace("_", " ").title() or "Example"
    if not yes and _terminal():
        name = name or click.prompt("Name of the company", default=usual)
        zone = zone or click.prompt("Its time zone", default="UTC", value_proc=_zone)
    made = company(folder, name or usual, _zone(zone or "UTC"), connectors())
    for path in made:
        click.echo(path)
    click.echo(f"\nA company to begin with. Go on:\n  cd {folder}\n  crossdock check\n  crossdock run")


def _terminal() -> bool:
    return sys.stdin.isatty()


def _zone(text: str) -> str:
    from hub.settings.fields import zones
    from hub.settings.mistakes import nearest

    if text not in zones():
        near = nearest(text, zones())
        raise click.BadParameter(f"`{text}` is no time zone; {near if near.startswith('did') else 'such as America/Chicago'}")
    return text
