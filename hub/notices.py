"""Notices: how alerts leave the hub, by mail and by webhook."""

import asyncio
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any

from hub.errors import Unavailable
from hub.sdk.http import client
from hub.settings.alerts import Alerts, Mail, Webhook

PATIENCE = 30.0  # seconds for a mail server


class Notices:
    """Sends a notice to everybody who is to be told. Raises Unavailable where one of them could not be. `http`: for the client."""

    def __init__(self, settings: Alerts, **http: Any) -> None:
        self._settings, self._http = settings, http

    async def __call__(self, title: str, text: str, alerts: Sequence[Mapping[str, str]]) -> None:
        troubles: list[str] = []
        for way in (self._mail(title, text), self._post(title, text, alerts)):
            try:
                await way
            except Exception as error:
                troubles.append(str(error) or type(error).__name__)
        if troubles:
            raise Unavailable("; ".join(troubles))

    async def _mail(self, title: str, text: str) -> None:
        if self._settings.mail is not None:
            await asyncio.to_thread(send, self._settings.mail, title, text)

    async def _post(self, title: str, text: str, alerts: Sequence[Mapping[str, str]]) -> None:
        if self._settings.webhook is not None:
            await self._send(self._settings.webhook, {"title": title, "text": text, "alerts": list(alerts)})

    async def _send(self, webhook: Webhook, body: Mapping[str, object]) -> None:
        headers = {"Authorization": f"Bearer {webhook.token.get_secret_value()}"} if webhook.token else {}
        async with client(**self._http) as http:
            answer = await http.post(webhook.url, json=body, headers=headers)
        if not answer.is_success:
            raise Unavailable(f"{webhook.url} answered {answer.status_code}")


def send(mail: Mail, title: str, text: str) -> None:
    """One mail to all. Raises OSError or SMTPException."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = " ".join(title.split()), mail.sender, ", ".join(mail.to)
    message.set_content(text)
    trust = ssl.create_default_context()
    with _server(mail, trust) as server:
        if mail.security == "starttls":
            server.starttls(context=trust)
        if mail.user is not None and mail.password is not None:
            server.login(mail.user, mail.password.get_secret_value())
        server.send_message(message)


def _server(mail: Mail, trust: ssl.SSLContext) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=trust)
    return smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE)
