"""An explanation as an HTML page."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from hub.findings import Finding
from hub.operations.explain import Explanation, Passage
from hub.operations.pages import page, row, tag, text
from hub.operations.pieces import Piece, Said


def page_of(explanation: Explanation) -> str:
    """The whole page."""
    name = Path(explanation.file).name
    return page(name, _body(explanation, name))


def _body(explanation: Explanation, name: str) -> Iterator[str]:
    yield tag("h1", text(name))
    if explanation.error is not None:
        yield tag("p", tag("strong", "error") + ": " + text(explanation.error), "error")
    for passage in explanation.passages:
        yield from _passage(passage)


def _passage(passage: Passage) -> Iterator[str]:
    judgement = passage.judgement
    if judgement:
        found = judgement.interchange
        ways = f" from {found.sender.id} to {found.receiver.id}" if found.sender.id or found.receiver.id else ""
        number = found.control_number or "without an envelope"
        state = tag("span", text(judgement.state.replace("_", " ")), judgement.state)
        yield tag("h2", text(f"Interchange {number}{ways}: ") + state)
    yield from _findings(passage.findings)
    yield "<table><thead><tr><th>segment</th><th>byte</th><th>as it stands</th><th>in words</th></tr></thead><tbody>"
    for piece in passage.pieces:
        yield from _rows(piece)
    yield "</tbody></table>"
    yield from (tag("p", text(line), "faint") for line in passage.used)


def _rows(piece: Piece) -> Iterator[str]:
    if piece.judged:
        judged = piece.judged
        title = judged.guide.title if judged.guide else "Document without a guide"
        state = tag("span", text(judged.state.replace("_", " ")), judged.state)
        yield f'<tr><th colspan="4">{text(title)} {text(judged.number or "")} ({text(judged.type)} {text(judged.version)}): {state}</th></tr>'
    if piece.before:
        yield row("", "", "", "".join(_findings(piece.before)))
    number = text(piece.position) if piece.position else ""
    words = f'<div style="padding-left: {piece.depth * 1.2:.1f}rem">{"".join(_words(piece))}</div>'
    yield row(number, text(piece.offset), tag("code", _raw(piece)), words, css=("number", "number"))


def _raw(piece: Piece) -> str:
    """The segment as it stands in the file, elements at fault marked."""
    bad = {finding.element for finding in piece.findings if finding.element and finding.severity != "note"}
    if not bad or not piece.elements:
        return text(piece.raw)
    place = piece.raw.find(piece.elements[0]) + len(piece.elements[0])
    separator = piece.raw[place : place + 1]
    if not separator:
        return text(piece.raw)
    parts = piece.raw.split(separator)
    return text(separator).join(
        tag("mark", text(part) or "&nbsp;") if index in bad else text(part) for index, part in enumerate(parts)
    )


def _words(piece: Piece) -> Iterator[str]:
    note = "" if piece.known else " " + tag("span", "not in the guide here", "warning")
    yield tag("div", text(piece.title) + note, "title")
    yield from (tag("div", _said(said)) for said in piece.said)
    yield from _findings([*piece.findings, *piece.behind])


def _said(said: Said) -> str:
    means = " " + tag("span", text(f"({said.means})"), "means") if said.means and said.means != said.text else ""
    title = tag("span", text(f"{said.place} {said.title}".strip()) + ": ", "faint")
    return title + text(said.text.strip()) + means


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        hint = tag("div", "How to mend it: " + text(finding.hint)) if finding.hint else ""
        yield tag(
            "div",
            tag("strong", text(f"{finding.severity} {finding.code}")) + ": " + text(finding.text) + hint,
            f"finding {finding.severity}",
        )
