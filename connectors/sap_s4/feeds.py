"""Which services are read for what happens in SAP."""

from dataclasses import dataclass

V2 = "/sap/opu/odata/sap"
SALES = {
    "v2": (f"{V2}/API_SALES_ORDER_SRV", "A_SalesOrder"),
    "v4": ("/sap/opu/odata4/sap/api_salesorder/srvd_a2x/sap/api_salesorder/0001", "SalesOrder"),
}
REJECTED = "SalesDocumentRjcnReason"
TOLD = ("Material", "RequestedQuantity", "NetAmount", REJECTED)  # of an order's items: told again when they change


@dataclass(frozen=True, slots=True)
class Feed:
    """Documents of one kind: which service has them, and how their items name the sales order."""

    event: str
    service: str
    entity: str
    number: str
    items: str
    order: str | None = None  # of an item: the sales order it comes from
    only: str | None = None  # `$filter`: when it has happened


DELIVERIES = Feed("delivery", f"{V2}/API_OUTBOUND_DELIVERY_SRV", "A_OutbDeliveryHeader", "DeliveryDocument",
                  "to_DeliveryDocumentItem", "ReferenceSDDocument", "OverallGoodsMovementStatus eq 'C'")  # fmt: skip
BILLS = Feed("billing", f"{V2}/API_BILLING_DOCUMENT_SRV", "A_BillingDocument", "BillingDocument", "to_Item", "SalesDocument")
