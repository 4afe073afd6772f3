"""PaymentIntents: what they hold, which parameters set it, how they are paid."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing
from gulf_payments.testing.fake_stripe.protocol.search import searching
from gulf_payments.testing.fake_stripe.resources.payment_intents import handlers, parameters

_URL = "/v1/payment_intents"
_ONE = f"{_URL}/{{intent}}"
_KIND = "payment_intent"

ROUTES = (
    Route("POST", _URL, handlers.create, parameters.CREATE, _KIND),
    listing(_KIND, _URL, parameters.LIST, "customer"),
    searching(_KIND, _URL, parameters.SEARCHED),
    Route("GET", _ONE, handlers.retrieve, parameters.RETRIEVE, _KIND, browser=True),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
    Route("POST", f"{_ONE}/confirm", handlers.confirm, parameters.CONFIRM, _KIND, browser=True),
    Route("POST", f"{_ONE}/capture", handlers.capture, parameters.CAPTURE, _KIND),
    Route("POST", f"{_ONE}/increment_authorization", handlers.increment, parameters.INCREMENT, _KIND),
    Route("POST", f"{_ONE}/cancel", handlers.cancel, parameters.CANCEL, _KIND),
)
