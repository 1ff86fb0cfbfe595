"""JSON mappings: reading, writing, and what is found wrong on the way."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import marked
from hub.guides.mistakes import GuideError
from hub.guides.notation import KEYWORDS
from hub.mapping.mapping import Mapping, make
from hub.mapping.notation import RULE, TOP
from hub.model import Order, OrderResponse, ShipNotice, plain
from hub.rules.asking import Answer, Question

ORDER = """
document: order
format: json
tables:
  types: {N: stand_alone, R: rush}
  roles: {delivery: ship_to, invoice: bill_to}
body:
  version: {const: 2}
  reference: {is: number, use: must}
  placed: {is: ordered_on, as: date}
  type: {is: type, codes: types}
  rush: {is: extras.rush}
  partner: {}
  old: {use: never}
  ship:
    body:
      name: {is: parties.ship_to.name}
      street: {is: parties.ship_to.lines}
  addresses: {each: parties, key: {role: roles}, body: {town: {is: city}}}
  positions:
    each: lines
    use: must
    body:
      pos: {is: number, use: must}
      sku: {is: [ids.vendor_part, ids.sku]}
      qty: {is: quantity, use: must}
      unit: {is: unit, only: [EA, CS]}
"""


def mapping(text: str = ORDER) -> Mapping:
    return make("test", marked.loads(text))


def codes(findings: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in findings]


def test_reading():
    reading = mapping().read(
        {
            "version": 2,
            "reference": "PO-1",
            "placed": "2026-11-22",
            "type": "R",
            "rush": True,
            "ship": {"name": "Store 42", "street": ["1 Main Street", "Dock 3"]},
            "positions": [{"pos": 1, "sku": "A", "qty": "24", "unit": "EA"}, {"pos": 2, "qty": 1.5}],
        }
    )
    assert reading.findings == []
    assert reading.value == {
        "number": "PO-1",
        "ordered_on": date(2026, 11, 22),
        "type": "rush",
        "extras": {"rush": {"value": "true", "place": "rush"}},
        "parties": {"ship_to": {"name": "Store 42", "lines": ["1 Main Street", "Dock 3"]}},
        "lines": [
            {"number": "1", "ids": {"vendor_part": "A", "sku": "A"}, "quantity": Decimal(24), "unit": "EA"},
            {"number": "2", "quantity": Decimal("1.5")},
        ],
    }
    assert Order.model_validate(reading.value).number == "PO-1"


def test_items_filed_under_a_word():
    addresses = [{"role": "delivery", "town": "Tulsa"}, {"role": "delivery", "town": "Waco"}, {"role": "agent", "town": "Reno"}]
    reading = mapping().read({"reference": "1", "positions": [], "addresses": addresses})
    assert reading.value["parties"] == {
        "ship_to": {"city": "Tulsa"},
        "ship_to#2": {"city": "Waco"},
        "json:agent": {"city": "Reno"},
    }
    document = Order(number="1", lines=(), parties=reading.value["parties"])
    assert mapping().write(document).value["addresses"] == addresses


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"reference": None}, ("hub:value-missing", "reference")),
        ({"placed": "22.11.2026"}, ("hub:value-unreadable", "placed")),
        ({"version": 3}, ("hub:value-unexpected", "version")),
        ({"old": 1}, ("hub:value-forbidden", "old")),
        ({"ship": "Store 42"}, ("hub:not-an-object", "ship")),
        ({"positions": {}}, ("hub:not-a-list", "positions")),
        ({"positions": [{"pos": "1"}]}, ("hub:value-missing", "positions[0].qty")),
        ({"positions": [{"pos": "1", "qty": "ten"}]}, ("hub:value-unreadable", "positions[0].qty")),
        ({"positions": [{"pos": "1", "qty": 1, "unit": "XX"}]}, ("hub:value-unexpected", "positions[0].unit")),
        ({"positions": ["1"]}, ("hub:not-an-object", "positions[0]")),
    ],
)
def test_what_is_wrong_has_its_place(change, found):
    reading = mapping().read({"reference": "1", "positions": [], **change})
    assert codes(reading.findings) == [found]
    assert reading.findings[0].severity == "error"


@pytest.mark.parametrize(
    ("change", "found"),
    [({"type": "Z"}, ("hub:unknown-code", "type")), ({"colour": "red"}, ("hub:not-mapped", "colour")), ({"partner": "x"}, None)],
)
def test_what_is_remarkable_is_noted(change, found):
    reading = mapping().read({"reference": "1", "positions": [], **change})
    assert codes(reading.findings) == ([found] if found else [])
    assert all(finding.severity == "note" for finding in reading.findings)


def test_a_message_that_is_no_object():
    assert codes(mapping().read([1]).findings) == [("hub:not-an-object", "")]


def order(**more: Any) -> Order:
    line = {"number": "1", "quantity": "24", "unit": "EA", "ids": {"sku": "A"}}
    return Order.model_validate({"number": "PO-1", "lines": [line], **more})


def test_writing():
    writing = mapping().write(order(ordered_on="2026-11-22", type="rush", extras={"rush": {"value": "true"}}))
    assert writing.findings == []
    assert writing.value == {
        "version": 2,
        "reference": "PO-1",
        "placed": "2026-11-22",
        "type": "R",
        "rush": "true",
        "positions": [{"pos": "1", "sku": "A", "qty": "24", "unit": "EA"}],
    }


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"lines": []}, ("hub:value-missing", "lines")),
        ({"lines": [{"number": "1"}]}, ("hub:value-missing", "lines.0.quantity")),
        ({"lines": [{"number": "1", "quantity": 1, "unit": "ZZ"}]}, ("hub:value-unexpected", "lines.0.unit")),
        ({"type": "blanket"}, ("hub:no-code", "type")),
        ({"parties": {"buyer": {"city": "Tulsa"}}}, ("hub:no-code", "parties.buyer")),
    ],
)
def test_what_cannot_be_written_is_found_before_sending(more, found):
    writing = mapping().write(order(**more))
    assert codes(writing.findings) == [found]
    assert writing.findings[0].severity == "error"


def test_a_complete_mapping_says_what_it_loses():
    text = "document: order\nformat: json\ncomplete: true\ndrops: [notes, lines.*.unit]\nbody:\n  no: {is: number}\n"
    writing = mapping(text).write(order(notes=["rush"], channel="acme", ordered_on="2026-11-22"))
    assert {finding.path for finding in writing.findings} == {
        "lines.0.number",
        "lines.0.quantity",
        "lines.0.ids.sku",
        "ordered_on",
    }


def test_finishing_by_a_named_function():
    text = "document: order_response\nformat: json\nfinish: verdict_from_lines\nbody:\n  rows: {each: lines, body: {nr: {is: number}}}\n"
    reading = mapping(text).read({"rows": [{"nr": "1"}]})
    assert reading.value["verdict"] == "detail"
    assert OrderResponse.model_validate({**reading.value, "order_number": "PO-1"})


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("document: orders\nformat: json\nbody: {}\n", "1:11: there is no canonical document `orders` (did you mean `order`?)"),
        ("document: order\nbody: {}\n", "1:1: `format` must be json, csv, xlsx, fixed or xml"),
        ("document: order\nformat: json\n", "1:1: `body` must hold the keys"),
        ("document: order\nformat: json\nbody: {a: number}\n", "3:11: `a` needs a rule such as {is: number}"),
        ("document: order\nformat: json\nbody: {a: {each: number}}\n", "`number` holds one value, not several"),
        ("document: order\nformat: json\nbody: {a: {each: parties, body: {}}}\n", "filed under a word"),
        ("document: order\nformat: json\nbody: {a: {is: number, use: shall}}\n", "3:29: there is no use `shall`"),
        ("document: order\nformat: json\nbody: {a: {each: lines, body: {b: {is: ids.sku.x}}}}\n", "in `ids.sku.x`: `x`"),
        ("document: order\nformat: json\nfinish: tidy\nbody: {}\n", "3:9: there is no function `tidy`"),
        ("- 1\n", "1:1: a mapping file holds keys"),
    ],
)
def test_mistakes_in_a_mapping_have_their_place(text, mistake):
    with pytest.raises(GuideError) as caught:
        mapping(text)
    assert mistake in str(caught.value)


NOTICE = """
document: ship_notice
format: json
body:
  note: {is: number, use: must}
  at: {is: noticed_at}
  structure: {is: structure}
  loads: {each: loads, body: {kind: {is: packaging}, weight: {is: weight}}}
  orders: {each: orders, body: {id: {is: id}, no: {is: number}, date: {is: ordered_on}}}
  contents: {each: contents, body: {order: {is: order}, line: {is: line}, qty: {is: quantity}, lot: {is: lot}}}
