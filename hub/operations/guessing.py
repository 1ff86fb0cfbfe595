"""Guesses what the columns, keys or elements of somebody's order file mean, by their names. A person looks it over."""

import re
from collections.abc import Iterable, Mapping

# canonical path -> names that are used for it, without case, blanks and marks. The first that fits counts.
OF_ORDER = {
    "number": "po, ponumber, pono, orderno, ordernumber, ordernr, orderid, order, purchaseorder, purchaseordernumber, customerpo, "
    "bestellnummer, bestellnr, bestellung, auftrag, auftragsnummer, auftragsnr, numerocommande, commande, pedido",
    "ordered_on": "orderdate, ordered, orderedon, podate, date, issuedate, datum, bestelldatum, auftragsdatum, datecommande",
    "dates.delivery_requested": "deliverydate, requesteddelivery, requesteddate, deliverby, duedate, needby, neededby, wanted, liefertermin, "
    "lieferdatum, wunschtermin",
    "currency": "currency, currencycode, waehrung, währung, devise, moneda",
    "parties.ship_to.id": "store, storeno, storenumber, shipto, shiptoid, shiptocode, location, destination, filiale, lieferort, branch",
    "parties.ship_to.name": "shiptoname, customer, customername, recipient, name, kunde, empfänger",
    "parties.ship_to.lines.0": "street, address, address1, shiptoaddress, strasse, straße",
    "parties.ship_to.city": "city, town, shiptocity, ort, stadt, ville",
    "parties.ship_to.region": "state, province, region",
    "parties.ship_to.postcode": "zip, zipcode, postcode, postalcode, plz",
    "parties.ship_to.country": "country, countrycode, land, pays",
}
OF_LINE = {
    "number": "line, lineno, linenumber, pos, position, row, zeile, ligne",
    "quantity": "qty, quantity, orderqty, orderedqty, pieces, pcs, count, units, menge, anzahl, stück, quantité, cantidad",
    "unit": "uom, unit, unitofmeasure, einheit, me, unité",
    "price": "price, unitprice, unitcost, cost, netprice, preis, einzelpreis, prix, precio",
    "ids.sku": "sku, item, itemno, itemnumber, itemcode, product, productcode, article, articleno, artikel, artikelnr, artikelnummer",
    "ids.upc": "upc, upccode",
    "ids.gtin": "ean, gtin, barcode, ean13, gtin13, gtin14",
    "ids.vendor_part": "vendorpart, vendorsku, suppliersku, supplieritem, mpn, partnumber, partno",
    "ids.buyer_part": "buyerpart, buyeritem, customeritem, customersku, yourpart",
    "descriptions.0.text": "description, itemdescription, itemname, productname, title, bezeichnung, beschreibung, text, désignation",
}
DATES = {"%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}", "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}", "%Y%m%d": r"20\d{6}"}
COMMA = re.compile(r"-?[\d.]*\d,\d{1,4}")


def plain(name: str) -> str:
    """
    >>> plain("PO-Number "), plain("cbc:IssueDate"), plain("@unit")
    ('ponumber', 'issuedate', 'unit')
    """
    return re.sub(r"[\W_]+", "", name.rpartition(":")[2]).casefold()


def meanings(names: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """What each of these names probably carries; each path once, unknown names not at all.

    >>> meanings(["Qty", "SKU", "Item", "Colour"], OF_LINE)
    {'Qty': 'quantity', 'SKU': 'ids.sku'}
    """
    words = {word.strip(): path for path, listed in known.items() for word in listed.split(",")}
    found: dict[str, str] = {}
    for name in names:
        path = words.get(plain(name))
        if path is not None and path not in found.values():
            found[name] = path
    return found


def date_form(values: Iterable[str]) -> str | None:
    """The form that all of these dates have; None for the usual one, or where they have none.

    >>> date_form(["22.11.2026", "3.1.2027"]), date_form(["2026-11-22"])
    ('%d.%m.%Y', None)
    """
    texts = [text for text in values if text]
    return next((form for form, shape in DATES.items() if texts and all(re.fullmatch(shape, text) for text in texts)), None)


def decimal_comma(values: Iterable[str]) -> bool:
    """Whether numbers are written with a comma.

    >>> decimal_comma(["4,25", "1.004,50"]), decimal_comma(["4.25"])
    (True, False)
    """
    return any(COMMA.fullmatch(text) for text in values)
