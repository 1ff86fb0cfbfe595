"""Fast-forward: after an older ledger was restored, its numbers go on behind those that were sent since the backup."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from hub.ledger import arrivals, highwater, outbound, timeline
from hub.ledger.highwater import HUB, RESTORED


def forward(connection: Connection, marks: Mapping[str, int], who: str, why: str, now: datetime) -> list[str]:
    """Take the ledger to the marks. The numbers between are void with the reason. Says what was done."""
    said = []
    for name, sent, known in highwater.behind(connection, marks):
        reason = f"used after the backup that the ledger was restored from: {why}"
        if name == highwater.MESSAGE:
            outbound.leap(connection, sent, reason, now)
        else:
            outbound.void(connection, name, range(known + 1, sent + 1), reason, now)
        said.append(f"{name}: on from {sent + 1}; {sent - known} used since the backup")
    if said:
        arrivals.set_cursor(connection, HUB, RESTORED, now.isoformat())
        timeline.say(connection, now, "forward", f"the ledger was taken forward after a restore: {'; '.join(said)}", who=who)
    return said


def caught_up(connection: Connection, who: str, now: datetime) -> None:
    """All that came since the backup has come again: systems need not be asked any more before something is created."""
    arrivals.set_cursor(connection, HUB, RESTORED, "")
    timeline.say(connection, now, "forward", "everything since the backup has come again", who=who)
