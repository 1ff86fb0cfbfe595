"""Each benchmark prints one JSON line; what it measures is not judged here, that it measures something is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CASES = {
    "intake": ["--orders", "40", "--per-file", "10", "--ledger-orders", "50"],
    "deliver": ["--deliveries", "60", "--ledger-orders", "50"],
    "engines": ["--deliveries", "60"],
    "start": ["--orders", "40", "--per-file", "10", "--rounds", "1"],
}


def figures(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", *arguments]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout
    (line,) = said.splitlines()
    found: dict[str, float] = json.loads(line)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_intake_prints_one_line(database: str, request: pytest.FixtureRequest) -> None:
    extra = ["--database", request.getfixturevalue("postgres_url")] if database == "postgresql" else []
    found = figures("benchmarks.intake", *CASES["intake"], *extra)
    assert found["orders"] == 40 and found["ledger_orders"] == 50
    assert found["rows"] > 400, "captured rows of these orders, and of no others"
    assert found["rows"] < 40 * 20
    assert all(found[name] > 0 for name in ("orders_per_s", "times_driver", "cpu_ms_an_order", "trace_ms", "stuck_ms"))


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_deliver_prints_one_line(database: str, request: pytest.FixtureRequest) -> None:
    extra = ["--database", request.getfixturevalue("postgres_url"), "--processes", "2"] if database == "postgresql" else []
    found = figures("benchmarks.deliver", *CASES["deliver"], *extra)
    assert found["deliveries"] == 60
    assert found["of_bare"] == pytest.approx(found["deliveries_per_s"] / found["bare_per_s"], abs=0.01)
    assert 0 < found["first_s"] < 60 and found["peak_mb"] > 10


@pytest.mark.slow
def test_engines_prints_one_line(postgres_url: str) -> None:
    found = figures("benchmarks.engines", *CASES["engines"], "--database", postgres_url)
    assert found["times_peer"] == pytest.approx(found["hub_per_s"] / found["peer_per_s"], rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_start_prints_one_line(database: str, request: pytest.FixtureRequest) -> None:
    extra = ["--database", request.getfixturevalue("postgres_url")] if database == "postgresql" else []
    found = figures("benchmarks.start", *CASES["start"], *extra)
    assert 0 < found["first_delivery_s"] < 60
    assert 10 < found["rest_mb"] <= found["load_mb"] + 1
