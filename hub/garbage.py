"""Garbage: a full collection of Python's stops every thread while it looks at all there is. Guides, settings and modules live as
long as the process: what has outlived a full collection is looked at no more, so that later ones end within milliseconds.

Each time that happens there must be much that is new, so it happens seldom: what is put out of sight and dies later in a
cycle stays for good.
"""

import contextlib
import ctypes
import gc
from typing import Any

MUCH = 50_000  # objects; looking at them takes some ten milliseconds
M_ARENA_MAX, ARENAS = -8, 2  # else each thread keeps the most it ever needed: 24 MB in place of 15 while 10 MB are read
YOUNG = 50_000, 3, 1  # new ones before a look: more than the files under work hold, which die by themselves; by default it is 700
SHARE = 4  # of what is out of sight already, one in so many must have come


def watch() -> None:
    """From now on, and for what is there already. Harmless twice."""
    if _spared not in gc.callbacks:
        gc.callbacks.append(_spared)
    gc.set_threshold(*YOUNG)
    with contextlib.suppress(AttributeError, OSError):  # another C library than GNU's has no such thing
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)
    gc.collect()


def _spared(phase: str, info: dict[str, Any]) -> None:
    if phase != "stop" or info["generation"] != 2:
        return
    seen = len(gc.get_objects())
    if seen > MUCH and seen > gc.get_freeze_count() // SHARE:  # counting what is out of sight takes milliseconds as well
        gc.freeze()
