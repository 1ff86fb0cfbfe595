"""What has lived long is no longer looked at by full collections; seldom enough that little is left lying."""

import gc
from collections.abc import Iterator

import pytest

from hub import garbage


@pytest.fixture(autouse=True)
def apart() -> Iterator[None]:
    """Nothing of this stays; what all other tests have left behind is not looked at again and again."""
    before, often = list(gc.callbacks), gc.get_threshold()
    gc.freeze()
    yield
    gc.set_threshold(*often)
    gc.callbacks[:] = before
    gc.unfreeze()


def test_what_outlived_a_full_collection_is_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "MUCH", 100)
    monkeypatch.setattr(garbage, "SHARE", 10**9)  # however much is out of sight already
    before = gc.get_freeze_count()
    kept = [[n] for n in range(1000)]
    garbage.watch()
    seen = len(gc.get_objects())
    assert gc.get_freeze_count() >= before + 1000 > before + seen
    monkeypatch.setattr(garbage, "SHARE", 4)
    frozen = gc.get_freeze_count()
    kept += [[n] for n in range(1000)]
    gc.collect()
    assert gc.get_freeze_count() <= frozen, "too little is new"
    garbage.watch()
    assert sum(one is garbage._spared for one in gc.callbacks) == 1
    assert len(kept) == 2000


def test_cycles_that_come_later_are_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    garbage.watch()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() > 0
