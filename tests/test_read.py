"""The contract of `crossdock read`: keys, values, exit codes, and never a traceback."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hub.cli.main import cli

FIXTURES = Path(__file__).parent / "fixtures" / "x12"
FINDING = {"code", "kind", "severity", "group", "segment", "loop", "position", "element", "component", "offset", "text", "hint"}
DOCUMENT = {"type", "version", "control_number", "number", "state", "findings", "canonical"}
INTERCHANGE = {"standard", "sender", "receiver", "control_number", "test", "state", "findings", "documents"}
STATES = {"accepted", "accepted_with_findings", "rejected", "unsupported"}

ORDER = (FIXTURES / "850" / "retail.edi").read_bytes()
EDIFACT = (
    b"UNA:+.? 'UNB+UNOC:3+4012345000009:14+5412345000013:14+260312:0915+77'UNH+1+ORDERS:D:96A:UN:EAN008'"
    b"BGM+220+PO77+9'UNS+S'UNT+4+1'UNZ+1+77'"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["read", *arguments])


def one(path: Path, *options: str) -> tuple[dict[str, Any], int]:
    result = run(str(path), "--json", *options)
    assert result.stdout.isascii()
    [line] = result.stdout.splitlines()
    values: dict[str, Any] = json.loads(line)
    return values, result.exit_code


def file(folder: Path, content: bytes) -> Path:
    path = folder / "in.edi"
    path.write_bytes(content)
    return path


def conforms(values: dict[str, Any]) -> None:
    assert {"file", "interchanges", "acknowledgements"} <= set(values)
    for interchange in values["interchanges"]:
        assert set(interchange) >= INTERCHANGE
        assert interchange["standard"] in ("x12", "edifact")
        assert interchange["state"] in STATES - {"unsupported"}
        assert isinstance(interchange["test"], bool)
        for document in interchange["documents"]:
            assert set(document) >= DOCUMENT
            assert document["state"] in STATES
            assert interchange["state"] != "rejected" or document["state"] == "rejected"
        for finding in interchange["findings"] + [it for document in interchange["documents"] for it in document["findings"]]:
            assert set(finding) >= FINDING
            assert finding["severity"] in ("error", "warning", "note")
            assert finding["kind"] in ("syntax", "application", "note")


def test_an_order_in_json(tmp_path: Path) -> None:
    values, code = one(file(tmp_path, ORDER))
    conforms(values)
    [interchange] = values["interchanges"]
    [document] = interchange["documents"]
    assert code == 0
    assert (interchange["standard"], interchange["sender"], interchange["receiver"]) == ("x12", "HALVORSEN", "MAPLELEDGE")
    assert (interchange["control_number"], interchange["test"]) == ("000003438", False)
    assert (document["type"], document["version"], document["control_number"]) == ("850", "004010VICS", "0001")
    assert document["number"] == document["canonical"]["number"] == "HV-4471920"
    assert [line["quantity"] for line in document["canonical"]["lines"]] == ["120", "10"]
    [text] = values["acknowledgements"]
    assert "ST*997*" in text
    assert "AK1*PO*3438~" in text
    assert "AK9*A*1*1*1~" in text
    assert "*004010VICS~" in text
    assert text.index("MAPLELEDGE") < text.index("HALVORSEN")


def test_the_canonical_documents_can_be_left_out(tmp_path: Path) -> None:
    values, _ = one(file(tmp_path, ORDER), "--no-canonical")
    assert values["interchanges"][0]["documents"][0]["canonical"] is None


def test_a_mistake_is_named_with_its_place_and_rejected(tmp_path: Path) -> None:
    values, code = one(FIXTURES / "850" / "mistakes.edi")
    conforms(values)
    bad, good = values["interchanges"][0]["documents"]
    assert code == 1
    assert (bad["state"], good["state"]) == ("rejected", "accepted")
    assert (bad["canonical"], good["number"]) == (None, "HV-2")
    found = {(it["code"], it["segment"], it["position"], it["element"]) for it in bad["findings"]}
    assert ("AK403:8", "BEG", 2, 5) in found
    assert ("AK403:6", "PO1", 4, 2) in found
    assert ("AK304:1", "XYZ", 6, None) in found
    content = (FIXTURES / "850" / "mistakes.edi").read_bytes()
    assert all(content[it["offset"] :].lstrip().startswith(it["segment"].encode()) for it in bad["findings"] if it["position"])
    [text] = values["acknowledgements"]
    for line in ("AK2*850*0001", "AK3*BEG*2**8", "AK4*5*373*8*20261331", "AK4*2*330*6*ten", "AK3*XYZ*6**1", "AK5*R*5", "AK2*850*0002",
                 "AK5*A", "AK9*P*2*2*1"):  # fmt: skip
        assert f"{line}~" in text


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"SE*29*", b"SE*28*", "AK502:4"),
        (b"SE*29*0001", b"SE*29*0002", "AK502:3"),
        (b"GE*1*", b"GE*2*", "AK905:5"),
        (b"GE*1*3438", b"GE*1*3439", "AK905:4"),
        (b"IEA*1*", b"IEA*2*", "TA105:021"),
        (b"IEA*1*000003438", b"IEA*1*000003439", "TA105:001"),
    ],
)
def test_wrong_counts_and_references_reject(tmp_path: Path, old: bytes, new: bytes, code: str) -> None:
    assert old in ORDER
    values, exit_code = one(file(tmp_path, ORDER.replace(old, new)))
    conforms(values)
    [interchange] = values["interchanges"]
    [document] = interchange["documents"]
    assert exit_code == 1
    assert document["state"] == "rejected"
    assert document["canonical"] is None
    assert code in {it["code"] for it in interchange["findings"] + document["findings"]}
    assert "AK5*R" in values["acknowledgements"][0]
    assert "AK9*R*" in values["acknowledgements"][0]
    assert "*1*0~" in values["acknowledgements"][0] or "*1*0*" in values["acknowledgements"][0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"GE*1*3438", b"GE*1*03438"),  # padding
        (b"IEA*1*000003438", b"IEA*1*3438"),
        (b"CTT*2*130~\nAMT*TT*1525~\nSE*29*", b"SE*27*"),  # no totals
        (b"CTT*2*", b"CTT*3*"),  # content totals
        (b"*VN*AB3542", b"*Q9*AB3542"),  # unknown codes
        (b"N1*BY*", b"N1*9Q*"),
        (b"REF*DP*", b"REF*9Q*"),
    ],
)
def test_what_real_senders_do_is_found_and_accepted(tmp_path: Path, old: bytes, new: bytes) -> None:
    assert old in ORDER
    values, exit_code = one(file(tmp_path, ORDER.replace(old, new)))
    document = values["interchanges"][0]["documents"][0]
    assert exit_code == 0
    assert document["state"] in ("accepted", "accepted_with_findings")
    assert values["interchanges"][0]["findings"] + document["findings"]


def test_the_same_order_twice_is_found_and_accepted(tmp_path: Path) -> None:
    values, exit_code = one(file(tmp_path, ORDER + ORDER))
    assert exit_code == 0
    assert len(values["interchanges"]) == 2
    assert [it["documents"][0]["state"] for it in values["interchanges"]] == ["accepted", "accepted"]
    assert "TA105:025" in {it["code"] for it in values["interchanges"][1]["findings"]}


def test_a_set_without_a_guide_is_unsupported_and_its_siblings_pass(tmp_path: Path) -> None:
    extra = b"ST*837*0002~\nBHT*1~\nSE*3*0002~\nGE*2*3438"
    values, exit_code = one(file(tmp_path, ORDER.replace(b"GE*1*3438", extra)))
    first, second = values["interchanges"][0]["documents"]
    assert exit_code == 1
    assert (first["state"], second["state"]) == ("accepted", "unsupported")
    assert [it["code"] for it in second["findings"]] == ["AK502:1"]
    assert "AK2*837*0002~\nAK5*R*1~\nAK9*P*2*2*1~" in values["acknowledgements"][0]


def test_acknowledgements_are_read_and_never_answered() -> None:
    values, exit_code = one(FIXTURES / "997" / "rejected.edi")
    assert exit_code == 0
    assert values["acknowledgements"] == []
    [document] = values["interchanges"][0]["documents"]
    assert (document["type"], document["number"]) == ("997", None)
    assert document["canonical"]["verdict"] == "partly_accepted"


def test_a_notice_that_is_refused_is_no_success(tmp_path: Path) -> None:
    isa = ORDER.split(b"\n")[0]
    values, exit_code = one(file(tmp_path, isa + b"\nTA1*000000050*260229*1200*A*000~\nIEA*0*000003438~\n"))
    assert exit_code == 1
    [notice] = values["interchanges"][0]["notices"]
    assert (notice["state"], [finding["code"] for finding in notice["findings"]]) == ("rejected", ["AK403:8"])


def test_an_interchange_of_a_ta1_alone(tmp_path: Path) -> None:
    isa = ORDER.split(b"\n")[0]
    values, exit_code = one(file(tmp_path, isa + b"\nTA1*000000050*260228*1200*A*000~\nIEA*0*000003438~\n"))
    assert exit_code == 0
    assert values["interchanges"][0]["documents"] == []
    assert values["acknowledgements"] == []


@pytest.mark.parametrize(("begin", "end"), [(1, -1), (2, -2)])
def test_bare_groups_and_sets(tmp_path: Path, begin: int, end: int) -> None:
    lines = ORDER.strip().split(b"\n")
    values, exit_code = one(file(tmp_path, b"\n".join(lines[begin:end]) + b"\n"))
    conforms(values)
    [interchange] = values["interchanges"]
    assert (interchange["sender"], interchange["receiver"], interchange["control_number"]) == (None, None, None)
    assert interchange["documents"][0]["number"] in ("HV-4471920", None)
    assert values["acknowledgements"] == []
    assert exit_code in (0, 1)


def test_edifact_is_seen_and_not_yet_supported(tmp_path: Path) -> None:
    values, exit_code = one(file(tmp_path, EDIFACT))
    conforms(values)
    [interchange] = values["interchanges"]
    assert (interchange["standard"], interchange["sender"], interchange["control_number"]) == ("edifact", "4012345000009", "77")
    [document] = interchange["documents"]
    assert (document["type"], document["version"], document["control_number"]) == ("ORDERS", "D96A", "1")
    assert (document["state"], exit_code) in (("unsupported", 1), ("accepted", 0), ("accepted_with_findings", 0))


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"hello", b"%PDF-1.4", b"ISA", b"UNB", b"<xml/>", bytes(range(256)), b"\xff\xfe" * 99]
)
def test_strangers_end_in_words_and_code_2(tmp_path: Path, content: bytes) -> None:
    path = file(tmp_path, content)
    values, exit_code = one(path)
    assert exit_code == 2
    assert values["interchanges"] == []
    assert values["error"]
    result = run(str(path))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_missing_files_folders_and_forbidden_ones(tmp_path: Path) -> None:
    locked = file(tmp_path, ORDER)
    locked.chmod(0)
    wanted = [str(tmp_path / "absent.edi"), str(tmp_path)] + ([str(locked)] if os.geteuid() else [])
    result = run(*wanted, str(FIXTURES / "850" / "retail.edi"), "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert [line["file"] for line in lines[:-1]] == wanted
    assert all(line["error"] and line["interchanges"] == [] for line in lines[:-1])
    assert lines[-1]["interchanges"][0]["state"] == "accepted"


def test_the_highest_code_of_several_files() -> None:
    good, bad = FIXTURES / "850" / "retail.edi", FIXTURES / "850" / "mistakes.edi"
    assert run(str(good), str(good)).exit_code == 0
    assert run(str(good), str(bad), str(good)).exit_code == 1


def test_for_people_each_finding_stands_in_its_place() -> None:
    result = run(str(FIXTURES / "850" / "mistakes.edi"))
    assert result.exit_code == 1
    lines = result.output.splitlines()
    at = next(n for n, line in enumerate(lines) if "error[AK403:6]" in line)
    assert "PO102" in lines[at]
    assert "segment 4" in lines[at + 1]
    assert lines[at + 2].endswith("PO1*1*ten*EA*9.25*TE*VN*AB3542")
    assert lines[at + 3].index("^") == lines[at + 2].index("ten")
    assert "help:" in lines[at + 4]
    assert "HV-2" in result.output


def test_nothing_in_a_file_upsets_the_terminal(tmp_path: Path) -> None:
    result = run(str(file(tmp_path, ORDER.replace(b"BEG*00*SA*HV-4471920*", b"BEG*00*SA*\x1b[31mHV\xff*"))))
    assert "\x1b" not in result.output
    assert "HV" in result.output
