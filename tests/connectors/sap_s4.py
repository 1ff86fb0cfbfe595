"""The far side of SAP S/4HANA as far as the connector goes: sales orders behind a CSRF token, deliveries that refer to them.

mock-sap, by somebody else, is met in tests/journeys/test_mock_sap.py.
"""

import base64
import json
import re
from datetime import UTC, datetime

from hub.sdk import Outgoing, Request
from hub.sdk.testing import Served

PASSWORD, TOKEN, POSTING = "sap-5e21f0aa", "csrf-91bb21c0", "idoc-77aa10f0"


class Sap(Served):
    secrets = (PASSWORD, TOKEN, POSTING)
    exempt = {  # noqa: RUF012 - as the others have it
        "two_pushes_at_the_same_moment_are_one_document": "SAP refuses no second order; the hub's lanes let one process push it",
    }

    def __init__(self, home):
        super().__init__(home)
        self.orders, self.deliveries = {}, []

    def spoils(self, call):
        return call.method == "POST"

    def settings(self):
        login = {"user": "CROSSDOCK", "password": PASSWORD, "idoc_user": "SAP", "idoc_passwords": ["older-0000", POSTING]}
        return {"url": self.server.url, **login, "timeout": 1.0, "page": 2}

    def wrong_settings(self):
        return {**self.settings(), "password": "wrong-0000"}

    def answer(self, call):
        given = base64.b64decode(call.headers.get("authorization", " ").split()[-1]).decode()
        if given != f"CROSSDOCK:{PASSWORD}":
            return 401, {"error": given}
        if call.method == "POST":
            return self.create(call)
        if call.headers.get("x-csrf-token") == "Fetch":
            return 200, {"d": {}}, {"x-csrf-token": TOKEN, "Set-Cookie": "SAP_SESSIONID=s1; path=/"}
        found = getattr(self, call.path.rpartition("/")[2])(call.query.get("$filter", [""])[0])
        skip, top = int(call.query.get("$skip", ["0"])[0]), int(call.query.get("$top", ["100"])[0])
        return 200, {"d": {"results": found[skip:][:top]}}

    def create(self, call):
        if call.headers.get("x-csrf-token") != TOKEN or "SAP_SESSIONID=s1" not in call.headers.get("cookie", ""):
            return 403, {"error": "CSRF"}, {"x-csrf-token": "Required"}
        number = f"{4700 + len(self.orders):010}"
        given = json.loads(call.body)
        given["to_Item"] = [{**item, "SalesOrderItem": f"{at}0"} for at, item in enumerate(given["to_Item"], 1)]
        self.orders[number] = {**given, "SalesOrder": number, "LastChangeDateTime": "/Date(0+0000)/"}
        return 201, {"d": self.orders[number]}

    def A_SalesOrder(self, wanted):
        number = re.search(r"PurchaseOrderByCustomer eq '([^']+)'", wanted) or re.search(r"SalesOrder eq '([^']+)'", wanted)
        if number is None:
            return []
        rows = [one for one in self.orders.values() if number[1] in (one["PurchaseOrderByCustomer"], one["SalesOrder"])]
        return rows or ([{"SalesOrder": "0000009999", "PurchaseOrderByCustomer": "X"}] if number[1] == "0000009999" else [])

    def A_OutbDeliveryHeader(self, wanted):
        return self.deliveries

    def A_BillingDocument(self, wanted):
        return []

    def outgoing(self, number):
        item = {"number": "1", "Material": "TG11", "RequestedQuantity": str(number)}
        body = {"SoldToParty": "1000001", "PurchaseOrderByCustomer": f"PO-{number}", "to_Item": [item]}
        return Outgoing(f"delivery-{number}", json.dumps(body).encode(), f"{number}.json", "order", f"PO-{number}")

    def holds(self):
        return [self.outgoing(int(one["to_Item"][0]["RequestedQuantity"])).body for one in self.orders.values()]

    async def offer(self, number):
        today = int(datetime.now(UTC).timestamp()) * 1000
        item = {"ReferenceSDDocument": "0000009999", "ReferenceSDDocumentItem": "000010"}
        record = {"DeliveryDocument": f"{80 + len(self.deliveries):010}", "LastChangeDate": f"/Date({today}+0000)/"}
        self.deliveries.append({**record, "to_DeliveryDocumentItem": {"results": [item]}})
        at = datetime.fromtimestamp(today / 1000, UTC).isoformat().replace("+00:00", "Z")
        order = {"SalesOrder": "0000009999", "PurchaseOrderByCustomer": "X", "SoldToParty": None}
        told = {**record, "LastChangeDate": at, "to_DeliveryDocumentItem": [item], "orders": [order], "order": order}
        return json.dumps({"event": "delivery", "record": told}, separators=(",", ":")).encode()

    def posted(self, number):
        control = f'<EDI_DC40 SEGMENT="1"><DOCNUM>{number:016}</DOCNUM><MESTYP>DELVRY</MESTYP></EDI_DC40>'
        return idoc(f'<DELVRY07><IDOC BEGIN="1">{control}</IDOC></DELVRY07>'.encode(), f"SAP:{POSTING}")

    def forged(self):
        body = self.posted(1).body
        return [idoc(body, f"SAP:{PASSWORD}"), idoc(body, f"OTHER:{POSTING}"), Request("POST", "", {}, {}, body)]


def idoc(body, login):
    return Request("POST", "", {"authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}, {}, body)
