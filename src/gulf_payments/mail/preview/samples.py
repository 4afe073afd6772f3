"""What the preview shows: for each mail, and for what is special about some, an event of the invented shop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
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
from gulf_payments.machine import OrderStatus, PaymentStatus
from gulf_payments.mail.alerts import FailedPayment
from gulf_payments.mail.preview import facts
from gulf_payments.mail.preview.facts import Told
from gulf_payments.mail.preview.shop import NOW, PAYMENT, order, order_in_dinars, payment
from gulf_payments.money import Money
from gulf_payments.orders import Order, Refund

Happened = Event | AlertRaised | Sequence[FailedPayment]
REFUND = "re_3PkQx7LkdIwHu7ix"
DISPUTE = "du_1PkQx7LkdIwHu7ix"
PART = Money("150.00", "SAR")


class Sample(NamedTuple):
    """A mail to show: the name of its files, what happened in a locale, and the facts that both parts must tell."""

    name: str
    happened: Callable[[str], Happened]
    facts: Callable[[Any], Told]


def _confirmed(of: Order) -> OrderConfirmed:
    paid = replace(of, status=OrderStatus.CONFIRMED, payment_status=PaymentStatus.SUCCEEDED)
    return OrderConfirmed(key=f"order:{of.id}:confirm", order=paid, recorded_at=NOW, payment=payment(of))


def _accepted(of: Order, method: str) -> OrderAccepted:
    taken = replace(of, status=OrderStatus.ACCEPTED)
    return OrderAccepted(key=f"order:{of.id}:accepted", order=taken, recorded_at=NOW, method=method)


def _canceled(of: Order, reason: str = "") -> OrderCanceled:
    closed = replace(of, status=OrderStatus.CANCELED, paid=of.total - of.total)
    return OrderCanceled(key=f"order:{of.id}:canceled", order=closed, recorded_at=NOW, reason=reason)


def _declined(of: Order) -> PaymentRetryDue:
    nothing = of.total - of.total
    tried = payment(
        of,
        status=PaymentStatus.FAILED,
        received=nothing,
        refundable=nothing,
        failure_message_key="insufficient_funds",
        paid_at=None,
    )
    return PaymentRetryDue(key=f"pay:{PAYMENT}:failed", order=of, recorded_at=NOW, payment=tried)


def _refund(amount: Money, status: str = "succeeded") -> Refund:
    return Refund(id=REFUND, payment_id=PAYMENT, amount=amount, status=status, created_at=NOW)


def _refunded(of: Order, amount: Money, *, before: Money | None = None, status: str = "succeeded") -> RefundIssued:
    """A refund, perhaps after one before it."""
    so_far = amount + before if before else amount
    refund = _refund(amount, status)
    paid = payment(of, refunded=so_far, refundable=of.total - so_far, refunds=(refund,))
    less = replace(of, refunded=so_far, payment_status=PaymentStatus.PARTIALLY_REFUNDED)
    return RefundIssued(key=f"refund:{REFUND}", order=less, recorded_at=NOW, payment=paid, refund=refund)


def _came_back(of: Order, amount: Money) -> RefundFailed:
    refund = _refund(amount, "failed")
    return RefundFailed(
        key=f"refund:{REFUND}:failed",
        order=replace(of, payment_status=PaymentStatus.SUCCEEDED),
        recorded_at=NOW,
        payment=payment(of, refunds=(refund,)),
        refund=refund,
        customer_was_told=True,
    )


def _alert(of: Order, flag: str, object_id: str, amount: Money | None = None) -> AlertRaised:
    refunds = (_refund(amount, "failed"),) if amount else ()
    seen = replace(of, payments=(payment(of, refunds=refunds),), payment_status=PaymentStatus.SUCCEEDED)
    return AlertRaised(key=f"alert:{flag}", flag=flag, object_id=object_id, recorded_at=NOW, order=seen)


def _disputed(of: Order) -> DisputeOpened:
    return DisputeOpened(
        key=f"dispute:{DISPUTE}:opened",
        order=replace(of, payment_status=PaymentStatus.DISPUTED),
        recorded_at=NOW,
        payment=payment(of),
        dispute_id=DISPUTE,
        reason="product_not_received",
        due_by=NOW + timedelta(days=7),
    )


def _settled(of: Order, outcome: str) -> DisputeClosed:
    return DisputeClosed(
        key=f"dispute:{DISPUTE}:closed",
        order=replace(of, payment_status=PaymentStatus.REVERSED),
        recorded_at=NOW,
        payment=payment(of),
        dispute_id=DISPUTE,
        outcome=outcome,
    )


def _failures(locale: str) -> list[FailedPayment]:
    """A day's failed payments, in two currencies, the newest first."""
    riyals, dinars = order(locale), order_in_dinars(locale)
    rows = (
        (riyals.number, riyals.total, riyals.url, "insufficient_funds", "insufficient_funds"),
        (dinars.number, dinars.total, dinars.url, "authenticate_again", "authentication_required"),
        ("GE-2026-10460", Money("89.00", "SAR"), "https://gulf-emperor.example/orders/10460", "", ""),
    )
    return [
        FailedPayment(
            order_number=number,
            amount=amount,
            failed_at=NOW - timedelta(hours=2 * place),
            reason_key=reason,
            code=code,
            url=url,
        )
        for place, (number, amount, url, reason, code) in enumerate(rows)
    ]


SAMPLES: tuple[Sample, ...] = (
    Sample("order_confirmation", lambda locale: _confirmed(order(locale)), facts.of_its_delivery),
    Sample("order_confirmation_dinars", lambda locale: _confirmed(order_in_dinars(locale)), facts.of_its_delivery),
    Sample("order_accepted", lambda locale: _accepted(order(locale), "cash_on_delivery"), facts.of_its_delivery),
    Sample("order_accepted_transfer", lambda locale: _accepted(order(locale), "bank_transfer"), facts.of_its_delivery),
    Sample("order_cancelled", lambda locale: _canceled(order(locale)), facts.of_its_sums),
    Sample("order_cancelled_expired", lambda locale: _canceled(order(locale), "expired"), facts.of_its_sums),
    Sample("payment_failed", lambda locale: _declined(order(locale)), facts.of_a_payment),
    Sample(
        "refund_confirmation",
        lambda locale: _refunded(order(locale), PART, before=Money("60.00", "SAR")),
        facts.of_a_refund,
    ),
    Sample("refund_confirmation_full", lambda locale: _refunded(order(locale), order(locale).total), facts.of_a_refund),
    Sample(
        "refund_confirmation_pending",
        lambda locale: _refunded(order(locale), PART, status="pending"),
        facts.of_a_refund,
    ),
    Sample("refund_failed", lambda locale: _came_back(order(locale), PART), facts.of_a_failed_refund),
    Sample("alert", lambda locale: _alert(order(locale), "paid_twice", order(locale).id), facts.of_an_alert),
    Sample("alert_refund", lambda locale: _alert(order(locale), "refund_failed", REFUND, PART), facts.of_an_alert),
    Sample("alert_dispute", lambda locale: _disputed(order(locale)), facts.of_a_payment),
    Sample("alert_dispute_lost", lambda locale: _settled(order(locale), "lost"), facts.of_a_payment),
    Sample("failed_payments_digest", _failures, facts.of_a_day),
)
