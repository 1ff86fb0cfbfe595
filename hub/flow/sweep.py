"""Sweep: look for what should have happened by now and has not."""

from sqlalchemy import Connection

from hub.flow.alarm import compare, tell
from hub.flow.site import Site
from hub.ledger import documents, holds, lanes, outbound, timeline


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
        for row in holds.waited_out(connection, now):
            holds.ended(connection, row.id)
            documents.mark(connection, row.id, "held", f"order {row.number} has not come in the time set")
            kind = row.kind.replace("_", " ")
            text = f"{kind} {row.number} has waited long enough for its order; a person must say: crossdock release or skip {row.number}"
            timeline.say(connection, now, "waited", text, document=row.id)
        compare(connection, site, now)
        lanes.tick_done(connection, "sweep:hub", now)

    await site.ledger.write(store)
    await tell(site)
