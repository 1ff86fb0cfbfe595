"""Samples: valid documents made from a guide alone, as whole interchanges, always the same for the same seed.

Segments are invented along the body, read through the guide, and written again: so totals are right, trees are numbered,
and nothing stands in a sample that the guide does not carry.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import ValidationError

from hub.errors import CrossdockError
from hub.guides import difference, reader, wrapping, writer
from hub.guides.authoring import Author
from hub.guides.invention import Invention
from hub.guides.notation import Guide
from hub.guides.wrapping import Lines
from hub.model import DOCUMENTS, Document

WHOLE = 0  # the seed of the sample that has every rule of its guide
TRIES = 40
ROUNDS = 4  # amounts of lines, then totals of them


class NoSample(CrossdockError):
    """No valid document could be made from this guide."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A valid document: its segments without header and trailer, and what they say."""

    guide: Guide
    seed: int
    body: Lines
    document: Document

    @property
    def segments(self) -> Lines:
        """The whole interchange."""
        return wrapping.wrapped(self.guide, self.body)

    @property
    def content(self) -> bytes:
        """The whole interchange as bytes."""
        return wrapping.rendered(self.guide.standard, self.segments)


def sample(guide: Guide, seed: int = WHOLE) -> Sample:
    """A valid sample; seed 0 has every rule, others take and leave. Raises NoSample, which is a fault of the guide."""
    trouble = ""
    for attempt in range(TRIES):  # what was drawn may contradict itself, such as packs in a structure without packs
        invention = Invention(Random(f"{guide.name} {seed} {attempt}"), seed == WHOLE and not attempt, guide.standard)
        body, trouble = _settled(guide, Author(guide, invention).body())
        document, faults = _understood(guide, body, strictly=True) if not trouble else (None, trouble)
        trouble = _unsettled(guide, document, body) if document else faults
        if document and not trouble:
            return Sample(guide, seed, body, document)
    raise NoSample(f"no valid sample could be made from the guide {guide.name}: {trouble}")


def _settled(guide: Guide, body: Lines) -> tuple[Lines, str]:
    """Segments written and read until computed values are what they are computed from; or why they cannot be."""
    for _ in range(ROUNDS):
        document, trouble = _understood(guide, body)
        if document is None:
            return body, trouble
        before, body = body, writer.write(guide, document).segments
        if body == before:
            break
    return body, ""


def _understood(guide: Guide, segments: Lines, strictly: bool = False) -> tuple[Document | None, str]:
    """The document that these segments are, or why they are none; totals must be right only where `strictly`."""
    reading = reader.read(guide, difference.as_set(guide, segments))
    faults = [it for it in reading.findings if it.severity != "note" and (strictly or it.kind == "syntax")]
    if faults:
        return None, "; ".join(f"{finding.code} {finding.text}" for finding in faults)
    values: dict[str, Any] = {name: value for name, value in (reading.value or {}).items() if name != "assumed"}
    try:
        return DOCUMENTS[guide.document].model_validate(values), ""
    except ValidationError as error:
        return None, str(error)


def _unsettled(guide: Guide, document: Document, body: Lines) -> str:
    """What is wrong with a document that is not written as it was read; nothing when all is well."""
    writing = writer.write(guide, document)
    if writing.findings:
        return "; ".join(finding.text for finding in writing.findings)
    differ = [wrong for wrong, right in zip(writing.segments, body, strict=False) if wrong != right]
    return "" if writing.segments == body else f"it is written otherwise than it was read: {differ[:1]}"
