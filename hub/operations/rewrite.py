"""Rewrite: a message that was sent is made again from its documents, with the numbers and the moment it has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from hub.flow.addressing import addressed
from hub.flow.envelopes import LARGEST, NO_GROUP, Numbers, compose, groups_of
from hub.flow.render import Prepared, render
from hub.flow.site import Site
from hub.ledger import outbound


def rewritten(connection: Connection, site: Site, message: Any, rows: Sequence[Any]) -> bytes | str:
    """The bytes, or why there would be none. `rows` are deliveries with what they carry; the site's clock shows the moment."""
    endpoint = site.company.endpoints.get(message.target)
    if endpoint is None:
        return f"there is no {message.target}"
    if not rows:
        return "nothing in it goes there"
    prepared, spoiled = render(site, endpoint, addressed(connection, endpoint, rows), together=True)
    if spoiled or len(prepared) != 1:
        return "; ".join(one.why for one in spoiled) or "its documents would go apart"
    (one,) = prepared
    if one.body is not None:
        return one.body
    partner = site.partner(endpoint.partner)
    assert partner is not None
    numbers = _numbers(connection, message, one)
    return compose(partner, one.parcels, numbers, message.made_at.astimezone(site.zone(partner))).body


def _numbers(connection: Connection, message: Any, prepared: Prepared) -> Numbers:
    """As they were drawn; a group that was not there counts on from the last."""
    drawn = outbound.numbers_of(connection, message.id)
    groups = [(row.number - 1) % LARGEST + 1 for row in drawn if row.counter.split(":")[-2] == "group"]
    wanted = len(groups_of(prepared.parcels))
    last = groups[-1] if groups else NO_GROUP
    more = [last + n if groups else NO_GROUP for n in range(1, wanted - len(groups) + 1)]
    return Numbers(int(message.control_number or 1), [*groups, *more][:wanted])
