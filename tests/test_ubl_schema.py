"""UBL that we write, judged by the public schemas of UBL 2.1.

The package that brings them has the modules all documents share, which are nearly all of a document, and of outermost elements those of
bills. The others' sequences stand here: `!` once, `*` any number, `+` at least one.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from hub.mapping.mapping import Mapping, load
from hub.model import DOCUMENTS, plain
from tests.test_golden_shapes import FIXTURES, PRODUCT

SCHEMAS = Path(pytest.importorskip("peppol.xsd").SCHEMA_DIR)
URN = "urn:oasis:names:specification:ubl:schema:xsd:"
PARTS = {"cac": f"{URN}CommonAggregateComponents-2", "cbc": f"{URN}CommonBasicComponents-2"}
HEAD = "UBLVersionID CustomizationID ProfileID ProfileExecutionID"
CURRENCIES = "DocumentCurrencyCode PricingCurrencyCode TaxCurrencyCode"
MONEY = "TaxExchangeRate PricingExchangeRate PaymentExchangeRate DestinationCountry TaxTotal*"
BUYING = "BuyerCustomerParty! SellerSupplierParty! OriginatorCustomerParty"
SELLING = "SellerSupplierParty! BuyerCustomerParty! OriginatorCustomerParty"
PAPERS = "AdditionalDocumentReference* Contract*"
SEQUENCES = {
    "Order": f"""{HEAD} ID! SalesOrderID CopyIndicator UUID IssueDate! IssueTime OrderTypeCode Note* RequestedInvoiceCurrencyCode {CURRENCIES}
        CustomerReference AccountingCostCode AccountingCost LineCountNumeric ValidityPeriod* QuotationDocumentReference OrderDocumentReference*
        OriginatorDocumentReference CatalogueReference {PAPERS} ProjectReference* Signature* {BUYING} FreightForwarderParty
        AccountingCustomerParty Delivery* DeliveryTerms* PaymentMeans* PaymentTerms* TransactionConditions AllowanceCharge* {MONEY}
        AnticipatedMonetaryTotal OrderLine+""",
    "OrderChange": f"""{HEAD} ID SalesOrderID CopyIndicator UUID IssueDate! IssueTime SequenceNumberID! Note* RequestedInvoiceCurrencyCode
        {CURRENCIES} CustomerReference AccountingCostCode AccountingCost LineCountNumeric ValidityPeriod* OrderReference!
        QuotationDocumentReference OriginatorDocumentReference {PAPERS} Signature* {BUYING} FreightForwarderParty AccountingCustomerParty
        AccountingSupplierParty Delivery* DeliveryTerms PaymentMeans* PaymentTerms* TransactionConditions AllowanceCharge* {MONEY}
        AnticipatedMonetaryTotal OrderLine+""",
    "OrderCancellation": f"""{HEAD} ID! CopyIndicator UUID IssueDate! IssueTime Note* CancellationNote+ OrderReference+
        OriginatorDocumentReference {PAPERS} Signature* {BUYING}""",
    "OrderResponse": f"""{HEAD} ID! SalesOrderID CopyIndicator UUID IssueDate! IssueTime OrderResponseCode Note* {CURRENCIES}
        TotalPackagesQuantity GrossWeightMeasure NetWeightMeasure NetNetWeightMeasure GrossVolumeMeasure NetVolumeMeasure CustomerReference
        AccountingCostCode AccountingCost LineCountNumeric ValidityPeriod* OrderReference+ OrderDocumentReference*
        OriginatorDocumentReference {PAPERS} Signature* {SELLING} FreightForwarderParty AccountingSupplierParty AccountingCustomerParty
        Delivery* DeliveryTerms PaymentMeans* PaymentTerms* AllowanceCharge* TransactionConditions {MONEY} LegalMonetaryTotal OrderLine*""",
    "OrderResponseSimple": f"""{HEAD} ID! CopyIndicator UUID IssueDate! IssueTime Note* AcceptedIndicator! RejectionNote* CustomerReference
        AccountingCostCode AccountingCost OrderReference! AdditionalDocumentReference* Signature* {SELLING} AccountingSupplierParty
        AccountingCustomerParty""",
    "DespatchAdvice": f"""{HEAD} ID! CopyIndicator UUID IssueDate! IssueTime DocumentStatusCode DespatchAdviceTypeCode Note* LineCountNumeric
        OrderReference* AdditionalDocumentReference* Signature* DespatchSupplierParty! DeliveryCustomerParty! BuyerCustomerParty
        SellerSupplierParty OriginatorCustomerParty Shipment DespatchLine+""",
    "ReceiptAdvice": f"""{HEAD} ID! CopyIndicator UUID IssueDate! IssueTime DocumentStatusCode ReceiptAdviceTypeCode Note* LineCountNumeric
        OrderReference* DespatchDocumentReference* AdditionalDocumentReference* Signature* DeliveryCustomerParty! DespatchSupplierParty!
        BuyerCustomerParty SellerSupplierParty Shipment ReceiptLine+""",
}  # fmt: skip
TIMES = {"!": "", "*": ' minOccurs="0" maxOccurs="unbounded"', "+": ' maxOccurs="unbounded"', "": ' minOccurs="0"'}
NAMES = sorted(path.stem for path in (PRODUCT / "ubl").glob("*.yaml") if path.stem != "parts")


@cache
def elements(prefix: str) -> frozenset[str]:
    module = {"cac": "Aggregate", "cbc": "Basic"}[prefix]
    tree = etree.parse(SCHEMAS / "common" / f"UBL-Common{module}Components-2.1.xsd")
    return frozenset(str(one.get("name")) for one in tree.getroot().iterfind("{http://www.w3.org/2001/XMLSchema}element"))


def referred(entry: str) -> str:
    name = entry.rstrip("!*+")
    prefix = "cbc" if name in elements("cbc") and name not in elements("cac") else "cac"
    return f'<xs:element ref="{prefix}:{name}"{TIMES[entry[len(name) :]]}/>'


@cache
def schema(root: str) -> etree.XMLSchema:
    """The public one, or one of ours around what is public."""
    if root not in SEQUENCES:
        return etree.XMLSchema(etree.parse(SCHEMAS / "maindoc" / f"UBL-{root}-2.1.xsd"))
    imports = "".join(
        f'<xs:import namespace="{PARTS[prefix]}" schemaLocation="{(SCHEMAS / "common").as_uri()}/UBL-Common{name}Components-2.1.xsd"/>'
        for prefix, name in (("cac", "Aggregate"), ("cbc", "Basic"))
    )
    text = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:cac="{PARTS["cac"]}" xmlns:cbc="{PARTS["cbc"]}"
        targetNamespace="{URN}{root}-2" elementFormDefault="qualified">{imports}<xs:element name="{root}"><xs:complexType><xs:sequence>
        {"".join(map(referred, SEQUENCES[root].split()))}</xs:sequence></xs:complexType></xs:element></xs:schema>"""
    return etree.XMLSchema(etree.fromstring(text))


