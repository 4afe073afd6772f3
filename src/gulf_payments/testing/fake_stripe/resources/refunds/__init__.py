"""Refunds: made by the shop or in the Dashboard; some settle later, some fail after they had succeeded."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.resources.refunds import handlers, parameters
from gulf_payments.testing.fake_stripe.resources.refunds.lifecycle import FAILURES, fail, hold
from gulf_payments.testing.fake_stripe.resources.refunds.making import refund, successful_charge

__all__ = ["FAILURES", "ROUTES", "fail", "hold", "refund", "successful_charge"]

_KIND = "refund"
_URL, _ONE = "/v1/refunds", "/v1/refunds/{refund}"
_CHARGE = "/v1/charges/{charge}"
_OF_CHARGE = f"{_CHARGE}/refunds"

ROUTES = (
    Route("POST", _URL, handlers.create, parameters.CREATE, _KIND),
    listing(_KIND, _URL, parameters.LIST, "charge", "payment_intent"),
    reading(_KIND, _URL),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
    Route("POST", f"{_ONE}/cancel", handlers.cancel, RETRIEVE, _KIND),
    Route("POST", f"{_CHARGE}/refund", handlers.refund_charge, parameters.REFUND_CHARGE, "charge"),
    Route("POST", _OF_CHARGE, handlers.create_of_charge, parameters.CREATE_OF_CHARGE, _KIND),
    Route("GET", _OF_CHARGE, handlers.list_of_charge, parameters.LIST_OF_CHARGE, f"list of {_KIND}"),
    Route("GET", f"{_OF_CHARGE}/{{refund}}", handlers.retrieve_of_charge, RETRIEVE, _KIND),
    Route("POST", f"{_OF_CHARGE}/{{refund}}", handlers.update_of_charge, parameters.UPDATE, _KIND),
)
