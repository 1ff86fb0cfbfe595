"""Journeys against mock-edi, a trading partner that nobody here wrote, as the buyer over folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.ledger import outbound
from tests.mock_edi.buyer import Buyer, buyer
from tests.mock_edi.counterparts import Stage, stage


@pytest.fixture
def buyco(tmp_path: Path) -> Iterator[Buyer]:
    with buyer(tmp_path / "buyer") as one:
        yield one


async def test_from_its_order_to_our_invoice(buyco: Buyer, tmp_path: Path) -> None:
    async with stage(tmp_path, buyco.env) as play:
        buyco.order("PO-7001")
        await play.work(buyco.look)
        print("\n".join(play.life("PO-7001")))
        print(buyco.mock.documents())
        print(buyco.got(), buyco.disagreements(), buyco.mock.unacknowledged())
        print(play.hub.ledger.look(outbound.open_receipts))
        print(buyco.mock.order("PO-7001"))
        assert 0
