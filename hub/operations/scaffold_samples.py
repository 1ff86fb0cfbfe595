"""Small orders in every format, for mappings that are begun where nobody has a file yet."""

import io
import json

ROWS = (
    ("Order No", "Order Date", "Ship To", "Item", "Description", "Qty", "Unit", "Price"),
    ("PO-1001", "2026-03-02", "0007", "TEA-GREEN-100", "Green tea 100 g", "12", "EA", "9.95"),
    ("PO-1001", "2026-03-02", "0007", "TEA-BLACK-250", "Black tea 250 g", "6", "EA", "14.50"),
)
JSON = {
    "orderNumber": "PO-1001", "orderDate": "2026-03-02", "shipTo": "0007",
    "lines": [{"line": "1", "sku": "TEA-GREEN-100", "quantity": 12, "price": "9.95"}],
}  # fmt: skip
XML = """<PurchaseOrder>
  <OrderNumber>PO-1001</OrderNumber>
  <OrderDate>2026-03-02</OrderDate>
  <ShipTo>0007</ShipTo>
  <Line><Pos>1</Pos><SKU>TEA-GREEN-100</SKU><Quantity>12</Quantity><Price>9.95</Price></Line>
  <Line><Pos>2</Pos><SKU>TEA-BLACK-250</SKU><Quantity>6</Quantity><Price>14.50</Price></Line>
</PurchaseOrder>
"""


def own(format: str) -> bytes:
    """A sample where nobody has one."""
    if format == "xlsx":
        from openpyxl import Workbook  # slow to load

        book, out = Workbook(), io.BytesIO()
        for row in ROWS:
            book.worksheets[0].append(row)
        book.save(out)
        return out.getvalue()
    if format == "fixed":
        return "".join("".join(cell.ljust(18) for cell in row).rstrip() + "\n" for row in ROWS).encode()
    if format == "csv":
        return "".join(",".join(row) + "\n" for row in ROWS).encode()
    return XML.encode() if format == "xml" else (json.dumps(JSON, indent=1) + "\n").encode()
