"""What a complete HTTP answer means in the words of the contract."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from hub.errors import Misconfigured, Rejected, Unavailable, Unknown

if TYPE_CHECKING:
    import httpx  # slow to load, and only named here

# Only these statuses say that nothing was taken; any other 5xx may come after a commit (a gateway that lost its
# backend, a crash while answering), so it is Unknown.
NOT_TAKEN = frozenset({408, 425, 429, 503})
NOT_ALLOWED = frozenset({401, 403, 407})
LONGEST_WAIT = 24 * 3600.0  # an answer may not ask us to wait longer than this
EXCERPT = 300  # characters of a refusal shown to people
READ_FOR_EXCERPT = 65536  # much more, so that a secret is taken out whole before the cut
SECRET_NAME = re.compile(r"authorization|cookie|api-?key|token|secret|signature|password", re.IGNORECASE)


def checked(response: "httpx.Response", *, now: datetime | None = None, allow: Collection[int] = ()) -> "httpx.Response":
    """The same answer when it is good (2xx or in `allow`); otherwise the contract's error for it."""
    status = response.status_code
    if response.is_success or status in allow:
        return response
    where = f"{response.request.method} {response.request.url.host} answered {status}"
    if status in NOT_TAKEN:
        raise Unavailable(where, after=retry_after(response, now))
    if status >= 500:
        raise Unknown(f"{where}; it may have taken it", after=retry_after(response, now))
    if status in NOT_ALLOWED:
        raise Misconfigured(f"{where}: look at the credentials and what they may do")
    if status < 400:
        raise Misconfigured(f"{where}: the address has moved; redirects are not followed")
    raise Rejected(f"{where}: {excerpt(response)}")


def parsed(response: "httpx.Response") -> Any:
    """The JSON of an answer. Anything else is no answer: a page of maintenance, of a firewall, of another program."""
    try:
        return response.json()
    except ValueError:
        raise Unknown(f"{response.request.url.host} answered something that is not JSON") from None


def keyed(rows: Any, name: str, wanted: Iterable[str]) -> dict[str, Any]:
    """Records of an answer by what stands under `name`: those that are wanted, in that order. Raises Unknown where these are none.

    >>> keyed([{"sku": "A"}, {"sku": "B"}], "sku", ["B", "C", "B"])
    {'B': {'sku': 'B'}}
    """
    if not isinstance(rows, list) or not all(isinstance(row, dict) and name in row for row in rows):
        raise Unknown(f"what was answered is no list of records with `{name}`; is it something else at that address?")
    found = {str(row[name]): row for row in rows}
    return {key: found[key] for key in wanted if key in found}


def retry_after(response: "httpx.Response", now: datetime | None = None) -> datetime | float | None:
    """When the far side wants to be asked again, if it said so readably; never more than a day away."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if now is not None and (moment - now).total_seconds() > LONGEST_WAIT:
        return LONGEST_WAIT
    return moment


def excerpt(response: "httpx.Response") -> str:
    """The beginning of an answer's body on one line, without the secrets we sent."""
    text = response.content[:READ_FOR_EXCERPT].decode("utf-8", errors="replace")
    for secret in _secrets(response.request):
        text = text.replace(secret, "***")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{text[:EXCERPT]}…" if len(text) > EXCERPT else text or "no words"


def _secrets(request: "httpx.Request") -> Iterator[str]:
    for name, value in request.headers.items():
        if SECRET_NAME.search(name):
            yield value
            yield from (part for part in value.split() if len(part) > 6)
