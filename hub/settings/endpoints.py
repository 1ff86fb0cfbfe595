"""Builds channels and systems from their files."""

import re
from collections.abc import Mapping

from hub.model import DOCUMENTS
from hub.settings.desk import NAME, Desk
from hub.settings.endpoint import CANONICAL, LETTER, MAPPED, MIXED, Endpoint, EndpointSettings, Format, Role
from hub.settings.mistakes import nearest
from hub.settings.partner import Partner
from hub.settings.schedule import Schedule
from hub.settings.sources import Source

RESERVED = ("channel", "hub")
READ = (*MAPPED, MIXED)  # formats whose `reads` says what comes in
WRITTEN = (*MAPPED, LETTER, MIXED)  # formats whose `writes` says what goes out
ACKNOWLEDGED = "acknowledgement"


def build(desk: Desk, role: Role, partners: Mapping[str, Partner], known: set[str]) -> dict[str, Endpoint]:
    """All endpoints of one role. `known` are the names of every partner folder, readable or not."""
    found = {}
    for source in desk.files(f"{role}s"):
        endpoint = _endpoint(desk, source, role, partners, known)
        if endpoint is not None:
            found[endpoint.name] = endpoint
    return found


def _endpoint(desk: Desk, source: Source, role: Role, partners: Mapping[str, Partner], known: set[str]) -> Endpoint | None:
    before = len(desk.mistakes)
    if not re.fullmatch(NAME, source.name) or source.name in RESERVED:
        source.wrong((), f"`{source.name}` cannot be a name", "use lower case letters, digits, - and _; not `channel` or `hub`")
    settings = source.fit(EndpointSettings)
    config = _config(desk, source)
    _check_names(desk, source, known)
    if settings is not None:
        _check_speech(source, settings)
        _check_written(source, settings, partners)
    if settings is None or config is None or len(desk.mistakes) > before:
        return None
    values = {name: getattr(settings, name) for name in EndpointSettings.model_fields if name != "settings"}
    values["takes"] = settings.takes or _takes(settings, partners)
    values["formats"] = _formats(desk, settings, partners.get(settings.partner or ""))
    values["batch"] = settings.batch or _batch(settings, partners)
    return Endpoint(**values, settings=source.raw.get("settings") or {}, name=source.name, role=role, config=config)


def _formats(desk: Desk, settings: EndpointSettings, partner: Partner | None) -> dict[str, Format]:
    """Where any format may come and go: what each kind is written in; by guides whatever no mapping is named for."""
    if settings.format != MIXED:
        return {}
    by_guides = (ACKNOWLEDGED, *partner.guides) if partner is not None else ()
    written: dict[str, Format] = dict.fromkeys(by_guides, partner.standard) if partner is not None else {}
    return written | {kind: _format(desk, name) for kind, name in settings.writes.items()}


def _format(desk: Desk, name: str) -> Format:
    if name == CANONICAL:
        return CANONICAL
    mapping = desk.mapping(name) if name not in desk.letter_names() else None
    return next((one for one in MAPPED if mapping is not None and one == mapping.format), LETTER)


def _takes(settings: EndpointSettings, partners: Mapping[str, Partner]) -> tuple[str, ...]:
    partner = partners.get(settings.partner or "")
    if settings.format == MIXED and partner is not None:
        return tuple({**partner.guides, **settings.writes})
    if settings.format in WRITTEN:
        return tuple(settings.writes)
    return tuple(partner.guides) if partner is not None and settings.format != CANONICAL else ()


def _batch(settings: EndpointSettings, partners: Mapping[str, Partner]) -> Schedule | None:
    """The partner's, in the partner's zone, where EDI is spoken: only there several documents make one interchange."""
    partner = partners.get(settings.partner or "")
    batch = partner.batch if partner is not None and settings.format in ("x12", "edifact") else None
    return batch.model_copy(update={"zone": batch.zone or partner.zone}) if partner is not None and batch is not None else None


def _config(desk: Desk, source: Source) -> object | None:
    name = source.get("connector")
    if not isinstance(name, str):
        return None
    if name not in desk.connectors:
        source.unknown(("connector",), "connector", name, desk.connectors)
        return None
    return source.fit(desk.connectors[name].Config, ("settings",))


