"""Markdown pieces that the makers of pages share."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made by `make docs` from the code; changes made here are lost. -->\n\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line ends inside cells are made harmless."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell(value) for value in line)} |\n" for line in lines)


def cell(value: str) -> str:
    return " ".join(value.split()).replace("|", "\\|")
