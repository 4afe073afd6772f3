"""Every route takes the parameters that Stripe's schema lists for it, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.routes import ROUTES
from tests.fake_stripe.fidelity import schema
from tests.fake_stripe.fidelity.coverage import CASH_SETTINGS, LEFT_OUT
from tests.fake_stripe.fidelity.published import FOLDER, needs_schema, operations

INVENTED: Mapping[tuple[str, str], frozenset[str]] = {
    # The reference has it, the schema's date is before it.
    ("POST", "/v1/payment_intents/{intent}/capture"): frozenset(("statement_descriptor_suffix",)),
}
"""Parameters the fake takes and the schema does not list, each with its reason."""
FROM_BROWSERS = frozenset(("client_secret", "key"))
"""What Stripe.js adds to the routes that it calls; the schema lists only what servers send."""

_BOTH_HAVE = [
    route
    for route in ROUTES
    if FOLDER is not None and route.method == "POST" and schema.pattern_of("POST", route.pattern)
]
each_route = pytest.mark.parametrize("route", _BOTH_HAVE, ids=lambda route: route.pattern)


@needs_schema
@each_route
def test_every_parameter_is_known(route: Route) -> None:
    """What Stripe takes, the fake takes too, or says that it does not carry it out."""
    assert sorted(_listed(route, "x-body-params") - set(route.accepts.kinds)) == []


@needs_schema
@each_route
def test_no_parameter_is_invented(route: Route) -> None:
    """What Stripe would refuse as unknown, the fake refuses."""
    browser = FROM_BROWSERS if route.browser else frozenset()
    allowed = INVENTED.get((route.method, route.pattern), frozenset())
    assert sorted(set(route.accepts.kinds) - _listed(route, "x-body-params") - browser - allowed) == []


@needs_schema
@each_route
def test_what_is_required_is_demanded(route: Route) -> None:
    """What Stripe's schema demands, the fake demands."""
    assert sorted(_listed(route, "x-body-required") - set(route.accepts.required)) == []


def _listed(route: Route, member: str) -> set[str]:
    pattern = schema.pattern_of(route.method, route.pattern)
    assert pattern is not None
    return set(operations()[route.method, pattern][member])


@needs_schema
def test_no_route_is_missing() -> None:
    """Every route of the schema is in the fake, but for those that the page of its coverage names."""
    here = {(route.method, _blank(route.pattern)) for route in ROUTES}
    missing = [spot for spot in operations() if (spot[0], _blank(spot[1])) not in here]
    beyond = {spot for spot, prefix in product(missing, LEFT_OUT) if spot[1].startswith(prefix)}
    assert sorted(set(missing) - beyond) == [CASH_SETTINGS]


def _blank(pattern: str) -> str:
    return "/".join("{}" if segment.startswith("{") else segment for segment in pattern.split("/"))
