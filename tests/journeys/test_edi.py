"""A buyer orders in X12 over SFTP; people sell, ship and bill in Tryton; the buyer takes our 855, 856 and 810."""

from pathlib import Path

import pytest

from tests.daemons.sshd import Sshd
from tests.journeys.bought import buyer
from tests.journeys.real_tryton import RealTryton
from tests.journeys.stage import stage

pytestmark = pytest.mark.journeys
pytest.importorskip("mockedi", reason="mock-edi is not installed here")
NUMBER = "PO-7001"


async def test_a_buyer_over_sftp_and_tryton(
    sshd: Sshd, sshd_env: dict[str, str], tryton: RealTryton, tryton_env: dict[str, str], tmp_path: Path
) -> None:
    for name in ("pickup", "taken", "drop", "staging"):
        (sshd.files / name).mkdir()
    tryton.customer("buyco", "Buyco Retail")
    tryton.trade_in("USD", "1.10")
    tryton.number("Customer Shipment", "LS")
    with buyer(sshd.files) as buyco:
        async with stage(tmp_path, "edi", {**sshd_env, **tryton_env}, "tryton") as play:

            async def come(code: str) -> None:
                await play.work()
                buyco.look()
                await play.work()
                assert (code, True) in buyco.got(), (buyco.got(), play.troubles(), play.life(NUMBER))

            buyco.order(NUMBER)
            await come("997")
            await come("855")
            tryton.ship(NUMBER, "1Z-999")
            await come("856")
            tryton.bill(NUMBER)
            await come("810")
            assert play.troubles() == []
        assert buyco.got() == [(code, True) for code in ("997", "855", "856", "810")]
        assert (buyco.disagreements(), buyco.mock.unacknowledged()) == ([], [])
        said = {row["line"]: row for row in buyco.mock.order(NUMBER)["reconciliation"]}
        assert {line: [row[what] for what in ("ordered", "confirmed", "shipped", "billed")] for line, row in said.items()} == {
            "1": ["100"] * 4,
            "2": ["40"] * 4,
        }
    (sale,) = tryton.search("sale.sale", [["reference", "=", NUMBER]], "state", "party.code", "total_amount")
    assert (sale["state"], sale["party."]["code"], sale["total_amount"]["decimal"]) == ("processing", "buyco", "1416.00")
