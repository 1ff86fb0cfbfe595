"""Translate: drafts become whole canonical documents; answers are joined with the order they belong to."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from hub.findings import Finding
from hub.flow.draft import ORDERS, Draft, settle
from hub.flow.site import Site
from hub.ledger import aliases, documents
from hub.rules import counting, crossing, totals
from hub.rules.asking import NOTHING, Answers, Asking, Missing, reading
from hub.rules.changing import as_answer, awaiting
from hub.rules.joining import HEAD, Known, join
from hub.rules.packs import Packs
from hub.settings.endpoint import Endpoint
from hub.settings.tables import Tables


def translate(
    site: Site, connection: Connection, endpoint: Endpoint, drafts: Iterable[Draft], told: Answers = NOTHING
) -> Missing:
    """Complete each draft in place, with what systems have told. Reads the ledger, changes nothing there. Says what must be
    asked; once it was, the drafts as they were are to be translated again."""
    site.probe("translate")
    missing: Missing = {}
    for draft in drafts:
        if draft.state != "accepted" or draft.value is None:
            continue
        known, asking = list[Known](), Asking(draft.heard, told, site.now())
        if draft.anew is not None:
            _read_with_answers(draft, asking)
        if draft.kind in HEAD:
            known = _answer(site, connection, endpoint, draft, asking)
        elif draft.kind in ORDERS:
            _order(site, endpoint, draft)
        if not (draft.sound and draft.kind in ORDERS):
            settle(draft)
        if draft.state == "accepted" and draft.kind == "invoice" and endpoint.role == "system":
            _tie_out(draft, known)
        if draft.state == "accepted" and draft.kind in ORDERS:
            _cross(site, draft, site.company.tables_for(endpoint.partner), asking)
        missing |= asking.missing
    return missing


def _read_with_answers(draft: Draft, asking: Asking) -> None:
    """A message whose codes a system explains is read once more, by what it says."""
    assert draft.anew is not None
    reading = draft.anew(asking.word)
    draft.value, draft.findings, draft.heard, draft.sound = dict(reading.value), [], asking.used, False
    _weigh(draft, [*reading.findings, *asking.findings])
    asking.findings = []


def _order(site: Site, endpoint: Endpoint, draft: Draft) -> None:
    assert draft.value is not None
    partner = site.partner(endpoint.partner)
    ours: dict[str, Any] = {"channel": endpoint.name, "partner": endpoint.partner, "test": draft.test}
    if draft.sound and "currency" in draft.value:
        mine = {name: value for name, value in ours.items() if value}
        draft.value = mine | draft.value | mine  # in the place where the model has them
        return
    draft.sound = False
    draft.value.update({name: value for name, value in ours.items() if name != "test" or value})
    if partner and draft.value.get("currency", "XXX") == "XXX":
        draft.value["currency"] = partner.currency
        draft.value["assumed"] = [*draft.value.get("assumed", ()), "currency"]


def _cross(site: Site, draft: Draft, tables: Tables, asking: Asking) -> None:
    """What tables know of items and places is added; what a system that keeps another unit could not take is held."""
    assert draft.value is not None
    findings = list[Finding]()
    if tables:
        order, findings = crossing.items(
            draft.value, tables.items, asking.items(draft.value, tables.asked.get("items"), tables.items)
        )
        draft.value = crossing.places(order, tables.places, asking.places(order, tables.asked.get("places"), tables.places))
    for unit in _kept(site, draft.kind):
        packs = asking.packs(draft.value, tables.asked.get("packs"), unit, tables.packs)
        findings += counting.convert(draft.value, unit, packs.over(tables.packs))[1]
    draft.heard = asking.used
    _weigh(draft, [*asking.findings, *findings])


def _kept(site: Site, kind: str) -> list[str]:
    """Units that systems keep which take such documents."""
    return sorted({one.units for one in site.company.systems.values() if one.units and (not one.takes or kind in one.takes)})


def _tie_out(draft: Draft, known: Iterable[Known]) -> None:
    """A bill of ours that contradicts itself goes to nobody; one of a partner's was checked by its guide."""
    bill = draft.document().model_dump(exclude_defaults=True)
    _weigh(draft, totals.contradictions(bill, [line for one in known for line in one.order.get("lines", ())]))


def _weigh(draft: Draft, findings: list[Finding]) -> None:
    """What is found is kept, and what is wrong holds the document, unless a person has said that it counts."""
    draft.findings += findings
    wrong = [finding for finding in findings if finding.severity == "error"]
    if wrong and not draft.released:
        to_do = dict.fromkeys(finding.hint for finding in wrong if finding.hint)
        draft.hold("; ".join([*(f"{finding.path}: {finding.text}" for finding in wrong), *to_do]))


