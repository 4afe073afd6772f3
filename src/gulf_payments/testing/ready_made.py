"""A shop for tests that need any shop: a memory store, a house brand, mails kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gulf_payments.mail import Brand, Mail, MemorySender
from gulf_payments.payments import Payments
from gulf_payments.stores.memory import MemoryStore

if TYPE_CHECKING:
    from gulf_payments.testing.fake_stripe import FakeStripe

STAFF = "staff@shop.example"
"""Where `ready_made_shop` sends alerts."""


def ready_made_shop(fake: FakeStripe) -> Payments:
    """A shop called "test-shop", driven by this fake; `payments.mail.sender.sent` holds its mails."""
    mail = Mail(
        MemorySender(),
        brand=Brand(
            name_ar="متجر الاختبار",
            name_en="The Test Shop",
            url="https://shop.example",
            support_email="support@shop.example",
        ),
        retry_url="https://shop.example/pay/{token}",
        signing_key="a signing key for tests only",
        alert_addresses=(STAFF,),
        clock=fake.clock,
    )
    payments = Payments(shop="test-shop", gateway=fake.gateway(), store=MemoryStore(), mail=mail, clock=fake.clock)
    fake.drive(payments)
    return payments
