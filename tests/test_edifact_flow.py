"""EDIFACT through the whole hub: who is answered and when, what a partner says of what we sent, and how it is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from hub.app import Hub
from hub.ledger import blobs, outbound
from tests.journey import HERE, bring, hub_for, wire

JOURNEY = HERE / "ordered_and_invoiced_in_edifact"
HEAD = "UNA:+.? '\nUNB+UNOC:3+4012345000030:14+4098765000010:14+261122:1855+{reference}{asks}'\n"
ORDER = "".join((JOURNEY / "01_nordkost_orders.edi").read_text("latin-1").splitlines(keepends=True)[2:-1])
ASKS = "++ORDERS++1"


def interchange(*messages: str, reference: str = "R1", asks: str = "") -> bytes:
    return (HEAD.format(reference=reference, asks=asks) + "".join(messages) + f"UNZ+{len(messages)}+{reference}'\n").encode(
        "latin-1"
    )


def order(number: str, reference: str = "1", quantity: str = "24") -> str:
    found = ORDER.replace("4500871234", number).replace("QTY+21:24", f"QTY+21:{quantity}")
    return found.replace("UNH+1+", f"UNH+{reference}+").replace("UNT+21+1'", f"UNT+21+{reference}'")


@asynccontextmanager
async def company(home: Path, settings: str = "") -> AsyncIterator[Hub]:
    """The hub of the journey, its partner with these settings besides."""
    copytree(JOURNEY / "company", home / "company")
    file = home / "company" / "partners" / "nordkost" / "partner.yaml"
    old = "edifact:\n"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, f"edifact:\n{settings}"))
    async with hub_for(home, JOURNEY / "company") as hub:
        yield hub


def sent(hub: Hub, kind: str) -> list[str]:
    """What went to the partner: whole messages with this type in their file name."""
    found = wire(hub, "nordkost").sent.values()
    return [outgoing.body.decode("latin-1") for outgoing in found if kind in outgoing.name]


def receipts(hub: Hub) -> list[tuple[str, str]]:
    """Messages sent that somebody should acknowledge, and how that stands."""
    return [(row.kind, row.receipt) for row in hub.ledger.look(outbound.open_receipts)]


@pytest.mark.parametrize(
    ("settings", "asks", "quantity", "answer"),
    [
        ("", "", "24", None),
        ("", ASKS, "24", "UCM+1+ORDERS:D:96A:UN:EAN008+7'"),
        ("", "", "2X", "UCS+13'\nUCD+37+1:2'"),
        ("  acknowledge: always\n", "", "24", "UCM+1+ORDERS:D:96A:UN:EAN008+7'"),
    ],
    ids=["nobody asks", "asked", "refused", "always"],
)
async def test_an_interchange_is_acknowledged_when_asked_or_refused(
    tmp_path: Path, settings: str, asks: str, quantity: str, answer: str | None
) -> None:
    async with company(tmp_path, settings) as hub:
        await bring(hub, "nordkost", interchange(order("N1", quantity=quantity), asks=asks), "in.edi")
        found = sent(hub, "CONTRL")
        assert len(found) == (answer is not None) and (answer is None or answer in found[0])


async def test_siblings_of_a_refused_message_are_taken_up(tmp_path: Path) -> None:
    other = "UNH+3+PRICAT:D:96A:UN'\nBGM+9+1'\nUNT+3+3'\n"
    async with company(tmp_path) as hub:
        await bring(hub, "nordkost", interchange(order("N1"), order("N2", "2", "2X"), other), "in.edi")
        (contrl,) = sent(hub, "CONTRL")
        assert "UCM+1+ORDERS:D:96A:UN:EAN008+7'" in contrl and "UCM+2+ORDERS:D:96A:UN:EAN008+4'" in contrl
        assert "UCM+3+PRICAT:D:96A:UN+4+17+UNH+2:1'" in contrl
        assert len(wire(hub, "erp").sent) == 1


async def confirm(hub: Hub, *numbers: str) -> None:
    body = (JOURNEY / "02_erp_confirmation.json").read_text()
    for number in numbers:
        text = body.replace("4500871234", number).replace("SO-70001", f"SO-{number}")
        await bring(hub, "erp", text.encode(), f"{number}.json", document="erp_confirmation")


async def answered(hub: Hub) -> list[str]:
    """Two orders are confirmed; gives what went out."""
    await bring(hub, "nordkost", interchange(order("N1"), order("N2", "2"), asks=ASKS), "in.edi")
    await confirm(hub, "N1", "N2")
    return sent(hub, "ORDRSP")


def contrl(reference: str, action: str, *lines: str) -> bytes:
    body = [f"UCI+{reference}+4098765000010:14+4012345000030:14+{action}", *lines]
    text = "'\n".join(["UNH+1+CONTRL:D:3:UN", *body, f"UNT+{len(body) + 2}+1"]) + "'\n"
    return interchange(text, reference="C1")


@pytest.mark.parametrize(
    ("action", "lines", "verdict"),
    [
        ("7", (), None),
        ("7", ("UCM+0001+ORDRSP:D:96A:UN:EAN005+4", "UCS+3+13"), "rejected"),
        ("4+23", (), "rejected"),
        ("8", (), "received"),
    ],
    ids=["accepted", "its only message refused", "refused", "only received"],
)
async def test_what_a_contrl_says_is_matched_to_the_interchange(
    tmp_path: Path, action: str, lines: tuple[str, ...], verdict: str | None
) -> None:
    async with company(tmp_path) as hub:
        first, second = await answered(hub)
        assert "+2++++1'" in first and "+3++++1'" in second
        await bring(hub, "nordkost", contrl("3", action, *lines), "c.edi")
        expected = [("order_response", "open")] + ([("order_response", verdict)] if verdict else [])
        assert receipts(hub) == expected
        assert len(sent(hub, "CONTRL")) == 1  # of the orders: an acknowledgement is never answered


async def test_a_contrl_for_something_else_changes_nothing(tmp_path: Path) -> None:
    async with company(tmp_path) as hub:
        await answered(hub)
        await bring(hub, "nordkost", contrl("77", "4"), "c.edi")
        assert receipts(hub) == [("order_response", "open")] * 2


async def test_an_application_report_is_matched_by_the_number_it_names(tmp_path: Path) -> None:
    aperak = [
        "UNH+1+APERAK:D:96A:UN",
        "BGM+313+A1+9",
        "DTM+137:20261122:102",
        "RFF+ACW:SO-N2",
        "ERC+12::92",
        "FTX+AAI+++no such item",
    ]
    text = "'\n".join([*aperak, "UNT+7+1"]) + "'\n"
    async with company(tmp_path) as hub:
        await answered(hub)
        await bring(hub, "nordkost", interchange(text, reference="A1"), "a.edi")
        assert receipts(hub) == [("order_response", "open"), ("order_response", "rejected")]


async def test_groups_where_the_partner_wants_them(tmp_path: Path) -> None:
    async with company(tmp_path, "  groups: true\n") as hub:
        first, _ = await answered(hub)
        assert "UNG+ORDRSP+4098765000010+4012345000030+261122:1900+2+UN+D:96A:EAN005'" in first and "UNE+1+2'" in first
        await bring(hub, "nordkost", contrl("2", "7"), "c.edi")
        assert receipts(hub) == [("order_response", "open")]
        group = "+4098765000010+4012345000030+"
        await bring(hub, "nordkost", contrl("3", "7", f"UCF+3{group}4+29+UNE+1"), "d.edi")
        assert receipts(hub) == [("order_response", "rejected")]


async def test_groups_that_came_are_answered_group_by_group(tmp_path: Path) -> None:
    groups = [
        f"UNG+ORDERS+4012345000030+4098765000010+261122:1855+G{number}+UN+D:96A'\n" + order(f"N{number}", str(number), quantity)
        + f"UNE+1+G{number}'\n"
        for number, quantity in ((1, "24"), (2, "2X"))
    ]  # fmt: skip
    async with company(tmp_path) as hub:
        await bring(hub, "nordkost", interchange(*groups), "in.edi")
        (found,) = sent(hub, "CONTRL")
        assert "UCF+G1+4012345000030+4098765000010+7'\nUCM+1+ORDERS:D:96A:UN:EAN008+7'" in found
        assert "UCF+G2+4012345000030+4098765000010+7'\nUCM+2+ORDERS:D:96A:UN:EAN008+4'\nUCS+13'\nUCD+37+1:2'" in found


async def test_the_bytes_are_kept_as_they_came_whatever_their_encoding(tmp_path: Path) -> None:
    mixed = interchange(order("N1")).replace("Süd".encode("latin-1"), "Süd".encode())
    assert "ß".encode("latin-1") in mixed and "ü".encode() in mixed
    async with company(tmp_path) as hub:
        await bring(hub, "nordkost", mixed, "in.edi")
        assert hub.ledger.look(lambda connection: blobs.body(connection, blobs.digest(mixed))) == mixed


async def test_what_the_character_set_cannot_carry_stays_and_says_why(tmp_path: Path) -> None:
    async with company(tmp_path) as hub:
        file = tmp_path / "company" / "partners" / "nordkost" / "partner.yaml"
        assert "UNOC:3" in file.read_text()
        await bring(hub, "nordkost", interchange(order("N1")), "in.edi")
        body: Any = (JOURNEY / "02_erp_confirmation.json").read_text().replace("4500871234", "N1").replace("SO-70001", "SO-Ж1")
        await bring(hub, "erp", body.encode(), "n1.json", document="erp_confirmation")
        assert sent(hub, "ORDRSP") == []
