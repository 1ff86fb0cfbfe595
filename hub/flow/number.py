"""Number: packages without an SSCC are given one before their document is rendered, where the partner file says so.

The numbers belong to the document, not to one message: every target, every retry and every label has the same.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from hub.flow.narrate import plural
from hub.flow.render import Spoiled
from hub.flow.site import Site
from hub.ledger import deliveries, serials, timeline
from hub.rules.sscc import Exhausted


async def numbered(site: Site, rows: Sequence[Any]) -> tuple[list[Any], list[Spoiled]]:
    """Delivery rows, the packages of their documents numbered; and those for which no number is left."""
    good: list[Any] = []
    spoiled: list[Spoiled] = []
    for row in rows:
        bare = bare_of(site, row)
        if not bare:
            good.append(row)
            continue
        try:
            named = await site.ledger.write(partial(_given, site, row, bare))
            site.probe("number.stored")
            good.append(named)
        except Exhausted as error:
            spoiled.append(Spoiled(row, f"no package can be numbered: {error}"))
    return good, spoiled


def named_now(site: Site, row: Any, connection: Connection) -> Any:
    """The delivery row, its packages numbered on this connection. Raises sscc.Exhausted."""
    bare = bare_of(site, row)
    return _given(site, row, bare, connection) if bare else row


def bare_of(site: Site, row: Any) -> list[str]:
    """Packages of a document that we are to number."""
    partner = site.partner(row.partner)
    return nameless(row.canonical) if partner and partner.sscc == "allocate" else []


def nameless(canonical: str) -> list[str]:
    """Packages of a document that have no SSCC, by the names the document gives them.

    >>> nameless('{"packages": [{"id": "1", "sscc": "106141412345678908"}, {"id": "2"}]}'), nameless("{}")
    (['2'], [])
    """
    if '"packages"' not in canonical:
        return []
    return [package["id"] for package in json.loads(canonical).get("packages") or () if not package.get("sscc")]


def with_numbers(canonical: str, numbers: Mapping[str, str]) -> str:
    """The document with these numbers on packages that have none.

    >>> with_numbers('{"packages": [{"id": "1"}, {"id": "2", "sscc": "7"}]}', {"1": "9", "2": "8"})
    '{"packages": [{"id": "1", "sscc": "9"}, {"id": "2", "sscc": "7"}]}'
    """
    value = json.loads(canonical)
    for package in value.get("packages") or ():
        if not package.get("sscc") and package["id"] in numbers:
            package["sscc"] = numbers[package["id"]]
    return json.dumps(value, ensure_ascii=False)


def _given(site: Site, row: Any, bare: Sequence[str], connection: Connection) -> Any:
    before = serials.of_document(connection, row.document_id)
    numbers = _allocated(site, connection, row.document_id, row.canonical, bare)
    fresh = [number for package, number in numbers.items() if package not in before]
    if fresh:
        text = f"{plural(len(fresh), 'package')} of {row.kind.replace('_', ' ')} {row.number or ''} numbered: {_span(fresh)}"
        timeline.say(connection, site.now(), "numbered", text, deliveries.orders_of(connection, [row.id]), row.document_id)
    site.probe("number.commit")
    return SimpleNamespace(**{**row._mapping, "canonical": with_numbers(row.canonical, numbers)})


def numbered_whole(site: Site, connection: Connection, document: Any) -> str:
    """What a document says, its packages numbered as every delivery of it will have them; as it is where no number is left."""
    if not (bare := bare_of(site, document)):
        return str(document.canonical)
    try:
        return with_numbers(document.canonical, _allocated(site, connection, document.id, document.canonical, bare))
    except Exhausted:
        return str(document.canonical)


def _allocated(site: Site, connection: Connection, document: int, canonical: str, bare: Sequence[str]) -> dict[str, str]:
    gs1 = site.company.hub.gs1
    assert gs1 is not None  # looked at when the settings were read
    taken = {package.get("sscc") for package in json.loads(canonical)["packages"]}
    return serials.allocate(connection, gs1.range, gs1.first, document, bare, taken, site.now())


def _span(numbers: Sequence[str]) -> str:
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
