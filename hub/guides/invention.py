"""Invents what may stand in an element: plain, plausible, and always the same for the same dice."""

from datetime import date, timedelta
from random import Random

from hub.guides.codecs import NUMERIC
from hub.guides.notation import Element
from hub.guides.tables import Table
from hub.guides.values import split
from hub.rules.sscc import check_digit

TODAY = date(2026, 11, 22)
CLOCKS = ("0930", "1415", "0800", "1645")
LONGEST = 24  # of invented text
DIGITS = "0123456789"

# the last step of a canonical path -> what it may say
WORDS: dict[str, tuple[str, ...]] = {
    "name": ("North Depot", "Harbour Goods Inc", "Elm Street Store", "Lakeside Supplies"),
    "names": ("Receiving", "Dock 4"),
    "lines": ("12 Mill Road", "400 Harbour Way"),
    "city": ("Springfield", "Lakewood", "Milton"),
    "region": ("OH", "TX", "WA"),
    "postcode": ("45501", "77002", "98101"),
    "country": ("US", "CA"),
    "currency": ("USD", "CAD", "EUR"),
    "carrier": ("UPSN", "FDEG", "SAIA"),
    "mode": ("M", "A"),
    "routing": ("Ground", "Standard"),
    "text": ("Handle with care", "Deliver to back door", "Blue, large"),
    "notes": ("Call before delivery", "No pallets over 60 inches"),
    "reference": ("R-4711", "R-0815"),
    "value": ("R-20417", "R-30982"),
    "status": ("CC", "PR"),
    "type": ("SA", "DI"),
}
NUMBERS: dict[str, tuple[str, ...]] = {
    "quantity": ("12", "144", "6", "30"),
    "price": ("8.50", "24.95", "110", "3.333"),
    "percent": ("5", "2.5"),
    "discount_days": ("10",),
    "net_days": ("30", "60"),
    "exchange_rate": ("1.25",),
}
LENGTHS = {"upc": 12, "ean": 13, "gtin": 14, "sscc": 18, "gln": 13}  # numbers with a check digit


class Invention:
    """What an author of samples would write; `whole` takes the first of everything."""

    def __init__(self, dice: Random, whole: bool, standard: str) -> None:
        self.dice, self.whole, self.standard = dice, whole, standard

    def wanted(self) -> bool:
        """Whether to fill what may be left out."""
        return self.whole or self.dice.random() < 0.5

    def chosen(self, among: tuple[str, ...] | list[str]) -> str:
        return among[0] if self.whole else self.dice.choice(among)

    def text(self, element: Element, avoid: frozenset[str] = frozenset()) -> str:
        """A valid text for this element."""
        if element.const is not None:
            return element.const
        allowed = [code for code in element.only if code not in avoid] if element.only else []
        if element.table and not element.only:
            allowed = self.codes(element.table, element, avoid)
        if allowed:
            return self.chosen(allowed)
        leaf = split(element.paths[0])[-1] if element.paths else ""
        if element.codec in ("date", "moment"):
            return self.day(element)
        if element.codec == "time":
            return self.dice.choice(CLOCKS)
        if element.codec in NUMERIC:
            return self.number(element, leaf)
        return self.words(element, leaf)

    def codes(self, table: Table, element: Element, avoid: frozenset[str] = frozenset()) -> list[str]:
        """The codes of a table that fit here; one a word, as they would be written."""
        return [code for code in table.codes.values() if element.low <= len(code) <= element.high and code not in avoid]

    def day(self, element: Element) -> str:
        day = TODAY + timedelta(days=self.dice.randrange(40))
        return f"{day:%Y%m%d}" if element.high >= 8 else f"{day:%y%m%d}"

    def number(self, element: Element, leaf: str = "") -> str:
        """A number of few digits; implied decimals stay whole cents."""
        fit = [text for text in NUMBERS.get(leaf, ()) if element.codec == "decimal" or text.isdigit()]
        if fit and element.high > 5:
            return self.chosen(fit)
        most = max(1, min(element.high, 4))
        low = 10 ** (max(element.low, most - 1) - 1)
        whole = self.dice.randrange(low, 10 ** max(element.low, most))
        if element.codec == "decimal" and element.high > 5:
            return f"{whole // 100}.{whole % 100:02}" if self.dice.random() < 0.5 else str(whole)
        return str(whole)

    def words(self, element: Element, leaf: str) -> str:
        """Text by what the path means, or else letters and digits."""
        if leaf in LENGTHS or (leaf == "id" and element.high >= LENGTHS["gln"]):
            return self.numbered(LENGTHS.get(leaf, LENGTHS["gln"]))[: element.high]
        fit = [text for text in WORDS.get(leaf, ()) if element.low <= len(text) <= element.high]
        if fit:
            return self.chosen(fit)
        if element.type == "ID" or element.high < 6:
            size = max(1, element.low)
            return "".join(self.dice.choice("ABCDEFGHKLMNPRST") for _ in range(size))
        size = max(element.low, min(element.high, 8))
        return "".join(self.dice.choice(DIGITS) for _ in range(size)).replace("0", "7", 1)

    def numbered(self, size: int) -> str:
        """A number whose last digit is its GS1 check digit."""
        body = (
            "0" * (size > LENGTHS["gln"])
            + "7"
            + "".join(self.dice.choice(DIGITS) for _ in range(size - 2 - (size > LENGTHS["gln"])))
        )
        return body + check_digit(body)
