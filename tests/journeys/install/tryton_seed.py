"""Run inside Tryton's own environment: a small company to sell from. `tryton_seed.py DATABASE CONFIG`"""

import datetime
import sys
from decimal import Decimal

from proteus import Model, config
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, create_tax, get_accounts
from trytond.modules.account_invoice.tests.tools import create_payment_term, set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company, get_company

PRODUCTS = {"WIDGET-001": "12.50", "BRKT-050": "3.20", "GADGET-9": "100.00"}
USER, PASSWORD = "crossdock", "only-for-tests-too"
GROUPS = ("Sale", "Stock", "Account", "Party", "Product")  # beginnings of the names of groups that the hub's user is in


def main(database, file):
    config.set_trytond(database, config_file=file, user="admin")
    euro = Model.get("currency.currency")(name="Euro", code="EUR", symbol="€", numeric_code="978")
    euro.rates.new(date=datetime.date(2020, 1, 1), rate=Decimal("1"))
    euro.save()
    create_company(currency=euro)
    create_chart()
    years()
    country()
    term = create_payment_term()
    term.save()
    stocked(products())
    customers(term)
    paying()
    user()


def years():
    """Fiscal years around the present one, so that the clock of a test may be anywhere near."""
    this = datetime.datetime.now(datetime.UTC).year
    for year in range(this - 1, this + 2):
        opened = set_fiscalyear_invoice_sequences(
            create_fiscalyear(today=(datetime.date(year, 1, 1), datetime.date(year, 12, 31)))
        )
        opened.click("create_period")


def country():
    for code, name in (("DE", "Germany"), ("US", "United States"), ("JP", "Japan")):
        Model.get("country.country")(name=name, code=code).save()


def products():
    """Goods at their list price, with 7 percent of tax on one of them."""
    accounts = get_accounts()
    (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
    category = Model.get("product.category")(name="Goods", accounting=True)
    category.account_expense, category.account_revenue = accounts["expense"], accounts["revenue"]
    category.save()
    tax = create_tax(Decimal("0.07"))
    tax.save()
    (taxed,) = category.duplicate()
    taxed.customer_taxes.append(tax)
    taxed.save()
    found = []
    for code, price in PRODUCTS.items():
        template = Model.get("product.template")(name=code.title(), type="goods", salable=True)
        template.default_uom, template.list_price = unit, Decimal(price)
        template.account_category = taxed if code == "GADGET-9" else category
        template.products[0].suffix_code = code
        template.save()
        found += template.products
    return found


def stocked(goods):
    (storage,) = Model.get("stock.location").find([("code", "=", "STO")])
    inventory = Model.get("stock.inventory")(location=storage)
    for product in goods:
        line = inventory.lines.new(product=product)
        line.quantity = 1000.0
    inventory.click("confirm")
    Model.get("stock.package.type")(name="Carton").save()


def customers(term):
    country = {one.code: one for one in Model.get("country.country").find([])}
    for code, name in (("acme", "Acme Stores"), ("nordkost", "Nordkost eG")):
        party = Model.get("party.party")(name=name, code=code)
        party.customer_payment_term = term
        address = party.addresses[0] if party.addresses else party.addresses.new()
        address.street_unstructured, address.postal_code, address.city = "1 Main Street", "10115", "Berlin"
        address.country = country["DE"]
        party.save()
        invoice_method(code)


def invoice_method(_code):
    settings = Model.get("sale.configuration")(1)
    settings.sale_invoice_method, settings.sale_shipment_method = "fulfillment", "order"
    settings.save()


def paying():
    cash = get_accounts()["cash"]
    (journal,) = Model.get("account.journal").find([("type", "=", "cash")])
    method = Model.get("account.invoice.payment.method")(name="Cash", journal=journal)
    method.credit_account = method.debit_account = cash
    method.save()


def user():
    """Who the hub is there: no administrator."""
    groups = [one for one in Model.get("res.group").find([]) if one.name.startswith(GROUPS) and "Admin" not in one.name]
    hub = Model.get("res.user")(name="Crossdock", login=USER, password=PASSWORD)
    for group in groups:
        hub.groups.append(Model.get("res.group")(group.id))
    hub.companies.append(get_company())
    hub.company = get_company()
    hub.save()
    print("groups:", ", ".join(sorted(one.name for one in groups)))


if __name__ == "__main__":
    main(*sys.argv[1:])
