"""Payouts: money that leaves the balance for the bank."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import reading
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.resources.payouts import handlers
from gulf_payments.testing.fake_stripe.resources.payouts.lifecycle import FAILURES, fail, pay_out

__all__ = ["FAILURES", "ROUTES", "fail", "pay_out"]

_KIND = "payout"
_URL, _ONE = "/v1/payouts", "/v1/payouts/{payout}"

ROUTES = (
    Route("POST", _URL, handlers.create, handlers.CREATE, _KIND),
    Route("GET", _URL, handlers.listing, handlers.LIST, f"list of {_KIND}"),
    reading(_KIND, _URL, param=_KIND),
    Route("POST", _ONE, handlers.update, handlers.CHANGE, _KIND),
    Route("POST", f"{_ONE}/cancel", handlers.cancel, RETRIEVE, _KIND),
    Route("POST", f"{_ONE}/reverse", handlers.reverse, handlers.CHANGE, _KIND),
)
