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
    Route("POST", f"{_ONE}/apply_customer_balance", handlers.apply_cash, parameters.APPLY_CASH, _KIND),
    Route("GET", f"{_ONE}/amount_details_line_items", handlers.list_items, parameters.LINE_ITEMS, "list of item"),
    Route(
        "POST", f"{_ONE}/verify_microdeposits", handlers.verify_microdeposits, parameters.VERIFY, _KIND, browser=True
    ),
    Route("POST", f"{_ONE}/cancel", handlers.cancel, parameters.CANCEL, _KIND),
)
