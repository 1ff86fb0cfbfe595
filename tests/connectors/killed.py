"""Pushes or takes in a child process that kills itself, for good, before its n-th call to the file system.

Reads one task a line, answers `{"killed": 0 or 1}`. A process of its own, because a test process has threads and must not fork.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from connectors.folder.connector import Folder
from hub.sdk import Outgoing
from hub.sdk.testing import Bench, Counterpart

CALLS = {"open", "os.link", "os.rename", "os.mkdir", "os.remove", "os.scandir", "os.listdir"}


def arm(home, call):
    """Die before the n-th call that touches something under `home`."""
    seen = 0

    def watch(event, args):
        nonlocal seen
        if event in CALLS and str(args[0]).startswith(home):
            seen += 1
            if seen == call:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


async def work(task):
    bench = Bench(Folder, Counterpart(Path(task["home"])))
    async with bench.open(task["settings"]) as connector:
        if "body" in task:
            await connector.push(Outgoing(task["key"], task["body"].encode(), task["name"], "order_response"))
        else:
            async for message in connector.pull(None):
                (Path(task["store"]) / message.key).touch()  # the same arrival again is the same file
                await connector.ack(message)


def main():
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            arm(task["home"], task["call"])
            asyncio.run(work(task))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) and os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"the work failed: {task}")
        print(json.dumps({"killed": int(os.WIFSIGNALED(status))}), flush=True)


if __name__ == "__main__":
    main()
