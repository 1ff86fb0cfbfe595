"""The reference of a company's settings, file by file."""

from pathlib import Path

from docs.generate.shapes import Kind, ordered, section
from docs.generate.text import MADE
from hub.rules.routing import Route
from hub.settings.asked import AskedTable
from hub.settings.endpoint import EndpointSettings
from hub.settings.partner import PartnerSettings
from hub.settings.service import HubSettings

PAGE = Path("docs/reference/settings.md")
FILES: dict[Kind, str] = {
    HubSettings: "`hub.yaml`: the hub itself",
    EndpointSettings: "`channels/*.yaml`, `systems/*.yaml`: places documents come from and go to",
    PartnerSettings: "`partners/<name>/partner.yaml`: a trading partner",
    AskedTable: "`tables/items.yaml`, `places.yaml`, `packs.yaml`: tables that a system keeps",
    Route: "`routes.yaml`: which documents go where",
}
HEAD = """# Settings

A company is a folder of YAML files; `crossdock check` reports every mistake in it. What stands under `settings` of a channel or
system is its connector's own: see [connectors](connectors.md).

"""


def pages(root: Path) -> dict[Path, str]:
    contents = "".join(f"* {words} ([{shape.__name__}](#{shape.__name__.lower()}))\n" for shape, words in FILES.items())
    return {PAGE: MADE + HEAD + contents + "".join(section(shape) for shape in ordered(FILES))}
