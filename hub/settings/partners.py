"""Builds partners from their folders."""

from pathlib import Path

from hub.model import DOCUMENTS
from hub.settings.desk import Desk
from hub.settings.mistakes import nearest
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
    _check_guides(desk, folder, source)
    if settings is None or len(desk.mistakes) > before:
        return None
    values = {name: getattr(settings, name) for name in PartnerSettings.model_fields}
    return Partner(**values, name=folder.name, folder=folder)


def _check_guides(desk: Desk, folder: Path, source: Source) -> None:
    """Names of guides; looked at even where the file has other mistakes, so that all show at once."""
    guides = source.pairs("guides")
    for kind, name in guides.items():
        if kind not in DOCUMENTS:
            source.wrong_key(("guides", kind), f"there is no document `{kind}`", nearest(kind, DOCUMENTS))
        if not any((root / f"{name}.yaml").is_file() for root in (folder / "guides", *desk.roots)):
            source.unknown(("guides", kind), "guide", str(name), _guides(desk, folder, str(source.get("standard") or "x12")))
    for kind in source.pairs("receipts", "expect"):
        if kind not in guides:
            text = f"this partner has no guide for {kind}, so it is never sent"
            source.wrong_key(("receipts", "expect", kind), text, "name its guide under `guides`, or take it away here")


def _guides(desk: Desk, folder: Path, standard: str) -> list[str]:
    own = [path.relative_to(folder / "guides").with_suffix("").as_posix() for path in (folder / "guides").rglob("*.yaml")]
    return [*own, *desk.names(standard)]
