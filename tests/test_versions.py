"""Families of versions, what is refused and how, and who is answered with what."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.cli.main import cli
from hub.guides.acknowledge import acknowledgements
from hub.guides.library import Library
from hub.operations.read import product
from tests.test_judge import BAD, ORDER, answered, interchange, judged, states

LIBRARY = Library([product()])
VERSIONS = ("003060", "003070", "004010", "004010VICS", "004010UCS", "004030", "004050VICS", "004060", "005010", "005010UCS",
            "005010VICS", "005020", "005050", "006010", "006010UCS", "006010VICS")  # fmt: skip
SETS = sorted(name.removeprefix("x12/") for name in LIBRARY.names() if name.startswith("x12/") and name != "x12/TA1")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("set_", SETS)
def test_a_family_of_versions_has_one_guide_a_set(set_: str, version: str) -> None:
    guide = LIBRARY.find("x12", set_, version)
    assert guide is not None
    assert guide.name == f"x12/{set_}"
    assert version.startswith(guide.versions) or (set_, version < "005") == ("999", True), "a 999 is younger than that"


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_of_the_family_are_taken_and_answered_in_their_version(version: str) -> None:
    text = interchange(("PO", [ORDER]), version=version)
    assert states(judged(text)) == ["accepted"]
    [answer] = answered(text)
    assert (answer.verdict, answer.version, answer.codes) == ("accepted", version, ())


@pytest.mark.parametrize(
    ("name", "damage", "verdict", "group", "documents"),
    [
        ("all is well", {}, "accepted", (), [("accepted", ())] * 2),
        ("an unknown set beside a known one", {"ST*850*0001": "ST*837*0001"}, "partly_accepted", (), [("rejected", ("1",)), ("accepted", ())]),
        ("another unknown set", {"ST*850*0002": "ST*204*0002"}, "partly_accepted", (), [("accepted", ()), ("rejected", ("1",))]),
        ("a group of unknown sets", {"GS*PO": "GS*HC", "ST*850": "ST*837"}, "rejected", ("1",), [("rejected", ("1",))] * 2),
        ("a version we do not take", {"X*004010": "X*009999"}, "rejected", ("2",), [("rejected", ("1",))] * 2),
        ("no version at all", {"X*004010": "X*"}, "accepted", (), [("accepted", ())] * 2),
        ("a fault in one", {"20260312~PO1*1*5": "20261312~PO1*1*5"}, "rejected", (), [("rejected", ("5",))] * 2),
        ("a wrong count of sets", {"GE*2": "GE*7"}, "rejected", ("5",), [("rejected", ())] * 2),
        ("a wrong group number", {"GE*2*1": "GE*2*9"}, "rejected", ("4",), [("rejected", ())] * 2),
        ("a wrong count of segments in one", {"SE*5*0002": "SE*9*0002"}, "partly_accepted", (), [("accepted", ()), ("rejected", ("4",))]),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_group_is_told(
    name: str, damage: dict[str, str], verdict: str, group: tuple[str, ...], documents: list[tuple[str, tuple[str, ...]]]
) -> None:
    text = interchange(("PO", [ORDER, ORDER]))
    for before, after in damage.items():
        assert before in text, name
        text = text.replace(before, after)
    [answer] = answered(text)
    assert (answer.verdict, answer.codes) == (verdict, group)
    assert [(one.verdict, one.codes) for one in answer.documents] == documents
    claimed = 7 if "GE*7" in text else 2
    assert (answer.claimed, answer.received) == (claimed, 2), "AK902 is what GE01 claimed"
    assert answer.accepted == sum(one == "accepted" for one, _ in documents)


def test_a_group_we_do_not_take_stops_no_other() -> None:
    text = interchange(("PO", [ORDER]), ("PO", [ORDER]))
    first, _, last = text.rpartition("*X*004010")
    judgement = judged(f"{first}*X*009999{last}")
    assert states(judgement) == ["accepted", "unsupported"]
    assert [(answer.verdict, answer.codes) for answer in acknowledgements(judgement)] == [("accepted", ()), ("rejected", ("2",))]


ASKED = {"*000000007*0*": "*000000007*1*"}
NAMELESS = {"ZZ*BUYER          ": "ZZ*               "}


@pytest.mark.parametrize(
    ("name", "damage", "told"),
    [
        ("nobody asked", {}, None),
        ("on request", ASKED, ("accepted", ("000",))),
        ("on request, of faulty documents", {**ASKED, ORDER.format("PO-1-1"): BAD.format("PO-1-1")}, ("accepted", ("000",))),
        ("a fault of the envelope", {"IEA*1*": "IEA*4*"}, ("rejected", ("021",))),
        ("a fault of the envelope, on request", {**ASKED, "IEA*1*": "IEA*4*"}, ("rejected", ("021",))),
        ("numbers differ", {"IEA*1*000000007": "IEA*1*000000009"}, ("rejected", ("001",))),
        ("a fault of a group only", {"GE*1": "GE*4"}, None),
        ("nobody can be named", {**NAMELESS, "IEA*1*": "IEA*4*"}, None),
        ("nobody can be named, on request", {**NAMELESS, **ASKED}, None),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_when_the_interchange_is_acknowledged(
    name: str, damage: dict[str, str], told: tuple[str, tuple[str, ...]] | None
) -> None:
    text = interchange(("PO", [ORDER]))
    for before, after in damage.items():
        assert before in text, name
        text = text.replace(before, after)
    found = [(answer.verdict, answer.codes) for answer in answered(text) if answer.level == "interchange"]
    assert found == ([told] if told else [])


ANSWERS = {
    "997": ("FA", "AK1*PR*1~AK9*A*1*1*1~", "997"),
    "997 that is faulty": ("FA", "AK1*PR~AK9*Q*1*x*1~", "997"),
    "999": ("FA", "AK1*PR*1~AK9*A*1*1*1~", "999"),
    "no set we know in a group of answers": ("FA", "AK1*PR*1~", "998"),
    "997 in another group": ("PO", "AK1*PR*1~AK9*A*1*1*1~", "997"),
}


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("name", ANSWERS)
def test_never_an_acknowledgement_of_an_acknowledgement(name: str, asked: bool) -> None:
    code, body, set_ = ANSWERS[name]
    text = interchange((code, [body]), set_=set_)
    assert answered(text.replace("*000000007*0*", "*000000007*1*") if asked else text) == []


PARTNER = """
title: A partner
state: production
ids: {us: {qualifier: ZZ, id: US}, them: {qualifier: ZZ, id: BUYER}}
"""


@pytest.mark.parametrize(
    ("says", "starts", "exit_code"),
    [
        ("", "ST*997*", 1),
        ("guides: {acknowledgement: x12/997}", "ST*997*", 1),
        ("guides: {acknowledgement: x12/999}", "ST*999*", 1),
        ("checks: {date: tolerate}", "ST*997*", 0),
    ],
)
def test_a_999_only_where_the_partners_file_says_so(tmp_path: Path, says: str, starts: str, exit_code: int) -> None:
    (tmp_path / "partners" / "one").mkdir(parents=True)
    (tmp_path / "partners" / "one" / "partner.yaml").write_text(PARTNER + says)
    file = tmp_path / "order.edi"
    file.write_text(interchange(("PO", [ORDER.replace("~CTT", "~DTM*002*20261301~CTT").replace("PO1*", "PO1*")])))
    result = CliRunner().invoke(cli, ["read", "--company", str(tmp_path), "--partner", "one", str(file)])
    assert starts in result.output
    assert result.exit_code == exit_code
