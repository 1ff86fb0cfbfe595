"""The far side of mail: Exim and Dovecot, each behind a wire that can be cut, and a buyer who signs."""

import shutil
import subprocess
from typing import ClassVar

from hub.sdk import Outgoing
from hub.sdk.testing import BUSY, GONE, REFUSING, SILENT, Counterpart
from tests.daemons.daemon import PASSWORD, USER
from tests.daemons.mailhouse import OURS, THEIRS, Dovecot, Exim, letter
from tests.daemons.wire import Wire


class MailPartner(Counterpart):
    exempt: ClassVar = {"push_to_a_busy_far_side_waits_as_long_as_it_says": "SMTP has no way to name a time"}
    secrets = (PASSWORD,)

    def __init__(self, home):
        super().__init__(home)
        self.imap, self.smtp = Dovecot(home), Exim(home)
        self.wires = [Wire(self.imap.port), Wire(self.smtp.port)]
        self.offered = 0

    async def start(self):
        for one in (self.imap, self.smtp, *self.wires):
            await one.start()
        both = self.imap.certificate.read_text() + self.smtp.certificate.read_text()
        (self.home / "authorities.pem").write_text(both)
        self.imap.own(self.imap.mail / USER)

    async def stop(self):
        for one in (*self.wires, self.imap, self.smtp):
            await one.stop()

    def settings(self):
        imap, smtp = self.wires
        return {
            "user": USER, "password": PASSWORD, "authorities": "authorities.pem", "timeout": 3,
            "imap_host": imap.host, "imap_port": imap.port, "senders": [THEIRS], "proof": "none",
            "smtp_host": smtp.host, "smtp_port": smtp.port, "sender": OURS, "to": [THEIRS],
        }  # fmt: skip

    def wrong_settings(self):
        return {**self.settings(), "password": "wrong-0000"}

    async def behave(self, manner):
        was, self.manner = self.manner, manner
        for wire in self.wires:
            if manner == GONE:
                await wire.stop()
            elif was == GONE:
                await wire.start()
            wire.silent = manner == SILENT
        for mode in (REFUSING, BUSY):
            (self.smtp.home / mode).unlink(missing_ok=True)
        if manner in (REFUSING, BUSY):
            (self.smtp.home / manner).touch()

    def outgoing(self, number):
        return Outgoing(
            f"delivery-{number}",
            b"ISA*%d~" % number,
            f"{number:010d}_855.edi",
            "order_response",
            str(number),
            "application/edi-x12",
        )

    def holds(self):
        command = ["exim4", "-C", str(self.smtp.home / "config"), "-qff"]
        subprocess.run([shutil.which(command[0], path="/usr/sbin:/usr/bin"), *command[1:]], check=True, capture_output=True)
        parts = [next(part for part in mail.walk() if part.get_filename()) for mail in self.smtp.mails()]
        return [
            part.get_payload(decode=True) for part in sorted(parts, key=lambda part: part.get_filename())
        ]  # Exim keeps no order

    async def offer(self, number):
        """A mail of its own each time, with the same attachment."""
        self.offered += 1
        body = b"ISA*in*%d~" % number
        self.imap.put(letter(f"<{self.offered}@acme.example>", {f"{number}.edi": body}), f"{self.offered:06d}.1.test")
        return body
