"""Routes: equality and presence, every route that fits, each target once."""

import pytest

from hub.rules.routing import Facts, Route, objections, routed, targets, unfit


def route(**words: object) -> Route:
    return Route.model_validate(words)


ROUTES = [
    route(document="order", to="erp"),
    route(document="order", partner="acme", when={"parties.ship_to.country": ["CA", "MX"]}, to=["broker", "erp"]),
    route(document="invoice", **{"from": "erp"}, to=["channel", "accounting"]),
    route(document="remittance", to=[]),
]


def names(facts: Facts) -> list[str]:
    return [match.target for match in targets(ROUTES, facts)]


def test_every_route_that_fits_counts_and_each_target_once():
    abroad = Facts("order", "acme", "acme", "acme", {"parties": {"ship_to": {"country": "CA"}}})
    found = targets(ROUTES, abroad)
    assert [(match.target, match.route) for match in found] == [("erp", 0), ("broker", 1)]
    assert found[1].reason == "route 2: order partner acme, parties.ship_to.country = ['CA', 'MX']"


def test_channel_is_the_one_the_order_came_from():
    assert names(Facts("invoice", "erp", "webshop")) == ["webshop", "accounting"]
    assert names(Facts("invoice", "erp", None)) == ["accounting"]


def test_a_route_to_nowhere_still_routes():
    assert names(Facts("remittance", "accounting")) == [] and routed(ROUTES, Facts("remittance", "accounting"))
    assert not routed(ROUTES, Facts("ship_notice", "warehouse"))


@pytest.mark.parametrize(
    ("when", "value", "why"),
    [
        ({"type": "rush"}, {"type": "rush"}, None),
        ({"type": "rush"}, {"type": "blanket"}, "type is `blanket`, not `rush`"),
        ({"type": "rush"}, {}, "type is not there"),
        ({"type": ["rush", "release"]}, {"type": "release"}, None),
        ({"contract": "*"}, {"contract": "C-1"}, None),
        ({"contract": "*"}, {}, "contract is not there"),
        ({"contract": None}, {}, None),
        ({"contract": None}, {"contract": "C-1"}, "contract is there"),
        ({"test": True}, {"test": True}, None),
        ({"test": "true"}, {"test": False}, "test is `false`, not `true`"),
        ({"lines.0.unit": "EA"}, {"lines": [{"unit": "EA"}]}, None),
        ({"lines.1.unit": "EA"}, {"lines": [{"unit": "EA"}]}, "lines.1.unit is not there"),
    ],
)
def test_conditions(when, value, why):
    assert unfit(route(document="order", when=when, to="erp"), Facts("order", value=value)) == why


def test_why_a_route_does_not_apply():
    assert unfit(ROUTES[2], Facts("order")) == "is for invoice, not order"
    assert unfit(ROUTES[2], Facts("invoice", "warehouse")) == "from is `warehouse`, not `erp`"
    assert unfit(ROUTES[1], Facts("order", partner="zenith")) == "partner is `zenith`, not `acme`"


ORDER = {
    "currency": "USD",
    "parties": {"ship_to": {"country": "CA"}},
    "carriages": [{"carrier": "UPSN", "service": "G2"}],
    "lines": [{"ids": {"upc": "036000291452", "buyer_part": "T-100"}, "quantity": "10", "price": "12.5"}],
}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"item": "T-100"}, None),
        ({"item": 36000291452}, "no line is for item `36000291452`"),  # a number lost its zero: quote it
        ({"item": ["0360*", "X"]}, None),
        ({"item": "T-2*"}, "no line is for item `T-2*`"),
        ({"amount": {"from": 125}}, None),
        ({"amount": {"to": "125.00"}}, "amount is 125.0, not below 125.00"),
        ({"amount": {"from": 100, "to": 200, "currency": "USD"}}, None),
        ({"amount": {"from": 100, "currency": "EUR"}}, "amount is in USD, not EUR"),
        ({"country": ["CA", "MX"]}, None),
        ({"country": "US"}, "country is `CA`, not `US`"),
        ({"ship_method": "UPS*"}, None),
        ({"ship_method": "FDEG"}, "ship_method is `G2` and `UPSN`, not `FDEG`"),
    ],
)
def test_conditions_on_the_content(asked, why):
    assert unfit(route(document="order", to="erp", **asked), Facts("order", value=ORDER)) == why


def test_what_is_not_known_does_not_fit():
    bare = Facts("order", value={"lines": [{"quantity": "1"}]})
    assert (
        unfit(route(document="order", to="erp", amount={"from": 1}), bare)
        == "amount is not known: a quantity or a price is missing"
    )
    assert unfit(route(document="order", to="erp", country="US"), bare) == "country is not said, not `US`"


@pytest.mark.parametrize("amount", [{}, {"from": 5, "to": 5}, {"from": "many"}, {"over": 1}])
def test_a_range_that_nothing_can_fit_is_refused(amount):
    with pytest.raises(ValueError):
        route(document="order", to="erp", amount=amount)


def test_all_objections_are_told():
    asked = route(document="order", to="erp", partner="bigmart", country="US", when={"type": "rush"})
    found = list(objections(asked, Facts("order", "acme", "acme", "acme", ORDER)))
    assert found == ["partner is `acme`, not `bigmart`", "country is `CA`, not `US`", "type is not there"]
