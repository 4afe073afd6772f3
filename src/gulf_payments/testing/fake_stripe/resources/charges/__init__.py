"""Charges: one for each attempt to pay, and what becomes of it."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.protocol.search import searching
from gulf_payments.testing.fake_stripe.resources.charges import handlers, parameters

_URL = "/v1/charges"
_ONE = f"{_URL}/{{charge}}"
_KIND = "charge"

ROUTES = (
    listing(_KIND, _URL, parameters.LIST, "payment_intent", "customer", "transfer_group"),
    searching(_KIND, _URL, parameters.SEARCHED),
    reading(_KIND, _URL),
    Route("POST", _URL, handlers.create, parameters.CREATE, _KIND),
    Route("POST", f"{_ONE}/capture", handlers.capture, parameters.CAPTURE, _KIND),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
)
