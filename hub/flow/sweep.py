"""Sweep: look for what should have happened by now and has not."""

from typing import Any

from sqlalchemy import Connection

from hub.flow.alarm import compare, tell
from hub.flow.case import Case
from hub.flow.leftovers import notice
from hub.flow.parts import waited_out
from hub.flow.site import Site
from hub.ledger import documents, holds, lanes, outbound, timeline
from hub.ledger.book import Book


async def sweep(site: Site) -> None:
    """Mark receipts that are overdue and documents that have waited long enough, say so, and tell people what they must know."""
    now = site.now()

    def store(connection: Connection) -> None:
        for row in outbound.open_receipts(connection):
            if row.receipt == "open" and row.receipt_due is not None and row.receipt_due <= now:
                outbound.set_receipt(connection, row.id, "overdue")
                orders = outbound.documents_in(connection, row.id)
                found = sorted({order for document in orders for order in documents.orders_of(connection, document)})
                text = f"{row.target} has not acknowledged {row.name}, due {row.receipt_due:%Y-%m-%d %H:%M} UTC; ask the partner whether it came"
                timeline.say(connection, now, "overdue", text, found, outbound=row.id)
        while rows := holds.waited_out(connection, now):
            row = rows[0]
            holds.ended(connection, row.id)
            if row.state != "waiting":
                _gather(site, connection, row)
                continue
            documents.mark(connection, row.id, "held", f"order {row.number} has not come in the time set")
            kind = row.kind.replace("_", " ")
            text = f"{kind} {row.number} has waited long enough for its order; a person must say: crossdock release or skip {row.number}"
            timeline.say(connection, now, "waited", text, document=row.id)
        compare(connection, site, now)
        lanes.tick_done(connection, "sweep:hub", now)

    await notice(site)
    await site.ledger.write(store)
    await tell(site)


def _gather(site: Site, connection: Connection, row: Any) -> None:
    """An answer to a part has waited for those to the other parts."""
    case = Case(site, Book(connection), site.endpoint(row.endpoint), None, site.now())
    waited_out(case, row)
    timeline.add(case.connection, case.said)
