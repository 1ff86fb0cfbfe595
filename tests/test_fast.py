"""The fast path of reading and the interpreter are one truth: the same values, or the fast path gives up."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.errors import Unreadable
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides import difference, reader, writer
from hub.guides.library import Library
from hub.guides.making import Unsure, made, makers
from hub.guides.notation import Guide
from hub.guides.plainly import plainly
from hub.guides.reader import Defaults
from hub.guides.values import Values
from hub.model import DOCUMENTS, Document, Order, Shape, plain
from tests.strategies import documents

ROOT = Path(__file__).parent.parent
LIBRARY = Library([ROOT / "mappings"])
CORPUS = ROOT.parent / "shared" / "corpus"
LARGE = 100_000  # bytes
FIXTURES = sorted((ROOT / "tests" / "fixtures").rglob("*.edi"))
FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
# Read without a finding, and yet left to the interpreter: see the decision on the fast path.
SLOW = {
    "desadv/loose": "a composite of separators alone",
    "desadv/pallets": "a time in a zone that is assumed, filed under a key",
    "invoic/credit": "a decimal comma",
    "orders/grocer": "a time in a zone that is assumed, filed under a key",
    "ordered_and_invoiced_in_edifact/04.1_to_nordkost_DESADV": "a time in a zone that is assumed, filed under a key",
    "slsrpt/lines": "a period in one value",
    "824/invoice_rejected": "a time in a zone that is assumed, in an item of a list",
    "824/ship_notice": "a time in a zone that is assumed, filed under a key",
    "945/plain": "a code in a group that our table does not have",
}
BODY = "BEG*00*SA*PO-1**20260312~PO1*1*5*EA*1.50*PE*VN*AB3543~PID*F****Tea~CTT*1~"


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def same(guide: Guide, tset: TransactionSet) -> bool:
    """Holds both paths to one truth; True when the fast path read the set."""
    fast = reader.read_fast(guide, tset, Defaults())
    again = replace(tset, parted=deepcopy(tset.segments))  # the interpreter spreads repetitions in place
    assert repr(fast) == repr(reader.read_fast(guide, again, Defaults())), "that somebody took it apart changes nothing"
    slow, either = reader.read_slowly(guide, tset), reader.read(guide, again)
    assert (repr(either.value), either.findings) == (repr(slow.value), slow.findings)
    made_alike(DOCUMENTS[guide.document], slow.value)
    if fast is None:
        return False
    assert slow.findings == []
    assert repr(fast.value) == repr(slow.value), "order and types too"
    assert fast.findings == []
    made_alike(DOCUMENTS[guide.document], fast.value, fast.sure)
    return True


def made_alike(shape: type[Document], values: Values | None, sure: bool = False) -> bool:
    """Holds what is made of values to what pydantic makes of them; True when pydantic was not asked."""
    values = {} if values is None else values
    try:
        expected = shape.model_validate(deepcopy(values))
    except ValidationError as error:
        with pytest.raises(ValidationError) as found:
            made(shape, values, sure)
        assert found.value.errors(include_url=False) == error.errors(include_url=False)
        with pytest.raises(ValidationError):
            plainly(shape, values, sure)
        return False
    assert insides(made(shape, values, sure)) == insides(expected)
    assert made(shape, values, sure) == expected
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made(shape, values, sure), next(iter(shape.model_fields)), None)
    assert json.dumps(plainly(shape, deepcopy(values), sure)) == json.dumps(plain(expected)), "order too"
    try:
        return isinstance(makers(shape, sure)[tuple(values)](values), shape)
    except Unsure:
        return False


def insides(value: Any) -> Any:
    """All there is in a part of the model, types and order too."""
    if isinstance(value, Shape):
        parts = (value.model_fields_set, value.__pydantic_extra__, value.__pydantic_private__)
        return type(value), parts, [(name, insides(held)) for name, held in vars(value).items()]
    if isinstance(value, tuple):
        return tuple(map(insides, value))
    return {key: insides(held) for key, held in value.items()} if type(value) is dict else (type(value), repr(value))


def sets(content: bytes) -> list[tuple[Guide, TransactionSet]]:
    found = [event for event in detect.read([content]) if isinstance(event, TransactionSet)]
    guides = [LIBRARY.find(tset.interchange.standard, tset.type, tset.version) for tset in found]
    return [(guide, tset) for guide, tset in zip(guides, found, strict=True) if guide]


def message(body: str, advice: str = "UNA:+.? '", syntax: str = "UNOC:4") -> tuple[Guide, TransactionSet]:
    """One ORDERS, with its envelope."""
    [found] = sets(interchange(body, advice, syntax).encode("latin-1"))
    return found


def interchange(body: str, advice: str = "UNA:+.? '", syntax: str = "UNOC:4") -> str:
    count = body.count("'") + 2
    return f"{advice}UNB+{syntax}+BUYER+US+20260312:0915+7'UNH+1+ORDERS:D:01B:UN:EAN010'{body}UNT+{count}+1'UNZ+1+7'"


def order(body: str) -> tuple[Guide, TransactionSet]:
    """One 850, with its envelope."""
    count = body.count("~") + 2
    text = (
        "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260312*0915*U*00401*000000007*0*P*>~"
        f"GS*PO*BUYER*US*20260312*0915*1*X*004010~ST*850*0001~{body}SE*{count}*0001~GE*1*1~IEA*1*000000007~"
    )
    [found] = sets(text.encode("latin-1"))
    return found


def read(body: str) -> bool:
    return same(*order(body))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: name(path))
def test_golden_documents_without_findings_take_the_fast_path(path: Path) -> None:
    taken = [(same(guide, tset), not reader.read_slowly(guide, tset).findings) for guide, tset in sets(path.read_bytes())]
    left = [plain for fast, plain in taken if plain and not fast]
    assert not any(fast and not plain for fast, plain in taken)
    assert bool(left) == (name(path) in SLOW)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: name(path))
def test_golden_documents_are_made_without_asking_pydantic(path: Path) -> None:
    read = [(guide, reader.read(guide, tset)) for guide, tset in sets(path.read_bytes())]
    left = [it for guide, it in read if not it.findings and not made_alike(DOCUMENTS[guide.document], it.value)]
    assert not left


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside this checkout")
@pytest.mark.parametrize("large", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_real_documents_are_read_alike(large: bool) -> None:
    files = [path for path in sorted(CORPUS.rglob("*")) if path.suffix in (".edi", ".x12", ".txt")]
    files = [path for path in files if (path.stat().st_size > LARGE) == large]
    found = []
    for path in files:
        try:
            found += [same(guide, tset) for guide, tset in sets(path.read_bytes())]
        except Unreadable:
            continue
    assert found and (any(found) or large), "the large one has something to say, so the fast path leaves it"


@pytest.mark.parametrize("name", LIBRARY.names())
@pytest.mark.parametrize("damages", [1, pytest.param(12, marks=pytest.mark.slow)])
@FEW
@given(data=st.data())
def test_drawn_documents_are_read_alike_whole_and_damaged(name: str, damages: int, data: st.DataObject) -> None:
    guide = LIBRARY.guide(name)
    segments = writer.write(guide, data.draw(documents(guide))).segments
    same(guide, difference.as_set(guide, [list(segment) for segment in segments]))
    for _ in range(damages):
        damaged = [list(segment) for segment in segments]
        for _ in range(data.draw(st.integers(1, 3))):
            damage(data, damaged)
        same(guide, difference.as_set(guide, damaged))


def damage(data: st.DataObject, segments: list[list[str]]) -> None:
    """One thing wrong, or only unusual."""
    if not segments:
        return
    at = data.draw(st.integers(0, len(segments) - 1))
    segment, kind = segments[at], data.draw(st.sampled_from(KINDS))
    if kind == "text" and len(segment) > 1:
        segment[data.draw(st.integers(1, len(segment) - 1))] = data.draw(ODD)
    elif kind == "drop":
        del segments[at]
    elif kind == "double":
        segments.insert(at, list(segment))
    elif kind == "swap":
        other = data.draw(st.integers(0, len(segments) - 1))
        segments[at], segments[other] = segments[other], segment
    elif kind == "longer":
        segment += data.draw(st.lists(ODD, min_size=1, max_size=4))
    elif kind == "shorter":
        del segment[data.draw(st.integers(1, len(segment))) :]
    elif kind == "tag":
        segment[0] = data.draw(st.sampled_from(("REF", "N1", "DTM", "PID", "QTY", "HL", "XXX", "")))


KINDS = ("text", "text", "text", "drop", "double", "swap", "longer", "shorter", "tag")
ODD = st.sampled_from(
    ("", " ", "A", "ZZ", "EA ", " EA", "1", "-1", "+1", "1,5", ".5", "1.", "1e3", "١", "20260312", "20261312", "260312", "2400", "0930",
     "\x1f", "A\x1fB", "A\x07B", "\xa0", "é", "X" * 81, "9" * 19, "00", "ST", "UP", "S", "O", "I", "\x1f\x1f", "?", "A|B", " |")
)  # fmt: skip


LINE = {"number": "1", "quantity": Decimal("1.50"), "ids": {"upc": "012345678905"}, "descriptions": [{"text": "Tea"}]}
MORE = {
    "ordered_on": date(2026, 3, 12),
    "parties": {"buyer": {"name": "Tea Co"}},
    "totals": {"lines": Decimal(1)},
    "notes": ["a"],
}
VALUES: Values = {"number": "PO-1", "lines": [LINE], **MORE}


@pytest.mark.parametrize(
    ("path", "value", "quick"),
    [
        (("number",), "PO-2", True),
        (("ordered_on",), datetime(2026, 3, 12, 9, tzinfo=UTC), True),
        (("test",), True, True),
        (("lines",), [], True),
        (("lines", 0, "ids"), {}, True),
        (("totals", "lines"), Decimal("1E+2"), True),
        (("totals", "lines"), 7, True),
        (("dates",), {"ship_requested": date(2026, 3, 12)}, True),
        (("number",), 7, False),
        (("number",), None, False),
        (("contract",), None, False),
        (("number",), type("Word", (str,), {})("PO-1"), False),
        (("ordered_on",), "2026-03-12", False),
        (("ordered_on",), datetime(2026, 3, 12, 9), False),  # noqa: DTZ001  # what is wrong with it
        (("ordered_on",), datetime(2026, 3, 12), False),  # noqa: DTZ001
        (("test",), 1, False),
        (("nobody",), "knows it", False),
        (("lines",), (LINE,), False),
        (("lines",), {"number": "1"}, False),
        (("lines",), "1", False),
        (("lines", 0), {"quantity": Decimal(1)}, False),
        (("lines", 0), None, False),
        (("lines", 0, "quantity"), Decimal("NaN"), False),
        (("lines", 0, "quantity"), "5", False),
        (("lines", 0, "ids"), {1: "A"}, False),
        (("lines", 0, "ids"), {"upc": 5}, False),
        (("lines", 0, "ids"), [], False),
        (("lines", 0, "descriptions", 0), {"text": "Tea", "size": "L"}, False),
        (("parties",), {5: {"name": "Tea Co"}}, False),
        (("parties",), {"buyer": "Tea Co"}, False),
        (("parties",), {"buyer": []}, False),
        (("totals", "lines"), Decimal("1.5"), False),
        (("totals", "lines"), Decimal("Infinity"), False),
        (("totals", "lines"), True, False),
        (("dates",), {"ship_requested": "2026-03-12"}, False),
        (("notes",), "a", False),
        (("notes",), [5], False),
    ],
    ids=str,
)
def test_documents_are_made_as_pydantic_makes_them(path: tuple[Any, ...], value: Any, quick: bool) -> None:
    values: Any = deepcopy(VALUES)
    *above, last = path
    home = values
    for step in above:
        home = home[step]
    home[last] = value
    assert made_alike(Order, values) == quick


def test_a_copy_of_a_document_knows_its_own_names() -> None:
    one, other = made(Order, deepcopy(VALUES)), made(Order, deepcopy(VALUES))
    changed = one.model_copy(update={"contract": "C-1"})
    assert "contract" in changed.model_fields_set
    assert "contract" not in one.model_fields_set | other.model_fields_set
    with pytest.raises(ValidationError, match="frozen"):
        one.number = "PO-2"  # type: ignore[attr-defined]


def test_a_plain_order_takes_the_fast_path() -> None:
    assert read(BODY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*EA*", "*QQ*"),  # a code we do not know
        ("*5*EA", "*five*EA"),
        ("*5*EA", "*+5*EA"),  # read, but remarkable
        ("*1.50*", f"*{'1' * 18}*"),
        ("20260312", "20261312"),
        ("PO1*1", "CUR*BY*USD*much~PO1*1"),  # among extras
        ("PO-1*", "PO-1 *"),  # a blank at the end
        ("Tea", "Te\x07a"),
        ("PO-1*", f"{'P' * 23}*"),
        ("*VN*AB3543", "*VN"),
        ("BEG*00", "REF*DP*1~BEG*00"),  # too early
        ("CTT*1~", "CTT*2~"),  # not what there is
        ("CTT*1~", "CTT*1~DTM*002*20260312~"),
        ("PID*F****Tea~", "PID*F****Tea~QQQ*1~"),
        ("PO1*1*5*EA*1.50*PE*VN*AB3543~PID*F****Tea~", ""),
        ("CTT*1~", "CTT*1*5*1*1*1*1*1*1*1~"),
    ],
)
def test_anything_remarkable_is_left_to_the_interpreter(before: str, after: str) -> None:
    assert before in BODY
    guide, tset = order(BODY.replace(before, after, 1))
    assert reader.read_fast(guide, tset, Defaults()) is None
    assert reader.read_slowly(guide, tset).findings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*PE*VN", "**VN"),
        ("AB3543~", "AB3543*VN*AB3544~"),  # filed under vn#2
        ("CTT*1~", "CTT*1**~"),
        ("CTT*1~", ""),
        ("PO1*1*", "PO1**"),  # numbered by the hub
        ("PO1*1*5*EA", "N1*ST*Store*92*17~N3*One*Two~N3*Three~N4*Oslo***NO~N1*ST*Other*92*18~PO1*1*5*EA"),
        ("PID*F****Tea~", "MEA*WT*G*2*LB~SDQ*EA*92*01*2*03*4~SDQ*EA*92*05*6~SLN*1**I*2*EA*3***VN*X~PID*F****Leaf~"),
        ("**20260312", "**260312"),
    ],
)
def test_what_is_in_order_is_read_fast(before: str, after: str) -> None:
    assert before in BODY
    assert read(BODY.replace(before, after, 1))


NOTICE = (
    "BGM+220+PO1+9'DTM+137:20260312:102'NAD+BY+4012345000030::9'NAD+SU+4098765000010::9'LIN+1++4000862141404:EN'QTY+21:10'UNS+S'"
)


def test_a_message_of_edifact_takes_the_fast_path() -> None:
    assert same(*message(NOTICE))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PO1", "PO?+1"),
        ("PO1", "?P?O1"),
        ("NAD+BY", "FTX+PUR+++A?:B ?'C?' D:??'NAD+BY"),
        ("PO1", "PO? 1"),
    ],
)
def test_released_characters_are_read_fast(before: str, after: str) -> None:
    assert before in NOTICE
    assert same(*message(NOTICE.replace(before, after, 1)))


NAMED = NOTICE.replace("NAD+SU+4098765000010::9", "NAD+SU+4098765000010::9++Tea ?+ Co:Dock ?'7?'")
OTHER = str.maketrans({":": "|", "+": "^", "'": "~", "?": "!"})


@pytest.mark.parametrize(
    ("text", "fast"),
    [
        (interchange(NAMED), True),
        (interchange(NAMED, advice=""), True),
        (interchange(NAMED, syntax="UNOA:2"), True),
        (interchange(NAMED, advice="UNA:+,? '", syntax="UNOB:1"), True),
        (interchange(NAMED, advice="UNA:+.?*'"), True),
        (interchange(NAMED).translate(OTHER), True),
        (interchange(NOTICE.replace("PO1", "PO?1"), advice="UNA:+.  '"), True),  # no release character
        (interchange(NAMED).replace("'", "'\r\n").replace("?'\r\n", "?'"), True),
        (interchange(NAMED).replace("Dock ", "Dock\r\n "), True),  # a hard-wrapped line
        (interchange(NAMED).replace("?+", "?\n+"), True),
        (interchange(NAMED).replace("'LIN", "''LIN"), True),  # nothing between two terminators
        (interchange(NAMED).replace("'LIN", "'  LIN"), True),
        (interchange(NAMED).replace("Tea", "?Tea"), True),
        (interchange(NAMED).replace("Tea", "T\xe9"), True),
        (interchange(NAMED).replace("Tea", "T\xc3\xa9"), True),
        (interchange(NAMED).replace("Tea", "T\xe9", 1).replace("7?'", "7?? ?' ??"), True),
        (interchange(NAMED.replace("NAD+BY", "FTX+PUR+++A*B'NAD+BY"), syntax="UNOC:3"), True),  # no repetition before syntax 4
        (interchange(NAMED.replace("NAD+BY", "FTX+PUR+++A*B'NAD+BY")), False),
        (
            interchange(NAMED).replace("UNH+", "UNG+ORDERS+BUYER+US+20260312:0915+9+UN+D:01B'UNH+").replace("UNZ", "UNE+1+9'UNZ"),
            True,
        ),
        (interchange(NAMED).split("'", 2)[2].replace("UNZ+1+7'", ""), True),  # a message without its interchange
        (interchange(NAMED).replace("Tea", "T\x01ea"), False),
        (interchange(NAMED).replace("Tea ?+ Co", "Tea ?+ "), False),
        (interchange(NAMED).replace("Tea ?+ Co", "Tea "), False),
        (interchange(NAMED).replace("Tea ?+ Co", "Tea? "), False),
        (interchange(NAMED).replace("Tea", "T" * 71), False),
        (interchange(NAMED).replace("LIN+1", "LIN+1234567"), False),
        (interchange(NAMED).replace("20260312:102", "20261312:102"), False),
        (interchange(NAMED).replace("20260312:102", "260312:102"), False),
        (interchange(NAMED).replace("20260312:102", ":102"), True),
        (interchange(NAMED).replace("QTY+21:10", "QTY+21:?1?0"), True),
        (interchange(NAMED).replace("QTY+21:10", "QTY+21:10:PCE:1"), False),
        (interchange(NAMED).replace("QTY+21:10", "QTY+::"), False),
        (interchange(NAMED).replace("QTY+21:10", "QTY+21:ten"), False),
        (interchange(NAMED).replace("UNT+10", "UNT+11"), True),  # found by the envelope, which both paths see alike
    ],
)
def test_messages_are_read_alike_however_they_are_written(text: str, fast: bool) -> None:
    [(guide, tset)] = sets(text.encode("latin-1"))
    assert same(guide, tset) == fast


def test_repetitions_are_left_to_the_interpreter() -> None:
    body = NOTICE.replace("QTY", "PIA+5+A-1:SA*B-2:IN'QTY")
    assert reader.read_fast(*message(body), Defaults()) is None
    assert not same(*message(body))
    assert same(*message(NOTICE.replace("PO1", "PO?*1")))
