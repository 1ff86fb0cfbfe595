"""Numbers of packages and their labels: never the same number twice, and the same one on the label as in the ship notice."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.flow.number import nameless, with_numbers
from hub.guides import writer
from hub.guides.library import Library
from hub.model.parts import Carriage, Party, Reference
from hub.model.shipment import Content, Package, ShipNotice, ShippedOrder
from hub.operations.labels import NoLabel, labels
from hub.operations.pdf import HEIGHT, MODULE, pdf
from hub.operations.zpl import zpl
from hub.rules import code128
from hub.rules.sscc import BadRange, Exhausted, Range, check_digit, checked, draw

LIBRARY = Library([Path(__file__).parent.parent / "mappings"])
OURS = Range("0614141", "1")
NOTICE = ShipNotice(
    number="S-1",
    parties={"ship_from": Party(name="Mill Warehouse", lines=("1 Dock St",), city="Memphis", region="TN", postcode="38103"),
             "ship_to": Party(name="Café (4) ^North", lines=("400 Harbour Way",), city="Springfield", region="OH")},
    carriages=(Carriage(carrier="UPSN"),),
    references={"bill_of_lading": Reference(value="BOL-77")},
    orders=(ShippedOrder(id="O1", number="PO-10427"),),
    packages=(Package(id="P1", type="tare", order="O1"), Package(id="P2", parent="P1", order="O1"),
              Package(id="P3", parent="P1", order="O1", sscc="106141412345678908")),
    contents=(Content(order="O1", package="P2", line="1", quantity=Decimal(12), unit="each", ids={"upc": "012345678905"}),
              Content(order="O1", package="P3", line="2", quantity=Decimal(6), unit="each", ids={"upc": "012345678912"})),
)  # fmt: skip


def test_known_check_digits():
    """From GS1's own examples: a GTIN-13 and an SSCC."""
    assert (check_digit("629104150021"), check_digit("10614141234567890")) == ("3", "8")


@given(
    prefix=st.from_regex(r"\A[0-9]{4,12}\Z"), used=st.integers(0, 900), counts=st.lists(st.integers(1, 5), min_size=2, max_size=5)
)
def test_draws_never_give_a_number_twice(prefix, used, counts):
    range_, seen = Range(prefix, "3"), []
    for count in counts:
        drawn = draw(range_, used, count)
        seen += drawn.numbers
        used = drawn.used
    assert len(set(seen)) == len(seen) == sum(counts)
    assert all(len(number) == 18 and number.startswith("3" + prefix) and checked(number) for number in seen)


def test_a_range_that_is_spent_gives_all_or_nothing():
    small = Range("012345678901")
    assert draw(small, small.last - 2, 2).used == small.last
    with pytest.raises(Exhausted, match="no serial beyond 9999"):
        draw(small, small.last - 1, 2)


@pytest.mark.parametrize(
    ("prefix", "extension"), [("123", "0"), ("1234567890123", "0"), ("12a4567", "0"), ("1234567", "10"), ("1234567", "x")]
)
def test_what_is_no_range(prefix, extension):
    with pytest.raises(BadRange):
        Range(prefix, extension)


@pytest.mark.parametrize("wrong", ["106141412345678907", "10614141234567890", "", "10614141234567890x"])
def test_a_wrong_digit_is_seen(wrong):
    assert not checked(wrong) or len(wrong) != 18


def numbered(notice, used):
    """The notice with numbers of ours on packages that have none, drawn behind the serial `used`."""
    bare = nameless(notice.model_dump_json())
    drawn = dict(zip(bare, draw(OURS, used, len(bare)).numbers, strict=True))
    return ShipNotice.model_validate_json(with_numbers(notice.model_dump_json(), drawn))


def test_only_packages_without_a_number_are_given_one():
    assert [package.sscc for package in numbered(NOTICE, 5).packages] == [
        "106141410000000064",
        "106141410000000071",
        "106141412345678908",
    ]


@pytest.mark.parametrize(("sscc", "words"), [(None, "has no SSCC yet"), ("106141412345678900", "is no SSCC")])
def test_no_label_without_a_right_number(sscc, words):
    with pytest.raises(NoLabel, match=words):
        labels(NOTICE.model_copy(update={"packages": (Package(id="P1", sscc=sscc),)}))


