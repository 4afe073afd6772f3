"""Customers: who they are, and what they have saved to pay with."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.protocol.search import searching
from gulf_payments.testing.fake_stripe.resources.customers import handlers, parameters

_URL = handlers.URL
_ONE = f"{_URL}/{{customer}}"
_METHODS = f"{_ONE}/payment_methods"
_KIND = "customer"

ROUTES = (
    Route("POST", _URL, handlers.create, parameters.CREATE, _KIND),
    Route("GET", _URL, handlers.listing, parameters.LIST, f"list of {_KIND}"),
    searching(_KIND, _URL, parameters.SEARCHED),
    Route("GET", _ONE, handlers.retrieve, RETRIEVE, _KIND),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
    Route("DELETE", _ONE, handlers.delete, RETRIEVE, _KIND),
    Route("GET", _METHODS, handlers.methods, parameters.METHODS, "list of payment_method"),
    Route("GET", f"{_METHODS}/{{payment_method}}", handlers.method, RETRIEVE, "payment_method"),
)
