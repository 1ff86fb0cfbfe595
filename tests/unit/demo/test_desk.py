"""The retailer's desk over real files: every file is taken in once, what is owed is answered, nothing passes unseen."""

import json

import pytest

from hub.demo.book import Book
from hub.demo.desk import Desk
from hub.demo.diary import Diary
from hub.demo.letter import read
from hub.demo.retailer import Retailer, report
from tests.unit.demo.papers import ACCEPTED, INVOICE, NOTICE, PURCHASE, REJECTED, RESPONSE, REST, REST_INVOICE, letter


@pytest.fixture
def desk(tmp_path):
    folders = [tmp_path / name for name in ("to-hub", "from-hub", "received")]
    made = Desk(Book(tmp_path / "book.sqlite"), Diary(tmp_path, "retailer"), *folders)
    yield made
    made.book.close()


def hub_sends(desk, body, name="a.edi"):
    (desk.outbox / name).write_bytes(body)
    desk.collect()


def sent(desk, kind):
    """Sets of this type that lie in the hub's inbox."""
    files = [read(file.read_bytes()) for file in sorted(desk.inbox.iterdir())]
    return [document for file in files for _, document in file.sets() if document.type == kind]


def test_an_order_is_written_whole_and_can_be_read_by_another(desk):
    desk.place(PURCHASE)
    (file,) = desk.inbox.iterdir()
    assert file.name == "850-PO-7-000000001.edi"
    order = read(file.read_bytes())
    assert order.faults == []
    assert str(order.groups[0].sets[0].all("PO1")[0]) == "PO1*1*100*EA*31.99*PE*UP*078915030900*VN*KETTLE-1L"


def test_the_mistake_is_in_the_second_element_of_a_line(desk):
    desk.place(PURCHASE, mistake=True)
    (order,) = sent(desk, "850")
    assert [row[2] for row in order.all("PO1")] == ["100", "1OO"]


def test_each_group_but_receipts_is_acknowledged(desk):
    desk.place(PURCHASE)
    hub_sends(desk, letter(ACCEPTED))
    assert sent(desk, "997") == []
    hub_sends(desk, letter(RESPONSE, NOTICE, INVOICE, number=2))
    assert [str(receipt.first("AK1")) for receipt in sent(desk, "997")] == ["AK1*PR*20", "AK1*SH*21", "AK1*IN*22"]
    assert [str(receipt.first("AK2")) for receipt in sent(desk, "997")] == ["AK2*855*0001", "AK2*856*0001", "AK2*810*0001"]
    assert desk.strays == []


def test_the_same_bytes_again_are_a_repeat(desk):
    desk.place(PURCHASE)
    for name in ("a.edi", "b.edi"):
        hub_sends(desk, letter(RESPONSE, number=5), name)
    assert (desk.repeats, desk.strays, len(desk.cases["PO-7"].responses)) == (1, [], 1)


def test_other_bytes_under_a_used_number_are_found(desk):
    desk.place(PURCHASE)
    hub_sends(desk, letter(RESPONSE, number=5))
    hub_sends(desk, letter(NOTICE, number=5))
    assert "control number 000000005 was used before" in desk.strays[0]


def test_a_group_number_used_twice_is_found(desk):
    desk.place(PURCHASE)
    hub_sends(desk, letter(RESPONSE, number=5))
    hub_sends(desk, letter(RESPONSE, number=5).replace(b"000000005", b"000000006"))
    assert "group number 50 of PR was used twice" in desk.strays


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (letter(RESPONSE, sender="SOMEBODY"), "sender is SOMEBODY"),
        (letter(RESPONSE).replace(b"*P*>", b"*T*>"), "ISA15 is T"),
        (letter(RESPONSE).replace(b"SE*10*", b"SE*11*"), "SE count of 11"),
        (letter(RESPONSE)[:-20], "missing"),
        (letter(RESPONSE.replace("PO-7", "PO-8")), "855 0001 is about PO-8, never ordered"),
        (letter(ACCEPTED.replace("*PO*1", "*PO*9")), "is about a group we never sent"),
        (b"hello", "unreadable"),
    ],
)
def test_what_is_wrong_with_an_interchange_is_found(desk, body, found):
    desk.place(PURCHASE)
    hub_sends(desk, body)
    assert any(found in said for said in desk.strays), desk.strays


