"""A shop on Django's tables with people behind its desk: what the tests of the admin look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from gulf_payments import Order
from gulf_payments.django import models, payments
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.shops import order

DEEDS = tuple(codename for codename, _ in models.DEEDS)


@dataclass
class Desk:
    """The shop's payments on the fake Stripe, and the pages of its admin."""

    fake: FakeStripe = field(default_factory=FakeStripe)

    def __post_init__(self) -> None:
        """Let the shop of the settings talk to the fake."""
        self.fake.drive(payments)

    def placed(self, order_id: str = "1017", **changes: Any) -> Order:
        """An order that waits for money."""
        return payments.place_order(order(order_id, **changes))

    def paid(self, order_id: str = "1017", card: str = "4242424242424242", **changes: Any) -> Order:
        """An order, paid or declined."""
        self.placed(order_id, **changes)
        self.fake.pay(payments.start_payment(order_id), card=card)
        self.settle()
        return payments.order(order_id)

    def settle(self) -> None:
        """Let webhooks arrive and effects be performed."""
        self.fake.deliver_webhooks()
        payments.deliver_effects()

    @staticmethod
    def row(order_id: str = "1017") -> Any:
        """The order's row."""
        return models.Order.objects.get(key=order_id)

    def page(self, deed: str = "change", order_id: str = "1017") -> str:
        """The address of an order's page."""
        return reverse(f"admin:gulf_payments_order_{deed}", args=[self.row(order_id).pk])


def user(name: str = "noura", *permissions: str) -> User:
    """Somebody behind the desk who may look at everything, and do what the permissions name."""
    person = User.objects.create_user(name, password="pass", is_staff=True)
    seen = [f"view_{kind}" for kind in ("order", "payment", "refund", "webhookevent", "delivery")]
    person.user_permissions.set(Permission.objects.filter(codename__in=[*seen, *permissions]))
    return person


def logged_in(person: User, language: str = "en") -> Client:
    """Their browser."""
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client
