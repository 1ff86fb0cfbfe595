"""A newcomer follows docs/howto/new-connector.md: what stands there becomes a connector that answers every question."""

import importlib.util
import json
import os
import re
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from difflib import SequenceMatcher
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.operations import scaffold_connector
from hub.registry import connectors
from hub.sdk.testing import QUESTIONS, Bench, asked

PAGE = "docs/howto/new-connector.md"
NAME = "toy_store"
WRITTEN = (f"connectors/{NAME}/connector.py", f"tests/connectors/{NAME}.py")
MOST = 80  # lines; fewer are promised
PATIENCE = 300  # seconds; a person has longer
TOKEN = "shop-51c0ffee"


def steps(root: Path) -> list[str]:
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", (root / PAGE).read_text(), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks]


def files(root: Path) -> dict[str, str]:
    """What the page has its reader write, by path."""
    return dict(re.findall(r"^cat > (\S+) <<'END'\n(.*?)^END$", "".join(steps(root)), re.DOTALL | re.MULTILINE))


@pytest.fixture
def followed(root: Path, tmp_path: Path) -> Path:
    """A company's folder with the connector of the page."""
    scaffold_connector.begin(tmp_path, NAME)
    for path, text in files(root).items():
        (tmp_path / path).write_text(text)
    return tmp_path


def counterpart(company: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("counterpart_of_the_page", company / WRITTEN[1])
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_little_is_written(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines that the scaffold has not written already; empty ones do not count."""
    scaffold_connector.begin(tmp_path, NAME)
    given = files(root)
    assert set(given) == set(WRITTEN)
    new = {path: _new((tmp_path / path).read_text(), text) for path, text in given.items()}
    assert 40 < sum(map(len, new.values())) < MOST, new
    whole = sum(len(_lines(text)) for text in given.values())
    with capsys.disabled():
        print(f"\n{PAGE}: {sum(map(len, new.values()))} lines written, {whole} with those of the scaffold")


def _new(before: str, after: str) -> list[str]:
    old, new = _lines(before), _lines(after)
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [line for what, _, _, start, end in changes if what != "equal" for line in new[start:end]]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


async def test_every_question_is_answered(followed: Path) -> None:
    kind, far_side = connectors(followed)[NAME], counterpart(followed).ToyStorePlace
    questions = asked(kind, far_side)
    assert not far_side.exempt
    assert {QUESTIONS[one].needs for one in questions} >= {("push",), ("pull",), ("pull", "ids"), ("check",)}
    for number, question in enumerate(questions):
        place = far_side(followed / str(number))
        await place.start()
        try:
            await QUESTIONS[question].ask(Bench(kind, place))
        finally:
            await place.stop()


@pytest.fixture
def store() -> Iterator[str]:
    """The address of a store by other hands than the page's: what is proved against the counterpart holds there too."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Store(BaseHTTPRequestHandler):
    """Tells orders since a moment, for those who have the token."""

    def do_GET(self) -> None:
        well = self.headers["Authorization"] == f"Bearer {TOKEN}"
        url = urlsplit(self.path)
        orders = [{"id": "T-1", "updated": "2026-02-01T00:00:00+00:00"}]
        found = [one for one in orders if one["updated"] >= parse_qs(url.query)["since"][0]] if url.path == "/orders" else []
        body = json.dumps({"orders": found, "more": False} if well else {"error": "who is there?"}).encode()
        self.send_response(200 if well else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.mark.slow
def test_a_newcomer_follows_the_page(root: Path, tmp_path: Path, store: str) -> None:
    done = follow(root, tmp_path, {"TOYS_URL": store, "TOYS_TOKEN": TOKEN})
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("How a repeat is safe", "no mistakes", "toys             well"):
        assert words in done.stdout, words
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 25 and "skipped" not in done.stdout


def follow(root: Path, home: Path, given: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run the commands of the page as they stand there."""
    folder = home / "bin"
    folder.mkdir()
    for name, command in {"crossdock": f"{sys.executable} -m hub.cli", "python": sys.executable}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (folder / name).chmod(stat.S_IRWXU)
    environment = {**os.environ, **given, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(root)}
    script = "set -e\n" + "".join(steps(root))
    return subprocess.run(
        ["bash", "-c", script], cwd=home, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
