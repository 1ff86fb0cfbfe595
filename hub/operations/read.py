"""Reads EDI files without a hub: what is in them, what is wrong, and what an acknowledgement would say. Stores nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.errors import Unreadable
from hub.formats import detect
from hub.formats.envelope import Group, Interchange, TransactionSet
from hub.guides.acknowledge import acknowledged
from hub.guides.judge import Policy, judge
from hub.guides.library import Library
from hub.guides.lineage import traced
from hub.guides.notation import Guide
from hub.guides.verdicts import JudgedDocument, Judgement
from hub.operations.provisional import text_of
from hub.operations.rests import Rest

if TYPE_CHECKING:  # settings and what they need would take a tenth of the memory of reading
    from hub.settings.partner import Partner

CHUNK = 1 << 16
ACCEPTED, REFUSED, UNKNOWN = 0, 1, 2  # exit codes


@dataclass(slots=True)
class Report:
    """What was found in one file."""

    file: str
    judgements: list[Judgement] = field(default_factory=list)
    acknowledgements: list[str] = field(default_factory=list)
    error: str | None = None  # why nothing (more) could be read

    @property
    def exit_code(self) -> int:
        """0: all accepted; 1: something rejected or unsupported; 2: not a document we know."""
        if self.error is not None:
            return UNKNOWN
        return REFUSED if any(judgement.refused for judgement in self.judgements) else ACCEPTED

    def as_dict(self, canonical: bool = True) -> dict[str, Any]:
        """The report as JSON values; keys may be added, never renamed."""
        values: dict[str, Any] = {
            "file": self.file,
            "interchanges": [_interchange(judgement, canonical) for judgement in self.judgements],
            "acknowledgements": self.acknowledgements,
        }
        return values if self.error is None else {**values, "error": self.error}


class Desk:
    """Where files are read: the product's own guides, or those of a company over them.

    A partner's file says which guide reads a kind of document, and how strictly; documents of the type of `own` are read by that.
    """

    def __init__(
        self,
        library: Library | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        partner: "Partner | None" = None,
        own: Guide | None = None,
    ) -> None:
        self.library = library or Library([product()])
        self.now, self.own = now, own
        self.policy = partner.policy if partner else Policy()
        self.named = partner.guides if partner else {}

    def read(self, file: str) -> Report:
        """Everything in one file. Never raises, whatever the file is."""
        report = Report(file)
        try:
            self._fill(report)
        except Unreadable as error:
            report.error = str(error)
        except OSError as error:
            report.error = f"cannot be read: {error.strerror or error}"
        except Exception as error:  # whatever the bytes, a person gets words
            report.error = f"the hub failed on this file, please report it: {type(error).__name__}: {error}"
        return report

    def rests(self, file: str) -> list[Rest]:
        """What no rule used of each document of a file; of those that cannot be read nothing."""
        try:
            sets = [event for event in detect.read(chunks(Path(file))) if isinstance(event, TransactionSet)]
        except (Unreadable, OSError):
            return []
        read_by = [(tset, self.guide(tset.interchange, tset.group, tset)) for tset in sets]
        return [Rest.of(tset, traced(guide, tset, self.policy.defaults)) for tset, guide in read_by if guide is not None]

    def _fill(self, report: Report) -> None:
        for judgement in judge(detect.read(chunks(Path(report.file))), self.guide, self.policy):
            report.judgements.append(judgement)
            for group, acknowledgement in acknowledged(judgement):
                number = len(report.acknowledgements) + 1
                named = self.named.get(acknowledgement.kind)
                text = text_of(acknowledgement, judgement.interchange, group, self.library, number, self.now(), named)
                report.acknowledgements += [text] if text else []

    def guide(self, interchange: Interchange, group: Group, tset: TransactionSet) -> Guide | None:
        """The guide a document is read with."""
        if self.own and (self.own.standard, self.own.set) == (interchange.standard, tset.type):
            return self.own
        return self.library.find(interchange.standard, tset.type, tset.version, self.named)


def product() -> Path:
    """The folder of the guides that come with the hub, in a checkout and in an installed wheel alike."""
    return Path(str(resources.files("mappings")))


def chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece


def _interchange(judgement: Judgement, canonical: bool) -> dict[str, Any]:
    found = judgement.interchange
    return {
        "standard": found.standard,
        "sender": found.sender.id,
        "receiver": found.receiver.id,
        "control_number": found.control_number,
        "test": found.test,
        "state": judgement.state,
        "findings": [finding.as_dict() for finding in judgement.findings],
        "documents": [_document(document, canonical) for document in judgement.documents],
        "sender_qualifier": found.sender.qualifier,
        "receiver_qualifier": found.receiver.qualifier,
        "offset": found.offset,
        "notices": [_document(document, canonical) for document in judgement.notices],
    }


def _document(judged: JudgedDocument, canonical: bool) -> dict[str, Any]:
    shown = judged.document if canonical else None
    return {
        "type": judged.type,
        "version": judged.version,
        "control_number": judged.control_number,
        "number": judged.number,
        "state": judged.state,
        "findings": [finding.as_dict() for finding in judged.findings],
        "offset": judged.offset,
        "canonical": shown.model_dump(mode="json", exclude_none=True) if shown else None,
    }
