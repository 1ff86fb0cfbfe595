"""What an answer repeats of what it answers: as it was sent, as far as an answer can carry it."""

LONGEST = 35  # characters; what the guides of acknowledgements let stand where a sound document has fewer
UNNAMED = "0"  # stands for what must be named and was not sent


def echo(text: str | None, most: int = LONGEST) -> str | None:
    """Printable characters, no more than fit; nothing where none are left.

    >>> echo(" 0001\\x16 "), echo("ab" * 9, 3), echo("\\x00")
    ('0001', 'aba', None)
    """
    text = text or ""
    return (text if text.isprintable() else "".join(filter(str.isprintable, text))).strip()[:most].strip() or None


def named(text: str | None, most: int = LONGEST) -> str:
    """The same for what must not be empty, not even after separators in it are replaced.

    >>> named("\\t"), named("~"), named("00~1")
    ('0', '0', '00~1')
    """
    found = echo(text, most) or ""
    return found if any(map(str.isalnum, found)) else UNNAMED
