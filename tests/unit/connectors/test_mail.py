"""Mail: whose documents are taken, what is held and why, and that nothing is lost between two servers."""

import asyncio
import base64
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qsl

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from connectors.mail import connector as connector_module
from connectors.mail.connector import Mail
from hub.errors import Misconfigured, Rejected, Unavailable, Unknown
from hub.sdk import HELD, Outgoing
from hub.sdk.mail import imap
from hub.sdk.mail.letter import opened
from hub.sdk.mail.proof import vouched
from hub.sdk.testing import Bench, StandIn, fails, pulled
from tests.daemons.daemon import USER
from tests.daemons.mailhouse import OURS, THEIRS, letter
from tests.test_connectors import counterpart

ROOT = Path(__file__).resolve().parents[3]
KIND, FAR_SIDE = Mail, counterpart("mail")
KEY = rsa.generate_private_key(65537, 1024)
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
EDI = {"order.edi": b"ISA*00*~"}


def dns(name, timeout=5):
    """Keys of senders, from a table."""
    return b"v=DKIM1; k=rsa; p=" + PUBLIC if name == b"test._domainkey.acme.example." else None


@pytest.fixture
def signing(monkeypatch):
    monkeypatch.setattr(Mail, "resolve", staticmethod(dns))


def signature(mail, domain="acme.example", **more):
    return dkim.sign(mail, b"test", domain.encode(), PRIVATE, include_headers=[b"from", b"subject", b"message-id"], **more) + mail


def taken(raw, **settings):
    """What the connector makes of one mail, no server asked."""
    given = {
        "user": "u",
        "password": "p",
        "imap_host": "i",
        "senders": [THEIRS, "*@eu.acme.example"],
        "proof": "none",
        **settings,
    }
    kind = Mail(Mail.Config.model_validate(given), Bench(Mail, MailPartnerless()).context())
    return kind._taken(raw, None)


class MailPartnerless:
    home = Path()


def held(messages):
    return [message.headers.get(HELD, "") for message in messages]


