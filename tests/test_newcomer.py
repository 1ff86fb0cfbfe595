"""A newcomer follows docs/howto/first-company.md: its commands, run as they stand there, bring an order through."""

import os
import re
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

PAGE = "docs/howto/first-company.md"
PATIENCE = 300  # seconds; a person has longer


@pytest.mark.slow
def test_a_newcomer_follows_the_page(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", (root / PAGE).read_text(), re.DOTALL | re.MULTILINE)
    command = tmp_path / "bin" / "crossdock"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m hub.cli "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    environment = {
        **os.environ,
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(root),
        "CROSSDOCK_LISTEN": "127.0.0.1:0",  # others may be listening where a hub usually does
    }
    script = "set -e\n" + "".join(map(textwrap.dedent, blocks)).replace("run &", "run & trap 'kill $! 2>/dev/null || true' EXIT")
    began = time.monotonic()
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    with capsys.disabled():
        print(f"\n{PAGE}: {len(blocks)} steps in {time.monotonic() - began:.0f} seconds")
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "no mistakes",
        "What is different from x12/850",
        "example          well",
        "nothing of this has happened",
        "to erp: order",
        "PO-1001 was delivered to erp",
    ):
        assert words in done.stdout, words
    assert len(list((tmp_path / "acme-tea/var/bigbox/out").glob("*997*.edi"))) == 1
