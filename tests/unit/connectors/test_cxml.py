"""cXML: the sender's secret is checked, then covered, and never gets into the ledger."""

import shutil
from pathlib import Path

import httpx
import pytest
from lxml import etree

from connectors.cxml.connector import Cxml
from hub.sdk import Rejected, Request
from hub.sdk.testing import Bench, Counterpart
from tests.journey import HERE, hub_for

SECRET = "show-9b1e77äa"
ORDER = Path(__file__).parents[2] / "fixtures/cxml/order.xml"
CHANNEL = """
connector: cxml
settings: {us: us, them: them, accept_secrets: ["${file:../secret}"]}
format: xml
reads: [{mapping: cxml/order}]
"""


def order(shown: str, encoding: str = "UTF-8") -> bytes:
    """An order with its header, in which a secret is written like this."""
    person = f"<Credential domain='NetworkID'><Identity>them</Identity>{shown}</Credential>"
    text = (
        ORDER.read_text()
        .replace("UTF-8", encoding)
        .replace("<Request ", f"<Header><Sender>{person}</Sender></Header><Request ", 1)
    )
    return text.encode(encoding)


class Nobody(Counterpart):
    """Settings only."""

    def settings(self) -> dict[str, object]:
        return {"us": "us", "them": "them", "accept_secrets": [SECRET]}


async def receive(body: bytes) -> bytes:
    async with Bench(Cxml, Nobody(Path())).open() as connector:
        return bytes(connector.receive(Request("POST", "", {}, {}, body)).messages[0].body)


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16", "UTF-16-BE"])
async def test_the_text_of_each_secret_is_covered_and_nothing_else(encoding: str) -> None:
    body = order(f"<SharedSecret>{SECRET}</SharedSecret><SharedSecret/><SharedSecret >\n{SECRET}\n</SharedSecret >", encoding)
    if encoding == "UTF-16-BE":
        body = b"\xfe\xff" + body.replace("UTF-16-BE".encode(encoding), "UTF-16".encode(encoding))
    kept = await receive(body)
    assert len(kept) == len(body)
    assert SECRET.encode("UTF-16-LE" if encoding == "UTF-16" else encoding) not in kept
    before, after = (etree.fromstring(one) for one in (body, kept))
    assert [set(one.text or "") for one in after.iter("SharedSecret")] == [{"*"}, set(), {"*"}]
    for root in (before, after):
        for one in root.iter("SharedSecret"):
            one.text = None
    assert etree.tostring(before) == etree.tostring(after)


@pytest.mark.parametrize(
    "shown", [f"<![CDATA[{SECRET}]]>", f"{SECRET}<!-- ours -->", "".join(f"&#{ord(one)};" for one in SECRET)]
)
async def test_however_it_is_written(shown: str) -> None:
    kept = await receive(order(f"<SharedSecret>{shown}</SharedSecret>"))
    assert kept == order(f"<SharedSecret>{'*' * len(shown.encode())}</SharedSecret>")


async def test_what_cannot_be_covered_is_turned_away() -> None:
    with pytest.raises(Rejected, match=r"SharedSecret|not XML"):
        await receive(
            order(f"<SharedSecret>{SECRET}</SharedSecret><SharedSecret note='>'><![CDATA[</SharedSecret>other]]></SharedSecret>")
        )


async def test_no_secret_is_in_the_ledger(tmp_path: Path) -> None:
    shutil.copytree(HERE / "company", tmp_path / "company")
    (tmp_path / "company/channels/shop.yaml").write_text(CHANNEL)
    (tmp_path / "secret").write_text(SECRET)
    body = order(f"<SharedSecret>{SECRET}</SharedSecret>")
    async with hub_for(tmp_path) as hub:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(hub.web()), base_url="http://hub") as client:
            good, bad = [
                (await client.post("/in/shop", content=one)).status_code for one in (body, body.replace(b"show-", b"shew-"))
            ]
        assert (good, bad) == (200, 401)
        while await hub.engine.rest():
            pass
        query = "select kind, number from documents where direction = 'in'"
        assert hub.ledger.look(lambda connection: connection.exec_driver_sql(query).all()) == [("order", "4500009001")]
        held = b"".join(path.read_bytes() for path in tmp_path.glob("**/ledger.db*"))
    assert b"4500009001" in held
    assert SECRET.encode() not in held
