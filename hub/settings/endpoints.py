"""Builds channels and systems from their files."""

import re
from collections.abc import Mapping

from hub.model import DOCUMENTS
from hub.settings.desk import NAME, Desk
from hub.settings.endpoint import CANONICAL, Endpoint, EndpointSettings, Role
from hub.settings.partner import Partner
from hub.settings.sources import Source

RESERVED = ("channel", "hub")


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
    if settings is not None:
        _check_names(desk, source, settings, known)
    if settings is None or config is None or len(desk.mistakes) > before:
        return None
    values = {name: getattr(settings, name) for name in EndpointSettings.model_fields if name != "settings"}
    values["takes"] = settings.takes or _takes(settings, partners)
    return Endpoint(**values, settings=source.raw.get("settings") or {}, name=source.name, role=role, config=config)


def _takes(settings: EndpointSettings, partners: Mapping[str, Partner]) -> tuple[str, ...]:
    if settings.format == "json":
        return tuple(settings.writes)
    partner = partners.get(settings.partner or "")
    return tuple(partner.guides) if partner is not None and settings.format != CANONICAL else ()


def _config(desk: Desk, source: Source) -> object | None:
    name = source.get("connector")
    if not isinstance(name, str):
        return None
    if name not in desk.connectors:
        source.unknown(("connector",), "connector", name, desk.connectors)
        return None
    return source.fit(desk.connectors[name].Config, ("settings",))


def _check_names(desk: Desk, source: Source, settings: EndpointSettings, known: set[str]) -> None:
    if settings.partner is not None and settings.partner not in known:
        source.unknown(("partner",), "partner", settings.partner, known)
    for word in ("takes", "gives"):
        for index, kind in enumerate(getattr(settings, word)):
            if kind not in DOCUMENTS:
                source.unknown((word, index), "document", kind, DOCUMENTS)
    for kind, name in settings.writes.items():
        if kind not in DOCUMENTS:
            source.unknown(("writes", kind), "document", kind, DOCUMENTS)
        _check_mapping(desk, source, ("writes", kind), name, kind)
    for index, reads in enumerate(settings.reads):
        _check_mapping(desk, source, ("reads", index, "mapping"), reads.mapping, None)


def _check_mapping(desk: Desk, source: Source, loc: tuple[str | int, ...], name: str, kind: str | None) -> None:
    if name == CANONICAL:
        return
    mapping = desk.mapping(name)
    if mapping is None and name not in desk.broken:
        source.unknown(loc, "mapping", name, [*desk.names("json"), CANONICAL])
    elif mapping is not None and kind is not None and mapping.document != kind:
        source.wrong(loc, f"the mapping `{name}` is for {mapping.document}, not {kind}")
