"""Builds partners from their folders."""

from collections.abc import Mapping
from pathlib import Path

from hub.guides.checks import CHECKS
from hub.guides.contradictions import contradictions
from hub.guides.library import DICTIONARY, LENGTHS, Library
from hub.guides.mistakes import GuideError
from hub.guides.notation import Guide
from hub.model import DOCUMENTS
from hub.settings.desk import Desk
from hub.settings.environments import VARIABLE
from hub.settings.mistakes import SettingsError, nearest
from hub.settings.partner import Partner, PartnerSettings
from hub.settings.references import Elsewhere
from hub.settings.sources import Source

FILE, OWN = "partner.yaml", "guides"


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


def check_guides(desk: Desk) -> None:
    """Guides that the company holds for all its partners; also those that nobody names yet."""
    _own_guides(desk, desk.library(), desk.folder / OWN)


def _own_guides(desk: Desk, library: Library, folder: Path) -> list[str]:
    """All guides by name, those in this folder looked through; none when one of them cannot be read at all."""
    try:
        names = library.names()
    except GuideError as error:
        desk.guide_mistakes(error)
        return []
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if library.file_of(name) == path:
            _guide(desk, library, name)
        elif path.stem not in (DICTIONARY, LENGTHS):
            desk.wrong(path, "this is no guide, and is not read", "a guide begins with `extends`, or has `standard` and `set`")
    return names


def alone(folder: Path, roots: tuple[Path, ...], env: Mapping[str, str]) -> Partner:
    """The partner of this folder, whatever the rest of its company is like. Raises SettingsError."""
    desk = Desk(folder.parent.parent, {}, Elsewhere(env, folder.parent.parent), roots, env.get(VARIABLE))
    source = desk.source(folder / FILE)
    partner = _partner(desk, folder, source) if source else None
    if partner is None:
        raise SettingsError(desk.mistakes)
    return partner


def _partner(desk: Desk, folder: Path, source: Source) -> Partner | None:
    before = len(desk.mistakes)
    settings = source.fit(PartnerSettings)
    _check_guides(desk, folder, source)
    _check_checks(source)
    if settings is None or len(desk.mistakes) > before:
        return None
    values = {name: getattr(settings, name) for name in PartnerSettings.model_fields}
    return Partner(**values, name=folder.name, folder=folder)


def _check_guides(desk: Desk, folder: Path, source: Source) -> None:
    """Guides named and the partner's own; looked at even where the file has other mistakes, so that all show at once."""
    guides = source.pairs("guides")
    library = desk.library(folder / OWN)
    if not (names := _own_guides(desk, library, folder / OWN)):
        return
    for kind, name in guides.items():
        if kind not in DOCUMENTS:
            source.wrong_key(("guides", kind), f"there is no document `{kind}`", nearest(kind, DOCUMENTS))
        if name not in names:
            source.unknown(("guides", kind), "guide", str(name), names)
        elif (guide := _guide(desk, library, name)) is not None and kind in DOCUMENTS and guide.document != kind:
            source.wrong(("guides", kind), f"the guide `{name}` is for {guide.document}, not {kind}")
    _check_answer(desk, source, library)
    _check_receipts(source, guides)


def _check_answer(desk: Desk, source: Source, library: Library) -> None:
    """The guide for answers to changes writes the same document as that for answers to orders."""
    at = ("changes", "answer")
    name = source.pairs("changes").get("answer")
    if name is not None and name not in library.names():
        source.unknown(at, "guide", str(name), library.names())
    elif name is not None and (guide := _guide(desk, library, str(name))) is not None and guide.document != "order_response":
        source.wrong(at, f"the guide `{name}` is for {guide.document}, not order_response")


def _guide(desk: Desk, library: Library, name: str) -> Guide | None:
    """A guide that can be read; its mistakes are noted otherwise."""
    try:
        guide, base = library.guide(name), library.extended(name, desk.shelved)
    except GuideError as error:
        desk.guide_mistakes(error)
        return None
    found = GuideError(contradictions(base, guide, library.own(name)) if base is not None else ())
    desk.guide_mistakes(found)
    return None if found.mistakes else guide


def _check_checks(source: Source) -> None:
    for name, level in source.pairs("checks").items():
        if name not in CHECKS:
            source.wrong_key(("checks", name), f"there is no check `{name}`", nearest(name, CHECKS))
        elif level == "repair" and not CHECKS[name].repair:
            text = f"what `{name}` finds cannot be repaired: {CHECKS[name].covers}"
            source.wrong(("checks", name), text, "write `strict` or `tolerate`")


def _check_receipts(source: Source, guides: Mapping[str, str]) -> None:
    for kind in source.pairs("receipts", "expect"):
        if kind not in guides:
            text = f"this partner has no guide for {kind}, so it is never sent"
            source.wrong_key(("receipts", "expect", kind), text, "name its guide under `guides`, or take it away here")
