"""What a mail must tell, as a machine would compare it: plain decimals, nothing isolated, nothing shortened.

Each function reads the facts of one kind of mail from its event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gulf_payments.events import AlertRaised, Event, PaymentEvent, RefundFailed, RefundIssued
from gulf_payments.mail.alerts import FailedPayment
from gulf_payments.money import Money, total_of

Told = Mapping[str, Money | str | None]


def plainly(told: Told) -> dict[str, str]:
    """The facts as strings, without those that do not apply; an amount as `1234.50`, all of its currency's decimals."""
    return {name: _plain(value) for name, value in told.items() if value is not None}


def _plain(value: Money | str) -> str:
    return f"{value.amount:f}" if isinstance(value, Money) else value


def of_an_order(event: Event | AlertRaised) -> Told:
    """Which order, and for how much."""
    assert event.order is not None
    return {"order_number": event.order.number, "total": event.order.total}


def of_its_sums(event: Event) -> Told:
    """What an order adds up from."""
    order = event.order
    return {**of_an_order(event), "subtotal": order.subtotal, "shipping": order.shipping, "tax": order.tax_total}


def of_its_delivery(event: Event) -> Told:
    """What an order adds up from, and the phone it is delivered to."""
    address = event.order.shipping_address
    return {**of_its_sums(event), "phone": address.phone if address else None}


def of_a_payment(event: PaymentEvent) -> Told:
    """What was to be paid."""
    return {**of_an_order(event), "amount": event.payment.amount if event.payment else None}


def of_a_refund(event: RefundIssued) -> Told:
    """What goes back, and of how much."""
    return {**of_an_order(event), "amount": event.refund.amount, "refund": event.refund.amount}


def of_a_failed_refund(event: RefundFailed) -> Told:
    """What did not go back."""
    return {"order_number": event.order.number, "amount": event.refund.amount, "refund": event.refund.amount}


def of_an_alert(event: AlertRaised) -> Told:
    """The order, and the refund that the alert is about."""
    payments = event.order.payments if event.order else ()
    refunds = [refund for payment in payments for refund in payment.refunds if refund.id == event.object_id]
    return {**of_an_order(event), "amount": refunds[0].amount if refunds else None}


def of_a_day(failures: Sequence[FailedPayment]) -> Told:
    """The first of a day's failed payments, and the sum of those in its currency."""
    first = failures[0]
    alike = [failure.amount for failure in failures if failure.amount.currency == first.amount.currency]
    total = total_of(alike, first.amount.currency)
    return {"order_number": first.order_number, "amount": first.amount, "total": total}
