"""Letters: words for people from canonical documents, safe templates, and the thread of the mail that brought the order."""

import json
import shutil
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.app import Hub, database_url
from hub.clock import VirtualClock
from hub.formats.letter import Thread, compose
from hub.guides.mistakes import GuideError
from hub.ledger.store import Ledger
from hub.mapping.letters import Letters, Unwritable, load
from hub.registry import connectors, mappings_root
from hub.settings import company as settings
from hub.settings.mistakes import SettingsError
from tests.daemons.daemon import PASSWORD, USER
from tests.daemons.mailhouse import THEIRS, Dovecot, Exim, letter
from tests.journey import begin

COMPANY = Path(__file__).parent / "fixtures" / "letters" / "company"
ENV = {"IMAP_PORT": "993", "SMTP_PORT": "587", "MAIL_USER": USER, "MAIL_PASSWORD": PASSWORD}
LINE = {"number": "1", "quantity": "12.00", "unit": "EA", "ids": {"seller": "<WIDGET>"}}


def product(kind: str) -> Letters:
    return load(mappings_root() / "letters" / f"{kind}.yaml", f"letters/{kind}", kind)


def answer(verdict: str = "accepted", **outcome: object) -> dict[str, object]:
    lines = [{**LINE, "outcomes": [{"status": "accepted", "quantity": "12", "unit": "EA", **outcome}]}]
    return {"verdict": verdict, "order_number": "PO-1", "number": "SO-9", "lines": lines}


@pytest.mark.parametrize(
    ("document", "subject"),
    [
        (answer(), "Your order PO-1 is confirmed"),
        (answer("accepted_with_changes", status="backordered"), "Your order PO-1 is delayed"),
        (answer("detail", status="date_changed"), "Your order PO-1 is delayed"),
        (answer("rejected"), "Your order PO-1 cannot be accepted"),
        (answer("rejected", status="backordered"), "Your order PO-1 cannot be accepted"),
    ],
)
def test_an_answer_becomes_the_letter_that_fits(document, subject):
    assert product("order_response").write(document, {}).subject == subject


def test_a_letter_says_what_and_when_and_html_is_safe():
    words = product("order_response").write(answer(dates={"delivery_estimated": "2026-12-02"}), {})
    assert "Line 1: 12 EA <WIDGET>, 2026-12-02\n" in words.text
    assert words.html is not None and "&lt;WIDGET&gt;" in words.html and "<WIDGET>" not in words.html


def test_a_shipped_order_names_its_parcels():
    notice = {"number": "SHP-7", "orders": [{"id": "1", "number": "PO-1"}], "carriages": [{"carrier": "UPSN"}],
              "packages": [{"id": "1", "marks": {"tracking": "1Z999"}}, {"id": "2"}],
              "contents": [{"line": "1", "quantity": "3.0", "unit": "EA"}]}  # fmt: skip
    words = product("ship_notice").write(notice, {})
    assert words.subject == "Your order PO-1 is on its way"
    assert "Parcel: 1Z999\n" in words.text and "Carrier: UPSN\n" in words.text and "Line 1: 3 EA" in words.text


@pytest.fixture
def written(tmp_path):
    """A file of letters with this text in it."""

    def make(text, more="", kind="order_response"):
        path = tmp_path / "own.yaml"
        path.write_text(f"document: {kind}\nformat: letter\nletters:\n  - subject: Hello\n    text: {json.dumps(text)}\n{more}")
        return load(path, "own", "own.yaml")

    return make


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ document.__class__.__init__.__globals__ }}",
    "{% set _ = document.update({}) %}",
    "{{ 1 / 0 }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_templates_cannot_reach_out(written, text):
    document = answer()
    with suppress(Unwritable):
        assert "class" not in written(text).write(document, {}).text
    assert document == answer()


def test_a_letter_is_bounded(written):
    with pytest.raises(Unwritable, match="longer"):
        written("{% for _ in range(90000) %}" + "x" * 20 + "{% endfor %}").write(answer(), {})


def test_mistakes_have_a_place(written):
    for text, more, kind, said in (
        ("{% if %}", "", "order_response", "own.yaml:5"),
        ("x", "    colour: red\n", "order_response", "keyword `colour`"),
        ("x", "", "order_respnse", "did you mean `order_response`"),
    ):
        with pytest.raises(GuideError) as error:
            written(text, more, kind)
        assert said in str(error.value)


def test_the_same_words_are_the_same_bytes_and_headers_hold_one_line():
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    made = [compose(THEIRS, "Größe\r\nBcc: x@y.example", "words", "<p>", at, Thread("<1@a>")) for _ in range(2)]
    assert made[0] == made[1]
    assert b"\nBcc:" not in made[0] and b"In-Reply-To: <1@a>" in made[0] and b"References: <1@a>" in made[0]