def test_the_demo_is_played_to_the_end_only_if_everything_ties_out(desk, tmp_path):
    """A hub that answers rightly, file by file."""
    desk.place(PURCHASE)
    for place, body in enumerate([ACCEPTED, RESPONSE, NOTICE, INVOICE, REST, REST_INVOICE], start=1):
        (desk.outbox / f"{place}.edi").write_bytes(letter(body, number=place))
    retailer = Retailer(desk, tmp_path / "bank" / "payments.csv", patience=0)
    assert retailer.settle("PO-7")
    rows = (tmp_path / "bank" / "payments.csv").read_text().splitlines()
    assert [row.split(",", 1)[1] for row in rows[1:]] == [
        "Acme Retail,PAY-RE-1,RE-1,PO-7,USD,2021.40",
        "Acme Retail,PAY-RE-2,RE-2,PO-7,USD,1279.60",
    ]
    said = report(desk, satisfied=True, seconds=1)
    assert said["satisfied"]
    assert said["orders"][0]["paid"]
    copies = sorted(file.name for file in (tmp_path / "exchanged" / "PO-7").iterdir())
    assert copies[:4] == ["01-850-in.edi", "02-997-out.edi", "03-855-out.edi", "04-997-in.edi"]


def test_nothing_is_paid_that_does_not_tie_out(desk, tmp_path):
    desk.place(PURCHASE)
    wrong = INVOICE.replace("31.99", "32.99").replace("202140", "208140")
    for place, body in enumerate([ACCEPTED, RESPONSE, NOTICE, wrong, REST, REST_INVOICE], start=1):
        (desk.outbox / f"{place}.edi").write_bytes(letter(body, number=place))
    retailer = Retailer(desk, tmp_path / "payments.csv", patience=0)
    assert not retailer.settle("PO-7")
    assert not (tmp_path / "payments.csv").exists()


def test_a_mistake_must_be_refused_at_its_place(desk, tmp_path):
    retailer = Retailer(desk, tmp_path / "payments.csv", patience=0)
    (desk.outbox / "1.edi").write_bytes(letter(ACCEPTED))
    assert not retailer.play_mistake(PURCHASE)
    assert desk.cases["PO-7"].wrong == ["the 997 should reject and name PO1, element 2"]
    assert len(sent(desk, "850")) == 1


def test_a_refused_order_is_corrected_and_sent_again(desk, tmp_path):
    retailer = Retailer(desk, tmp_path / "payments.csv", patience=0)
    papers = [REJECTED, ACCEPTED.replace("*PO*1", "*PO*2"), RESPONSE, NOTICE, INVOICE, REST, REST_INVOICE]
    for place, body in enumerate(papers, start=1):
        (desk.outbox / f"{place}.edi").write_bytes(letter(body, number=place))
    assert not retailer.play_mistake(PURCHASE)  # the second 997 is about a group that was not sent when it came
    assert [str(order.first("BEG")[3]) for order in sent(desk, "850")] == ["PO-7", "PO-7"]
    assert desk.cases["PO-7"].verdicts[0][1].code == "R"


def test_the_crowd_reports_what_is_missing(desk, tmp_path):
    retailer = Retailer(desk, tmp_path / "payments.csv", patience=0)
    assert not retailer.crowd(3, seed=4, rate=1000)
    said = report(desk, satisfied=False, seconds=1)
    assert said["without_receipt"] == ["C4-00001", "C4-00002", "C4-00003"] == said["without_response"]
    assert json.dumps(said)
