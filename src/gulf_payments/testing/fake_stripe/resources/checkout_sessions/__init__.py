"""Checkout Sessions for one payment: what they hold, which parameters set it, how they are paid."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import reading
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import handlers, parameters, paying
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.fields import KIND
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.handlers import URL

_ONE = f"{URL}/{{session}}"
_PAGE = "/v1/payment_pages/{session}"

ROUTES = (
    Route("POST", URL, handlers.create, parameters.CREATE, KIND),
    Route("GET", URL, handlers.listing, parameters.LIST, f"list of {KIND}"),
    reading(KIND, URL, param="session"),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, KIND),
    Route("GET", f"{_ONE}/line_items", handlers.list_items, parameters.LINE_ITEMS, "list of item"),
    Route("POST", f"{_ONE}/expire", handlers.expire, parameters.EXPIRE, KIND),
    Route("GET", _PAGE, paying.retrieve_page, Accepts({}), "payment_page", browser=True),
    Route("POST", f"{_PAGE}/confirm", paying.confirm_page, parameters.PAGE_CONFIRM, "payment_page", browser=True),
)
