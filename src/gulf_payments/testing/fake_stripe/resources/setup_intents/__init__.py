"""SetupIntents: how a customer's PaymentMethod is saved without a payment."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.listing import listing, reading
from gulf_payments.testing.fake_stripe.resources.setup_intents import attempts, handlers, parameters

_URL = "/v1/setup_intents"
_ONE = f"{_URL}/{{intent}}"
_KIND = "setup_intent"

ROUTES = (
    Route("POST", _URL, handlers.create, parameters.CREATE, _KIND),
    listing(_KIND, _URL, parameters.LIST, "customer", "payment_method"),
    Route("GET", _ONE, handlers.retrieve, parameters.RETRIEVE, _KIND, browser=True),
    Route("POST", _ONE, handlers.update, parameters.UPDATE, _KIND),
    Route("POST", f"{_ONE}/confirm", handlers.confirm, parameters.CONFIRM, _KIND, browser=True),
    Route("POST", f"{_ONE}/cancel", handlers.cancel, parameters.CANCEL, _KIND),
    Route(
        "POST", f"{_ONE}/verify_microdeposits", handlers.verify_microdeposits, parameters.VERIFY, _KIND, browser=True
    ),
    Route("GET", "/v1/setup_attempts", attempts.listing, parameters.ATTEMPTS, "list of setup_attempt"),
    reading("mandate", "/v1/mandates"),
)
