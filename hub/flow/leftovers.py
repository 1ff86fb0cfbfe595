"""Leftovers: what a partner sends that no rule uses is noticed once, beside the work and on a few documents a time.

It becomes a finding of the document in which it stands first.
"""

import contextlib
import json
import logging
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import Connection

from hub.errors import CrossdockError, Purged, Unreadable
from hub.findings import Finding
from hub.flow.read import EDI, defaults_for
from hub.flow.site import Site
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides.lineage import Trace, traced
from hub.ledger import blobs, documents, leftovers, timeline
from hub.mapping.reader import NOT_MAPPED
from hub.settings.endpoint import MIXED, Endpoint

log = logging.getLogger(__name__)
INDEX = re.compile(r"\[\d+\]|(?<=^row )\d+")
MOST, LARGEST = 10, 256 * 1024  # documents a time, bytes of the file they came in


def traces(site: Site, endpoint: Endpoint, body: bytes) -> Iterator[tuple[TransactionSet, Trace]]:
    """Each document of an EDI file, traced."""
    partner = site.partner(endpoint.partner)
    library = site.library(partner)
    for event in detect.read([body]):
        if isinstance(event, TransactionSet):
            named = partner.guides if partner else None
            guide = library.find(event.interchange.standard, event.type, event.version, named)
            if guide is not None:
                yield event, traced(guide, event, defaults_for(site, partner))


async def notice(site: Site) -> None:
    """Look at what came since the last time."""
    for name, endpoint in site.company.channels.items():
        try:
            found, last = await site.ledger.read(partial(_seen, site, endpoint))
        except CrossdockError:
            raise
        except Exception:  # a mistake of ours here must not keep the sweep from its work
            log.exception("what %s sends could not be looked through", name)
            continue
        if last:
            site.tally.left(name, await site.ledger.write(partial(_note, site, name, found, last)))


def _seen(site: Site, endpoint: Endpoint, connection: Connection) -> tuple[dict[str, int], int]:
    """Places that no rule used, each with a document it was seen in; and the last document."""
    rows = leftovers.fresh(connection, endpoint.name, leftovers.looked(connection, endpoint.name), MOST, LARGEST)
    found: dict[str, int] = {}
    for row in rows:
        edi = row.control_number is not None and endpoint.format in (*EDI, MIXED)
        with contextlib.suppress(Purged, Unreadable):  # its bytes went by policy, or are no file that we know now
            found |= dict.fromkeys([*_of_mapped(row), *(_of_edi(site, endpoint, connection, row) if edi else ())], row.id)
    return found, max((row.id for row in rows), default=0)


def _of_edi(site: Site, endpoint: Endpoint, connection: Connection, row: Any) -> Iterator[str]:
    for tset, trace in traces(site, endpoint, blobs.body(connection, row.raw)):
        if tset.control_number == row.control_number and tset.type == row.type:
            yield from (f"{tset.type} {one.path}" for one in trace.leftovers)


def _of_mapped(row: Any) -> Iterator[str]:
    """What its mapping has no rule for, the same for every item and row."""
    for one in json.loads(row.findings or "{}").get("findings", ()):
        if one["code"] == NOT_MAPPED and one.get("path"):
            yield f"{row.kind.replace('_', ' ')} {INDEX.sub('', one['path'])}"


def _note(site: Site, endpoint: str, found: dict[str, int], last: int, connection: Connection) -> int:
    """Each new place is a finding of its document, and a line in its timeline; says how many there are."""
    by_document: dict[int, list[str]] = {}
    for place, document in leftovers.note(connection, endpoint, found.items(), last):
        by_document.setdefault(document, []).append(place)
    for row in documents.many(connection, by_document):
        places = by_document[row.id]
        leftovers.remark(connection, row, [_finding(endpoint, place).as_dict() for place in places])
        listed = ", ".join(places[:MOST]) + (f" and {len(places) - MOST} more" if len(places) > MOST else "")
        what = f"{row.kind.replace('_', ' ')} {row.number or ''}".strip()
        text = f"{what} from {endpoint} holds what no rule uses, for the first time: {listed}; see crossdock leftovers"
        orders = documents.orders_of(connection, row.id)
        timeline.say(connection, site.now(), "leftover", text, orders, row.id, arrival=row.arrival_id)
    return sum(map(len, by_document.values()))


def _finding(endpoint: str, place: str) -> Finding:
    text = f"no rule uses {place}, and {endpoint} sends it for the first time"
    hint = "add a rule for it to the guide or mapping, or one without `is` that knows it and carries nothing"
    return Finding(leftovers.CODE, text, "application", "warning", hint, path=place)
