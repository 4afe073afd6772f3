"""A Django shop for the room's tests: settings that are right, and a shop in memory for those that need no tables."""

from __future__ import annotations

from typing import Any

from django.test import override_settings

from gulf_payments import Payments
from gulf_payments.mail import Brand, Mail, MemorySender
from gulf_payments.stores.memory import MemoryStore
from gulf_payments.stripe import StripeGateway

SECRET = "whsec_of_the_room"
SECRETS = {
    "STRIPE_SECRET_KEY": "sk_test_hidden1",
    "STRIPE_WEBHOOK_SECRET": SECRET,
    "SECRET_KEY": "hidden2-" * 5,
}
SHOP = {"SHOP": "gulf-emperor", "BRAND": {"name_ar": "إمبراطور الخليج", "name_en": "Gulf Emperor"}}
IN_MEMORY = {"PAYMENTS": "tests.django_room.rooms.shop_in_memory"}
GOOD: dict[str, Any] = {
    **SECRETS,
    "STRIPE_PUBLISHABLE_KEY": "pk_test_shown",
    "DEFAULT_FROM_EMAIL": "Gulf Emperor <orders@shop.example>",
    "GULF_PAYMENTS": SHOP,
    "ROOT_URLCONF": "tests.django_room.urls",
}
LIVE = {"STRIPE_SECRET_KEY": "sk_live_hidden", "STRIPE_PUBLISHABLE_KEY": "pk_live_shown"}


def room(**changes: Any) -> override_settings:
    """The good settings with changes, for a block or a test."""
    return override_settings(**(GOOD | changes))


def given(**changes: Any) -> dict[str, Any]:
    """GULF_PAYMENTS with changes."""
    return {"GULF_PAYMENTS": SHOP | changes}


def in_memory(**changes: Any) -> override_settings:
    """The good settings with changes, and a shop whose orders and mails stay in memory."""
    return room(**{"GULF_PAYMENTS": IN_MEMORY} | changes)


def shop_in_memory() -> Payments:
    """What such a shop is made by."""
    return Payments(
        shop="in-memory",
        gateway=StripeGateway(
            secret_key=SECRETS["STRIPE_SECRET_KEY"],
            publishable_key="pk_test_shown",
            webhook_secrets=[SECRET],
            base_address="http://127.0.0.1:9",  # where nobody listens
            max_network_retries=0,
        ),
        store=MemoryStore(),
        mail=Mail(MemorySender(), brand=Brand(**SHOP["BRAND"]), from_address="orders@shop.example"),  # type: ignore[arg-type]
    )


ONE = shop_in_memory()


def always_the_same() -> Payments:
    """A factory that gives one object for ever."""
    return ONE


def no_shop() -> object:
    """A factory that gives something else."""
    return object()
