"""A sale as the mapping wrote it becomes a record to create: others are looked up, the rest is as Tryton proposes."""

from typing import Any

from connectors.tryton.records import Record, wrapped
from connectors.tryton.rpc import Rpc
from hub.sdk import Rejected

PROPOSED = ("payment_term", "invoice_address", "shipment_address")
NO_CURRENCY = "XXX"  # ISO 4217's word where none is meant
BUYERS = ("number",)  # of a line: Tryton has no place for the buyer's number; the receipt pairs it with Tryton's own


class Sales:
    """Makes records to create out of the mapping's JSON."""

    def __init__(self, rpc: Rpc, new_addresses: bool) -> None:
        self._rpc, self._new_addresses = rpc, new_addresses

    async def party(self, given: Record) -> int:
        """Who buys."""
        return await self._one("party.party", given.get("party") or {}, "party")

    async def sale(self, given: Record, party: int) -> Record:
        """Values of the sale with its lines, in the order given."""
        proposed = await self._rpc.read("model.sale.sale.on_change", {"party": party}, ["party"])
        head = {name: value for name, value in given.items() if name not in ("lines", "party")}
        if head.get("currency") == {"code": NO_CURRENCY}:
            del head["currency"]  # the company's
        values = {name: proposed[name] for name in PROPOSED if proposed.get(name) is not None}
        values |= {"party": party, **await self._values("sale.sale", head, party)}
        lines = [await self._line({"sequence": at, **line}, party) for at, line in enumerate(given.get("lines") or (), 1)]
        return {**values, "lines": [["create", lines]]}

    async def _line(self, given: Record, party: int) -> Record:
        """Taxes, and whatever the buyer did not say, are what Tryton proposes for this party."""
        own = await self._values("sale.line", {name: value for name, value in given.items() if name not in BUYERS}, party)
        around = {**own, "type": "line", "_parent_sale.party": party}
        proposed = await self._rpc.read("model.sale.line.on_change", around, ["product"])
        taxes = [one["id"] for _, one in (proposed.get("taxes") or {}).get("add", ())]
        filled = {name: proposed[name] for name in ("unit", "unit_price") if proposed.get(name) is not None}
        return {**filled, "taxes": [["add", taxes]], **own}

    async def _values(self, model: str, given: Record, party: int) -> Record:
        kinds, values = await self._rpc.fields(model), Record()
        for name, value in given.items():
            if name not in kinds:
                raise Rejected(f"`{name}`: {model} has no such field here")
            values[name] = await self._value(kinds[name], name, value, party)
        return values

    async def _value(self, kind: Record, name: str, value: Any, party: int) -> Any:
        if isinstance(value, dict) and kind["type"] == "many2one":
            if kind["relation"] == "party.address":
                return await self._address(value, party)
            return await self._one(kind["relation"], value, name)
        try:
            return wrapped(kind["type"], value)
        except ValueError as error:
            raise Rejected(f"`{name}`: {error}") from None

    async def _one(self, model: str, wanted: Record, name: str) -> int:
        """The one record with these values; each is tried in turn, the first that finds something counts."""
        for field, value in wanted.items():
            found = await self._rpc.search(model, [[field, "=", value]], ["id"], 2)
            if len(found) > 1:
                raise Rejected(f"`{name}`: several records of {model} have the {field} {value}; make it unique in Tryton")
            if found:
                return int(found[0]["id"])
        sought = " or ".join(f"the {field} {value}" for field, value in wanted.items()) or "nothing that names it"
        raise Rejected(f"`{name}`: Tryton has no {model} with {sought}; create it there")

    async def _address(self, wanted: Record, party: int) -> int:
        """The party's address by its code, or by its words; a new one where that is allowed."""
        code = wanted.get("identifiers.code")
        if code:
            domain = [["party", "=", party], ["identifiers.code", "=", code]]
            if found := await self._rpc.search("party.address", domain, ["id"], 1):
                return int(found[0]["id"])
        words = {name: value for name, value in wanted.items() if name != "identifiers.code"}
        values = {"party": party, **await self._values("party.address", words, party)}
        exact = [[name, "=", value] for name, value in values.items() if name != "street"]
        for one in await self._rpc.search("party.address", exact, ["street"], None):
            if (one["street"] or "").split() == (values.get("street") or "").split():
                return int(one["id"])
        if not (self._new_addresses and values.get("street")):
            raise Rejected(f"`shipment_address`: the party has no address {code or values.get('street')}; add it in Tryton")
        (made,) = await self._rpc.call("model.party.address.create", [values])
        return int(made)
