"""A guide as an HTML page."""

from collections.abc import Iterator

from hub.guides.notation import Guide
from hub.operations.changes import changes
from hub.operations.guides import ElementLine, SegmentLine, described
from hub.operations.pages import page, row, tag, text

STANDARDS = {"x12": "X12", "edifact": "EDIFACT"}


def page_of(guide: Guide, base: Guide | None = None) -> str:
    """The whole page; with what is different from `base`, for a guide that changes another."""
    return page(f"{guide.title} ({guide.name})", _body(guide, base))


def _body(guide: Guide, base: Guide | None) -> Iterator[str]:
    yield tag("h1", text(guide.title))
    yield tag("p", text(facts(guide)), "faint")
    if base is not None:
        yield tag("h2", text(f"What is different from {base.name}"))
        rows = [row(tag("code", text(change.address)), text(change.text)) for change in changes(base, guide)]
        yield tag("table", "".join(rows)) if rows else tag("p", "Nothing.")
    yield tag("h2", "Segments in order")
    yield "<table><tbody>"
    for line in described(guide):
        yield from _segment(line)
    yield "</tbody></table>"
    if guide.drops:
        yield tag("h2", "Knowingly not carried")
        yield tag("p", ", ".join(tag("code", text(path)) for path in guide.drops))


def facts(guide: Guide) -> str:
    """What the guide is for, in one line."""
    group = f" in groups {guide.group}" if guide.group else ""
    versions = f", written for versions {', '.join(guide.versions)}" if guide.versions else ""
    return f"{guide.name}: {STANDARDS[guide.standard]} {guide.set}{group}, carries {guide.document.replace('_', ' ')}{versions}"


def _segment(line: SegmentLine) -> Iterator[str]:
    shift = f'style="padding-left: {0.6 + line.depth * 1.5:.1f}rem"'
    if line.heading:
        yield f'<tr><th colspan="5" {shift}>{text(line.heading)}</th></tr>'
    notes = "".join(tag("div", text(note), "faint") for note in line.notes)
    head = tag("span", text(line.tag), "title") + " " + text(line.title)
    yield f'<tr><td colspan="3" {shift}>{head}{notes}</td><td>{text(line.use)}</td><td>{text(line.repeats)}</td></tr>'
    yield from (_element(line, element, shift) for element in line.elements)


def _element(line: SegmentLine, element: ElementLine, shift: str) -> str:
    named = text(f"{line.tag}{element.place} {element.title}")
    codes = ", ".join(tag("code", text(code)) + (" " + text(title) if title else "") for code, title in element.codes)
    notes = "".join(tag("div", text(note), "faint") for note in element.notes)
    details = f"<details><summary>{len(element.codes)} codes</summary>{codes}</details>" if len(element.codes) > 6 else codes
    carries = tag("code", text(element.carries)) if element.carries else ""
    return f"<tr><td {shift}>&emsp;{named}{notes}</td><td>{text(element.kind)}</td><td>{details}</td><td>{text(element.use)}</td><td>{carries}</td></tr>"
