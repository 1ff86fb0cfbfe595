"""The run of all stages tells at its end what failed and how, however long its output was. With stages that only pretend."""

import os
import re
import shutil
import subprocess
from pathlib import Path

RUN = Path(__file__).resolve().parents[1] / ".ci" / "run"
MAKE = """#!/bin/sh
seq 1 100 | sed "s/^/$1 line /"
echo "FAILED tests/test_$1.py::test_it - because" >&2
[ "$1" != check ] || exit 2
"""
TIMEOUT = """#!/bin/sh
case "$*" in *"make slow"*) echo begun; exit 124;; --kill*) shift 2;; *) shift;; esac
exec "$@"
"""


def test_what_failed_is_told_last(tmp_path: Path) -> None:
    for name, text in (("make", MAKE), ("timeout", TIMEOUT)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / ".ci").mkdir()
    shutil.copy(RUN, tmp_path / ".ci")
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run([tmp_path / ".ci" / "run"], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    assert done.returncode == 1
    stages, _, told = done.stdout.partition("\nfailed: ")
    assert "fuzz line 100" in stages, "one that fails stops no other"
    listed, check, slow = told.split("\n== the end of ")
    one, other = listed.splitlines()
    assert re.fullmatch(r"make check: FAILED \(2\) after \d+ s", one)
    assert re.fullmatch(r"failed: make slow: TIMED OUT: more than \d+ minutes", other)
    assert check.splitlines() == [
        "var/ci/03-check.log",
        *(f"check line {n}" for n in range(42, 101)),
        "FAILED tests/test_check.py::test_it - because",
    ]
    assert slow.splitlines() == ["var/ci/04-slow.log", "begun"]
    assert (tmp_path / "var/ci/03-check.log").read_text().count("\n") == 101
