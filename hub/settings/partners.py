"""Builds partners from their folders."""

from pathlib import Path

from hub.model import DOCUMENTS
from hub.settings.desk import Desk
from hub.settings.partner import Partner, PartnerSettings
from hub.settings.sources import Source

FILE = "partner.yaml"


def folders(desk: Desk) -> list[Path]:
    """Every partner's folder, in the order of names."""
    return sorted(path for path in (desk.folder / "partners").glob("*") if path.is_dir() and not path.name.startswith("."))


def build(desk: Desk) -> dict[str, Partner]:
    """All partners that could be read."""
    found = {}
    for folder in folders(desk):
        if not (folder / FILE).is_file():
            desk.wrong(folder, f"this partner has no {FILE}", f"every folder in partners/ holds a {FILE}")
        elif (source := desk.source(folder / FILE)) is not None and (partner := _partner(desk, folder, source)) is not None:
            found[partner.name] = partner
    for path in sorted((desk.folder / "partners").glob("*.y*ml")):
        desk.wrong(path, "a partner is a folder; this file is not read", f"move it to partners/{path.stem}/{FILE}")
    return found


def _partner(desk: Desk, folder: Path, source: Source) -> Partner | None:
    before = len(desk.mistakes)
    settings = source.fit(PartnerSettings)
    if settings is None:
        return None
    roots = (folder / "guides", *desk.roots)
    for kind, name in settings.guides.items():
        if kind not in DOCUMENTS:
            source.unknown(("guides", kind), "document", kind, DOCUMENTS)
        if not any((root / f"{name}.yaml").is_file() for root in roots):
            source.unknown(("guides", kind), "guide", name, _guides(desk, folder, settings.standard))
    for kind in settings.receipts.expect:
        if kind not in settings.guides:
            source.unknown(("receipts", "expect", kind), "guide of this partner for", kind, settings.guides)
    if len(desk.mistakes) > before:
        return None
    values = {name: getattr(settings, name) for name in PartnerSettings.model_fields}
    return Partner(**values, name=folder.name, folder=folder)


def _guides(desk: Desk, folder: Path, standard: str) -> list[str]:
    own = [path.relative_to(folder / "guides").with_suffix("").as_posix() for path in (folder / "guides").rglob("*.yaml")]
    return [*own, *desk.names(standard)]
