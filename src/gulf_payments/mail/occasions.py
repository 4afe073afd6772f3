"""Which event has which mail, and what gathers the facts that it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from gulf_payments.events import (
    AlertRaised,
    DisputeClosed,
    DisputeOpened,
    Event,
    OrderAccepted,
    OrderCanceled,
    OrderConfirmed,
    PaymentRetryDue,
    RefundFailed,
    RefundIssued,
)
from gulf_payments.mail import alerts, facts
from gulf_payments.mail.facts import Facts, Shop


class Occasion(NamedTuple):
    """A mail: its name, what it tells of an event (None when there is nothing to say), and for whom it is."""

    name: str
    facts: Callable[[Any, Shop, datetime], Facts | None]
    for_staff: bool = False


OCCASIONS: Mapping[type[Event | AlertRaised], Occasion] = {
    OrderConfirmed: Occasion("order_confirmation", facts.order_confirmation),
    OrderAccepted: Occasion("order_accepted", facts.order_accepted),
    OrderCanceled: Occasion("order_cancelled", facts.order_cancelled),
    PaymentRetryDue: Occasion("payment_failed", facts.payment_failed),
    RefundIssued: Occasion("refund_confirmation", facts.refund_confirmation),
    RefundFailed: Occasion("refund_failed", facts.refund_failed),
    # OrderNeedsReview has no mail: each of its flags raises an alert too, and staff hear of a thing once.
    AlertRaised: Occasion("alert", alerts.alert, for_staff=True),
    DisputeOpened: Occasion("alert", alerts.dispute_opened, for_staff=True),
    DisputeClosed: Occasion("alert", alerts.dispute_closed, for_staff=True),
}
"""The mails that events lead to; the digest of failed payments is sent by the clock instead."""

DIGEST = "failed_payments_digest"
NAMES = frozenset(occasion.name for occasion in OCCASIONS.values()) | {DIGEST}
