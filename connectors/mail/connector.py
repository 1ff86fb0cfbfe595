"""Mail: attachments that come from people we know, and mails that go to them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import ClassVar

from connectors.mail.servers import Servers
from connectors.mail.settings import MailSettings
from hub.sdk import HELD, Connector, Context, Message, Misconfigured, Outgoing, Receipt, Rejected, reading
from hub.sdk.mail import proof
from hub.sdk.mail.imap import Mailbox
from hub.sdk.mail.letter import Attachment, Letter, keyed, opened
from hub.sdk.mail.smtp import composed, hand_over, message_id

HEADER = 256 * 1024  # bytes taken of the header of a mail that is too large
LARGE = (
    "it has {} bytes, `max_bytes` allows {}, so its header alone was taken: raise that and send it to the mailbox again, "
    "or release it with what is attached to it"
)


class Mail(Connector):
    """Takes documents out of mails; what no machine may judge is held for a person. Never tells who is on the list."""

    title = "Mail"
    docs_url = "https://www.rfc-editor.org/rfc/rfc5322"
    repeat = "same-bytes"
    met = "Dovecot 2.3 and Exim 4.96 on this machine; keys of senders from a table of the test's; not a provider's servers"
    resolve: ClassVar[Callable[..., bytes | str | None]] = staticmethod(proof.lookup)

    class Config(MailSettings):
        """Where mails come from and go to, and whose are believed."""

    config: Config

    def __init__(self, config: "Mail.Config", context: Context) -> None:
        super().__init__(config, context)
        self._servers = Servers(config, context)

    async def check(self) -> None:
        await reading(self.context.clock, self._check)

    async def _check(self) -> None:
        if self.config.imap_host is not None:
            mailbox = await self._servers.mailbox()
            try:
                if self.config.done and not await asyncio.to_thread(mailbox.has, self.config.done):
                    raise Misconfigured(f"done: there is no folder {self.config.done} in the mailbox")
            finally:
                mailbox.close()
        if self.config.smtp_host is not None:
            async with self._servers.post():
                pass

    async def pull(self, cursor: str | None, until: datetime | None = None) -> AsyncIterator[Message]:
        if self.config.imap_host is None:
            return  # it only sends
        mailbox = await reading(self.context.clock, self._servers.mailbox)
        try:
            validity, _, last = (cursor or "0:0").partition(":")
            numbers = await asyncio.to_thread(mailbox.after, int(last) if int(validity) == mailbox.validity else 0)
            for uid, size in numbers:
                raw, large = await asyncio.to_thread(self._fetched, mailbox, uid, size)
                if raw is None:
                    continue
                messages = await asyncio.to_thread(self._taken, raw, large)
                place = f"{mailbox.validity}:{uid}"
                for message in messages[:-1]:  # the last one alone tells the server and moves the cursor: then all are stored
                    yield message
                last_one = messages[-1]
                yield Message(last_one.key, last_one.body, last_one.name, last_one.media_type, place, place, last_one.headers)
        finally:
            mailbox.close()

    def _fetched(self, mailbox: Mailbox, uid: int, size: int) -> tuple[bytes | None, str | None]:
        """The mail; of one that is too large only how it begins, and why a person must look."""
        most = self.config.max_bytes
        raw = mailbox.fetch(uid, "", most) if size <= most else b""
        if raw is None or max(size, len(raw)) <= most:
            return raw, None
        told = size if size > most else f"more than {most}"
        return mailbox.fetch(uid, "HEADER", HEADER), LARGE.format(told, most)

    def _taken(self, raw: bytes, large: str | None) -> list[Message]:
        """The documents of a mail; or the mail itself, with the reason why a person must look."""
        letter = opened(raw, self.config.max_parts)
        known = letter.message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}"
        facts = {"message_id": letter.message_id, "from": letter.sender, "subject": letter.subject}
        if why := large or letter.problem or self._doubt(raw, letter):
            return [_message(known, facts, Attachment(0, letter.subject, "message/rfc822", raw), why)]
        documents = [_message(known, facts, one) for one in letter.documents]
        beside = [_message(known, facts, one, "no machine reads it: a person must look") for one in letter.others if documents]
        return documents + beside

    def _doubt(self, raw: bytes, letter: Letter) -> str | None:
        """Why these attachments are not taken as they are."""
        config, sender = self.config, letter.sender
        if not proof.allowed(sender, config.senders):
            return f"{sender} is not among `senders`"
        wrong: str | None = None
        if config.proof == "dkim":
            wrong = proof.signed(raw, sender, type(self).resolve)
        elif config.proof == "server":
            wrong = proof.vouched(raw, sender, str(config.trusted_server))
        return wrong or (None if letter.documents else "nothing is attached that a machine reads: a person must read it")

    async def ack(self, message: Message) -> None:
        if message.handle is None:
            return  # further documents of the same mail come after it
        validity, _, uid = message.handle.partition(":")
        mailbox = await self._servers.mailbox()
        try:
            if mailbox.validity == int(validity):  # else its numbers mean other mails now; it comes again, known by its key
                await asyncio.to_thread(mailbox.put_away, int(uid), self.config.done)
        finally:
            mailbox.close()

    async def push(self, outgoing: Outgoing) -> Receipt:
        sender = self.config.sender or ""
        mail, to = composed(outgoing, sender, self.config.to)
        if len(mail) > self.config.max_bytes:
            raise Rejected(f"{outgoing.name} has {len(mail)} bytes, more than `max_bytes` allows")
        if not to:
            raise Rejected(f"{outgoing.name} says nobody it is for")
        async with self._servers.post() as smtp:
            said = await hand_over(smtp, str(self.config.smtp_host), sender, to, mail)
        return Receipt(reference=message_id(outgoing.key, sender), detail={"said": said})


def _message(known: str, facts: dict[str, str], one: Attachment, held: str | None = None) -> Message:
    """One arrival: the mail it came in, which part of it, and its content."""
    headers = {**facts, HELD: held} if held else facts
    return Message(keyed(known, one), one.body, one.name, one.media_type, headers=headers)
