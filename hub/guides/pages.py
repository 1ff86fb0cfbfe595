"""Writes documents a page at a time: what is said of very many documents is never in memory as a whole. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from hub.formats.lines import Lines
from hub.guides.alike import each
from hub.guides.notation import Guide
from hub.guides.reader import Defaults
from hub.guides.writer import Writing, write
from hub.model import Acknowledgement, Document

PAGE = 500  # documents that are named on one


def pages(document: Document) -> Iterator[Document]:
    """The document, or of an acknowledgement that names many as many small ones, each with some of them."""
    if not isinstance(document, Acknowledgement) or not many(document):
        yield document
        return
    named = each(document.documents)
    while some := tuple(islice(named, PAGE)):
        yield document.model_copy(update={"documents": some, "verdict": _verdict(document, [one.verdict for one in some])})


def many(document: Document) -> bool:
    """Whether it is written on more than one page."""
    if not isinstance(document, Acknowledgement):
        return False
    return len(document.documents) > PAGE or any(one.also for one in document.documents)


def _verdict(document: Acknowledgement, said: Sequence[str]) -> str:
    """What a page would say of the interchange, were it all: its reader sums that up from what it names."""
    if document.level != "interchange" or document.verdict != "partly_accepted":
        return document.verdict
    return "partly_accepted" if "rejected" in [*said, *(group.verdict for group in document.groups)] else "accepted"


def written(guide: Guide, document: Document, defaults: Defaults | None = None) -> Iterator[Writing]:
    """Each page as a document of its own, to be looked at by itself."""
    return (write(guide, page, defaults) for page in pages(document))


def bound(guide: Guide, document: Document, found: Iterable[Sequence[list[str]]]) -> Sequence[list[str]]:
    """The segments of all pages as one document: what stands around the documents named comes once.

    1. The document is written without naming any: those segments every page has as well, in the same order.
    2. Of each page come those that are its own, each behind the last of the others that stands before it there.
    """
    if not many(document):
        return next(iter(found))
    around = write(guide, document.model_copy(update={"documents": ()})).segments
    lines, done = Lines(), 0
    for page in found:
        at = 0
        for segment in page:
            if at < len(around) and segment == around[at]:
                at += 1
                continue
            lines.extend(around[done:at])
            done = max(done, at)
            lines.append(segment)
    lines.extend(around[done:])
    return lines
