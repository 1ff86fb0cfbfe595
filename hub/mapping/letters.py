"""Letters: templates that make words for people out of a canonical document. Pure; the templates are data and cannot reach out.

A file has `document`, `format: letter` and `letters`: the first whose `when` holds is written. A template sees `document`,
`order` (the order it speaks of, as it is now), `late` and `refused`; whatever is not there is empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hub import marked
from hub.guides.mistakes import Mistakes
from hub.marked import Mark, MarkedDict
from hub.model import DOCUMENTS
from hub.rules.condition import failing

TOP, LETTER = ("title", "document", "format", "letters"), ("when", "subject", "text", "html")
LATE = ("backordered", "partial_backordered", "date_changed", "held")
REFUSED = ("rejected", "rejected_with_detail")
LONGEST = 1024 * 1024  # characters


class Unwritable(ValueError):
    """No letter can be made of this document."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in plain words."""

    subject: str
    text: str
    html: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One letter: when it is written, and how."""

    when: Mapping[str, Any]
    parts: Mapping[str, Template]


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """The letters of one kind of document."""

    name: str
    document: str
    forms: Sequence[Form]

    def write(self, document: Mapping[str, Any], order: Mapping[str, Any]) -> Words:
        """The letter for a document in its plain form. Raises Unwritable."""
        facts = {"document": document, "order": order, **judged(document)}
        form = next((form for form in self.forms if failing(form.when, facts) is None), None)
        if form is None:
            raise Unwritable(f"no letter of {self.name} is for it; see `when` there")
        try:
            made = {part: template.render(facts) for part, template in form.parts.items()}
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise Unwritable(f"the letter {self.name} cannot be written: {error}") from error
        if max(map(len, made.values())) > LONGEST:
            raise Unwritable(f"the letter {self.name} is longer than {LONGEST} characters")
        return Words(made["subject"], made["text"], made.get("html"))


def judged(document: Mapping[str, Any]) -> dict[str, str | None]:
    """What letters ask of an answer, in the words of a condition: `yes` or nothing.

    >>> judged({"verdict": "accepted_with_changes", "lines": [{"outcomes": [{"status": "backordered"}]}]})
    {'late': 'yes', 'refused': None}
    """
    lines = document.get("lines") or ()
    statuses = [one.get("status") for line in lines for one in (line, *(line.get("outcomes") or ()))]
    refused = document.get("verdict") in REFUSED
    return {"late": "yes" if not refused and set(statuses) & set(LATE) else None, "refused": "yes" if refused else None}


def plainly(value: Any) -> str:
    """A number without zeros that say nothing.

    >>> plainly("12.500"), plainly("100"), plainly("EA")
    ('12.5', '100', 'EA')
    """
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)


def load(path: Path, name: str, shown: str) -> Letters:
    """Read a file of letters. Raises GuideError with all mistakes, MarkedError when it is no YAML."""
    tree, mistakes = marked.load(path, shown), Mistakes()
    letters = _letters(tree, name, Mark(shown, 1, 1), mistakes)
    mistakes.stop()
    assert letters is not None
    return letters


def _letters(tree: Any, name: str, mark: Mark, mistakes: Mistakes) -> Letters | None:
    if not isinstance(tree, MarkedDict) or not isinstance(tree.get("letters"), list) or not tree["letters"]:
        mistakes.add(mark, "a file of letters holds `document`, `format: letter` and `letters`, a list")
        return None
    _words(tree, TOP, mistakes)
    if tree.get("document") not in DOCUMENTS:
        mistakes.unknown(tree.values_at.get("document", mark), "canonical document", str(tree.get("document")), DOCUMENTS)
    if tree.get("format") != "letter":
        mistakes.add(tree.values_at.get("format", mark), "`format` must be letter")
    return Letters(name, str(tree.get("document")), [_form(one, mark, mistakes) for one in tree["letters"]])


def _form(one: Any, mark: Mark, mistakes: Mistakes) -> Form:
    if not isinstance(one, MarkedDict) or not {"subject", "text"} <= set(one):
        mistakes.add(mark, "a letter has `subject`, `text`, and perhaps `html` and `when`")
        return Form({}, {})
    _words(one, LETTER, mistakes)
    parts = {}
    for part in ("subject", "text", "html"):
        if part in one:
            try:
                parts[part] = ENVIRONMENTS[part == "html"].from_string(str(one[part]))
            except TemplateSyntaxError as error:
                mistakes.add(one.values_at[part], f"line {error.lineno} of `{part}`: {error.message}")
    return Form(marked.unmarked(one.get("when") or {}), parts)


def _words(tree: MarkedDict, known: Sequence[str], mistakes: Mistakes) -> None:
    for key in tree:
        if key not in known:
            mistakes.unknown(tree.keys_at[key], "keyword", key, known)


def _environment(html: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(autoescape=html, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["plainly"] = plainly
    return made


ENVIRONMENTS = {html: _environment(html) for html in (False, True)}
