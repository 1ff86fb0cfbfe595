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


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("invoice", "credit_note")])
def test_what_lacks_something_is_not_sent_or_valid_all_the_same(name: str) -> None:
    """Bills have a stricter judge: see test_einvoice.py."""
    mapping, body = written(name)
    [reading] = mapping.take(body)
    kind, looked = DOCUMENTS[mapping.document], 0
    for path, value in poorer(plain(kind.model_validate(reading.value))):
        try:
            made, findings = mapping.make(kind.model_validate(value))
        except ValueError:
            continue
        looked += 1
        assert any(finding.severity == "error" for finding in findings) or wrong(mapping.notation.root, made) == [], path
    assert looked > 15


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
