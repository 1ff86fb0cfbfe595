"""Prism between the hub and a counterpart: every request and every answer is held against the official specification.

It keeps no state and knows no logins: what an order becomes is the counterpart's matter, behind it.
"""

import json
import re
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.daemons.daemon import free_ports

SPECS = Path(__file__).parents[3] / "shared" / "specs"
AMAZON = tuple(SPECS / "amazon" / f"vendor{name}.json" for name in ("Orders", "Shipments", "Invoices", "TransactionStatus"))
XERO = SPECS / "xero" / "xero_accounting.yaml"
START = 120.0  # seconds; a large specification takes half a minute to read
WRITES = 60.0  # seconds that what it says may come later than its answer
MARK = "/crossdock-asks-how-far-you-are/"
WRONG = ("terminated with error", "iolation", "warning")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Prism:
    """A process of its own in front of another address."""

    def __init__(self, program: Path, home: Path) -> None:
        self._program, self._log = program, home / "prism.log"
        self._marks = 0
        (self.port,) = free_ports()
        self.url = f"http://127.0.0.1:{self.port}"

    def launch(self, specification: Path, upstream: str) -> None:
        """Ready when this returns. A violation is answered with an error, and written down."""
        where = ("--host", "127.0.0.1", "--port", str(self.port))
        command = (self._program, "proxy", str(specification), upstream, "--errors", *where)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + START
        while time.monotonic() < until:
            assert self._process.poll() is None, self.said()[-2000:]
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"Prism does not answer: {self.said()[-2000:]}")

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(60)

    def said(self) -> str:
        return COLOUR.sub("", self._log.read_text(errors="replace"))

    def requests(self) -> int:
        return sum("Request received" in line and MARK not in line for line in self.said().splitlines())

    def violations(self) -> list[str]:
        """What was not as the specification says, of requests and answers.

        It writes later than it answers, but in order: a request of our own, which no specification has, marks the end.
        """
        self._marks += 1
        mark, until = f"{MARK}{self._marks} ", time.monotonic() + WRITES
        httpx.get(f"{self.url}{mark.strip()}", timeout=WRITES)
        while not any(mark in line and "terminated" in line for line in self.said().splitlines()):
            assert time.monotonic() < until, f"Prism does not write what it was asked: {self.said()[-2000:]}"
            time.sleep(0.05)
        return [line for line in self.said().splitlines() if MARK not in line and any(word in line for word in WRONG)]


def excerpt(specification: Path, paths: Iterable[str], target: Path) -> Path:
    """An OpenAPI document with some of its paths only: a large one takes minutes to read."""
    whole = yaml.load(specification.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    kept = {**whole, "paths": {path: whole["paths"][path] for path in paths}}
    target.write_text(json.dumps(kept, default=str))
    return target


def one_of(models: Iterable[Path], target: Path) -> Path:
    """Several Swagger 2 documents as one, since Prism reads one: definitions keep apart under the name of their document."""
    whole: dict[str, Any] = {}
    for path in models:
        text = path.read_text()
        for kind in ("definitions", "parameters", "responses"):
            text = text.replace(f"#/{kind}/", f"#/{kind}/{path.stem}.")
        model = json.loads(text)
        whole = whole or {**model, "paths": {}, **{kind: {} for kind in ("definitions", "parameters", "responses")}}
        whole["paths"] |= model["paths"]
        for kind in ("definitions", "parameters", "responses"):
            whole[kind] |= {f"{path.stem}.{name}": value for name, value in model.get(kind, {}).items()}
    target.write_text(json.dumps(whole))
    return target
