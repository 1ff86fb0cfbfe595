"""Labels as a PDF, a page each, 4 by 6 inches.

Written by hand: a label is text in a font that every reader has and black bars, which is not worth a dependency.
"""

from collections.abc import Iterable, Iterator

from hub.operations.labels import Label
from hub.rules.code128 import bars

WIDTH, HEIGHT = 288, 432  # points
TO, COUNT = 140, 200  # where blocks on the right begin
MODULE = 1.5  # width of the thinnest bar in points: 0.53 mm, within what GS1 asks of a logistics label (0.495 to 0.94)
BAR_TOP, BAR_HEIGHT = 305, 95  # 33 mm, GS1 asks for 31.75 and more
ENCODING = "cp1252"  # WinAnsiEncoding
REGULAR, BOLD = "F1", "F2"
FONTS = {REGULAR: "Helvetica", BOLD: "Helvetica-Bold"}
WIDE = 0.56  # of an average letter, by its size


def pdf(labels: Iterable[Label]) -> bytes:
    """All labels in one file."""
    contents = ["\n".join(_label(label)).encode(ENCODING, "replace") for label in labels]
    pages = [4 + 2 * number for number in range(1, len(contents) + 1)]
    kids = " ".join(f"{number} 0 R" for number in pages)
    fonts = " ".join(f"/{name} {3 + number} 0 R" for number, name in enumerate(FONTS))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode() for font in FONTS.values()
    ]
    for content in contents:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        inside = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << {fonts} >> >> /Contents {len(objects)} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {inside} >>".encode())
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    """Objects with the table that says where each begins."""
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _label(label: Label) -> Iterator[str]:
    yield from _block("FROM", label.ship_from, 12, 14, 8, TO)
    yield from _block("TO", label.ship_to, TO, 14, 10)
    yield _line(88)
    yield from _block("CARRIER", (label.carrier, *label.references), 12, 98, 10, COUNT)
    yield from _block("PACKAGE", (label.count,), COUNT, 98, 10)
    yield _line(142)
    yield from _block("PURCHASE ORDER", (label.order,), 12, 152, 14)
    yield from _block("CONTENTS", label.contents, 12, 188, 9)
    yield _line(290)
    yield _text(12, 300, 7, "SSCC")
    yield from _barcode(label.barcode)
    yield _text((WIDTH - len(label.readable) * 14 * WIDE) / 2, BAR_TOP + BAR_HEIGHT + 18, 14, label.readable, BOLD)


def _barcode(digits: str) -> Iterator[str]:
    widths = bars(digits)
    left = (WIDTH - sum(widths) * MODULE) / 2
    yield "0 g"
    for number, width in enumerate(widths):
        if number % 2 == 0:
            yield f"{left:.2f} {HEIGHT - BAR_TOP - BAR_HEIGHT} {width * MODULE:.2f} {BAR_HEIGHT} re f"
        left += width * MODULE


def _block(title: str, lines: Iterable[str], left: float, top: float, size: float, right: float = WIDTH) -> Iterator[str]:
    yield _text(left, top, 6, title)
    for number, line in enumerate(line for line in lines if line):
        yield _text(left, top + 4 + (number + 1) * (size + 2), size, line, BOLD if number == 0 else REGULAR, right)


def _text(left: float, top: float, size: float, text: str, font: str = REGULAR, right: float = WIDTH) -> str:
    shown = text[: max(1, int((right - left) / (size * WIDE)))]
    return f"BT /{font} {size} Tf {left:.1f} {HEIGHT - top:.1f} Td ({escaped(shown)}) Tj ET"


def _line(top: float) -> str:
    return f"0 {HEIGHT - top} {WIDTH} 0.8 re f"


def escaped(text: str) -> str:
    r"""Text between brackets.

    >>> print(escaped("a (b) \\ c"))
    a \(b\) \\ c
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