def _answer(site: Site, connection: Connection, endpoint: Endpoint, draft: Draft, asking: Asking) -> list[Known]:
    """Joins it with its orders; says which they are."""
    assert draft.value is not None
    ids = find_orders(connection, endpoint, draft)
    if not ids:
        return []
    rows = documents.latest(connection, ids)
    known = [_known(connection, endpoint, draft.kind, row) for row in rows]
    draft.orders = [one.id for one in known]
    tables = site.company.tables_for(known[0].partner)
    asking.heard = {**_heard(rows), **asking.heard}  # as the order was counted, so are its answers
    asking.used |= {one: said for one, said in asking.heard.items() if one[:2] in site.coded}  # and its codes go back
    counted: list[Finding] = []
    if endpoint.units:
        packs = _packs(tables, asking, known, endpoint.units)
        draft.value, counted = counting.back(draft.kind, draft.value, known, endpoint.units, packs)
    draft.value, findings = join(draft.kind, draft.value, known)
    aside = replace(asking, findings=[])
    for unit in _kept(site, draft.kind):  # whoever takes it in another unit finds the packs with it
        aside.packs(draft.value, tables.asked.get("packs"), unit, tables.packs)
    draft.heard = asking.used
    if draft.kind == "order_response" and rows[0].revision > 1:
        _name_change(connection, draft, rows[0].id)
    draft.partner = known[0].partner
    draft.test = draft.test or any(row.test for row in rows)
    if draft.test:
        draft.value["test"] = True
    _weigh(draft, [*asking.findings, *counted, *findings])
    return known


def _heard(rows: Iterable[Any]) -> Answers:
    """What was asked for these orders."""
    return {question: answer for row in rows for question, answer in reading(json.loads(row.heard or "[]")).items()}


def _packs(tables: Tables, asking: Asking, known: Iterable[Known], unit: str) -> Packs:
    """Packs of everything that was ordered in another unit."""
    packs = Packs()
    for one in known:
        packs = packs.over(asking.packs(one.order, tables.asked.get("packs"), unit, tables.packs))
    return packs.over(tables.packs)


def _known(connection: Connection, endpoint: Endpoint, kind: str, row: Any) -> Known:
    """The order that is answered; an answer to a change may also speak of lines that the change has deleted."""
    order = json.loads(row.canonical)
    if kind == "order_response" and row.revision > 1 and (former := documents.revision(connection, row.id, row.revision - 1)):
        numbers = {line["number"] for line in order.get("lines", ())}
        gone = [line for line in json.loads(former.canonical).get("lines", ()) if line["number"] not in numbers]
        order = {**order, "lines": [*order.get("lines", ()), *gone]}
    return Known(row.id, order, row.channel, row.partner, aliases.lines(connection, endpoint.name, row.id))


def _name_change(connection: Connection, draft: Draft, order: int) -> None:
    """An answer to a change says so, whether or not the system did."""
    assert draft.value is not None
    rows = [row for row in documents.of_order(connection, order) if row.state == "accepted" and row.canonical]
    life = [(row.kind, json.loads(row.canonical)) for row in rows if row.direction == "in" and row.id != draft.id]
    if change := awaiting(life, draft.value):
        draft.value = as_answer(draft.value, change)


def find_orders(connection: Connection, endpoint: Endpoint, draft: Draft) -> list[int]:
    """The orders an answer belongs to; an answer without one is held."""
    found: list[int] = []
    test = endpoint.test if endpoint.role == "system" else draft.test  # a system is one or the other, a partner's files say
    for mention in mentions(draft.kind, draft.value or {}):
        ids = _candidates(connection, endpoint, mention, test)
        if len(ids) != 1:
            draft.hold(_unclear(mention, ids))
            return []
        found += [one for one in ids if one not in found]
    if not found:
        draft.hold("it names no order")
    return found


def mentions(kind: str, value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How an answer names its orders: number, partner, and references by which a system knows one."""
    common = {"partner": value.get("partner"), "references": value.get("references") or {}}
    if kind == "ship_notice" and value.get("orders"):
        named = ("number", "release")
        return [{**common, **{name: one.get(name) for name in named}, "own": one.get("id")} for one in value["orders"]]
    if kind == "remittance":
        return [{**common, "number": one.get("order_number"), "invoice": one.get("invoice")} for one in value.get("settled", ())]
    own = value.get("number") if kind == "order_response" else None
    return [{**common, "number": value.get("order_number"), "release": value.get("order_release"), "own": own}]


def _candidates(connection: Connection, endpoint: Endpoint, mention: Mapping[str, Any], test: bool) -> list[int]:
    if mention.get("number"):
        ids = documents.orders_numbered(connection, str(mention["number"]))
        return _fitting(connection, ids, mention, test)
    names = [str(one.get("value")) for one in mention["references"].values() if one.get("value")]
    names += [str(mention[name]) for name in ("own", "invoice") if mention.get(name)]
    for name in names:
        if ids := _fitting(connection, aliases.orders_called(connection, endpoint.name, name), mention, test):
            return ids
    return []


def _fitting(connection: Connection, ids: list[int], mention: Mapping[str, Any], test: bool) -> list[int]:
    return [row.id for row in documents.latest(connection, ids) if _fits(row, mention, test)]


def _fits(row: Any, mention: Mapping[str, Any], test: bool) -> bool:
    """Who is in test only knows test orders, who is in production only the others."""
    if row.test != test:
        return False
    if mention.get("partner") and mention["partner"] not in (row.partner, row.channel):  # a store has no partner
        return False
    return not mention.get("release") or row.release == mention["release"]


def _unclear(mention: Mapping[str, Any], ids: list[int]) -> str:
    number = mention.get("number") or mention.get("own") or mention.get("invoice")
    if not ids:
        return f"no order is known as {number}"
    return f"{len(ids)} orders are known as {number}; the answer must name the partner"
