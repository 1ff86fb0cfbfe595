"""Findings of a kind are told up to a number: a file of rubbish must not become a file of findings."""

from collections.abc import Iterable
from typing import NamedTuple

from hub.findings import Finding, note

MOST = 100  # of a kind in one document: whoever mends these finds the others the same way
MOST_TOGETHER = 20_000  # in one interchange; from then on each document tells one of a kind


class Kind(NamedTuple):
    """Findings that are weighed alike: keeping one of each keeps every verdict."""

    code: str
    check: str | None
    severity: str
    mended: bool


class Tally:
    """Keeps findings up to `most` of a kind, and counts the others."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.findings: list[Finding] = []
        self.counts: dict[Kind, int] = {}

    def keep(self, finding: Finding) -> None:
        kind = Kind(finding.code, finding.check, finding.severity, finding.remedy is not None)
        self.counts[kind] = count = self.counts.get(kind, 0) + 1
        if count <= self.most:
            self.findings.append(finding)

    def all(self) -> list[Finding]:
        """What was kept, and a note for each kind that there was more of."""
        return [*self.findings, *(self._more(kind, count) for kind, count in self.counts.items() if count > self.most)]

    def _more(self, kind: Kind, count: int) -> Finding:
        left = count - self.most
        text = f"{left} more finding{'s' * (left > 1)} {kind.code} of the same kind were left out"
        return note("hub:more", text, hint="Mend the ones that are told, then read the document again.")


def thinned(findings: Iterable[Finding]) -> list[Finding]:
    """One of a kind.

    >>> [it.code for it in thinned([Finding("AK403:1", "is missing")] * 3 + [Finding("AK403:7", "is wrong")])]
    ['AK403:1', 'AK403:7', 'hub:more']
    """
    tally = Tally(1)
    for finding in findings:
        tally.keep(finding)
    return tally.all()
