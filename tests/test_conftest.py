"""The watch over skipped tests and golden files can itself fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
TESTS = """
import pytest

def test_runs():
    assert True

def test_is_skipped():
    pytest.skip("no reason that anybody foresaw")

@pytest.mark.xfail
def test_is_expected_to_fail():
    assert False
"""


def run(folder, *options, **environment):
    tests = folder / "checkout" / "tests"
    tests.mkdir(parents=True, exist_ok=True)
    shutil.copy(CONFTEST, tests)
    (tests / "test_sample.py").write_text(TESTS)
    clean = {"PYTHONPATH": str(CONFTEST.parents[1])} | {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH", "CI"))
    }
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests), *options],
                          cwd=folder, env=clean | environment, capture_output=True, text=True)  # fmt: skip


@pytest.mark.parametrize("options", [(), pytest.param(("-n", "1"), marks=pytest.mark.slow)], ids=["alone", "workers"])
def test_an_unforeseen_skip_fails_where_the_corpus_is(tmp_path, options):
    (tmp_path / "shared").mkdir()
    done = run(tmp_path, *options)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "test_is_skipped: Skipped: no reason that anybody foresaw" in done.stdout
    assert "test_is_expected_to_fail:" not in done.stdout


@pytest.mark.slow
def test_without_the_corpus_skips_are_fair(tmp_path):
    assert run(tmp_path).returncode == pytest.ExitCode.OK


@pytest.mark.parametrize(("least", "code"), [("1", pytest.ExitCode.OK), ("2", pytest.ExitCode.TESTS_FAILED)])
def test_a_stage_must_really_run_so_many_tests(tmp_path, least, code):
    done = run(tmp_path, "--least", least)
    assert done.returncode == code
    assert f"1 tests have really run; at least {least} must" in done.stdout


def test_golden_files_are_not_written_where_ci_is_set(tmp_path):
    done = run(tmp_path, "--update", CI="true")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "refused where CI is set" in done.stderr
