"""FakeStripe: a stateful Stripe in this process, behind the real SDK, for test suites and local work.

It declines the declined test cards, keeps idempotency keys, refuses over-refunds and unknown parameters, makes
an event for every change, and sends signed webhooks late, twice or in disorder when a test asks for it.
"""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.errors import (
    ConnectionLostError,
    FakeStripeBug,
    RefusedError,
    UnknownTestCardError,
)
from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.faults import FaultKind
from gulf_payments.testing.fake_stripe.state.clock import Clock, ControllableClock, RunningClock
from gulf_payments.testing.fake_stripe.webhooks.queue import PendingWebhook
from gulf_payments.testing.fake_stripe.webhooks.sender import Delivery, Receiver
from gulf_payments.testing.fake_stripe.webhooks.signatures import Signature

__all__ = [
    "Clock",
    "ConnectionLostError",
    "ControllableClock",
    "Delivery",
    "FakeStripe",
    "FakeStripeBug",
    "FaultKind",
    "PendingWebhook",
    "Receiver",
    "RefusedError",
    "RunningClock",
    "Signature",
    "UnknownTestCardError",
]
