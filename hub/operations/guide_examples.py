"""Run the examples that guides carry: segments or a whole file, and what must come of it; a document, and its segments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.errors import CrossdockError, Unreadable
from hub.formats import detect
from hub.formats.envelope import TransactionSet
from hub.guides import wrapping, writer
from hub.guides.example import Example
from hub.guides.judge import Policy, judge
from hub.guides.library import Library
from hub.guides.mistakes import GuideError
from hub.guides.notation import Guide
from hub.model import DOCUMENTS, plain
from hub.operations import guides
from hub.operations.examples import Absent, Outcome, compared, contents, lines, value
from hub.operations.read import product

HERE = "@"  # stands for a segment of the example while the envelope around it is made


def run(company: Path | None, own: bool = False) -> Iterator[Outcome]:
    """The examples of the guides of a company and of its partners; unless only the `own` are asked for, the product's too."""
    if company is not None and company.is_dir():
        yield from under(guides.library(company), company)
        for partner in guides.partners(company):
            yield from under(guides.library(company, partner), company / guides.PARTNERS / partner, f"{partner}: ")
    if not own:
        yield from under(guides.library(), product())


def under(library: Library, home: Path, whose: str = "") -> Iterator[Outcome]:
    """Those of the guides whose nearest file lies in this folder."""
    for name in library.names():
        file = library.file_of(name)
        if file is not None and file.is_relative_to(home):
            yield from _of(library, name, file, f"{whose}{name}")


def _of(library: Library, name: str, file: Path, shown: str) -> Iterator[Outcome]:
    try:
        guide = library.guide(name)
    except GuideError as error:
        yield Outcome(shown, str(file), "can be read", tuple(str(error).splitlines()))
        return
    before = b""
    for example in guide.examples:
        outcome = Outcome(shown, f"{file}:{example.line}", example.title or f"example at line {example.line}")
        try:
            content = contents(example.reads, file.parent, before)
            before = before if example.changes else content
            yield outcome.told(differences(library, guide, example, content, file.parent))
        except Absent as error:
            # the files of the product's own examples stay behind when it is installed
            yield outcome.left_out(str(error)) if file.is_relative_to(product()) else outcome.told([str(error)])


def differences(library: Library, guide: Guide, example: Example, content: bytes, home: Path) -> Iterator[str]:
    """In what an example does not hold, a line each. `content` is what it reads. Raises Absent."""
    if example.reads is not None:
        yield from _read(library, guide, example, content, home)
    if example.document is not None and example.writes is not None:
        yield from _written(guide, example, home)
    if (example.document is None) != (example.writes is None) or (example.reads is None and example.document is None):
        yield "an example has `reads`, with `gives` or `finds`, or `document` and `writes`, or all of them"


def _read(library: Library, guide: Guide, example: Example, content: bytes, home: Path) -> Iterator[str]:
    bare = detect.sniff(content) is None
    try:
        events = detect.read([_wrapped(guide, content) if bare else content])
        found = list(judge(events, lambda _, __, tset: _reading(library, guide, tset), Policy()))
    except Unreadable as error:
        yield f"cannot be read: {error}"
        return
    papers = [paper for judgement in found for paper in judgement.papers]
    if example.gives is not None:
        given = [plain(paper.document) if paper.document else None for paper in papers]
        wanted = _expected(guide, value(example.gives, home))
        ours = given if isinstance(wanted, list) else given[0] if given else None
        yield from compared("", wanted, _untold(ours) if bare else ours)
    findings = [one for judgement in found for one in judgement.findings] + [one for paper in papers for one in paper.findings]
    yield from compared("finds", list(example.finds), [one.text for one in findings if one.severity == "error"])


def _reading(library: Library, guide: Guide, tset: TransactionSet) -> Guide | None:
    """The guide whose example it is; other documents of the same file are read by their own."""
    return guide if tset.type == guide.set else library.find(guide.standard, tset.type, tset.version)


def _untold(given: Any) -> Any:
    """Without the test flag of the envelope that was put around it."""
    return {key: one for key, one in given.items() if key != "test"} if isinstance(given, dict) else given


def _wrapped(guide: Guide, content: bytes) -> bytes:
    """Segments, one a line, with an envelope around them."""
    end = (wrapping.X12 if guide.standard == "x12" else wrapping.EDIFACT)[2]
    body = [line.strip().removesuffix(end) for line in content.decode().splitlines() if line.strip()]
    frame = wrapping.rendered(guide.standard, wrapping.wrapped(guide, [[HERE]] * len(body))).decode()
    pieces = frame.split(f"{HERE}{end}\n")
    return "".join([pieces[0], *(f"{line}{end}\n{rest}" for line, rest in zip(body, pieces[1:], strict=True))]).encode()


def _expected(guide: Guide, given: Any) -> Any:
    """Canonical values as they are compared: of a judged file, such as `crossdock read --json` prints, those of its documents."""
    given = given.get("interchanges", given) if isinstance(given, dict) else given
    if isinstance(given, list):
        papers = [paper for one in given if isinstance(one, dict) for paper in one.get("documents", ())]
        return [_plain(guide, paper["canonical"]) for paper in papers] or [_plain(guide, one) for one in given]
    return _plain(guide, given.get("canonical", given) if isinstance(given, dict) else given)


def _plain(guide: Guide, given: Any) -> Any:
    try:
        return plain(DOCUMENTS[guide.document].model_validate(given))
    except ValueError:
        return given  # told by the comparison


def _written(guide: Guide, example: Example, home: Path) -> Iterator[str]:
    try:
        document = DOCUMENTS[guide.document].model_validate(value(example.document, home))
        writing = writer.write(guide, document)
    except (ValueError, CrossdockError) as error:
        yield f"`document` is no {guide.document} that can be written: {error}"
        return
    yield from (f"{one.path or ''} {one.text}".strip() for one in writing.findings if one.severity == "error")
    wanted = contents(example.writes, home).decode()
    yield from lines(wanted, wrapping.rendered(guide.standard, writing.segments).decode(), exact=False)
