"""What goes back to a partner and what comes back from one: interchanges, groups and documents, in any order."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.app import Hub
from hub.ledger import outbound
from tests.journey import HERE, bring, hub_for, wire
from tests.test_walk import CONFIRMATION, ORDER, company_with, said, sent, sets, states

HEAD = "ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*HALDEN         *260302*1200*U*00401*000000900*{}*P*>~"


async def answered(hub: Hub) -> tuple[str, str]:
    """Our answer to an order has gone out: the numbers of its interchange and its group."""
    await bring(hub, "acme", ORDER, "first.edi")
    await bring(hub, "erp", CONFIRMATION, "confirmation")
    ours = sent(hub, "acme")[-1].decode()
    return ours.split("*U*00401*")[1][:9], ours.split("GS*PR*")[1].split("*")[4]


def receipts(hub: Hub) -> list[str]:
    return [row.receipt for row in hub.ledger.look(outbound.open_receipts)]


def tags(body: bytes) -> list[str]:
    return [segment.split("*")[0].strip() for segment in body.decode().split("~")][:-1]


def notice(number: str, verdict: str, code: str, wants: str = "0") -> bytes:
    return f"{HEAD.format(wants)}TA1*{number}*260302*1200*{verdict}*{code}~IEA*0*000000900~".encode()


def advice(verdict: str, *rest: str) -> bytes:
    body = ["ST*824*0001", "BGN*00*AA-1*20260302", f"OTI*{verdict}*{rest[0]}", *rest[1:]]
    segments = [
        "GS*AG*ACMERETAIL*HALDEN*20260302*1200*900*X*004010",
        *body,
        f"SE*{len(body) + 1}*0001",
        "GE*1*900",
        "IEA*1*000000900",
    ]
    return (HEAD.format("0") + "".join(f"{segment}~" for segment in segments)).encode()


async def test_an_interchange_is_acknowledged_on_request(hub: Hub) -> None:
    assert b"*000000101*0*P*" in ORDER
    await bring(hub, "acme", ORDER.replace(b"*000000101*0*P*", b"*000000101*1*P*"), "first.edi")
    group, told = sent(hub, "acme")
    assert sets(hub) == ["997", "TA1"]
    assert tags(told) == ["ISA", "TA1", "IEA"]
    assert b"TA1*000000101*" in told
    assert b"*A*000~" in told
    assert b"IEA*0*" in told
    assert b"AK9*A*1*1*1~" in group
    assert "interchange 000000101 will be acknowledged to acme as accepted" in _timeline(hub)


def _timeline(hub: Hub) -> str:
    rows = hub.ledger.look(lambda connection: list(connection.exec_driver_sql("select text from timeline")))
    return "\n".join(row[0] for row in rows)


async def test_a_broken_interchange_is_refused(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"IEA*1*000000101", b"IEA*1*000000102"), "broken.edi")
    assert states(hub) == ["rejected"]
    assert b"*R*001~" in sent(hub, "acme")[-1]
    assert sent(hub, "erp") == []


async def test_a_stranger_is_told_nothing(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"ZZ*ACMERETAIL ", b"ZZ*SOMEBODY   ").replace(b"*0*P*>", b"*1*P*>"), "stranger.edi")
    assert sent(hub, "acme") == []


async def test_no_acknowledgement_is_acknowledged(hub: Hub) -> None:
    number, _ = await answered(hub)
    before = sets(hub)
    await bring(hub, "acme", notice(number, "A", "000", wants="1"), "ta1.edi")
    assert sets(hub) == before


async def test_that_an_interchange_came_says_nothing_of_its_groups(hub: Hub) -> None:
    number, _ = await answered(hub)
    await bring(hub, "acme", notice(number, "A", "000"), "ta1.edi")
    assert receipts(hub) == ["open"]
    assert "acknowledged our 855 0001: accepted" in said(hub)


async def test_a_refused_interchange_stays_open_with_its_reason(hub: Hub) -> None:
    number, _ = await answered(hub)
    await bring(hub, "acme", notice(number, "R", "024"), "ta1.edi")
    assert receipts(hub) == ["rejected"]
    assert "acknowledged our 855 0001: rejected (codes 024)" in said(hub)


async def test_an_interchange_we_never_sent_is_said(hub: Hub) -> None:
    await bring(hub, "acme", notice("000004711", "R", "024"), "ta1.edi")
    assert "acknowledged interchange 000004711, which we did not send" in _timeline(hub)


@pytest.mark.parametrize("first", ["advice", "acknowledgement"])
async def test_what_is_refused_by_its_content_stays_refused(hub: Hub, first: str) -> None:
    _, group = await answered(hub)
    refusal = advice("TR", f"PO*PO-1001*****{group}*0001*855", "TED*848*Price differs*PO1*6*4**9.5")
    ack = (HERE / "clean_order_to_paid_invoice" / "06_acme_997.edi").read_bytes()
    ack = ack.replace(b"AK1*IN*4", f"AK1*PR*{group}".encode()).replace(b"AK2*810", b"AK2*855")
    papers = {"advice": refusal, "acknowledgement": ack}
    for name in (first, *(papers.keys() - {first})):
        await bring(hub, "acme", papers[name], f"{name}.edi")
    assert receipts(hub) == ["rejected"]
    assert "acknowledged our 855 0001: rejected (848 Price differs PO1 9.5)" in said(hub)
    assert sets(hub).count("997") == 2  # our order's and the advice's: what is said of content is a document of its own


async def test_a_document_is_found_by_its_number(hub: Hub) -> None:
    await answered(hub)
    await bring(hub, "acme", advice("TA", "VN*SO-70001"), "by-number.edi")
    assert "acknowledged our 855 0001: accepted" in said(hub)
    await bring(hub, "acme", advice("TR", "IV*INV-4711"), "unknown.edi")
    assert "acknowledged document INV-4711, which we did not send" in _timeline(hub)


async def test_notices_and_groups_may_share_a_batch(tmp_path: Path) -> None:
    changes = {"channel": ("partner: acme", 'partner: acme\nbatch: {cron: "0 14 * * *", zone: America/Chicago}')}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        await bring(hub, "acme", ORDER.replace(b"*000000101*0*P*", b"*000000101*1*P*"), "first.edi")
        await hub.clock.advance(timedelta(hours=2, minutes=1))  # type: ignore[attr-defined]
        await hub.work()
        (body,) = (outgoing.body for outgoing in wire(hub, "acme").sent.values())
        assert tags(body)[:4] == ["ISA", "TA1", "GS", "ST"]


async def test_the_version_of_an_answer_is_that_of_the_question(hub: Hub) -> None:
    await bring(hub, "acme", ORDER.replace(b"*X*004010~", b"*X*005010~"), "newer.edi")
    assert b"*X*005010~" in sent(hub, "acme")[0]


async def test_999_only_where_the_partner_file_says_so(tmp_path: Path) -> None:
    changes = {"partner": ("acknowledgement: x12/997", "acknowledgement: x12/999")}
    async with hub_for(tmp_path, company_with(tmp_path, **changes)) as hub:
        order = ORDER.replace(b"*X*004010~", b"*X*005010~").replace(b"*000000101*0*P*", b"*000000101*1*P*")
        await bring(hub, "acme", order.replace(b"*24*EA*", b"*many*EA*"), "newer.edi")
        assert sets(hub) == ["999", "TA1"]
        told = sent(hub, "acme")[0].decode().replace("\n", "")
        assert "~IK3*PO1*" in told
        assert "~IK5*R*5~AK9*R*1*1*0~" in told
