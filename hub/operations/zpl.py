"""Labels in ZPL, for printers that speak it: 4 by 6 inches at 203 dots an inch."""

from collections.abc import Iterable, Iterator

from hub.operations.labels import Label

WIDTH, HEIGHT, MARGIN = 812, 1218, 30  # dots
TO, COUNT = 400, 560  # where blocks on the right begin
HEAD, UTF8 = "^XA", "^CI28"
SPECIAL = "^~_\\"
WIDE = 0.55  # of an average letter, by its size


def zpl(labels: Iterable[Label]) -> str:
    """One after the other."""
    return "\n".join("\n".join(_label(label)) for label in labels) + "\n"


def _label(label: Label) -> Iterator[str]:
    yield f"{HEAD}{UTF8}^PW{WIDTH}^LL{HEIGHT}^LH0,0"
    yield from _block("FROM", label.ship_from, MARGIN, 30, 24, TO)
    yield from _block("TO", label.ship_to, TO, 30, 30)
    yield _line(250)
    yield from _block("CARRIER", (label.carrier, *label.references), MARGIN, 265, 28, COUNT)
    yield from _block("PACKAGE", (label.count,), COUNT, 265, 28)
    yield _line(400)
    yield from _block("PURCHASE ORDER", (label.order,), MARGIN, 415, 40)
    yield from _block("CONTENTS", label.contents, MARGIN, 530, 26)
    yield _line(770)
    yield _text(MARGIN, 785, 22, "SSCC")
    # subset C (>;), the mark of GS1 (>8), 20 digits: 156 modules of 4 dots, with room to be quiet on both sides
    yield f"^FO94,820^BY4^BCN,290,N,N,N^FD>;>8{label.barcode}^FS"
    yield _text(94, 1130, 44, label.readable)
    yield "^XZ"


def _block(title: str, lines: Iterable[str], left: int, top: int, size: int, right: int = WIDTH) -> Iterator[str]:
    yield _text(left, top, 20, title)
    for number, line in enumerate(line for line in lines if line):
        yield _text(left, top + 28 + number * (size + 6), size, line, right)


def _text(left: int, top: int, size: int, text: str, right: int = WIDTH) -> str:
    shown = text[: max(1, int((right - left) / (size * WIDE)))]
    return f"^FO{left},{top}^A0N,{size},{size}^FH_^FD{escaped(shown)}^FS"


def _line(top: int) -> str:
    return f"^FO0,{top}^GB{WIDTH},3,3^FS"


def escaped(text: str) -> str:
    """Text that no printer takes for a command.

    >>> escaped("A^B_C")
    'A_5eB_5fC'
    """
    return "".join(f"_{ord(letter):02x}" if letter in SPECIAL or letter < " " else letter for letter in text)
