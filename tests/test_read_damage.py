"""`crossdock read` and damaged files: whatever the bytes, an answer in words and never a traceback."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.operations.read import Desk
from tests.test_read import EDIFACT, FIXTURES, ORDER, conforms, file

DESK = Desk()
SEEDS = [path.read_bytes() for path in sorted(FIXTURES.glob("8*/*.edi"))]


def test_a_tree_of_any_depth(tmp_path: Path) -> None:
    deep = "".join(f"HL*{n}*{n - 1 or ''}*{'P' if n > 1 else 'S'}~" for n in range(1, 3001)).encode()
    notice = (FIXTURES / "856" / "standard_pack.edi").read_bytes().split(b"HL*1*")[0] + deep
    survives(tmp_path, notice)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_make_it_stumble(tmp_path: Path, content: bytes) -> None:
    survives(tmp_path, content)
    survives(tmp_path, ORDER[:106] + content)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_makes_it_stumble(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([*SEEDS, EDIFACT])))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 30)))
        content[start:end] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"~", b"*", b"*****", b"ISA*", b"HL*1**I~", b"~SE*", b"\x00"])
        )
    survives(tmp_path, bytes(content))


def survives(folder: Path, content: bytes) -> None:
    path = file(folder, content)
    report = DESK.read(str(path))
    values = json.loads(json.dumps(report.as_dict()))
    conforms(values)
    assert report.exit_code in (0, 1, 2)
    assert "the hub failed" not in (report.error or "")
    codes = [
        it["code"]
        for interchange in values["interchanges"]
        for document in interchange["documents"]
        for it in document["findings"]
    ]
    assert "hub:internal" not in codes
