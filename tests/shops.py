"""A whole shop for a test: the real SDK over the fake Stripe, a store, mails kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gulf_payments import Customer, LineItem, Money, Order, Payments
from gulf_payments.mail import Brand, Mail, MemorySender
from gulf_payments.ports import Storage
from gulf_payments.stores.memory import MemoryStore
from gulf_payments.stripe import StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe

SECRET = "whsec_test"


def order(order_id: str = "1017", price: str = "150.00", **changes: Any) -> Order:
    """An Arabic order of SAR 325: two pieces of oud and shipping, VAT included."""
    given: dict[str, Any] = {
        "id": order_id,
        "customer": Customer(id="7", email="sara@example.com", name="سارة", locale="ar"),
        "lines": [LineItem("عود ملكي", Money(price, "SAR"), quantity=2)],
        "shipping": Money("25.00", "SAR"),
        "tax": Money("42.39", "SAR") if price == "150.00" else None,
    }
    return Order(**given | changes)


def sar(amount: str) -> Money:
    """Saudi riyals."""
    return Money(amount, "SAR")


@dataclass
class Shop:
    """A shop and everything around it that a test wants to look at."""

    store: Storage = field(default_factory=MemoryStore)
    name: str = "gulf-emperor"
    fake: FakeStripe = field(default_factory=FakeStripe)
    outbox: MemorySender = field(default_factory=MemorySender)
    payments: Payments = field(init=False)

    def __post_init__(self) -> None:
        """Wire the parts and register the webhook endpoint."""
        self.payments = Payments(
            shop=self.name,
            gateway=self.gateway(),
            store=self.store,
            mail=Mail(
                self.outbox,
                brand=Brand(name_ar="إمبراطور الخليج", name_en="Gulf Emperor", support_email="support@shop.example"),
                from_address="إمبراطور الخليج <noreply@shop.example>",
                signing_key="a-signing-key-of-the-shop",
                retry_url="https://shop.example/pay/{token}",
                alert_addresses=("staff@shop.example",),
            ),
            clock=self.fake.clock,
        )
        self.fake.add_endpoint(self.receive, secret=SECRET)

    def gateway(self, **options: Any) -> StripeGateway:
        """A gateway on the fake's transport."""
        given: dict[str, Any] = {
            "secret_key": "sk_test_123",
            "publishable_key": "pk_test_123",
            "webhook_secrets": [SECRET],
            "http_client": self.fake.http_client(),
            "clock": self.fake.clock,
        }
        return StripeGateway(**given | options)

    def receive(self, body: bytes, signature: str) -> int:
        """Take a webhook and answer with its status."""
        return self.payments.receive_webhook(body, signature).status_code

    def settle(self, **advance: Any) -> None:
        """Let webhooks arrive and effects be performed, after some time if asked."""
        if advance:
            self.fake.advance(**advance)
        self.fake.deliver_webhooks()
        self.payments.deliver_effects()

    def paid(self, order_id: str = "1017", card: str = "4242424242424242", **changes: Any) -> Order:
        """Place an order, pay it, and let everything settle."""
        self.payments.place_order(order(order_id, **changes))
        self.fake.pay(self.payments.start_payment(order_id), card=card)
        self.settle()
        return self.payments.order(order_id)

    @property
    def subjects(self) -> list[str]:
        """The subjects of the mails sent to the customer so far."""
        return [str(mail["Subject"]) for mail in self.outbox.sent if "sara@" in str(mail["To"])]


def later(**parts: float) -> timedelta:
    """A span of time."""
    return timedelta(**parts)