def _check_speech(source: Source, settings: EndpointSettings) -> None:
    """The format and what it needs."""
    if settings.format in ("x12", "edifact") and settings.partner is None:
        text = f"a place that speaks {settings.format} needs `partner`"
        source.wrong(("format",), text, "the partner's file says whose ids, guides and numbers count")
    guided = settings.format == MIXED and settings.partner is not None
    if settings.format in READ and not (settings.reads or settings.writes or guided):
        hint = "`reads` names those for what comes in, `writes` those for what goes out"
        source.wrong(("format",), f"{settings.format} needs mappings", hint)
    if settings.format == LETTER and not settings.writes:
        source.wrong(
            ("format",), "letters need templates", "`writes` names those for each kind, such as `letters/order_response`"
        )
    for word, formats in (("reads", READ), ("writes", WRITTEN)):
        if settings.format not in formats and getattr(settings, word):
            source.wrong((word,), f"`{word}` is for format {', '.join(formats)}; this place has {settings.format}")


def _check_written(source: Source, settings: EndpointSettings, partners: Mapping[str, Partner]) -> None:
    """What a place may be sent must be written by something."""
    partner = partners.get(settings.partner or "")
    if settings.format == CANONICAL or (settings.format not in WRITTEN and partner is None):
        return
    mapped = settings.format in WRITTEN
    written = set(settings.writes) if mapped else set[str]()
    if partner is not None and (not mapped or settings.format == MIXED):
        written |= set(partner.guides)
    where = "`writes`" if mapped else f"`guides` of the partner `{settings.partner}`"
    for index, kind in enumerate(settings.takes):
        if kind in DOCUMENTS and kind not in written:
            source.wrong(
                ("takes", index), f"nothing writes {kind} for this place", f"name it under {where}, or take it away here"
            )


def _check_names(desk: Desk, source: Source, known: set[str]) -> None:
    """Names of others; looked at even where the file has other mistakes, so that all show at once."""
    partner = source.get("partner")
    if partner is not None and str(partner) not in known:
        source.unknown(("partner",), "partner", str(partner), known)
    for word in ("takes", "gives"):
        for index, kind in enumerate(source.texts(word)):
            if kind not in DOCUMENTS:
                source.unknown((word, index), "document", kind, DOCUMENTS)
    for kind, name in source.pairs("writes").items():
        if kind not in DOCUMENTS:
            source.wrong_key(("writes", kind), f"there is no document `{kind}`", nearest(kind, DOCUMENTS))
        _check_mapping(desk, source, ("writes", kind), str(name), kind)
    for index, reads in enumerate(source.get("reads") or ()):
        if isinstance(reads, dict) and "mapping" in reads:
            _check_mapping(desk, source, ("reads", index, "mapping"), str(reads["mapping"]), None)


def _check_mapping(desk: Desk, source: Source, loc: tuple[str | int, ...], name: str, kind: str | None) -> None:
    if name == CANONICAL and source.get("format") != LETTER:
        return
    if source.get("format") == LETTER or (source.get("format") == MIXED and loc[0] == "writes" and name in desk.letter_names()):
        _check_letters(desk, source, loc, name, kind)
        return
    mapping = desk.mapping(name)
    if mapping is None and name not in desk.broken:
        source.unknown(loc, "mapping", name, [*desk.mapping_names(), CANONICAL])
    elif mapping is not None and mapping.format != source.get("format") and source.get("format") in MAPPED:
        source.wrong(loc, f"the mapping `{name}` is for {mapping.format}, this place has {source.get('format')}")
    elif mapping is not None and kind is not None and mapping.format == "xlsx":
        source.wrong(loc, f"the mapping `{name}` writes workbooks, which are read only", "write csv instead")
    elif mapping is not None and kind in DOCUMENTS and mapping.document != kind:
        source.wrong(loc, f"the mapping `{name}` is for {mapping.document}, not {kind}")


def _check_letters(desk: Desk, source: Source, loc: tuple[str | int, ...], name: str, kind: str | None) -> None:
    letters = desk.letter(name)
    if letters is None and name not in desk.broken:
        source.unknown(loc, "file of letters", name, desk.letter_names())
    elif letters is not None and kind in DOCUMENTS and letters.document != kind:
        source.wrong(loc, f"the mapping `{name}` is for {letters.document}, not {kind}")
