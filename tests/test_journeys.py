"""Every folder under fixtures/journeys is one order's life as numbered files; the hub must send what stands there."""

from pathlib import Path

import pytest

from hub.operations.orders import waiting
from tests.journey import HERE, JOURNEYS, bring, hub_for, play, wire


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


async def test_half_a_character_is_one_mistake_and_stops_nothing(tmp_path: Path) -> None:
    """JSON may carry what no text can: the document is held, and what comes behind it goes on."""
    journey = HERE / "clean_order_to_paid_invoice"
    sound = (journey / "02_erp_confirmation.json").read_bytes()
    async with hub_for(tmp_path) as hub:
        await bring(hub, "acme", (journey / "01_acme_850.edi").read_bytes(), "01.edi", document="850")
        odd = sound.replace(b'"customer": "acme"', b'"customer": "ac\\ud800me"').replace(b"SO-70001", b"SO\\udfff")
        await bring(hub, "erp", odd, "odd.json", document="confirmation")
        await bring(hub, "erp", sound, "02.json", document="confirmation")
        (held,) = hub.ledger.look(waiting).held
        assert (held.kind, held.number, held.why) == ("order_response", "SO?", "no order is known as PO-1001")
        assert ["ST*855" in one.body.decode() for one in wire(hub, "acme").sent.values()] == [False, True], (
            "the 997, then the 855"
        )
