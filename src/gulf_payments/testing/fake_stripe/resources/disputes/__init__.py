"""Disputes and inquiries: opened by a cardholder's bank, answered by the shop, closed won or lost."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.resources.disputes import handlers, parameters
from gulf_payments.testing.fake_stripe.resources.disputes.fields import REASONS
from gulf_payments.testing.fake_stripe.resources.disputes.handlers import answer
from gulf_payments.testing.fake_stripe.resources.disputes.lifecycle import close, escalate, open_dispute

__all__ = ["REASONS", "ROUTES", "answer", "close", "escalate", "open_dispute"]

_KIND = "dispute"
_URL, _ONE = "/v1/disputes", "/v1/disputes/{dispute}"
_OF_CHARGE = "/v1/charges/{charge}/dispute"

ROUTES = (
    listing(_KIND, _URL, parameters.LIST, "charge", "payment_intent"),
    reading(_KIND, _URL, param=_KIND),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
    Route("POST", f"{_ONE}/close", handlers.close, RETRIEVE, _KIND),
    Route("GET", _OF_CHARGE, handlers.retrieve_of_charge, RETRIEVE, _KIND),
    Route("POST", _OF_CHARGE, handlers.update_of_charge, parameters.UPDATE, _KIND),
    Route("POST", f"{_OF_CHARGE}/close", handlers.close_of_charge, RETRIEVE, _KIND),
)