@cache
def written(name: str) -> tuple[Mapping, bytes]:
    """The golden document, read and written anew."""
    mapping = load(PRODUCT / "ubl" / f"{name}.yaml")
    [reading] = mapping.take((FIXTURES / "ubl" / f"{name}.xml").read_bytes())
    body, findings = mapping.make(DOCUMENTS[mapping.document].model_validate(reading.value))
    assert [finding.text for finding in findings if finding.severity == "error"] == []
    return mapping, body


def wrong(root: str, body: bytes) -> list[str]:
    judge = schema(root)
    judge.validate(etree.fromstring(body))
    log: Any = judge.error_log
    return [error.message for error in log]


@pytest.mark.parametrize("name", NAMES)
def test_what_we_write_is_valid(name: str) -> None:
    mapping, body = written(name)
    assert wrong(mapping.notation.root, body) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_judge_would_object(name: str) -> None:
    """To what stands in the wrong place, and to what must be there."""
    mapping, body = written(name)
    root = etree.fromstring(body)
    root.append(root[2])
    assert wrong(mapping.notation.root, etree.tostring(root))
    (date,) = root.findall("cbc:IssueDate", PARTS)
    root.remove(date)
    assert wrong(mapping.notation.root, etree.tostring(root))


def poorer(value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The document without one of its values, at the head or in the first of a list."""
    for name, inner in value.items():
        yield name, {other: one for other, one in value.items() if other != name}
        first = inner[0] if isinstance(inner, list) else inner
        for more, rest in poorer(first) if isinstance(first, dict) else ():
            yield f"{name}.{more}", {**value, name: [rest, *inner[1:]] if isinstance(inner, list) else rest}


PARTY: dict[str, Any] = {
    "id": "4000001000005",
    "scheme": "gln",
    "name": "Teabank",
    "names": ["Bank"],
    "lines": ["A", "B", "C"],
    "city": "Ulm",
    "country": "DE",
}
PARTY |= {
    "contacts": {"default": {"name": "Ada", "numbers": {"phone": "1", "fax": "2", "email": "a@b.example"}, "reference": "7"}}
}
PARTY |= {"references": {"vat": {"value": "DE1"}, "company": {"value": "HRB 5", "text": "0088"}}}
CHARGE: dict[str, Any] = {"kind": "charge", "code": "FC", "text": "Freight", "percent": "5", "base": "100", "amount": "5"}
TAX: dict[str, Any] = {"kind": "VAT", "category": "S", "percent": "19", "base": "200", "amount": "38", "exempt": "VATEX-EU-IC"}
DAYS = ("tax_point", "period_start", "period_end", "delivered", "deliver_not_after", "delivery_requested", "delivery_promised")
REFERENCES = (
    "vendor_order",
    "receipt",
    "contract",
    "tender",
    "project",
    "account",
    "payment",
    "payment_means",
    "accounting_cost",
)
RICHER: dict[str, Any] = {  # what bills may say beyond the golden ones
    "number": "7",
    "invoiced_on": "2026-11-22",
    "currency": "EUR",
    "order_number": "PO-1",
    "ordered_on": "2026-11-20",
    "shipment_number": "L-1",
    "parties": {"seller": PARTY, "buyer": {"name": "Nordkost"}, "payee": {"name": "Bank"}, "ship_to": {"id": "7300010000421"}},
    "references": {role: {"value": "30", "text": "words"} for role in REFERENCES}
    | {"invoice": {"value": "RE-6", "dates": {"invoiced": "2026-11-01"}}},
    "dates": dict.fromkeys(DAYS, "2026-11-21"),
    "terms": [{"net_due": "2026-12-22", "text": "Net 30 days"}],
    "adjustments": [CHARGE],
    "taxes": [TAX],
    "amounts": {"prepaid": "4"},
    "rounding": "0.05",
    "notes": ["a note"],
    "lines": [
        {
            "number": "1",
            "order_number": "PO-1",
            "order_line": "10",
            "quantity": "2",
            "unit": "CS",
            "amount": "100",
            "price": "50",
            "price_per": "1",
            "price_unit": "CS",
            "descriptions": [{"text": "Tea"}, {"text": "loose"}],
            "ids": {"buyer_part": "H-7", "vendor_part": "T-7", "manufacturer_part": "M-7", "gtin": "04000001000012"},
            "dates": dict.fromkeys(("period_start", "period_end"), "2026-11-21"),
            "notes": ["a note"],
            "references": {"accounting_cost": {"value": "K1"}},
            "adjustments": [CHARGE],
            "taxes": [TAX],
        }
    ],
}


def fullest(name: str) -> tuple[Mapping, dict[str, Any]]:
    """A document that says much: the golden one, or a bill that says more."""
    mapping, body = written(name)
    [reading] = mapping.take(body)
    value = RICHER if mapping.document == "invoice" else reading.value
    return mapping, plain(DOCUMENTS[mapping.document].model_validate(value))


@pytest.mark.parametrize("name", NAMES)
def test_what_lacks_something_is_not_sent_or_valid_all_the_same(name: str) -> None:
    """Bills have a stricter judge too: see test_einvoice.py."""
    mapping, full = fullest(name)
    kind, looked = DOCUMENTS[mapping.document], 0
    for path, value in (("all of it", full), *poorer(full)):
        try:
            made, findings = mapping.make(kind.model_validate(value))
        except ValueError:
            continue
        looked += 1
        assert any(finding.severity == "error" for finding in findings) or wrong(mapping.notation.root, made) == [], path
    assert looked > 15


NEEDED: dict[str, tuple[dict[str, Any], str]] = {  # what a bill has of something: what is written, or why it stays
    "payment without its means": ({"references": {"account": {"value": "DE02"}}}, "<cbc:PaymentMeansCode>1</cbc:PaymentMeansCode>"),
    "no payment at all": ({"references": {}}, ""),
    "a tax of no kind": ({"taxes": [{**TAX, "kind": None}]}, "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"),
    "a tax that is but an amount": ({"taxes": [{"amount": "38"}], "adjustments": []}, "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"),
    "a tax without its amount": ({"taxes": [{**TAX, "amount": None}]}, "`cbc:TaxAmount` must be given and the document has no taxes.0.amount"),
    "a seller's number alone": ({"order_number": None}, "<cac:OrderReference><cbc:ID>NA</cbc:ID>"),
    "an order without its line": ({"lines": [{**RICHER["lines"][0], "order_line": None}]}, "<cbc:LineID>1</cbc:LineID>"),
    "no price and no amount": (
        {"lines": [{"number": "1", "quantity": "2"}]},
        "`cbc:LineExtensionAmount` must be given and cannot be worked out: net_line_amount finds too little at lines.0.amount",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["invoice", "credit_note"])
@pytest.mark.parametrize("case", NEEDED)
def test_what_a_bill_needs_is_written_or_it_says_what_it_lacks(name: str, case: str) -> None:
    changes, wanted = NEEDED[case]
    mapping, full = fullest(name)
    body, findings = mapping.make(DOCUMENTS["invoice"].model_validate({**full, **changes}))
    errors = [finding for finding in findings if finding.severity == "error"]
    if wanted.startswith("`"):
        assert wanted in [error.text for error in errors] and all(error.path and error.hint for error in errors)
        return
    assert errors == [] and wrong(mapping.notation.root, body) == []
    assert wanted in "".join(line.strip() for line in body.decode().splitlines())
    assert ("PaymentMeans" in body.decode()) == (case != "no payment at all")


@pytest.mark.parametrize(
    ("name", "line", "there"),
    [
        ("order", {"taxes": [{"percent": "7"}]}, []),  # nobody can say what it comes to: its total is left out
        ("order_response", {"ids": {}, "descriptions": []}, [b"<cac:Item></cac:Item>"]),
    ],
)
def test_a_line_that_says_less_is_no_reason_for_what_is_invalid(name: str, line: dict[str, Any], there: list[bytes]) -> None:
    mapping, full = fullest(name)
    value = {**full, "lines": [{**full["lines"][0], **line}, *full["lines"][1:]]}
    body, findings = mapping.make(DOCUMENTS[mapping.document].model_validate(value))
    assert [finding.text for finding in findings if finding.severity == "error"] == wrong(mapping.notation.root, body) == []
    assert b"MonetaryTotal" not in body and all(one in body for one in there)


@pytest.mark.parametrize("name", ["despatch_advice", "receipt_advice"])
def test_lines_name_orders_as_the_buyer_does(name: str) -> None:
    """Not by what we call them among ourselves."""
    mapping, body = written(name)
    [reading] = mapping.take(body)
    value = reading.value
    names = {one["id"]: f"entry {n}" for n, one in enumerate(value["orders"])}
    orders = [{**one, "id": names[one["id"]]} for one in value["orders"]]
    contents = [{**one, "order": names[one["order"]]} for one in value["contents"]]
    again, findings = mapping.make(DOCUMENTS[mapping.document].model_validate({**value, "orders": orders, "contents": contents}))
    assert (again, [one for one in findings if one.severity == "error"]) == (body, [])
