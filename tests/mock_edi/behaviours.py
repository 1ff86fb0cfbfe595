"""How mock-edi can misbehave, and what the hub is held to. It has sixteen ways; a test sees to it that none is forgotten.

As our buyer (`tests/test_mock_edi.py`, X12 and EDIFACT over folders through the whole hub):

| behaviour            | expected of us                                                                               |
|----------------------|----------------------------------------------------------------------------------------------|
| accept               | acknowledged, confirmed, shipped and billed as ordered; no disagreement; all of it accepted  |
| strict               | the same: it finds nothing at all in what we write                                           |
| duplicate-order      | one order in the ERP; the second is acknowledged and told                                    |
| corrupt              | refused for its count (997 R, AK5 code 4; CONTRL 4, code 29); nothing reaches the ERP        |
| late                 | receipts become overdue, are told, and close when they come                                  |
| no-ack               | receipts stay overdue                                                                        |
| reject-ack           | receipts stay open as rejected, and are told                                                 |
| change-after-confirm | acknowledged, and refused by 855 or ORDRSP since the goods have left; the order stays        |
| cancel-late          | the same                                                                                     |

As the seller of what we order (`tests/test_mock_edi_seller.py`). The hub stands on the seller's side of a trade and has no flow
for buying, so this holds it to the documents: our guides write the order, we read all that it answers and acknowledge it, and it
accepts what we wrote. `SELLER` below says what must have been read at the end, for each of the thirteen ways a seller has.

Not covered, and why: AS2 (the hub has no such connector yet; mock-edi's is unsigned); remittances to it (820, REMADV: no flow
writes them); changes of our own orders as a buyer (the hub does not buy).
"""

from typing import NamedTuple

AS_BUYER = ("accept", "strict", "duplicate-order", "corrupt", "late", "no-ack", "reject-ack")
TOO_LATE_AS_BUYER = ("change-after-confirm", "cancel-late")


class End(NamedTuple):
    """What we must have read when the seller has nothing more to say. Of two lines, 100 and 40 were ordered."""

    came: str  # what came, in order: a(cknowledgement) r(esponse) s(hip notice) i(nvoice)
    confirmed: tuple[int, ...] = (100, 40)
    shipped: tuple[int, ...] = (100, 40)
    billed: tuple[int, ...] = (100, 40)
    statuses: tuple[str, ...] = ("accepted", "accepted")
    verdict: str = "accepted"  # on our order
    ours: str = "accepted"  # our word on each business document that came
    at_once: bool = True  # False: an hour late


SELLER = {
    "accept": End("arsi"),
    "strict": End("arsi"),
    "short-ship": End("arsi", (80, 32), (80, 32), (80, 32), ("quantity_changed", "quantity_changed")),
    "over-ship": End("arsi", (100, 40), (130, 52), (130, 52)),
    "reject-line": End("arsi", (100, 0), (100,), (100,), ("accepted", "rejected")),
    "reject-all": End("ar", (0, 0), (), (), ("rejected", "rejected")),
    "no-ack": End("", (), (), (), (), ""),
    "duplicate-invoice": End("arsii"),
    "out-of-order": End("aisr"),
    "late": End("arsi", at_once=False),
    "corrupt": End("arsi", (), (), (), (), ours="rejected"),
    "reject-ack": End("a", (), (), (), (), "rejected"),
    "no-invoice": End("ars", billed=()),
}
