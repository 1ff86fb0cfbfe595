"""A draft: one document found in an arrival, on its way to the decision."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

import orjson
from pydantic_core import to_json

from hub.findings import Finding
from hub.mapping.mapping import Reading
from hub.mapping.reader import Ask
from hub.model import DOCUMENTS, Document, plain
from hub.rules.asking import Answers
from hub.rules.crossing import as_sent

ORDERS = ("order", "order_change")  # kinds that an order is made of
HUB_FIELDS = ("channel", "partner", "assumed", "schema_version", "ship_by")


@dataclass(slots=True)
class Draft:
    """What reading and translating have found out so far. `state`: as in the table `documents`."""

    position: int  # which document of its arrival
    kind: str  # canonical kind; "" when nobody can say
    sender: str  # who sent it: an EDI address, or the endpoint
    value: dict[str, Any] | None  # canonical values, plain; may be incomplete until joined
    findings: list[Finding] = field(default_factory=list)
    state: str = "accepted"
    why: str | None = None
    type: str | None = None  # as the sender calls it
    version: str | None = None
    control_number: str | None = None
    number: str | None = None
    partner: str | None = None
    test: bool = False
    guide: str | None = None
    orders: list[int] = field(default_factory=list)  # orders it belongs to, once found
    heard: Answers = field(default_factory=dict)  # what systems were asked for it, and said
    id: int | None = None  # where it was stored before and is decided again
    anew: Callable[[Ask], Reading] | None = None  # reads it once more with what systems say of codes in it
    released: bool = False  # a person has said that it counts
    sound: bool = False  # `value` is what a validated document says, word for word
    unheard: bool = False  # the ledger knows nothing of its number
    as_what: str | None = None  # new or replace: what the person takes an order for whose number is there already

    _made: tuple[Any, str | None, str] | None = field(default=None, repr=False, compare=False)

    def hold(self, why: str) -> None:
        """A person must look; nothing else happens with it."""
        if self.state == "accepted":
            self.state, self.why = "held", why

    def again(self) -> "Draft":
        """The same, to be worked on while this one stays as it is."""
        one = Draft(*PARTS(self))
        one.findings, one.orders = list(one.findings), list(one.orders)
        return one

    def document(self) -> Document:
        """The canonical document. Raises pydantic's ValidationError."""
        return DOCUMENTS[self.kind].model_validate(self.value)

    @property
    def canonical(self) -> str | None:
        return self._texts()[1]

    @property
    def content(self) -> str:
        """A hash of what the document says, whatever the hub added."""
        return self._texts()[2]

    def _texts(self) -> tuple[Any, str | None, str]:
        """Made once: nothing changes `value` once somebody has asked."""
        if self._made is None or self._made[0] is not self.value:
            said = {name: item for name, item in as_sent(self.value or {}).items() if name not in HUB_FIELDS}
            text = None if self.value is None else dumps(self.value, self.sound)
            self._made = self.value, text, hashlib.sha256(ordered(said, self.sound)).hexdigest()
        return self._made


PARTS = attrgetter(*(part.name for part in fields(Draft)))  # in the order in which a draft is made of them
SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
ONLY = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS  # the rest is refused
IN_ORDER = ONLY | orjson.OPT_SORT_KEYS


def ordered(value: Mapping[str, Any], sound: bool = False) -> bytes:
    """As JSON with sorted names: what is hashed, so it must never come out otherwise. `sound`: there are no fractions in it but as
    text, as in all that a document says; other writers put those in other words."""
    if sound:
        with contextlib.suppress(orjson.JSONEncodeError):  # a number of more than 64 bits
            return orjson.dumps(value, option=IN_ORDER)
    return SORTED.encode(value).encode("utf-8", "surrogatepass")  # JSON may carry half a character


def dumps(value: Mapping[str, Any] | Sequence[Any], sound: bool = False) -> str:
    """As JSON without blanks."""
    if sound:
        with contextlib.suppress(orjson.JSONEncodeError):
            return orjson.dumps(value, option=ONLY).decode()
    try:
        return to_json(value, fallback=str).decode()
    except ValueError:  # half a character
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def settle(draft: Draft) -> None:
    """Validate the values, and keep them in their plain form; what does not fit is held with the reason."""
    draft.sound = False
    try:
        draft.value, draft.sound = plain(draft.document()), True
    except ValueError as error:
        draft.hold(f"the {draft.kind.replace('_', ' ')} is incomplete: {_words(error)}")


def _words(error: ValueError) -> str:
    problems: list[Any] = getattr(error, "errors", list)()
    if not problems:
        return str(error)
    return "; ".join(f"{'.'.join(str(step) for step in one['loc'])}: {one['msg'].lower()}" for one in problems[:5])
