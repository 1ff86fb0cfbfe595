"""The judge of the chaos run can fail: stores with one fault each, written as the counterparts write them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.demo.book import Book
from hub.demo.place import Place
from hub.demo.purchase import CATALOGUE, buy, interchange, order_set
from tests.chaos.killing import Run, table
from tests.chaos.stores import gather
from tests.chaos.verdict import judge

ORDERS = ("C1", "C2", "C3")
PORTS = dict.fromkeys(("hub", "erp", "warehouse", "accounting"), 1)


class Scene:
    """Stores of a run in which all went well; a test then breaks one thing."""

    def __init__(self, folder: Path) -> None:
        self.place = Place.on_ports(folder, PORTS)
        self.received = folder / "retailer" / "received"
        for made in (self.received, self.place.outbox):
            made.mkdir(parents=True)
        self.control = 0
        for group, number in enumerate(ORDERS, start=1):
            self.order(number, group)
            self.book(number)
            self.put("FA", "997", f"AK1*PO*{group}", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1")
            self.put("PR", "855", f"BAK*00*AD*{number}*20261122")
            self.put("SH", "856", "BSN*00*S1*20261122*1200*0001", f"PRF*{number}")
            self.put("IN", "810", f"BIG*20261122*I-{number}**{number}")
        self.report()

    def order(self, number: str, group: int) -> None:
        body = interchange("PO", "850", [order_set(buy(number, (CATALOGUE[0], 24)))], group, group)
        with Book(self.place.store("retailer")).open() as page:
            page.put("sent", f"{group:09d}", {"name": number, "text": body.decode()})

    def book(self, number: str, name: str = "", quantity: str = "24") -> None:
        """As the ERP books an order, the 3PL its ship order and accounting its invoice."""
        asked = {"externalRef": number, "rows": [{"customerRow": "1", "qty": quantity}]}
        with Book(self.place.store("erp")).open() as page:
            page.put("post", f"{page.next('post'):09d}", {"externalRef": number})
            page.put("order", name or number, {"asked": asked})
        with Book(self.place.store("warehouse")).open() as page:
            page.put("order", f"key of {number}", {"asked": {"order_number": number}})
        with Book(self.place.store("accounting")).open() as page:
            page.put("invoice", f"I-{number}", {"asked": {"order_number": number}})

    def put(self, code: str, kind: str, *segments: str, control: int = 0) -> Path:
        """A file the hub put down and the retailer took; `control` uses a number again."""
        self.control += not control
        number = control or self.control
        file = self.received / f"{len(list(self.received.iterdir())):04d}_{kind}.edi"
        file.write_bytes(interchange(code, kind, [segments], number, number))
        return file

    def report(self, *strays: str) -> None:
        said = {"strays": strays, "orders": [{"number": number, "disagreements": []} for number in ORDERS]}
        (self.received.parent / "report.json").write_text(json.dumps(said))

    def files(self, kind: str) -> list[Path]:
        return sorted(self.received.glob(f"*_{kind}.edi"))

    def forget(self, who: str, kind: str, key: str) -> None:
        book = Book(self.place.store(who))
        book._connection.execute("delete from entry where kind = ? and key = ?", (kind, key))
        book.close()

    def faults(self, expected: int = len(ORDERS)) -> list[str]:
        return judge(gather(self.place), expected).faults


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_good_run_passes(scene: Scene) -> None:
    verdict = judge(gather(scene.place), 3)
    assert verdict and verdict.faults == []
    assert set(verdict.counts.values()) == {3} and set(verdict.repeats.values()) == {0}


def test_what_still_lies_in_the_outbox_counts(scene: Scene) -> None:
    for file in scene.files("810"):
        file.rename(scene.place.outbox / file.name)
    assert scene.faults() == []


def lost(scene: Scene) -> None:
    scene.forget("erp", "order", "C2")


def doubled(scene: Scene) -> None:
    scene.book("C2", name="C2 again")


def altered(scene: Scene) -> None:
    scene.book("C2", quantity="25")


def no_855(scene: Scene) -> None:
    scene.files("855")[1].unlink()


def two_855(scene: Scene) -> None:
    scene.put("PR", "855", "BAK*00*AD*C2*20261122")


def no_997(scene: Scene) -> None:
    scene.files("997")[1].unlink()


def two_997(scene: Scene) -> None:
    scene.put("FA", "997", "AK1*PO*2", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1")


def rejecting_997(scene: Scene) -> None:
    file = scene.files("997")[1]
    file.write_text(file.read_text().replace("AK9*A", "AK9*R"))


def number_reused(scene: Scene) -> None:
    scene.files("810")[2].unlink()
    scene.put("IN", "810", "BIG*20261122*I-C3**C3", control=1)


def two_invoices(scene: Scene) -> None:
    scene.put("IN", "810", "BIG*20261122*I-9**C2")


def no_ship_order(scene: Scene) -> None:
    scene.forget("warehouse", "order", "key of C2")


def never_ordered(scene: Scene) -> None:
    scene.put("PR", "855", "BAK*00*AD*C9*20261122")


def unhappy_retailer(scene: Scene) -> None:
    scene.report("group number 7 of PR was used twice")


FAULTS: tuple[tuple[Callable[[Scene], None], str], ...] = (
    (lost, "C2: not in the ERP"),
    (doubled, "C2: 2 times in the ERP"),
    (altered, "C2: booked with other lines"),
    (no_855, "C2: no 855"),
    (two_855, "C2: 2 times 855"),
    (no_997, "C2: no 997"),
    (two_997, "C2: 2 times 997"),
    (rejecting_997, "C2: its 997 does not accept it"),
    (two_invoices, "C2: 2 times 810"),
    (no_ship_order, "C2: not ship order"),
    (never_ordered, "C9: 855, and nobody ordered it"),
    (unhappy_retailer, "retailer: group number 7 of PR was used twice"),
)


@pytest.mark.parametrize(("damage", "said"), FAULTS, ids=[damage.__name__ for damage, _ in FAULTS])
def test_one_fault_is_found_and_nothing_else(scene: Scene, damage: Callable[[Scene], None], said: str) -> None:
    damage(scene)
    assert scene.faults() == [said]


def test_a_control_number_for_two_contents_is_found(scene: Scene) -> None:
    number_reused(scene)
    found = scene.faults()
    assert any(fault.startswith("number 000000001 stands on") for fault in found)
    assert any(fault.startswith("group number 1 stands in 2") for fault in found)


def test_the_same_file_again_is_a_repeat_and_a_fault(scene: Scene) -> None:
    (scene.received / "again.edi").write_bytes(scene.files("855")[0].read_bytes())
    verdict = judge(gather(scene.place), 3)
    assert verdict.repeats["files"] == 1
    assert verdict.faults == ["the file under 000000002 came 2 times"]


def test_a_repeated_post_is_counted(scene: Scene) -> None:
    scene.book("C2")
    assert judge(gather(scene.place), 3).repeats["posts to the ERP"] == 1


def test_fewer_orders_than_meant_are_a_fault(scene: Scene) -> None:
    assert scene.faults(expected=4) == ["3 orders were placed, not 4"]


def test_the_table_says_it_all(scene: Scene) -> None:
    two_855(scene)
    done = Run(verdict=judge(gather(scene.place), 3))
    done.kills.update(["push.sent", "starting"])
    said = table({"embedded": done})
    assert "FAULT embedded: C2: 2 times 855" in said and "2 kills at 1 of 16 points" in said and said.endswith("1 faults")