"""
text = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
maybe = st.none() | text
amounts = st.decimals(0, 10**6, places=3)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)) | st.dates()  # noqa: DTZ001 - the zone is beside it
notices: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    number=text,
    noticed_at=moments,
    structure=text,
    loads=st.lists(st.builds(dict, packaging=text, weight=amounts), max_size=3),
    orders=st.lists(st.builds(dict, id=text, number=text, ordered_on=moments), max_size=3),
    contents=st.lists(st.builds(dict, order=text, line=maybe, quantity=amounts, lot=maybe), max_size=5),
)


@given(notices)
def test_what_is_written_is_read_back(values):
    document = ShipNotice.model_validate(values)
    writing = mapping(NOTICE).write(document)
    reading = mapping(NOTICE).read(writing.value)
    assert writing.findings == [] and reading.findings == []
    assert plain(ShipNotice.model_validate(reading.value)) == plain(document)


def test_the_words_are_those_of_the_guides():
    guide = {*KEYWORDS["guide"], *KEYWORDS["rule"], *KEYWORDS["element"]}
    own = {"format", "complete", "layout", "root", "namespaces", "doctype", "form", "default", "of"}
    assert {*TOP, *RULE} - guide == own


def test_codes_that_a_system_knows():
    """A code may decide under which role something is filed; whoever reads says who is asked."""
    table = "{system: erp, table: roles, gives: {word: role}}"
    found = mapping(ORDER.replace("{delivery: ship_to, invoice: bill_to}", table))
    sent = {"version": 2, "reference": "1", "addresses": [{"role": "WE", "town": "Ulm"}], "positions": []}
    first = found.read(sent)
    assert first.value["parties"] == {"json:WE": {"city": "Ulm"}} and first.anew is not None
    assert codes(first.findings) == [("hub:not-asked", "addresses[0].role")]
    again = first.anew(lambda table, code, path: {"WE": "ship_to"}.get(code))
    assert again.value["parties"] == {"ship_to": {"city": "Ulm"}} and (again.findings, again.anew) == ([], None)
    document = Order.model_validate({**again.value, "lines": [{"number": "1", "quantity": 1, "unit": "EA"}]})
    told = {Question("erp", "roles", "WE"): Answer(datetime(2026, 11, 22, tzinfo=UTC), {"role": "ship_to"})}
    assert found.write(document, told).value["addresses"] == [{"role": "WE", "town": "Ulm"}]
    assert ("hub:no-code", "parties.ship_to") in codes(found.write(document).findings)
