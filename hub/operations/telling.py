"""Finds the words for the pieces of a file: by the guide of the document, else by the segment dictionary alone."""

from collections.abc import Sequence

from hub.formats.envelope import TransactionSet
from hub.guides.codecs import Misread, read_date, read_time
from hub.guides.library import Library
from hub.guides.notation import Address, Element, Rule
from hub.guides.places import Place, places
from hub.guides.verdicts import JudgedDocument
from hub.guides.wording import meaning, when
from hub.operations import envelope_words
from hub.operations.pieces import Piece, Said

STRANGE = "belongs to no document"
UNKNOWN = "a segment that our dictionary does not have"
HEADERS, TRAILERS = ("ST", "UNH"), ("SE", "UNT")


class Teller:
    """Tells the pieces of one interchange."""

    def __init__(self, library: Library, standard: str) -> None:
        self.shelf, self.standard = library.shelf(standard), standard
        self.words = envelope_words.OF[standard]
        self._places: dict[int, dict[int, Place]] = {}

    def tell(self, piece: Piece, judged: JudgedDocument | None, tset: TransactionSet | None) -> None:
        """Fill in the title and what the elements mean."""
        if piece.position is None or piece.tag in (*HEADERS, *TRAILERS) or tset is None:
            self._envelope(piece)
            piece.judged = judged if piece.position == 1 else None
            return
        place = self._place(piece, judged, tset)
        piece.depth = 1 + (place.depth if place else 0)
        rule = place.rule if place else None
        entry = self.shelf.segments.get(piece.tag)
        piece.known = place is not None or judged is None or judged.guide is None
        piece.title = _titled(place) or (entry.title if entry else UNKNOWN)
        elements = rule.elements if rule and rule.elements else entry.elements if entry else ()
        for index, raw in enumerate(piece.elements[1:], 1):
            element = elements[index - 1] if index <= len(elements) else Element(Address(index))
            if raw.strip():
                self._element(piece, element, raw, tset, rule)

    def _place(self, piece: Piece, judged: JudgedDocument | None, tset: TransactionSet) -> Place | None:
        if judged is None or judged.guide is None or piece.position is None:
            return None
        if tset.index not in self._places:
            self._places = {tset.index: _places(judged, tset)}
        return self._places[tset.index].get(piece.position)

    def _element(self, piece: Piece, element: Element, raw: str, tset: TransactionSet, rule: Rule | None) -> None:
        parts = tset.components(raw) if element.components or (not element.number and len(tset.components(raw)) > 1) else []
        if not parts:
            text = tset.text(raw)
            title = self._paired(element.address, piece.elements, rule) or element.title
            means = meaning(element, text.rstrip(), self.shelf.tables, rule)
            piece.said.append(Said(element.address.of(piece.tag), title, text, means, element.address.element))
            return
        for number, text in enumerate(parts, 1):
            if text.strip():
                known = number <= len(element.components)
                part = element.components[number - 1] if known else Element(Address(element.address.element, number))
                means = meaning(part, text.rstrip(), self.shelf.tables, rule, parts)
                title = self._paired(part.address, parts, rule) or part.title or element.title
                piece.said.append(Said(part.address.of(piece.tag), title, text, means, *part.address))

    def _paired(self, address: Address, parts: Sequence[str], rule: Rule | None) -> str | None:
        """Of a value in pairs, what its qualifier says it is; `parts` are of the segment, or of the composite."""
        for pairs in rule.pairs if rule else ():
            for qualifier, place in pairs.places():
                index = (qualifier.component or qualifier.element + 1) - 1
                element = rule.element(qualifier) if rule and place == address else None
                if element is not None and index < len(parts):
                    return meaning(element, parts[index].strip(), self.shelf.tables, rule)
        return None

    def _envelope(self, piece: Piece) -> None:
        title, names = self.words.get(piece.tag, ("", ()))
        piece.known = bool(title)
        piece.title = title or STRANGE
        if not title:
            return
        for index, text in enumerate(piece.elements[1:], 1):
            if text.strip():
                name = names[index - 1] if index <= len(names) else ""
                piece.said.append(
                    Said(Address(index).of(piece.tag), name, text, _envelope_meaning(piece.tag, index, text), index)
                )


def _places(judged: JudgedDocument, tset: TransactionSet) -> dict[int, Place]:
    try:
        return places(judged.guide, tset) if judged.guide else {}
    except Exception:  # judging has told of this document already; the dictionary still explains it
        return {}


def _titled(place: Place | None) -> str:
    if place is None:
        return ""
    level = place.rule.levels.get(place.level)
    return f"{place.rule.title}: {level.title}" if level else place.rule.title


def _envelope_meaning(tag: str, index: int, text: str) -> str | None:
    place = (tag, index)
    try:
        if place in envelope_words.DATES:
            return when(read_date(text)[0])
        if place in envelope_words.TIMES:
            return read_time(text)[0]
    except Misread:
        return None
    return envelope_words.CODES.get(place, {}).get(text.strip())


def words(piece: Piece) -> Sequence[str]:
    """What the segment says, one part an element: `unit: EA (Each)`."""
    return [sentence(said) for said in piece.said]


def sentence(said: Said) -> str:
    """One element in words.

    >>> sentence(Said("PO103", "unit", "EA", "Each")), sentence(Said("PO102", "quantity", "12"))
    ('unit: EA (Each)', 'quantity: 12')
    """
    text = said.text.strip()
    shown = f"{text} ({said.means})" if said.means and said.means != text else text
    return f"{said.title}: {shown}" if said.title else shown
