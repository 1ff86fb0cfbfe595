"""HTML pages that need nothing but themselves: one file, no scripts, nothing fetched, every text escaped."""

from collections.abc import Iterable
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1d2433; --faint: #667085; --line: #d7dce5; --ground: #fff; --mark: #f2f5fa; --bad: #b42318;
  --warn: #9a6700; --note: #175cd3; --good: #067647 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --faint: #98a2b3; --line: #344054; --ground: #0f141d; --mark: #1a2130;
  --bad: #f97066; --warn: #fdb022; --note: #84adff; --good: #47cd89 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: .25rem .6rem; border-top: 1px solid var(--line) }
th { color: var(--faint); font-weight: 500 } code { font-family: ui-monospace, monospace; font-size: .9em; word-break: break-all }
.number { color: var(--faint); text-align: right; white-space: nowrap } .title { font-weight: 600 } .faint { color: var(--faint) }
.error { color: var(--bad) } .warning { color: var(--warn) } .note { color: var(--note) } .accepted { color: var(--good) } .rejected, .unsupported { color: var(--bad) }
mark { background: var(--mark); color: var(--bad); font-weight: 600; outline: 1px solid var(--bad) }
.finding { background: var(--mark); border-left: 3px solid; padding: .2rem .6rem; margin: .2rem 0 }
.means { color: var(--faint) }
"""


def page(title: str, body: Iterable[str]) -> str:
    """A whole page; the body is HTML already."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{text(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(body) + "\n</body></html>\n"


def text(value: object) -> str:
    """Text that is only text; characters that no page may hold are shown as what they are.

    >>> text('<b>"x"\\x01')
    '&lt;b&gt;&quot;x&quot;\\\\x01'
    """
    clean = "".join(
        letter if letter.isprintable() else " " if letter in "\t\r\n" else f"\\x{ord(letter):02x}" for letter in str(value)
    )
    return escape(clean.encode("utf-8", "backslashreplace").decode("utf-8"))


def tag(name: str, content: str, css: str = "") -> str:
    """An element around HTML."""
    return f'<{name} class="{escape(css)}">{content}</{name}>' if css else f"<{name}>{content}</{name}>"


def row(*cells: str, css: Iterable[str] = ()) -> str:
    """A row of a table; one class a cell."""
    classes = [*css, *[""] * len(cells)]
    return tag("tr", "".join(tag("td", cell, name) for cell, name in zip(cells, classes, strict=False)))