MAILS = {  # the mail, and what is said of it: "" where its document is taken
    "a document": (letter("<1@a>", EDI), ""),
    "by its content": (letter("<1@a>", {"ORDER": b"UNA:+.? 'UNB+UNOA"}), ""),
    "any case": (letter("<1@a>", {"ORDER.XLSX": b"PK"}, sender=f"Buyer <{THEIRS.upper()}>"), ""),
    "a stranger": (letter("<1@a>", EDI, sender="eve@evil.example"), "not among"),
    "a name that is an address": (letter("<1@a>", EDI, sender=f'"{THEIRS}" <eve@evil.example>'), "not among"),
    "two senders": (letter("<1@a>", EDI).replace(b"To:", b"From: eve@evil.example\nTo:", 1), "one sender"),
    "two addresses": (letter("<1@a>", EDI, sender=f"{THEIRS}, eve@evil.example"), "one sender"),
    "an address in an address": (letter("<1@a>", EDI).replace(THEIRS.encode(), b"buyer@acme.example)eve@evil.example"), "one sender"),
    "no sender": (letter("<1@a>", EDI).replace(b"From:", b"X-From:", 1), "one sender"),
    "words only": (letter("<1@a>", {}), "nothing is attached"),
    "a PDF only": (letter("<1@a>", {"order.pdf": b"%PDF"}), "nothing is attached"),
    "an empty file": (letter("<1@a>", {"order.csv": b""}), "nothing is attached"),
    "broken off": (letter("<1@a>", EDI)[:-30], "damaged"),
    "base64 that lacks a piece": (letter("<1@a>", {"o.edi": b"ISA*00*~" * 30}).replace(b"SVNB", b"SVN", 1), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", MAILS)
def test_what_is_taken_and_what_is_held(name):
    raw, said = MAILS[name]
    (message,) = taken(raw)
    assert (said in held([message])[0]) if said else held([message]) == [""]
    assert message.key and (message.body == raw) == bool(said)


def test_each_attachment_is_a_message_and_what_is_beside_is_held():
    files = {"1.edi": b"ISA*1~", "2.csv": b"a,b", "terms.pdf": b"%PDF", "3.json": b"{}"}
    messages = taken(letter("<1@a>", files))
    assert [(one.name, one.body, bool(one.headers.get(HELD))) for one in messages] == [
        ("1.edi", b"ISA*1~", False), ("2.csv", b"a,b", False), ("3.json", b"{}", False), ("terms.pdf", b"%PDF", True)]  # fmt: skip
    assert len({one.key for one in messages}) == 4
    assert {one.headers["message_id"] for one in messages} == {"<1@a>"}


def test_a_mail_with_too_many_parts_is_held():
    (message,) = taken(letter("<1@a>", {f"{n}.edi": b"ISA*1~" for n in range(12)}), max_parts=10)
    assert "more than 10 parts" in held([message])[0]


def test_a_mail_nested_too_deeply_is_held():
    raw = b"From: buyer@acme.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 5000
    assert "parts" in held(taken(raw))[0] or "taken apart" in held(taken(raw))[0]


def test_a_name_cannot_lead_out_of_a_folder():
    (message,) = taken(letter("<1@a>", {"..\\..\\etc/passwd.edi": b"ISA*1~"}))
    assert message.name == "passwd.edi"


def test_a_mail_without_message_id_is_known_by_its_bytes():
    raw = letter("<1@a>", EDI).replace(b"Message-ID: <1@a>\n", b"")
    assert taken(raw)[0].key == taken(raw)[0].key
    assert taken(raw)[0].key != taken(raw + b"\n")[0].key


PROOFS = {
    "signed": (signature(letter("<1@a>", EDI)), ""),
    "for a domain below": (signature(letter("<1@a>", EDI, sender="b@eu.acme.example")), ""),
    "not signed": (letter("<1@a>", EDI), "no DKIM signature"),
    "changed since": (signature(letter("<1@a>", EDI)).replace(b"Please", b"please"), "body hash"),
    "another subject": (signature(letter("<1@a>", EDI)).replace(b"Our order", b"Our urder"), "does not fit"),
    "by another domain": (signature(letter("<1@a>", EDI), "evil.example"), "DKIM"),
    "a part only": (signature(letter("<1@a>", EDI), length=True), "part of the mail only"),
    "cut short": (signature(letter("<1@a>", EDI)).replace(b"b=", b"b=BBBB", 1), "DKIM"),
}


@pytest.mark.parametrize("name", PROOFS)
def test_signatures_speak_for_the_sender(name, signing):
    raw, said = PROOFS[name]
    (message,) = taken(raw, proof="dkim")
    assert (said in held([message])[0]) if said else held([message]) == [""]


def test_a_good_signature_among_bad_ones_counts(signing):
    raw = b"DKIM-Signature: v=1; nonsense\r\n" + signature(letter("<1@a>", EDI))
    assert held(taken(raw, proof="dkim")) == [""]


def test_mails_wait_while_keys_cannot_be_asked_for(monkeypatch):
    def silent(name, timeout):
        raise TimeoutError

    monkeypatch.setattr(Mail, "resolve", staticmethod(silent))
    with pytest.raises(Unavailable):
        taken(signature(letter("<1@a>", EDI)), proof="dkim")


RESULTS = {
    "mx.ours.example; dkim=pass header.d=acme.example header.s=test": None,
    "mx.ours.example 1; spf=pass; dkim=pass (2048-bit) header.i=@acme.example header.d=acme.example": None,
    "mx.ours.example; dkim=pass header.d=evil.example; dkim=fail header.d=acme.example": "does not say",
    "mx.ours.example; dkim=fail reason=\"dkim=pass header.d=acme.example\"": "does not say",
    "mx.evil.example; dkim=pass header.d=acme.example": "has said nothing",
    "": "has said nothing",
}  # fmt: skip


@pytest.mark.parametrize("said", RESULTS)
def test_our_own_server_may_vouch(said):
    raw = f"Authentication-Results: {said}\r\nAuthentication-Results: mx.ours.example; dkim=pass header.d=acme.example\r\n\r\n"
    found = vouched(raw.encode(), THEIRS, "mx.ours.example")
    assert (RESULTS[said] in found) if RESULTS[said] else found is None


def test_every_mail_of_the_corpus_is_taken_or_held_with_its_reason(corpus, golden):
    """The table is read by people: what odd mails become."""
    lines = ["mail\tdocuments\tother files\twhat becomes of it"]
    for path in sorted((corpus / "email").glob("*.eml")):
        raw = path.read_bytes()
        seen = opened(raw, 100)
        messages = taken(raw, senders=[seen.sender] if seen.sender else [])
        assert messages and all(message.key and message.headers["from"] == seen.sender for message in messages)
        said = "; ".join(message.headers.get(HELD) or "taken" for message in messages)
        lines.append(f"{path.stem}\t{len(seen.documents)}\t{len(seen.others)}\t{said}")
    golden(ROOT / "tests" / "fixtures" / "mail" / "corpus.tsv", "\n".join([*lines, ""]))


async def test_a_mailbox_numbered_anew_is_looked_at_again_and_brings_nothing_twice(bench):
    await bench.counterpart.offer(1)
    async with bench.open() as connector:
        (first,) = await pulled(connector)
        assert await pulled(connector, first.cursor) == []
        (again,) = await pulled(connector, f"7:{first.cursor.partition(':')[2]}")
        assert again == first
        elsewhere = type(first)(first.key, b"", handle=f"7:{first.handle.partition(':')[2]}")
        await connector.ack(elsewhere)  # a number of another count of the mailbox
        assert seen(bench) == []
        await connector.ack(first)
        assert len(seen(bench)) == 1


def seen(bench):
    return [path for path in (bench.counterpart.imap.mail / "hub").rglob("*:2,*") if "S" in path.name.rpartition(",")[2]]


async def test_a_mail_is_put_away_only_when_all_of_it_is_stored(bench):
    bench.counterpart.imap.put(letter("<1@a>", {"1.edi": b"ISA*1~", "2.edi": b"ISA*2~"}), "1.1.test")
    async with bench.open() as connector:
        first, second = await pulled(connector)
        await connector.ack(first)
        assert first.cursor is None and seen(bench) == []
        await connector.ack(second)
        assert len(seen(bench)) == 1


async def test_what_is_done_is_moved(bench):
    await bench.counterpart.offer(1)
    async with bench.open({**bench.counterpart.settings(), "done": "Done/Here"}) as connector:
        assert "no folder Done/Here" in str(await fails(connector.check(), Misconfigured))
        mailbox = await connector._servers.mailbox()
        await asyncio.to_thread(mailbox._imap.create, '"Done/Here"')
        mailbox.close()
        await connector.check()
        (message,) = await pulled(connector)
        await connector.ack(message)
        await connector.ack(message)
        assert await pulled(connector) == []


@pytest.mark.parametrize("told", [None, 7])
async def test_a_large_mail_is_held_by_its_head(bench, monkeypatch, told):
    """Also where the server says less than it has, as some only guess."""
    if told is not None:
        monkeypatch.setattr(imap.Mailbox, "_size", lambda *_: told)
    raw = letter("<1@a>", {"1.edi": b"ISA*1~" * 20000})
    bench.counterpart.imap.put(raw, "1.1.test")
    async with bench.open({**bench.counterpart.settings(), "max_bytes": 50_000}) as connector:
        (message,) = await pulled(connector)
    why = "more than 50000" if told else ""
    assert f"it has {why}" in message.headers[HELD] and "`max_bytes` allows 50000" in message.headers[HELD]
    assert len(message.body) < 1000 and message.headers["from"] == THEIRS


async def test_a_mail_comes_in_pieces_and_no_more_of_it_than_is_allowed(bench, monkeypatch):
    monkeypatch.setattr(imap, "PIECE", 500)
    monkeypatch.setattr(connector_module, "HEADER", 100)
    raw = letter("<1@a>", {"1.edi": b"ISA*1~" * 500}).replace(b"\n", b"\r\n")
    bench.counterpart.imap.put(raw, "1.1.test")
    asked, piece = [], imap.Mailbox._piece
    monkeypatch.setattr(imap.Mailbox, "_piece", lambda *given: asked.append(given[2:]) or piece(*given))
    for size in (len(raw), len(raw) - 1, 499, 500):
        asked.clear()
        async with bench.open({**bench.counterpart.settings(), "max_bytes": size}) as connector:
            (message,) = await pulled(connector)
        whole = size == len(raw)
        assert bool(message.headers.get(HELD)) != whole and message.body == (b"ISA*1~" * 500 if whole else raw[:101])
        assert sum(one[-1] for one in asked) <= size + 1


async def test_a_mail_that_ends_with_a_piece_is_whole(bench, monkeypatch):
    raw = letter("<1@a>", {"1.edi": b"ISA*1~"}).replace(b"\n", b"\r\n")
    monkeypatch.setattr(imap, "PIECE", len(raw))
    bench.counterpart.imap.put(raw, "1.1.test")
    async with bench.open(bench.counterpart.settings()) as connector:
        assert [message.body for message in await pulled(connector)] == [b"ISA*1~"]


class Tokens:
    """Gives tokens, replaces the refresh token each time, and tells Dovecot and Exim which hold."""

    def __init__(self):
        self.server, self.asked, self.good, self.exim = StandIn(self.answer), [], set(), None

    def answer(self, call):
        if call.path.startswith("/info"):
            [token] = call.query["access_token"]
            return (200, {"email": USER}) if token in self.good else (401, {"error": "invalid_token"})
        form = dict(parse_qsl(call.body.decode()))
        self.asked.append((form["grant_type"], form.get("refresh_token"), form.get("scope")))
        if form.get("client_secret") != "mail-secret-1" or form.get("refresh_token") not in (None, f"refresh-{len(self.asked)}"):
            return 400, {"error": "invalid_grant"}
        self.now_good(f"token-{len(self.asked)}")
        more = {"refresh_token": f"refresh-{len(self.asked) + 1}"} if "refresh_token" in form else {}
        return 200, {"access_token": f"token-{len(self.asked)}", "expires_in": 3600, **more}

    def now_good(self, *tokens):
        self.good = set(tokens)
        self.exim.write_text("".join(f"{token}: yes\n" for token in tokens))


@pytest.fixture
async def tokens(tmp_path):
    """The two servers, and one that gives tokens."""
    far_side, there = FAR_SIDE(tmp_path), Tokens()
    await there.server.start()
    far_side.imap.tokens = f"{there.server.url}/info?access_token="
    await far_side.start()
    there.exim, there.bench = far_side.smtp.home / "tokens", Bench(Mail, far_side)
    own = {"login": "oauth2", "token_url": f"{there.server.url}/token", "client_id": "hub", "client_secret": "mail-secret-1"}
    there.settings = {name: value for name, value in far_side.settings().items() if name != "password"} | own
    yield there
    await far_side.stop()
    await there.server.stop()


@pytest.mark.parametrize(("own", "asked"), [({"refresh_token": "refresh-1"}, ("refresh_token", "refresh-1", None)),
                                            ({"scope": "mail"}, ("client_credentials", None, "mail"))])  # fmt: skip
async def test_a_token_opens_both_servers_and_is_renewed_when_it_is_refused(tokens, own, asked):
    await tokens.bench.counterpart.offer(1)
    async with tokens.bench.open({**tokens.settings, **own}) as connector:
        await connector.check()
        assert tokens.asked == [asked]
        tokens.now_good()  # withdrawn before its time
        assert len(await pulled(connector)) == 1
        await connector.push(tokens.bench.counterpart.outgoing(1))
        assert len(tokens.asked) == 2
        tokens.now_good()
        await connector.push(tokens.bench.counterpart.outgoing(2))
        assert len(tokens.asked) == 3
    async with tokens.bench.open({**tokens.settings, **own}) as connector:  # another process, or after a restart
        await connector.check()
        assert len(tokens.asked) == 3


async def test_a_login_that_is_withdrawn_stops_the_mailbox_and_tells_no_secret(tokens):
    async with tokens.bench.open({**tokens.settings, "refresh_token": "refresh-9"}) as connector:
        refusal = await fails(connector.check(), Misconfigured)
    assert "authorise it anew" in str(refusal) and "refresh-9" not in str(refusal)


@pytest.mark.parametrize("wrong", [{"user": None}, {"token_url": None}, {"client_secret": None}])
def test_a_login_by_tokens_says_what_it_needs(wrong):
    good = {"login": "oauth2", "user": "u", "token_url": "https://id.example/token", "client_id": "hub", "client_secret": "s",
            "imap_host": "i"}  # fmt: skip
    Mail.Config.model_validate(good)
    with pytest.raises(ValueError, match="`login: oauth2` needs"):
        Mail.Config.model_validate({**good, **wrong})


async def test_a_mail_given_to_exim_reaches_its_reader_with_one_message_id(bench):
    body = f"To: {THEIRS}\r\nSubject: Grüße\r\nIn-Reply-To: <1@a>\r\n\r\nthanks\r\n".encode()
    outgoing = Outgoing("delivery-1", body, "1.eml", "order_response", "1", "message/rfc822")
    async with bench.open() as connector:
        receipts = [await connector.push(outgoing) for _ in range(2)]
    await bench.counterpart.smtp.deliver()
    mails = bench.counterpart.smtp.mails()
    assert {mail["Message-ID"] for mail in mails} == {receipts[0].reference} == {receipts[1].reference}
    assert [(mail["From"], mail["In-Reply-To"]) for mail in mails] == [(OURS, "<1@a>")] * 2
    assert mails[0].get_payload() == mails[1].get_payload()


async def test_all_readers_or_none(bench):
    async with bench.open({**bench.counterpart.settings(), "to": [THEIRS, "refused@acme.example"]}) as connector:
        assert "no such person" in str(await fails(connector.push(bench.counterpart.outgoing(1)), Rejected))
    async with bench.open({**bench.counterpart.settings(), "to": ["busy@acme.example"]}) as connector:
        await fails(connector.push(bench.counterpart.outgoing(1)), Unavailable)
    assert bench.counterpart.holds() == []


async def test_a_cut_before_the_mail_is_not_sent_and_after_it_unknown(bench):
    smtp, outgoing = bench.counterpart.wires[1], bench.counterpart.outgoing(1)
    async with bench.open() as connector:
        smtp.cut_after(None)
        await connector.push(outgoing)
        whole = smtp.passed["to"]
        smtp.cut_after(whole - 100, "to")  # in the midst of the mail itself
        assert "127.0.0.2" in str(await fails(connector.push(outgoing), Unknown))
        for place in (0, 10, 400):
            smtp.cut_after(place, "to")
            assert not isinstance(await fails(connector.push(outgoing), Unavailable), Unknown)


@pytest.mark.parametrize("kind", ["imap", "smtp"])
async def test_a_certificate_nobody_vouches_for_is_refused(bench, kind):
    (bench.counterpart.home / "authorities.pem").write_text(getattr(bench.counterpart, kind).certificate.read_text())
    async with bench.open() as connector:
        assert "certificate" in str(await fails(connector.check(), Misconfigured))


def test_mails_are_built_the_same_at_every_attempt(tmp_path):
    from hub.sdk.mail.smtp import composed

    outgoing = Outgoing("k", b"ISA~", "1.edi", "order", "1", "application/edi-x12")
    one, other = composed(outgoing, OURS, (THEIRS,)), composed(outgoing, OURS, (THEIRS,))
    assert one == other
    assert next(part.get_payload(decode=True) for part in message_from_bytes(one[0]).walk() if part.get_filename()) == b"ISA~"
