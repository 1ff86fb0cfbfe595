"""The text an acknowledgement would have, with provisional control numbers: nothing is drawn, nothing is sent."""

from collections.abc import Sequence
from datetime import datetime

from hub.formats.edifact import writer as edifact
from hub.formats.envelope import Group, Interchange, Separators
from hub.formats.x12 import writer as x12
from hub.guides.library import Library
from hub.guides.pages import bound, written
from hub.model import Acknowledgement

PLAIN = Separators(element="*", component=">", terminator="~")
REPETITION = "^"
OLDEST, NEWEST, USUAL = "00200", "00999", "00401"


def text_of(
    acknowledgement: Acknowledgement,
    interchange: Interchange,
    group: Group | None,
    library: Library,
    number: int,
    now: datetime,
    named: str | None = None,
) -> str | None:
    """The interchange that would go back to the sender, by the guide `named` for answers or the usual one; None when nobody can be named, or no guide writes it."""
    guide = library.find_for(acknowledgement.kind, interchange.standard, acknowledgement.level, named=named)
    if guide is None or not interchange.sender.id or not interchange.receiver.id:
        return None
    pages = (writing.segments for writing in written(guide, acknowledgement))
    segments = bound(guide, acknowledgement, pages)
    if interchange.standard == "edifact":
        return _message(segments, guide.set, interchange, number, now)
    if group is None:
        sent = x12.write(_envelope(interchange, None, now), number, [], segments)
    else:
        content = x12.OutSet(f"{number:04}", segments, guide.set)
        out = x12.OutGroup(guide.group or "", number, acknowledgement.version, [content])
        sent = x12.write(_envelope(interchange, group, now), number, [out])
    return sent.body.decode(sent.encoding, "replace")


def _message(segments: Sequence[list[str]], kind: str, interchange: Interchange, number: int, now: datetime) -> str:
    """The same in EDIFACT: label, syntax version and separators of the sender."""
    version = interchange.version or ""
    envelope = edifact.Envelope(
        sender=interchange.receiver,
        receiver=interchange.sender,
        made_at=now,
        test=interchange.test,
        separators=edifact.usable(interchange.separators),
        version=version if edifact.VERSION.match(version) else "UNOC:3",
        advice=True,
        eol="\n",
    )
    out = edifact.OutGroup(kind, str(number), [edifact.OutMessage(str(number), segments, kind, "")])
    sent = edifact.write(envelope, str(number), [out])
    return sent.body.decode(sent.encoding, "replace")


def _envelope(interchange: Interchange, group: Group | None, now: datetime) -> x12.Envelope:
    """The sender's envelope turned round."""
    return x12.Envelope(
        sender=interchange.receiver,
        receiver=interchange.sender,
        group_sender=(group and group.receiver) or interchange.receiver.id or "",
        group_receiver=(group and group.sender) or interchange.sender.id or "",
        made_at=now,
        test=interchange.test,
        separators=_separators(interchange.separators),
        interchange_version=_version(interchange.version or ""),
        eol="\n",
    )


def _version(found: str) -> str:
    """The version of the sender's interchange if it is one, else the usual one."""
    return found if found.isdecimal() and len(found) == len(USUAL) and OLDEST <= found <= NEWEST else USUAL


def _separators(found: Separators) -> Separators:
    """The sender's own, where they are plain characters that can be told apart; else the usual ones."""
    marks = (found.element, found.component, found.terminator)
    plain = all(len(mark) == 1 and mark.isascii() and mark.isprintable() and not mark.isalnum() and mark != " " for mark in marks)
    apart = len({*marks, REPETITION}) == len(marks) + 1
    return Separators(*marks, repetition=REPETITION) if plain and apart else PLAIN
