"""What is kept of an input that broke something: by its cause, as small as it can be made."""

import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import FrameType

from tests.fuzz.invariants import Broken, Target

PATIENCE = 5.0  # seconds of work on one input; a small file needs milliseconds
TRIES = 400  # of making a crasher smaller


class Hung(Exception):
    """An input takes far too long."""


@contextmanager
def patience(seconds: float = PATIENCE) -> Iterator[None]:
    """Only work counts, not waiting for a busy machine."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hung(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def cause(target: Target, content: bytes) -> str | None:
    """Why this input breaks the target, the same words for the same fault; None when all is well."""
    try:
        with patience():
            target(content)
    except Broken as error:
        return f"Broken: {error.args[0]}"
    except Exception as error:  # whatever it is, it is what we are looking for
        frames = [it for it in traceback.extract_tb(error.__traceback__) if "/hub/" in it.filename]
        place = f"{frames[-1].filename.rpartition('/hub/')[2]}:{frames[-1].name}" if frames else "nowhere"
        return f"{type(error).__name__} in {place}"
    return None


def shrunk(content: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Smaller bytes that fail the same way: ever smaller stretches are left out."""
    size, left = len(content) // 2, TRIES
    while size and left:
        at = 0
        while at < len(content) and left:
            shorter = content[:at] + content[at + size :]
            left -= 1
            if fails(shorter):
                content = shorter
            else:
                at += size
        size //= 2
    return content


class Shelf:
    """Crashers in a folder, one for each cause, and how often each was met."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.met: Counter[str] = Counter()

    def keep(self, name: str, target: Target, content: bytes, why: str) -> None:
        key = f"{name}: {why}"
        self.met[key] += 1
        if self.met[key] == 1:
            self.folder.mkdir(parents=True, exist_ok=True)
            small = shrunk(content, lambda shorter: cause(target, shorter) == why)
            file = self.folder / f"{name}-{sha256(key.encode()).hexdigest()[:8]}.edi"
            file.write_bytes(small)
            print(f"broken: {key}\n  kept as {file}", flush=True)
