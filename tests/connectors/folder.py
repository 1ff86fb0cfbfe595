"""The far side of a folder: a partner who takes files away as soon as they appear, and a power failure."""

import asyncio
import json
import sys
from pathlib import Path
from typing import ClassVar

from hub.sdk import Outgoing
from hub.sdk.testing import GONE, REFUSING, Counterpart

ROOT = Path(__file__).resolve().parents[2]
NO_LOGIN = "files have permissions, not credentials"


class Folder(Counterpart):
    exempt: ClassVar = {
        "check_finds_bad_credentials": NO_LOGIN,
        "push_with_bad_credentials_stops_the_endpoint": NO_LOGIN,
        "pull_with_bad_credentials_stops_the_endpoint": NO_LOGIN,
        "push_to_a_busy_far_side_waits_as_long_as_it_says": "a folder has no way to name a time",
    }
    moments = tuple(f"killed at call {number}" for number in range(1, 22))

    def __init__(self, home):
        super().__init__(home)
        self.taken = []
        self._killed = None

    async def start(self):
        for name in ("in", "out"):
            (self.home / name).mkdir()

    async def stop(self):
        if self._killed:
            self._killed.stdin.close()
            await self._killed.wait()

    def settings(self):
        return {"inbox": "in", "outbox": "out", "archive": "archive", "settle": 0}

    def wrong_settings(self):
        return self.settings()

    async def behave(self, manner):
        was, self.manner = self.manner, manner
        for name in ("in", "out"):
            if manner == GONE:
                (self.home / name).rename(self.home / f"{name}.away")
            elif was == GONE:
                (self.home / f"{name}.away").rename(self.home / name)
        if manner == REFUSING:
            (self.home / "out" / self.outgoing(1).name).write_bytes(b"somebody else's")

    def outgoing(self, number):
        return Outgoing(f"delivery-{number}", b"ISA*%d~" % number, f"{number:010d}_855.edi", "order_response", str(number))

    def holds(self):
        for path in sorted((self.home / "out").glob("[!.]*")):
            if path.read_bytes() != b"somebody else's":
                self.taken.append(path.read_bytes())
                path.unlink()
        return self.taken

    async def interrupt(self, bench, outgoing, moment):
        """Push in a process that is killed before its n-th call to the file system; later ones end by themselves."""
        if self._killed is None:
            pipe = asyncio.subprocess.PIPE
            command = (sys.executable, "-m", "tests.connectors.killed")
            self._killed = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
        task = {"home": str(self.home), "settings": self.settings(), "call": int(moment.rpartition(" ")[2]),
                "key": outgoing.key, "body": outgoing.body.decode(), "name": outgoing.name}  # fmt: skip
        self._killed.stdin.write(json.dumps(task).encode() + b"\n")
        killed = json.loads(await self._killed.stdout.readline())["killed"]
        assert killed or task["call"] > 12, "a push makes more calls than that"
        self.holds()  # the partner takes at once what has appeared

    async def offer(self, number):
        body = b"ISA*in*%d~" % number
        (self.home / "in" / f"{number}.edi").write_bytes(body)
        return body
