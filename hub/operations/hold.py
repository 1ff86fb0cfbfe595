"""Hold and let go: by a person's word nothing of an order leaves, or nothing goes to an endpoint, until another word."""

from sqlalchemy import Connection

from hub.flow.narrate import plural
from hub.flow.site import Site
from hub.ledger import deliveries, holds
from hub.operations.person import Person, Refused, the_order

UNDER_WAY = {"sending": "is being sent now and cannot be held", "unknown": "may have arrived already; it is found out first"}


def hold(site: Site, connection: Connection, name: str, channel: str | None, by: Person) -> list[str]:
    """Hold an order, or stop an endpoint. What is being sent at this moment is not stopped; says so."""
    if name in site.company.endpoints:
        if not holds.pause(connection, name, by.who, by.why, by.at):
            return [f"{name} is stopped by hand already"]
        return [by.say(connection, "hold", f"{name} is stopped by hand: {by.why}")]
    order = the_order(connection, name, channel)
    if order is None:
        raise Refused(f"{name} is no order and no channel or system; `crossdock orders` lists the orders")
    if not holds.hold(connection, order.id, by.who, by.why, by.at):
        return [f"order {order.number} is held already"]
    deliveries.hold(connection, order.id)
    rows = deliveries.of_order(connection, order.id)
    waiting = sum(row.state == "held" for row in rows)
    text = f"order {order.number} is held, nothing of it leaves: {by.why}" + (
        f" ({plural(waiting, 'delivery', 'deliveries')} waiting)" if waiting else ""
    )
    said = [by.say(connection, "hold", text, [order.id])]
    return said + [
        f"{row.kind.replace('_', ' ')} for {row.target} {UNDER_WAY[row.state]}" for row in rows if row.state in UNDER_WAY
    ]


def free(site: Site, connection: Connection, name: str, channel: str | None, by: Person) -> list[str]:
    """Let an order or an endpoint go on that a person has held; nothing when none of that name is."""
    if name in site.company.endpoints:
        if not holds.resume(connection, name):
            return []
        return [by.say(connection, "release", f"{name} goes on: {by.why}")]
    order = the_order(connection, name, channel)
    if order is None or not holds.free(connection, order.id):
        return []
    gone = deliveries.free(connection, order.id, by.at)
    text = f"order {order.number} goes on: {by.why}" + (f" ({plural(len(gone), 'delivery', 'deliveries')})" if gone else "")
    return [by.say(connection, "release", text, [order.id])]
