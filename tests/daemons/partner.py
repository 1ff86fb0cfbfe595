"""The far side of files over a wire: a partner who takes files away as soon as they appear, and wires that are cut."""

import contextlib
import os
import time
from typing import ClassVar

from hub.errors import CrossdockError
from hub.sdk import Outgoing
from hub.sdk.testing import CUT_AFTER, CUT_BEFORE, GONE, OPEN, REFUSING, SILENT, Counterpart

OTHERS = b"somebody else's"
LONG = b"".join(b"SEG*%06d~" % number for number in range(2000))  # more than one packet


class RemotePartner(Counterpart):
    """What partners behind SFTP and FTPS have in common; `daemon` and `wire` are the subclass's."""

    exempt: ClassVar = {
        "push_to_a_busy_far_side_waits_as_long_as_it_says": "a server of files has no way to name a time",
    }
    moments = (*(f"cut at {place}" for place in (0, 40, 1500, 4000, 9000, 20000, 26000)), SILENT)

    def __init__(self, home):
        super().__init__(home)
        self.taken = []
        self.clock = int(time.time()) - 3600

    async def start(self):
        await self.daemon.start()
        await self.wire.start()
        for name in ("in", "out", "in/archive"):
            (self.files / name).mkdir(exist_ok=True)
            self.own(self.files / name)

    async def stop(self):
        await self.wire.stop()
        await self.daemon.stop()

    def own(self, path):
        """Let the daemon's user have it."""

    @property
    def folders(self):
        return {
            "inbox": self.shown("in"),
            "outbox": self.shown("out"),
            "archive": self.shown("in/archive"),
            "settle": 0,
            "timeout": 1.5,
        }

    async def behave(self, manner):
        was, self.manner = self.manner, manner
        if manner == GONE:
            await self.wire.stop()
        elif was == GONE:
            await self.wire.start()
        self.wire.silent = manner == SILENT
        if manner == REFUSING:
            (self.files / "out" / self.outgoing(1).name).write_bytes(OTHERS)

    def outgoing(self, number):
        return Outgoing(f"delivery-{number}", b"ISA*%d~" % number + LONG, f"{number:010d}_855.edi", "order_response", str(number))

    def holds(self):
        for path in sorted((self.files / "out").glob("[!.]*")):
            if path.read_bytes() != OTHERS:
                self.taken.append(path.read_bytes())
                path.unlink()
        return self.taken

    async def interrupt(self, bench, outgoing, moment):
        """Cut the wire after so many bytes that we send, or let it fall silent; the partner takes at once what appears."""
        if moment in (SILENT, CUT_BEFORE, CUT_AFTER):
            self.wire.silent = True
        else:
            self.wire.cut_after(int(moment.rpartition(" ")[2]))
        with contextlib.suppress(CrossdockError):
            async with bench.open() as connector:
                await connector.push(outgoing)
        self.wire.cut_after(None)
        await self.behave(OPEN)
        self.holds()

    async def offer(self, number):
        body = b"ISA*in*%d~" % number
        path = self.files / "in" / f"{number}.edi"
        path.write_bytes(body)
        self.clock += 60  # a file lies for a while before it is taken, so another of its name is from another second
        os.utime(path, (self.clock, self.clock))
        self.own(path)
        return body