def test_no_two_labels_with_one_number():
    twice = (Package(id="P1", sscc="106141412345678908"), Package(id="P2", sscc="(00)106141412345678908"))
    with pytest.raises(NoLabel, match="more than one package"):
        labels(NOTICE.model_copy(update={"packages": twice}))


def test_what_stands_on_a_label():
    pallet, carton, _ = labels(numbered(NOTICE, 0))
    assert pallet.contents == ("012345678905  12 each", "012345678912  6 each")  # all that stands on it
    assert carton.contents == ("012345678905  12 each",)
    assert carton.ship_to == ("Café (4) ^North", "400 Harbour Way", "Springfield, OH")
    assert (carton.order, carton.carrier, carton.references, carton.count) == ("PO-10427", "UPSN", ("B/L BOL-77",), "2 of 3")


def scanned(page):
    """What a scanner makes of the bars on a page: their widths, looked up, checked."""
    spots = [(float(left), float(wide)) for left, wide in re.findall(r"^([\d.]+) \d+ ([\d.]+) \d+ re f$", page, re.MULTILINE)]
    widths = []
    for (left, wide), following in zip(spots, [*spots[1:], None], strict=True):
        widths.append(round(wide / MODULE))
        if following:
            widths.append(round((following[0] - left - wide) / MODULE))
    text = "".join(map(str, widths))
    assert text.endswith(code128.STOP)
    symbols = [code128.WIDTHS.index(text[at : at + 6]) for at in range(0, len(text) - len(code128.STOP), 6)]
    start, mark, *digits, check = symbols
    assert (start, mark) == (105, 102)
    assert check == (105 + sum(place * value for place, value in enumerate(symbols[:-1]))) % 103
    return "".join(f"{value:02}" for value in digits)


def pages(content):
    return [stream.decode("cp1252") for stream in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL)]


def test_the_label_has_the_number_of_the_ship_notice():
    """In the 856 as it is written, in the bars of the PDF, in the command for the printer, and for people."""
    notice = numbered(NOTICE, 41)
    segments = writer.write(LIBRARY.guide("x12/856"), notice).segments
    sent = [segment[2] for segment in segments if segment[:2] == ["MAN", "GM"]]
    made = labels(notice)
    assert len(sent) == 3
    assert [scanned(page) for page in pages(pdf(made))] == [f"00{number}" for number in sent]
    assert re.findall(r"\^FD>;>8(\d+)\^FS", zpl(made)) == [f"00{number}" for number in sent]
    assert re.findall(r"\((?:\\\()?00(?:\\\))? (\d{18})\)", "".join(pages(pdf(made)))) == sent


def test_symbols_of_code_128_are_sound():
    assert len(code128.WIDTHS) == len(set(code128.WIDTHS)) == 106
    assert {sum(map(int, widths)) for widths in code128.WIDTHS} == {11}
    assert all(sum(map(int, widths[::2])) % 2 == 0 for widths in code128.WIDTHS)  # bars of a symbol are even in sum
    with pytest.raises(ValueError, match="even number of digits"):
        code128.bars("123")


def test_the_pdf_is_whole():
    content = pdf(labels(numbered(NOTICE, 0)))
    places = [int(place) for place in re.findall(rb"^(\d{10}) 00000 n $", content, re.MULTILINE)]
    assert all(content[place:].startswith(b"%d 0 obj\n" % number) for number, place in enumerate(places, 1))
    assert content[int(re.search(rb"startxref\n(\d+)", content)[1]) :].startswith(b"xref\n")
    assert content.count(b"/Type /Page ") == 3 and b"/MediaBox [0 0 288 %d]" % HEIGHT in content
    assert all(
        len(stream) == int(size)
        for size, stream in re.findall(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", content, re.DOTALL)
    )


def test_no_text_becomes_a_command():
    made = labels(numbered(NOTICE, 0))
    assert "Café (4) _5eNorth" in zpl(made)
    assert r"(Café \(4\) ^North) Tj" in pages(pdf(made))[0]
