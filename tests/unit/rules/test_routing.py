"""Routes: equality and presence, every route that fits, each target once."""

import pytest

from hub.rules.routing import Facts, Route, routed, targets, unfit


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
