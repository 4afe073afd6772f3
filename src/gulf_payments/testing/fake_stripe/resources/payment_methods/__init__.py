"""PaymentMethods: what customers pay with, and what they have saved."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.parts import RETRIEVE
from gulf_payments.testing.fake_stripe.resources.payment_methods import handlers, parameters
from gulf_payments.testing.fake_stripe.resources.payment_methods.handlers import attach, check_usable, chosen, let_go

_URL = "/v1/payment_methods"
_ONE = f"{_URL}/{{payment_method}}"
_KIND = "payment_method"

ROUTES = (
    Route("POST", _URL, handlers.create, parameters.CREATE, _KIND, browser=True),
    Route("GET", _URL, handlers.listing, parameters.LIST, f"list of {_KIND}"),
    Route("GET", _ONE, handlers.retrieve, RETRIEVE, _KIND),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
    Route("POST", f"{_ONE}/attach", handlers.save, parameters.ATTACH, _KIND),
    Route("POST", f"{_ONE}/detach", handlers.detach, parameters.DETACH, _KIND),
)

__all__ = ["ROUTES", "attach", "check_usable", "chosen", "let_go"]
