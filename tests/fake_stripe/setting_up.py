"""A card saved with a SetupIntent, and the customer at the bank's page."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.resources.setup_intents import handlers
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource
from tests.fake_stripe.shop import JSON, Shop

URL = "/v1/setup_intents"


def confirmed(shop: Shop, card: str = "pm_card_visa", **params: Any) -> JSON:
    """A SetupIntent for cards, confirmed at once with a test PaymentMethod."""
    return shop.post(URL, payment_method=card, payment_method_types=["card"], confirm=True, **params)


def answer(shop: Shop, intent: JSON, outcome: str) -> Resource:
    """What the customer does at the bank's page: "pass" or "fail"."""

    def work(account: Account) -> Resource:
        return handlers.challenge(account, account.require("setup_intent", intent["id"], param="intent"), outcome)

    return shop.fake._core.act(work)
