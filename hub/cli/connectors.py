"""`crossdock connectors`: the kinds of places the hub can talk to."""

import click


@click.command()
@click.argument("name", required=False)
def connectors(name: str | None) -> None:
    """List the connectors; or show the settings of one, NAME."""
    from hub.registry import connectors as find

    found = find()
    if name is None:
        for one, kind in found.items():
            click.echo(f"{one:<12} {kind.title:<40} repeats: {kind.repeat:<10} {kind.met}")
        return
    if name not in found:
        raise click.ClickException(f"there is no connector {name!r}; they are {', '.join(found)}")
    kind = found[name]
    click.echo(f"{name}: {kind.title}\n{kind.docs_url}\nproved against: {kind.met}\na repeated write is safe by: {kind.repeat}\n")
    for field, info in kind.Config.model_fields.items():
        need = "required" if info.is_required() else f"default {info.get_default(call_default_factory=True)!r}"
        click.echo(f"  {field}: {info.description} ({need})")
