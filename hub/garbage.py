"""Garbage: a full collection of Python's stops every thread while it looks at all there is. Guides, settings and modules live as
long as the process: what has outlived a full collection is looked at no more, so that later ones end within milliseconds.

Each time that happens there must be much that is new, so it happens seldom: what is put out of sight and dies later in a
cycle stays for good.
"""

import gc
from typing import Any

MUCH = 50_000  # objects; looking at them takes some ten milliseconds
SHARE = 4  # of what is out of sight already, one in so many must have come


def watch() -> None:
    """From now on, and for what is there already. Harmless twice."""
    if _spared not in gc.callbacks:
        gc.callbacks.append(_spared)
    gc.collect()


def _spared(phase: str, info: dict[str, Any]) -> None:
    if phase == "stop" and info["generation"] == 2 and len(gc.get_objects()) > max(MUCH, gc.get_freeze_count() // SHARE):
        gc.freeze()