def test_settings_say_what_is_wrong_with_letters(tmp_path):
    folder = shutil.copytree(COMPANY, tmp_path / "company")
    path = folder / "channels" / "answers.yaml"
    text = path.read_text()
    for old, new, said in (
        ("letters/ship_notice", "letters/ship_notic", "did you mean `letters/ship_notice`"),
        ("ship_notice: letters/ship_notice", "invoice: letters/ship_notice", "is for ship_notice, not invoice"),
        ("writes: {order", "reads: [{mapping: x}]\nwrites: {order", "`reads` is for format json"),
        (text[text.index("writes:") :], "", "letters need templates"),
    ):
        path.write_text(text.replace(old, new))
        with pytest.raises(SettingsError) as error:
            settings.load(folder, connectors(), ENV, home=tmp_path)
        assert said in str(error.value)


@asynccontextmanager
async def house(tmp_path, own=None):
    """A hub between a real mail house and the folders of an ERP."""
    imap, smtp = Dovecot(tmp_path), Exim(tmp_path)
    await imap.start()
    await smtp.start()
    (tmp_path / "authorities.pem").write_text(imap.certificate.read_text() + smtp.certificate.read_text())
    folder = shutil.copytree(COMPANY, tmp_path / "company")
    for name, text in (own or {}).items():
        (folder / "mappings" / "letters").mkdir(parents=True, exist_ok=True)
        (folder / "mappings" / "letters" / f"{name}.yaml").write_text(text)
    env = {**ENV, "IMAP_PORT": str(imap.port), "SMTP_PORT": str(smtp.port)}
    company = settings.load(folder, connectors(), env, home=tmp_path)
    ledger = Ledger(database_url(company))
    hub = Hub(company, ledger, VirtualClock(datetime.now(UTC)))
    await begin(hub)
    try:
        yield hub, imap, smtp
    finally:
        await hub.engine.stop(5)
        for connector in hub.site.connectors.values():
            await connector.close()
        ledger.close()
        await imap.stop()
        await smtp.stop()


ORDER = {"document": "order", "number": "PO-1", "currency": "EUR", "purpose": "original",
         "lines": [{"number": "1", "quantity": "12", "unit": "EA", "price": "2.50", "ids": {"seller": "WIDGET"}}]}  # fmt: skip


async def turn(hub):
    await hub.clock.advance(timedelta(minutes=2))
    await hub.work()


async def test_an_order_by_mail_is_answered_in_its_thread(tmp_path):
    async with house(tmp_path) as (hub, imap, smtp):
        imap.put(letter("<po-1@acme.example>", {"order.json": json.dumps(ORDER).encode()}), "1.1.test")
        imap.put(letter("<hello@acme.example>", {}), "2.1.test")
        await turn(hub)
        (order,) = (tmp_path / "to_erp").glob("*.json")
        assert json.loads(order.read_text())["number"] == "PO-1"
        response = {"document": "order_response", "order_number": "PO-1", "number": "SO-9", "verdict": "accepted", "lines": [
            {"number": "1", "outcomes": [{"status": "accepted", "quantity": "12", "dates": {"ship_estimated": "2026-12-02"}}]}]}  # fmt: skip
        (tmp_path / "from_erp" / "1.json").write_text(json.dumps(response))
        await turn(hub)
        await smtp.deliver()
        (mail,) = smtp.mails()
        text, html = (part.get_payload(decode=True).decode() for part in mail.get_payload())
        assert (mail["To"], mail["Subject"], mail["In-Reply-To"]) == (
            THEIRS,
            "Your order PO-1 is confirmed",
            "<po-1@acme.example>",
        )
        assert "Line 1: 12 EA" in text and "2026-12-02" in text and "<b>PO-1</b>" in html
        states = hub.ledger.look(lambda connection: connection.exec_driver_sql("select name, state, error from arrivals").all())
        assert [(state, "a person must look" in (why or "")) for _, state, why in states[:2]] == [
            ("done", False),
            ("failed", True),
        ]


async def test_a_company_has_words_of_its_own_and_a_letter_without_a_reader_waits(tmp_path):
    own = "document: order_response\nformat: letter\nletters:\n  - {subject: 'Danke {{ order.number }}', text: 'Bis bald'}\n"
    async with house(tmp_path, {"order_response": own}) as (hub, imap, smtp):
        imap.put(letter("<po-1@acme.example>", {"order.json": json.dumps(ORDER).encode()}), "1.1.test")
        await turn(hub)
        (tmp_path / "from_erp" / "0.json").write_text(json.dumps({**ORDER, "number": "PO-2"}))
        for number in (1, 2):
            response = {"document": "order_response", "order_number": f"PO-{number}", "verdict": "accepted"}
            (tmp_path / "from_erp" / f"{number}.json").write_text(json.dumps(response))
        await turn(hub)
        await smtp.deliver()
        assert [mail["Subject"] for mail in smtp.mails()] == ["Danke PO-1"]
        query = "select error from deliveries where state = 'parked'"
        found = hub.ledger.look(lambda connection: connection.exec_driver_sql(query).all())
        assert ["nobody to write to" in why for (why,) in found] == [True]
