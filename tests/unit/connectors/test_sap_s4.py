"""Orders that go to SAP as IDocs: an order shows only once SAP has worked the IDoc off, and there is never a second one."""

import xml.etree.ElementTree as ET

import pytest

from connectors.sap_s4.connector import SapS4
from hub.errors import Rejected, Unavailable
from hub.sdk import Outgoing
from hub.sdk.testing import CUT_AFTER, CUT_BEFORE, QUESTIONS, Bench, asked, fails, pulled
from tests.connectors.sap_s4 import Sap, idoc

PORT = "/sap/bc/idoc_xml"


class IdocSap(Sap):
    """Keeps IDocs, and makes orders of them: at once, or when somebody says so."""

    def __init__(self, home):
        super().__init__(home)
        self.kept, self.asleep, self.refuses = [], False, ""
        self.server._spoils = lambda call: call.path == PORT

    def settings(self):
        return {**super().settings(), "orders": "idoc", "settle": 0, "patience": 3}

    def create(self, call):
        assert call.headers["content-type"].startswith("text/xml")
        self.kept.append(call.body)
        number = f"<DOCNUM>{len(self.kept):016}</DOCNUM>"
        if self.refuses:
            return (
                201,
                f"<IDOC_STATUS>{number}<STATUS>51</STATUS><STATUS_TEXT>{self.refuses}</STATUS_TEXT></IDOC_STATUS>".encode(),
            )
        if not self.asleep:
            self.work_off(call.body)
        return 201, f"<IDOC_STATUS>{number}<STATUS>53</STATUS></IDOC_STATUS>".encode()

    def work_off(self, body):
        whole = ET.fromstring(body)
        number = whole.findtext("IDOC/E1EDK01/BELNR")
        items = [{"RequestedQuantity": one.findtext("MENGE"), "SalesOrderItem": f"{at}0", "body": body.decode()}
                 for at, one in enumerate(whole.iterfind("IDOC/E1EDP01"), 1)]  # fmt: skip
        order = f"{4700 + len(self.orders):010}"
        self.orders[order] = {"SalesOrder": order, "PurchaseOrderByCustomer": number, "to_Item": items}

    def outgoing(self, number):
        head = f"<E1EDK01><BELNR>PO-{number}</BELNR></E1EDK01><E1EDKA1><PARVW>AG</PARVW><PARTN>1000001</PARTN></E1EDKA1>"
        item = f"<E1EDP01><POSEX>1</POSEX><MENGE>{number}</MENGE></E1EDP01>"
        body = f'<ORDERS05><IDOC BEGIN="1">{head}{item}</IDOC></ORDERS05>'.encode()
        return Outgoing(f"delivery-{number}", body, f"{number}.xml", "order", f"PO-{number}")

    def holds(self):
        return [one["to_Item"][0]["body"].encode() for one in self.orders.values()]


KIND, FAR_SIDE = SapS4, IdocSap


@pytest.mark.parametrize("question", [one for one in asked(SapS4, IdocSap) if "push" in one or "find" in one or "cut" in one])
async def test_the_questions_of_every_connector(far_side, question):
    await QUESTIONS[question].ask(Bench(SapS4, far_side))


async def test_an_idoc_that_is_not_worked_off_yet_is_waited_for_and_never_handed_over_again(far_side):
    bench, outgoing = Bench(SapS4, far_side), far_side.outgoing(7)
    far_side.asleep = True
    for _ in range(2):
        async with bench.open() as connector:
            assert "0000000000000001" in str(await fails(connector.push(outgoing), Unavailable))
            await fails(connector.find(outgoing.key, outgoing), Unavailable)
    far_side.work_off(far_side.kept[0])
    async with bench.open() as connector:
        receipt = await connector.push(outgoing)
        assert await pulled(connector) == []  # deliveries and bills come as IDocs
    assert receipt.detail["lines"] == {"10": "1"} and len(far_side.kept) == 1


@pytest.mark.parametrize("moment", [CUT_AFTER, CUT_BEFORE])
async def test_absence_counts_only_after_a_while(far_side, moment):
    bench, outgoing, settings = Bench(SapS4, far_side), far_side.outgoing(7), {**far_side.settings(), "settle": 900}
    far_side.asleep = True
    await far_side.interrupt(bench, outgoing, moment)
    async with bench.open(settings) as connector:
        assert (await fails(connector.find(outgoing.key, outgoing), Unavailable)).after == 900
    for body in far_side.kept:
        far_side.work_off(body)
    far_side.asleep = False
    bench.clock.advance(901)
    async with bench.open(settings) as connector:
        found = await connector.find(outgoing.key, outgoing) or await connector.push(outgoing)
    assert found.reference == "0000004700" and len(far_side.holds()) == len(far_side.kept) == 1


async def test_an_idoc_that_sap_keeps_in_error_is_for_a_person(far_side):
    far_side.refuses = "customer 1000001 is blocked"
    async with Bench(SapS4, far_side).open() as connector:
        assert "51 customer 1000001 is blocked" in str(await fails(connector.push(far_side.outgoing(1)), Rejected))
        await fails(connector.push(Outgoing("d", b"<ORDERS05", "x.xml", "order")), Rejected)
        await fails(connector.push(Outgoing("d", b"<ORDERS05><IDOC/></ORDERS05>", "x.xml", "order")), Rejected)


async def test_a_packet_of_idocs_is_taken_apart_and_what_is_none_is_refused(tmp_path):
    there = Sap(tmp_path)
    good = there.posted(1)
    login = there.settings()["idoc_passwords"][1]
    alone = good.body.removeprefix(b"<DELVRY07>").removesuffix(b"</DELVRY07>")
    async with Bench(SapS4, there).open() as connector:
        packet = connector.receive(idoc(b"<DELVRY07>" + alone + alone.replace(b"001<", b"002<") + b"</DELVRY07>", f"SAP:{login}"))
        assert [message.name for message in packet.messages] == ["IDoc 0000000000000001", "IDoc 0000000000000002"]
        assert all(ET.fromstring(message.body).tag == "DELVRY07" for message in packet.messages)
        answers = connector.receive(idoc(packet_of("ORDERS05", "ORDRSP", 7, 8), f"SAP:{login}")).messages
        assert [ET.fromstring(one.body).findtext("IDOC/EDI_DC40/MESTYP") for one in answers] == ["ORDRSP"] * 2
        for body in (b"", b"<DELVRY07/>", b"{}", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'):
            await fails(received(connector, idoc(body, f"SAP:{login}")), Rejected)


def packet_of(kind, message, *numbers):
    controls = (f"<EDI_DC40><DOCNUM>{number}</DOCNUM><MESTYP>{message}</MESTYP></EDI_DC40>" for number in numbers)
    return f"<{kind}>{''.join(f'<IDOC>{one}</IDOC>' for one in controls)}</{kind}>".encode()


async def received(connector, request):
    return connector.receive(request)
