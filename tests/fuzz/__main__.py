"""`make fuzz`: damaged files against the readers, the judge, the answers and `explain`, guided by what code they reach.

    python -m tests.fuzz --inputs 20000 --seed 1

Each target runs in a process of its own, under atheris where that is installed, else on seeded mutants alone. Every cause of a
failure is kept once, made small, under `--keep`; a run that kept any ends with 1.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz.mutation import crossed, mutant

# The share of each target in the inputs: what is cheap to try is tried more.
SHARES = {"envelopes": 0.8, "reading": 0.13, "explaining": 0.07}
WATCHED = ("hub.formats", "hub.guides", "hub.operations")  # code whose edges guide the search
MEMORY = Path("/dev/shm")  # where files cost nothing
FLAGS = {"max_len": 8000, "timeout": 900, "rss_limit_mb": 0, "mutate_depth": 1}  # mutants are changed more than once as it is
EDGES = re.compile(r"#\d+.*cov: (\d+)")
FOREIGN = 0.15  # of the mutants are made by libFuzzer, which knows what values the code compared with


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Damages EDI files and looks what breaks.")
    parser.add_argument("--inputs", type=int, default=20000, help="how many damaged files, over all targets")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins")
    parser.add_argument("--target", choices=SHARES, help="one target only")
    parser.add_argument("--keep", type=Path, default=Path("var/fuzz"), help="where crashers are put")
    parser.add_argument("--plain", action="store_true", help="without atheris")
    parser.add_argument("--seeds", type=Path, help=argparse.SUPPRESS)  # set for the process of a target
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if options.seeds:
        run(options)
        return 0
    wanted = {options.target: 1.0} if options.target else SHARES
    held = [_apart(options, name, round(options.inputs * share)) for name, share in wanted.items()]
    return int(not all(held))


def _apart(options: argparse.Namespace, name: str, inputs: int) -> bool:
    """One target in a process of its own; True when nothing broke."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        own = {"target": name, "inputs": inputs, "seed": options.seed, "keep": options.keep, "seeds": folder}
        command = [sys.executable, "-m", "tests.fuzz", *(f"--{key}={value}" for key, value in own.items())]
        command += ["--plain"] if options.plain else []
        edges, last = "", deque[str](maxlen=15)
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, errors="replace", env={**os.environ, "TMPDIR": folder}
        ) as process:
            for line in process.stderr or ():
                found = EDGES.match(line)
                edges = f"{name}: {found[1]} edges of the code reached" if found else edges
                last.append(line)
        print(edges or f"{name}: not guided", flush=True)
        if process.returncode and (process.returncode != 1 or not edges):  # 1: something broke, and is told; or it never began
            print("".join(last), flush=True)
        return process.returncode == 0


def run(options: argparse.Namespace) -> None:
    """One target in this process, which ends with it."""
    try:
        if options.plain:
            raise ImportError
        import atheris
    except ImportError:
        watch, chance = Watch(options), Random(options.seed)
        for number in (signal.SIGINT, signal.SIGTERM):  # the account of what was done until then
            signal.signal(number, lambda *_: watch.end())
        while True:
            watch(mutant(chance.choice(watch.seeds), chance))
    with atheris.instrument_imports(include=list(WATCHED)):
        watch = Watch(options)
    folder = options.seeds / "seeds"
    folder.mkdir()
    for place, seed in enumerate(watch.seeds):
        (folder / f"{place:04}").write_bytes(seed)
    watch.inputs -= len(watch.seeds) + 1  # libFuzzer begins with them as they are, and with nothing
    watch.foreign = lambda content: atheris.Mutate(content, len(content))
    own = {"seed": options.seed, "artifact_prefix": f"{options.seeds}/"}
    flags = [f"-{name}={value}" for name, value in {**FLAGS, **own}.items()]
    atheris.Setup([sys.argv[0], str(folder), *flags], watch, custom_mutator=watch.mutate, custom_crossover=watch.cross)
    atheris.Fuzz()


class Watch:
    """Gives inputs to a target, keeps what breaks it, and ends the process with an account after so many."""

    def __init__(self, options: argparse.Namespace) -> None:
        # not before atheris has its hand on the imports
        from tests.fuzz.crashers import Shelf, cause
        from tests.fuzz.invariants import targets
        from tests.fuzz.seeds import seeds

        self.options, self.cause = options, cause
        self.seeds = seeds()[:: max(1, len(seeds()) // max(1, options.inputs))]  # of few inputs not all are seeds
        self.target, self.shelf = targets()[options.target], Shelf(options.keep)
        self.began, self.inputs, self.longest = time.monotonic(), 0, 0.0
        self.foreign: Callable[[bytes], bytes] | None = None

    def __call__(self, content: bytes) -> None:
        started = time.process_time()
        why = self.cause(self.target, content)
        self.longest = max(self.longest, time.process_time() - started)
        if why:
            self.shelf.keep(self.options.target, self.target, content, why)
        self.inputs += 1
        if self.inputs >= self.options.inputs:
            self.end()

    def mutate(self, content: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        if self.foreign and content and chance.random() < FOREIGN:
            return self.foreign(content)
        return mutant(content or chance.choice(self.seeds), chance)[:most]

    def cross(self, one: bytes, other: bytes, most: int, seed: int) -> bytes:
        return crossed(one, other, Random(seed))[:most]

    def end(self) -> None:
        """At once: libFuzzer takes an ordinary exit for a crash."""
        said = {
            "target": self.options.target,
            "engine": "atheris" if self.foreign else "plain",
            "seed": self.options.seed,
            "inputs": self.inputs,
            "seconds": round(time.monotonic() - self.began, 1),
            "longest_ms": round(self.longest * 1000),
            "broken": dict(self.shelf.met),
        }
        print(json.dumps(said), flush=True)
        os._exit(bool(self.shelf.met))


if __name__ == "__main__":
    sys.exit(main())
