"""A process that has loaded all that is needed, guides too, and forks one that works whenever it is told: so a thousand starts are cheap.

Reads one task a line and answers in one line. A process of its own, because a test process has threads and must not fork.
What is born runs the function `run` of a module, whose import loads everything; see `tests/chaos/born.py`.
"""

import ctypes
import gc
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from hub.guides.library import Library
from hub.registry import mappings_root

ROOT = Path(__file__).resolve().parents[1]
PARENT_DEATH = 1  # PR_SET_PDEATHSIG of prctl(2)


class Child:
    """One that was born here; as much of `subprocess.Popen` as is needed."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery, self._end = nursery, os.pidfd_open(pid)

    def poll(self) -> int | None:
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """How it ended; None when it has not within this time."""
        if self.returncode is None and select.select([self._end], [], [], timeout)[0]:
            self.returncode = self._nursery.ask(bury=self.pid)
            os.close(self._end)
        return self.returncode


class Nursery:
    """The parent of all that run this module."""

    def __init__(self, module: str) -> None:
        self.module = module

    def __enter__(self) -> "Nursery":
        command = [sys.executable, "-m", "tests.nursery", self.module]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.communicate()

    def start(self, words: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
        """Fork one that runs with these words, as a process group of its own."""
        return Child(self, self.ask(words=list(words), env=dict(env), log=str(log)))

    def ask(self, **task: Any) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def main(module: str) -> None:
    run = import_module(module).run
    product = Library([mappings_root()])
    for name in product.names():
        product.guide(name, "004010")
    gc.freeze()
    for line in sys.stdin:
        task = json.loads(line)
        if "bury" in task:
            print(os.waitstatus_to_exitcode(os.waitpid(task["bury"], 0)[1]), flush=True)
        elif os.fork() == 0:
            live(run, **task)


def live(run: Callable[[Sequence[str]], int], words: Sequence[str], env: Mapping[str, str], log: str) -> None:
    """Be that one, to the end."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGKILL)  # a run that is stopped half-way leaves no hub behind
        os.setsid()
        print(os.getpid(), flush=True)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for place, file in enumerate((os.open(os.devnull, os.O_RDONLY), output, output)):
            os.dup2(file, place)
        os.environ.clear()
        os.environ.update(env)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run(words)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
