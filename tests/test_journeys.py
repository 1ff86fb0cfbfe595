"""Every folder under fixtures/journeys is one order's life as numbered files; the hub must send what stands there."""

from pathlib import Path

import pytest

from tests.journey import HERE, JOURNEYS, play


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda path: path.name)
async def test_journey(journey: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = await play(journey, tmp_path)
    if request.config.getoption("--update"):
        write(journey, made)
    expected = {path.name: path.read_text() for path in outputs(journey)}
    assert sorted(made) == sorted(expected)
    for name in sorted(made):
        assert made[name] == expected[name], name


@pytest.mark.slow
async def test_a_journey_is_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    journey = HERE / "clean_order_to_paid_invoice"
    made = await play(journey, tmp_path, postgres_url)
    assert made == {path.name: path.read_text() for path in outputs(journey)}


def outputs(journey: Path) -> list[Path]:
    return [*journey.glob("[0-9][0-9].*"), *journey.glob("timeline.txt")]


def write(journey: Path, made: dict[str, str]) -> None:
    for path in outputs(journey):
        path.unlink()
    for name, text in made.items():
        (journey / name).write_text(text)
