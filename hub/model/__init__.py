"""The canonical documents. Nothing in here knows where a document came from or how it is written."""

from hub.model.acknowledgement import Acknowledgement
from hub.model.activity import ActivityReport
from hub.model.billing import BilledShipment
from hub.model.inventory import InventoryReport
from hub.model.invoice import Invoice, Remittance
from hub.model.order import Order, OrderChange
from hub.model.receipt import ReceiptAdvice
from hub.model.response import OrderResponse
from hub.model.returns import ReturnRequest
from hub.model.routing import RoutingInstruction, RoutingRequest
from hub.model.shape import Document, Shape, plain
from hub.model.shipment import ShipNotice, ShipOrder
from hub.model.stock import StockAdjustment, StockReceipt, StockTransfer

DOCUMENTS: dict[str, type[Document]] = {
    shape.kind: shape
    for shape in (
        Order,
        OrderChange,
        OrderResponse,
        ShipOrder,
        ShipNotice,
        ReceiptAdvice,
        Invoice,
        Remittance,
        InventoryReport,
        StockTransfer,
        StockReceipt,
        StockAdjustment,
        ActivityReport,
        ReturnRequest,
        RoutingRequest,
        RoutingInstruction,
        BilledShipment,
        Acknowledgement,
    )
}

__all__ = [
    "DOCUMENTS",
    "Acknowledgement",
    "ActivityReport",
    "BilledShipment",
    "Document",
    "InventoryReport",
    "Invoice",
    "Order",
    "OrderChange",
    "OrderResponse",
    "ReceiptAdvice",
    "Remittance",
    "ReturnRequest",
    "RoutingInstruction",
    "RoutingRequest",
    "Shape",
    "ShipNotice",
    "ShipOrder",
    "StockAdjustment",
    "StockReceipt",
    "StockTransfer",
    "plain",
]
