"""Why a document as a whole cannot be taken: no guide, a mistake of ours, values that the model needs."""

from typing import Any

from pydantic import ValidationError

from hub.findings import Finding
from hub.formats.envelope import TransactionSet
from hub.guides.difference import said

UNSUPPORTED = {"x12": "AK502:1", "edifact": "0085:17"}


def place(tset: TransactionSet) -> dict[str, Any]:
    """The header of a document."""
    return {
        "group": tset.group.control_number,
        "segment": tset.tag(0) if tset.size else None,
        "position": 1,
        "offset": tset.offset,
    }


def identifier(tset: TransactionSet) -> tuple[str, ...]:
    """What a message of EDIFACT says it is: type, version, release, agency, association."""
    header = tset.header if tset.interchange.standard == "edifact" else []
    return tuple(map(str.strip, tset.components(header[2]))) if len(header) > 2 else ()


def unsupported(tset: TransactionSet, known: bool) -> Finding:
    """There is no guide; `known` when there is one for other versions."""
    name = " ".join(part for part in (tset.type or "without a type", tset.version) if part)
    code = UNSUPPORTED[tset.interchange.standard]
    if tset.interchange.standard == "edifact":
        # type not agreed, or a version of it that we do not take: told by the component of the message identifier
        finding = _unsupported_as("0085:14" if known else code, name, tset)
        return finding.at(element=2, component=3 if known else 1)
    return _unsupported_as(code, name, tset)


def _unsupported_as(code: str, name: str, tset: TransactionSet) -> Finding:
    return Finding(
        code,
        f"There is no guide for the document {name}",
        hint="Send a document we know, or add a guide for this one.",
        **place(tset),
    )


def internal(tset: TransactionSet, error: Exception) -> Finding:
    """A bug of ours."""
    return Finding(
        "hub:internal",
        f"The hub failed on this document: {type(error).__name__}: {error}",
        kind="application",
        hint="This is a mistake in the hub, not in the document. Please report it with the file.",
        **place(tset),
    )


def incomplete(error: ValidationError, tset: TransactionSet) -> list[Finding]:
    """What the model misses although each segment is in order."""
    return [
        Finding(
            "hub:incomplete",
            f"{said(fault['loc'])}: {fault['msg'].lower()}",
            hint="Without this value the document cannot be used; fill it and send the document again.",
            path=said(fault["loc"]),
            **place(tset),
        )
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
