"""The judge of the cuts can fail: a book with one fault each, and a target that does not keep its word."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from hub.demo.book import Page
from hub.sdk.testing import Call
from tests.chaos.cutting import judge, order, run
from tests.chaos.till import WAYS, Till

ORDERS = 2


def hand_in(till: Till, way: str, number: int, name: str = "", kind: str = "order", body: str = "") -> None:
    headers = {"x-key": f"order:feed:PO-{number:06d}:ab:{way}:{name}", "x-name": name or f"{number}.json", "x-kind": kind}
    till(Call("POST", f"/{way}", {}, headers, (body or json.dumps({"number": f"PO-{number:06d}"})).encode()))


def receipt(till: Till, number: int, control: int) -> None:
    head = order(control).partition("\n")[0]
    hand_in(till, "native", number, f"997 {control} {number}", "acknowledgement", f"{head}\nGS*FA~\nST*997~\nAK1*PO*{number}~\n")


@pytest.fixture
def till(tmp_path: Path) -> Till:
    """All went well."""
    till = Till(tmp_path / "till.sqlite")
    for number in range(1, ORDERS + 1):
        receipt(till, number, number)
        for way in WAYS:
            hand_in(till, way, number)
    return till


def lost(till: Till) -> None:
    till.book._connection.execute("delete from entry where kind = 'upsert' and key = 'upsert-000000002'")


def doubled(till: Till) -> None:
    hand_in(till, "lookup", 2)


def other_name(till: Till) -> None:
    hand_in(till, "same-bytes", 2, "other.json")


def never_ordered(till: Till) -> None:
    hand_in(till, "unsafe", 9)


def acknowledged_twice(till: Till) -> None:
    receipt(till, 2, 3)


def number_reused(till: Till) -> None:
    till.book._connection.execute("delete from entry where kind = 'native' and value like '%AK1*PO*2~%'")
    receipt(till, 2, 1)


FAULTS: tuple[tuple[Callable[[Till], None], str], ...] = (
    (lost, "upsert: PO-000002 was lost"),
    (doubled, "lookup: PO-000002 is there 2 times"),
    (other_name, "same-bytes: PO-000002 is there 2 times"),
    (never_ordered, "unsafe: PO-000009 is there, and nobody ordered it"),
    (acknowledged_twice, "interchange 2 was acknowledged 2 times"),
    (number_reused, "control number 000000001 stands on 2 papers"),
)


def test_a_good_book_passes(till: Till) -> None:
    hand_in(till, "same-bytes", 1)  # the same bytes under the same name, once more
    assert judge(till, ORDERS) == []


@pytest.mark.parametrize(("damage", "said"), FAULTS, ids=[damage.__name__ for damage, _ in FAULTS])
def test_one_fault_is_found_and_nothing_else(till: Till, damage: Callable[[Till], None], said: str) -> None:
    damage(till)
    assert judge(till, ORDERS) == [said]


class Forgetful(Till):
    """Says that it knows documents by their keys, and does not."""

    def take(self, page: Page, way: str, call: Call) -> tuple[int, object]:
        page.put("known native", unquote(call.headers["x-key"]), None)
        return super().take(page, way, call)


@pytest.mark.slow
async def test_a_target_that_does_not_keep_its_word_is_found_out(tmp_path: Path) -> None:
    done = await run(tmp_path, 12, 1, Forgetful)
    assert [fault for fault in done.faults if fault.startswith("native") and fault.endswith("times")]
    assert [fault for fault in done.faults if fault.startswith(("upsert", "lookup", "same-bytes", "unsafe"))] == []
