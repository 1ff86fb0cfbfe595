"""A large interchange that breaks off: it is rejected and said, nothing of it goes further, and its siblings go on."""

from pathlib import Path

import pytest

from hub.app import Hub
from hub.ledger import documents
from tests.journey import bring, wire
from tests.test_clock_jumps import numbers, order
from tests.test_walk import said

SEGMENTS = order(1).decode().split("\n")
HEAD, SET = SEGMENTS[:2], SEGMENTS[2:-3]


def broken_off(megabytes: float, sets: bool) -> bytes:
    """Many small orders, or one with very many lines; the last segment is cut in two."""
    lines, size, number = list(HEAD), 0, 0
    lines += [] if sets else SET[:8]
    while size < megabytes * 1_000_000:
        number += 1
        fresh = (
            [line.replace("PO-0001", f"B-{number:06d}") for line in SET] if sets else [SET[8].replace("PO1*1*", f"PO1*{number}*")]
        )
        lines += fresh
        size += sum(map(len, fresh))
    return "\n".join(lines).encode()[:-20]


@pytest.mark.slow
@pytest.mark.parametrize(("megabytes", "sets"), [(0.2, True), (2, False)], ids=["many orders", "one huge order"])
async def test_a_truncated_interchange_is_rejected_and_its_siblings_go_on(
    hub: Hub, tmp_path: Path, megabytes: float, sets: bool
) -> None:
    await bring(hub, "acme", broken_off(megabytes, sets), "torn.edi")
    await bring(hub, "acme", order(2), "whole.edi")
    assert numbers(hub) == ["PO-0002"]
    rows = hub.ledger.look(lambda connection: documents.many(connection, range(1, 3000)))
    assert {row.state for row in rows if row.kind == "order" and row.number != "PO-0002"} == {"rejected"}
    refused = [one.body for one in wire(hub, "acme").sent.values() if b"AK9*R" in one.body or b"TA1*" in one.body]
    assert len(refused) == 2, "the partner is told, of the interchange and of the group"
    assert "was rejected" in said(hub, "B-000001" if sets else "PO-0001")
