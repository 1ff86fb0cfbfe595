"""Builds the routes, and checks that they lead somewhere."""

from collections.abc import Mapping

from hub.mapping.shapes import NoSuchPath, type_at
from hub.marked import MarkedList
from hub.model import DOCUMENTS
from hub.rules.routing import CHANNEL, Route
from hub.settings.desk import Desk
from hub.settings.endpoint import Endpoint
from hub.settings.mistakes import nearest
from hub.settings.sources import Source

FILE = "routes.yaml"


def build(desk: Desk, endpoints: Mapping[str, Endpoint], names: Mapping[str, set[str]]) -> tuple[Route, ...]:
    """All routes. `names` holds the channels, systems and partners there are, readable or not."""
    path = desk.folder / FILE
    if not path.is_file():
        desk.wrong(path, f"there is no {FILE}", "without routes no document goes anywhere; an empty list is `[]`")
        return ()
    source = desk.source(path)
    if source is None:
        return ()
    if not isinstance(source.value, MarkedList):
        source.wrong((), "a list of routes is expected here", "begin each with `- document: …`")
        return ()
    found = [source.fit(Route, (index,)) for index in range(len(source.value))]
    for index, route in enumerate(found):
        if route is not None:
            _check(source, index, route, endpoints, names)
    lines = [source.mark(index).line for index in range(len(found))]
    return tuple(route.at(f"{FILE}:{line}") for line, route in zip(lines, found, strict=True) if route is not None)


def _check(source: Source, index: int, route: Route, endpoints: Mapping[str, Endpoint], names: Mapping[str, set[str]]) -> None:
    if route.document not in DOCUMENTS:
        source.unknown((index, "document"), "document", route.document, DOCUMENTS)
    else:
        _check_paths(source, index, route)
    places = names["channel"] | names["system"]
    for word, given, known, what in (
        ("from", route.from_, places, "channel or system"),
        ("channel", route.channel, names["channel"], "channel"),
        ("partner", route.partner, names["partner"], "partner"),
        ("to", route.to, places | {CHANNEL}, "channel or system"),
    ):
        for number, name in enumerate(given):
            if name not in known:
                source.unknown((index, word, number), what, name, known)
    for number, name in enumerate(route.to):
        _check_taken(source, (index, "to", number), route, name, endpoints)


def _check_taken(source: Source, loc: tuple[str | int, ...], route: Route, name: str, endpoints: Mapping[str, Endpoint]) -> None:
    """The target must take the document; of `channel` at least one of the channels it may stand for."""
    channels = [one for one in endpoints.values() if one.role == "channel" and (not route.channel or one.name in route.channel)]
    meant = channels if name == CHANNEL else [one for one in endpoints.values() if one.name == name]
    if meant and route.document in DOCUMENTS and not any(not one.takes or route.document in one.takes for one in meant):
        taken = sorted({kind for one in meant for kind in one.takes})
        who = "no channel takes" if name == CHANNEL else f"`{name}` does not take"
        source.wrong(loc, f"{who} {route.document}", f"taken: {', '.join(taken)}; more under `takes`, and a way to write it")


def _check_paths(source: Source, index: int, route: Route) -> None:
    for path in route.when:
        try:
            type_at(DOCUMENTS[route.document], path)
        except NoSuchPath as missing:
            text = f"{route.document} has no `{missing.step}` on the way to `{path}`"
            source.wrong_key((index, "when", path), text, nearest(missing.step, missing.known))
