"""The routes: every resource's own, as one tree by the segments of the path."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import unrecognised_url
from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.form import path_segment
from gulf_payments.testing.fake_stripe.resources import (
    accounts,
    balance,
    cash_balances,
    charges,
    checkout_sessions,
    customer_sessions,
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    payouts,
    prices,
    products,
    radar,
    refunds,
    setup_intents,
    shipping_rates,
    sources,
    test_helpers,
    tokens,
    webhook_endpoints,
)

ROUTES: tuple[Route, ...] = (
    *payment_intents.ROUTES,
    *charges.ROUTES,
    *refunds.ROUTES,
    *disputes.ROUTES,
    *radar.ROUTES,
    *accounts.ROUTES,
    *payouts.ROUTES,
    *test_helpers.ROUTES,
    *events.ROUTES,
    *balance.ROUTES,
    *payment_methods.ROUTES,
    *customers.ROUTES,
    *customer_sessions.ROUTES,
    *sources.ROUTES,
    *tokens.ROUTES,
    *setup_intents.ROUTES,
    *cash_balances.ROUTES,
    *webhook_endpoints.ROUTES,
    *products.ROUTES,
    *prices.ROUTES,
    *shipping_rates.ROUTES,
    *checkout_sessions.ROUTES,
)

_ID = "{}"
_Tree = dict[str, Any]


def _tree() -> _Tree:
    """Segment by segment down to the route of each method; an id's branch is `{}`."""
    root: _Tree = {}
    for route in ROUTES:
        branch = root
        for segment in _segments(route.pattern):
            branch = branch.setdefault(_ID if segment.startswith("{") else segment, {})
        branch[route.method] = route
    return root


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


_ROOT = _tree()


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route of a request and the ids in its path; ApiError 404 if there is none."""
    branch, ids = _ROOT, []
    for segment in _segments(path):
        named = branch.get(segment)
        if isinstance(named, dict) and segment != _ID:
            branch = named
            continue
        branch = branch.get(_ID, {}) if segment else {}  # an id is never empty
        ids.append(path_segment(segment))
    route = branch.get(method)
    if not isinstance(route, Route):
        raise unrecognised_url(method, path)
    return route, tuple(ids)
