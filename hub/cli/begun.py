"""What the commands that begin something in a company share: which company, its connectors, what was written."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from hub.operations import scaffold, scaffold_mapping
from hub.registry import connectors
from hub.sdk.connector import Connector
from hub.settings.company import nearby
from hub.settings.mistakes import nearest


def company_of(folder: Path | None) -> Path:
    """The company's folder. Raises Refused where there is none."""
    found = folder or nearby()
    if found is None or not (found / "hub.yaml").is_file():
        raise scaffold.Refused(f"there is no company in {folder or 'this folder'}; begin one with `crossdock init FOLDER`")
    return found


def kind_of(known: Mapping[str, type[Connector]], name: str) -> tuple[str, type[Connector]]:
    """A connector by name."""
    if name not in known:
        raise click.ClickException(f"there is no connector {name!r}; {nearest(name, known)}")
    return name, known[name]


def tell(folder: Path, made: Iterable[Path], advice: str) -> None:
    """Bring the schemas up to date, list what was written, say what comes next."""
    scaffold.write_schemas(folder, connectors(folder))
    click.echo("\n".join(map(str, made)))
    click.echo(f"\n{advice}\nThen: crossdock check")


def begin_endpoint(
    role: str,
    connector: str,
    name: str | None,
    partner: str | None,
    form: str | None,
    folder: Path | None,
    sample: Path | None = None,
) -> None:
    """A channel or system of this connector."""
    folder = company_of(folder)
    known = connectors(folder)
    kind = kind_of(known, connector)
    body = sample.read_bytes() if sample else None
    form = form or (scaffold_mapping.kind_of(body) if body is not None else None)
    if role == "channel" and partner is None and form in (None, "x12", "edifact"):
        partner = scaffold.without_channel(folder)
    if form in ("x12", "edifact") and partner is None:
        raise click.ClickException(f"a {role} that speaks {form} needs --partner")
    name = name or partner or connector
    made = scaffold.endpoint(folder, role, name, kind, partner, form, body)
    told = f"A {role} to begin with: put in the values of yours"
    tell(folder, made, told + (", and a route to it in routes.yaml." if role == "system" else "."))
