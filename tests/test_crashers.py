"""Files that once broke a reader, an answer or `explain`, and a handful of damaged ones on every run; `make fuzz` tries many."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.crashers import cause, shrunk
from tests.fuzz.invariants import Broken, Target, targets
from tests.fuzz.mutation import mutant
from tests.fuzz.seeds import seeds

KEPT = sorted((Path(__file__).parent / "fixtures" / "crashers").glob("*.edi"))
TARGETS = targets()
by_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)


@by_target
@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_broke_once_stays_mended(target: Target, path: Path) -> None:
    target(path.read_bytes())


@by_target
def test_a_few_damaged_files(target: Target) -> None:
    chance, sound = Random(2026), seeds()
    for _ in range(40):
        target(mutant(chance.choice(sound), chance))


@pytest.mark.slow
@by_target
def test_sound_files_keep_the_rules_too(target: Target) -> None:
    for content in seeds():
        target(content)


@pytest.mark.slow
def test_the_verb_runs(tmp_path: Path) -> None:
    """As `make fuzz` starts it, with few inputs and without atheris, under which it is a stage of its own."""
    command = [sys.executable, "-m", "tests.fuzz", "--inputs=40", "--seed=7", f"--keep={tmp_path}", "--plain"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"broken": {}') == len(TARGETS)


def test_a_fault_is_told_by_its_cause_and_made_small() -> None:
    """The fuzzer itself must be able to find something."""

    def fragile(content: bytes) -> None:
        if b"BUG" in content:
            raise Broken("there is a bug in it", content)

    assert cause(fragile, b"fine") is None
    why = cause(fragile, b"x" * 500 + b"BUG" + b"y" * 300)
    assert why == "Broken: there is a bug in it"
    fails = partial(_fails, fragile, why)
    assert shrunk(b"x" * 500 + b"BUG" + b"y" * 300, fails) == b"BUG"


def _fails(target: Target, why: str, content: bytes) -> bool:
    return cause(target, content) == why
