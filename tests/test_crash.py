"""Killed at any point of the walk, the hub resumes and ends in the same result. Real processes, really killed.

Judged from the folders of the counterparts: the same files, with the same bytes, as without a crash.
"""

import json
import os
import shutil
from functools import cache
from pathlib import Path

import pytest

from hub.flow.stages import OF_PACKAGES, POINTS
from hub.rules.sscc import Range
from tests.journey import HERE
from tests.nursery import Nursery

ROOT = Path(__file__).resolve().parents[1]
JOURNEY = HERE / "clean_order_to_paid_invoice"
KILLED = -9
Stages = list[tuple[Path, list[tuple[str, str, bytes]]]]
ROUNDS = (
    (("acme", "01_acme_850.edi"),),
    (("erp", "02_erp_confirmation.json"), ("erp", "03_erp_release.json")),
    (("warehouse", "04_warehouse_ship_notice.json"),),
)


def bring(home: Path, files: tuple[tuple[str, str], ...]) -> None:
    for endpoint, name in files:
        inbox = home / endpoint / "to_hub"
        inbox.mkdir(parents=True, exist_ok=True)
        body = (JOURNEY / name).read_bytes()
        if endpoint == "warehouse":
            notice = json.loads(body)
            del notice["packages"][1]["sscc"]  # the hub gives it a number of ours
            body = json.dumps({"document": "ship_notice", **notice}).encode()
        (inbox / f".{name}").write_bytes(body)
        (inbox / f".{name}").replace(inbox / name)


@cache
def nursery() -> Nursery:
    """Ends with this process."""
    return Nursery("tests.crash_worker").__enter__()


def work(home: Path, die_at: str = "", small: bool = False) -> int:
    """`small`: what is large begins with the first byte, and two documents are a part."""
    log = home / "worker.log"
    child = nursery().start([str(home), *(["small"] if small else [])], {**os.environ, "CROSSDOCK_DIE_AT": die_at}, log)
    code = child.wait(60)
    assert code in (0, KILLED), log.read_text()
    return code


def result(home: Path) -> list[tuple[str, str, bytes]]:
    """What the counterparts have, by their own folders: who, what, bytes. Names begin with a count over all targets,
    which depends on whose turn came first; the order within each folder does not."""
    paths = [path for path in sorted(home.glob("*/from_hub/*")) if path.is_file() and not path.name.startswith(".")]
    return [(path.parent.parent.name, path.name.split("_", 1)[1], path.read_bytes()) for path in paths]


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """For each round: the home as it was before, and what the counterparts have after it, undisturbed."""
    found = []
    home = tmp_path_factory.mktemp("calm") / "home"
    home.mkdir()
    for number, files in enumerate(ROUNDS):
        bring(home, files)
        kept = tmp_path_factory.mktemp("before") / str(number)
        shutil.copytree(home, kept)
        assert work(home) == 0
        found.append((kept, result(home)))
    assert [name.split("_")[0] for who, name, _ in found[-1][1] if who == "acme"] == ["997", "855", "856"]
    return found


def crash(stages: Stages, tmp_path: Path, number: int, point: str) -> bool:
    """Kill at the point, run again, compare; False when the point was never reached."""
    before, expected = stages[number]
    home = tmp_path / "home"
    shutil.copytree(before, home)  # keeps times, so that arrivals keep their names
    code = work(home, point)
    assert work(home) == 0
    assert result(home) == expected, f"killed at {point}"
    return code == KILLED


QUICK = ("receive.stored", "decide.commit", "render.stored", "push.sent")
SHIPPED = 2  # the round in which packages are numbered
FIRST = Range("9501101").sscc(1)


@pytest.mark.parametrize(("point", "number"), [*((point, 0) for point in QUICK), *((point, SHIPPED) for point in OF_PACKAGES)])
def test_killed_at(stages: Stages, tmp_path: Path, point: str, number: int) -> None:
    assert crash(stages, tmp_path, number, point), "the point was never reached"


def test_a_package_without_a_number_is_given_one_of_ours(stages: Stages) -> None:
    """Killed anywhere, it is this one again: see above."""
    files = {(who, name.split("_")[0]): body.decode() for who, name, body in stages[SHIPPED][1]}
    assert f"MAN*GM*{FIRST}~" in files["acme", "856"]


# Each point in each round; and, in the first, also when it is reached for the second time.
EVERYWHERE = [(point, 1, number) for point in POINTS for number in range(len(ROUNDS))] + [(point, 2, 0) for point in POINTS]


@pytest.mark.slow
@pytest.mark.parametrize(("point", "count", "number"), EVERYWHERE)
def test_killed_everywhere(stages: Stages, tmp_path: Path, point: str, count: int, number: int) -> None:
    reached = crash(stages, tmp_path, number, f"{point}:{count}")
    assert reached or count > 1, "the point was never reached"
