"""Mistakes that show only when files are seen together, and schedules that never come."""

from collections.abc import Iterable, Mapping

from hub import marked
from hub.guides.library import STANDARDS
from hub.mapping.required import lost
from hub.marked import Mark, MarkedError
from hub.rules.joining import HEAD
from hub.settings.desk import Desk
from hub.settings.endpoint import Endpoint
from hub.settings.mistakes import Mistake
from hub.settings.partner import Partner
from hub.settings.schedule import Schedule, fires
from hub.settings.service import HubSettings

MAPPING = {"document", "format", "body"}  # keys that make a file a mapping


def check(desk: Desk, hub: HubSettings | None, endpoints: Iterable[Endpoint], partners: Mapping[str, Partner]) -> None:
    """Note every mistake between files."""
    endpoints = list(endpoints)
    _unnamed(desk)
    _lost(desk)
    _same_names(desk, endpoints)
    _same_places(desk, endpoints)
    _same_ids(desk, partners)
    zone = hub.zone if hub else "UTC"
    for endpoint in endpoints:
        for word in ("poll", "batch"):
            _never(desk, f"{endpoint.role}s/{endpoint.name}.yaml", word, getattr(endpoint, word), zone)
    for partner in partners.values():
        _never(desk, f"partners/{partner.name}/partner.yaml", "batch", partner.batch, partner.zone)
        _no_prefix(desk, hub, partner)
    for word in ("poll", "sweep"):
        _never(desk, "hub.yaml", word, getattr(hub, word, None), zone)


def _unnamed(desk: Desk) -> None:
    """The company's mappings that no place names yet are looked through as well."""
    root = desk.folder / "mappings"
    for path in sorted(root.rglob("*.yaml")):
        name = path.relative_to(root).with_suffix("").as_posix()
        try:
            keys = set(marked.load(path) or ())
        except MarkedError:
            keys = set(MAPPING)
        if keys >= MAPPING and name.partition("/")[0] not in STANDARDS:
            desk.mapping(name)


def _lost(desk: Desk) -> None:
    """A document that takes nothing over from an order must have all it needs in the message itself."""
    for name, mapping in desk.mappings.items():
        fields = lost(mapping.notation) if mapping.document not in HEAD else []
        path = next(root / f"{name}.yaml" for root in desk.roots if (root / f"{name}.yaml").is_file())
        mark = marked.place(marked.load(path), ("body",)) if fields else None
        for field in fields:
            text = f"no rule carries `{field}`, which every {mapping.document.replace('_', ' ')} must have"
            hint = f"add one for the key that holds it, such as `theirKey: {{is: {field.rpartition('.')[2]}, use: must}}`"
            desk.mistakes.append(Mistake.at(mark or Mark(str(path), 1, 1), text, hint))


def _never(desk: Desk, file: str, word: str, schedule: Schedule | None, zone: str) -> None:
    if schedule is None or fires(schedule, zone):
        return
    source = desk.source(desk.folder / file)
    if source is not None and source.get(word) is not None:  # one that was taken over is a mistake where it is written
        source.wrong((word, "cron"), f"`{schedule.cron}` never comes", "no month has such a day")


def _no_prefix(desk: Desk, hub: HubSettings | None, partner: Partner) -> None:
    if partner.sscc == "allocate" and hub is not None and hub.gs1 is None:
        text = "packages are to be given numbers, but hub.yaml has no `gs1`"
        hint = "add `gs1: {prefix: …}` to hub.yaml, with the company prefix that GS1 gave you"
        _note(desk, f"partners/{partner.name}/partner.yaml", ("sscc",), text, hint)


def _note(desk: Desk, file: str, loc: tuple[str, ...], text: str, hint: str) -> None:
    source = desk.source(desk.folder / file)
    if source is not None:
        source.wrong(loc, text, hint)


def _file(endpoint: Endpoint) -> str:
    return f"{endpoint.role}s/{endpoint.name}.yaml"


def _same_names(desk: Desk, endpoints: list[Endpoint]) -> None:
    seen: dict[str, Endpoint] = {}
    for endpoint in endpoints:
        other = seen.setdefault(endpoint.name, endpoint)
        if other is not endpoint:
            _note(
                desk,
                _file(endpoint),
                (),
                f"`{endpoint.name}` is a {other.role} as well",
                "every channel and system needs its own name",
            )


def _same_places(desk: Desk, endpoints: list[Endpoint]) -> None:
    seen: list[Endpoint] = []
    for endpoint in endpoints:
        twin = next((one for one in seen if one.connector == endpoint.connector and one.config == endpoint.config), None)
        if twin is not None and endpoint.settings:
            text = f"`{endpoint.name}` and `{twin.name}` are the same place: same connector, same settings"
            _note(desk, _file(endpoint), ("settings",), text, "each message would be taken by whoever comes first")
        seen.append(endpoint)


def _same_ids(desk: Desk, partners: Mapping[str, Partner]) -> None:
    seen: dict[object, Partner] = {}
    for partner in partners.values():
        ids = partner.ids
        key = (partner.standard, partner.state, ids.us, ids.them.qualifier, ids.them.id, ids.them.group_id)
        other = seen.setdefault(key, partner)
        if other is not partner:
            text = f"`{partner.name}` and `{other.name}` have the same ids"
            _note(desk, f"partners/{partner.name}/partner.yaml", ("ids", "them"), text, "the envelope could not tell them apart")
