"""The far side of cXML: a buyer that does each payloadID once."""

import re

from hub.sdk import Outgoing, Request
from hub.sdk.testing import Served

SENT, ACCEPTED = "send-5ad0c31e", "show-9b1e77aa"
WRONG = b'<cXML><Response><Status code="401" text="Unauthorized">who are you</Status></Response></cXML>'
GOOD = b'<cXML><Response><Status code="200" text="OK"/></Response></cXML>'
HEADER = re.compile(rb' payloadID="([^"]*)" timestamp="[^"]*"|<Header>.*?</Header>', re.DOTALL)


def posted(secret: str, number: int, more: str = "") -> bytes:
    header = f"<Header><Sender><Credential domain='NetworkID'><Identity>them</Identity>{secret}</Credential></Sender></Header>"
    return f"<cXML payloadID='{number}@them'>{header}<Request><OrderRequest>{more}</OrderRequest></Request></cXML>".encode()


class Buyer(Served):
    secrets = (SENT, ACCEPTED)

    def __init__(self, home):
        super().__init__(home)
        self.taken = {}

    def settings(self):
        return {
            "url": f"{self.server.url}/cxml",
            "us": "us",
            "them": "them",
            "secret": SENT,
            "accept_secrets": [ACCEPTED],
            "timeout": 1.0,
        }

    def wrong_settings(self):
        return {**self.settings(), "secret": "wrong-0000"}

    def answer(self, call):
        if f"<SharedSecret>{SENT}</SharedSecret>".encode() not in call.body:
            return 200, WRONG
        if b"<ProfileRequest/>" in call.body:
            return 200, GOOD
        name = re.search(rb'payloadID="([^"]*)"', call.body)[1]
        self.taken.setdefault(name, HEADER.sub(b"", call.body))
        return 200, GOOD

    def outgoing(self, number):
        body = b'<cXML version="1.2"><Request><ConfirmationRequest n="%d"/></Request></cXML>' % number
        return Outgoing(f"delivery-{number}", body, f"{number}.xml", "order_response", f"PO-{number}", "application/xml")

    def holds(self):
        return list(self.taken.values())

    def posted(self, number):
        return Request("POST", "", {}, {}, posted(f"<SharedSecret>{ACCEPTED}</SharedSecret>", number))

    def kept(self, request):
        return request.body.replace(ACCEPTED.encode(), b"*" * len(ACCEPTED))

    def forged(self):
        secrets = ("", "<SharedSecret></SharedSecret>", "<SharedSecret>wrong</SharedSecret>", f"<Secret>{ACCEPTED}</Secret>")
        return [Request("POST", "", {}, {}, posted(secret, 1)) for secret in secrets]
