"""Begins a connector: one that posts JSON over HTTP, with its README, its counterpart and the questions every connector is asked."""

from pathlib import Path

from hub.operations.scaffold import Refused, check_name, write

CONNECTOR = '''\
"""{title}: say here what kind of place it is."""

from typing import Any

import httpx

from hub.sdk import Address, Connector, Context, Outgoing, Receipt, Secret, Settings, Unknown, checked, reading, setting


class {cls}(Connector):
    """Posts each document with its key; the far side does a key once."""

    title = "{title}"
    docs_url = "https://example.com/docs"  # the far side's own
    repeat = "native"  # how a second write is safe: native, upsert, lookup, same-bytes or unsafe
    met = "its counterpart in tests/connectors/{name}.py; not the real thing yet"

    class Config(Settings):
        """One declaration: it is checked, shown by `crossdock connectors show {name}`, and known to editors."""

        url: Address = setting(description="Address of the place.", example="https://{host}.example")
        token: Secret = setting(description="Sent as `Authorization: Bearer …` with every call.")
        timeout: float = setting(30.0, gt=0, le=100, description="Seconds to wait for the next byte of an answer.")

    def __init__(self, config: "{cls}.Config", context: Context) -> None:
        super().__init__(config, context)
        bearer = {{"Authorization": f"Bearer {{config.token.get_secret_value()}}"}}
        self._client: httpx.AsyncClient = context.http(base_url=config.url, headers=bearer, timeout=config.timeout)

    async def check(self) -> None:
        """Reach it and log in; changes nothing there. `reading` asks again where it is worth it."""
        await reading(self.context.clock, self._ping)

    async def _ping(self) -> None:
        checked(await self._client.get("/ping"), now=self.context.clock.now())

    async def push(self, outgoing: Outgoing) -> Receipt:
        """Hand over one document. It may be called again with the same key: whatever is unclear raises Unknown."""
        headers = {{"Idempotency-Key": outgoing.key, "Content-Type": outgoing.media_type}}
        response = await self._client.post(f"/{{outgoing.document}}", content=outgoing.body, headers=headers)
        answer = _object(checked(response, now=self.context.clock.now()))
        return Receipt(reference=str(answer["reference"]) if "reference" in answer else None, detail=answer)

    async def close(self) -> None:
        await self._client.aclose()


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unknown("the answer is not the JSON this place speaks; is it something else at that address?")
    return answer
'''

README = """\
# {title}

Say here what kind of place it is, and where it is described.

<!-- settings -->
| field | holds | default | means |
| --- | --- | --- | --- |
| `url` | text | **must be given** | Address of the place. |
| `token` | secret | **must be given** | Sent as `Authorization: Bearer …` with every call. |
| `timeout` | number | `30.0` | Seconds to wait for the next byte of an answer. |
<!-- /settings -->

## How a repeat is safe

Each document is posted with `Idempotency-Key`, the same at every attempt; the far side does a key once.

## Proved against

Its counterpart in `tests/connectors/{name}.py`; not the real thing yet.
"""

COUNTERPART = '''\
"""The far side of {title}, played over real sockets: it takes each key once."""

from hub.sdk import Outgoing
from hub.sdk.testing import Served

TOKEN = "token-7f3a9c1e"


class {cls}Place(Served):
    secrets = (TOKEN,)  # words that may never be shown

    def __init__(self, home):
        super().__init__(home)
        self.taken = {{}}

    def settings(self):
        return {{"url": self.server.url, "token": TOKEN, "timeout": 0.3}}

    def wrong_settings(self):
        return {{**self.settings(), "token": "wrong-0000"}}

    def answer(self, call):
        if call.headers.get("authorization") != f"Bearer {{TOKEN}}":
            return 401, {{"error": f"not {{TOKEN}}"}}
        if call.method == "GET":
            return (200, {{"well": True}}) if call.path == "/ping" else (404, {{}})
        key = call.headers["idempotency-key"]
        known = self.taken.setdefault(key, call.body)
        return (200, {{"reference": f"R-{{list(self.taken).index(key)}}"}}) if known == call.body else (409, {{"error": "another body"}})

    def outgoing(self, number):
        return Outgoing(f"delivery-{{number}}", b'{{"number": "PO-%d"}}' % number, f"{{number}}.json", "order", f"PO-{{number}}")

    def holds(self):
        return list(self.taken.values())
'''

TESTS = '''\
"""The questions that every connector is asked, for those of this company; each has its far side in tests/connectors/<name>.py."""

import asyncio
import importlib.util
import tempfile
from pathlib import Path

import pytest

from hub.registry import connectors
from hub.sdk.testing import QUESTIONS, Bench, Counterpart, asked

HERE = Path(__file__).parent
OWN = {name: kind for name, kind in connectors(HERE.parent).items() if (HERE.parent / "connectors" / name).is_dir()}


def far_side(name):
    spec = importlib.util.spec_from_file_location(f"counterpart_{name}", HERE / "connectors" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    own = (one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__)
    return next(one for one in own if issubclass(one, Counterpart))


FAR_SIDES = {name: far_side(name) for name in OWN}


@pytest.mark.parametrize(("name", "question"), [(name, one) for name, kind in OWN.items() for one in asked(kind, FAR_SIDES[name])])
def test_connector(name, question):
    asyncio.run(ask(name, question))


async def ask(name, question):
    with tempfile.TemporaryDirectory() as home:
        place = FAR_SIDES[name](Path(home))
        await place.start()
        try:
            await QUESTIONS[question].ask(Bench(OWN[name], place))
        finally:
            await place.stop()
'''


def begin(folder: Path, name: str) -> list[Path]:
    """The connector's folder, its counterpart and the test of all of them. Returns the files written."""
    check_name(name)
    if not name.isidentifier():
        raise Refused(f"`{name}` cannot be a connector's name: it is a package, so use letters, digits and _")
    if (folder / "connectors" / name).exists():
        raise Refused(f"there is a connector `{name}` already; nothing was written")
    words = name.replace("_", " ").split()
    facts = {"name": name, "title": " ".join(words).capitalize(), "cls": "".join(word.capitalize() for word in words)}
    facts["host"] = name.replace("_", "-")
    made = {
        f"connectors/{name}/connector.py": CONNECTOR.format(**facts),
        f"connectors/{name}/README.md": README.format(**facts),
        f"tests/connectors/{name}.py": COUNTERPART.format(**facts),
        "tests/test_connectors.py": TESTS,
    }
    return write(folder, made)
