"""What tests of the readers ask of the events that a reader gave."""

from collections.abc import Callable, Iterable, Iterator

from hub.findings import Finding
from hub.formats.envelope import End, Event, Interchange, TransactionSet

Read = Callable[[Iterable[bytes]], Iterator[Event]]


def events(read: Read, text: str | bytes, size: int) -> list[Event]:
    """All events of a text that comes in pieces of this size."""
    body = text if isinstance(text, bytes) else text.encode()
    return list(read(body[at : at + size] for at in range(0, len(body), size)))


def sets(found: list[Event]) -> list[TransactionSet]:
    return [event for event in found if isinstance(event, TransactionSet)]


def only(found: list[Event]) -> TransactionSet:
    (one,) = sets(found)
    return one


def findings(found: list[Event]) -> list[Finding]:
    return [one for event in found if not isinstance(event, End) for one in event.findings]


def codes(found: list[Event]) -> list[str]:
    return [one.code for one in findings(found)]


def rejecting(found: list[Event]) -> list[str]:
    return [one.code for one in findings(found) if one.rejects]


def interchange(found: list[Event]) -> Interchange:
    """The first, which is the first of all events."""
    assert isinstance(found[0], Interchange)
    return found[0]
