"""What the mails to the shop's staff tell: alerts one by one, and a day's failed payments together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from gulf_payments.events import AlertRaised, DisputeClosed, DisputeOpened
from gulf_payments.machine import REVIEWED
from gulf_payments.mail.facts import Facts, Shop, counted, web_address
from gulf_payments.money import Money, total_of
from gulf_payments.orders import Order, Payment, Refund

MOST_ROWS = 25  # of a digest: more would be cut off by some programs, and read by nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPayment:
    """One row of the staff's digest. `reason_key` is `Payment.failure_message_key`, `code` the provider's own."""

    order_number: str
    amount: Money
    failed_at: datetime
    reason_key: str = ""
    code: str = field(default="", repr=False)
    url: str = ""

    @classmethod
    def of(cls, order: Order, payment: Payment, *, url: str = "") -> FailedPayment:
        """The row of an order's payment; without a `url` it has the order's own."""
        instants = (payment.updated_at, payment.created_at, order.created_at)
        return cls(
            order_number=order.number,
            amount=payment.amount,
            failed_at=next(filter(None, instants)),
            reason_key=payment.failure_message_key,
            code=payment.failure_code,
            url=url or order.url,
        )


def alert(event: AlertRaised, shop: Shop, _now: datetime) -> Facts:
    """A flag: what it is about, and whether the order must wait for a person."""
    refund = next((refund for refund in _refunds(event.order) if refund.id == event.object_id), None)
    payment = next((payment for payment in _payments(event.order) if payment.id == event.object_id), None)
    lead = "refund_failed" if event.flag == "refund_failed" else "hold" if event.flag in REVIEWED else "look"
    return {
        **_warning(event.order, shop, what=event.flag, object_id=event.object_id, at=event.recorded_at),
        "lead_key": f"mail.alert.lead_{lead}",
        "amount": refund.amount if refund else (payment.received or payment.amount) if payment else None,
        "amount_key": "mail.amount",
    }


def _refunds(order: Order | None) -> list[Refund]:
    return [refund for payment in _payments(order) for refund in payment.refunds]


def _payments(order: Order | None) -> Sequence[Payment]:
    return order.payments if order else ()


def dispute_opened(event: DisputeOpened, shop: Shop, _now: datetime) -> Facts:
    """A dispute: its reason, and until when it can be answered."""
    told = _warning(event.order, shop, what="dispute_opened", object_id=event.dispute_id, at=event.recorded_at)
    return {
        **told,
        "lead_key": "mail.alert.lead_dispute",
        "amount": counted(event),
        "reason_code": event.reason,
        "due_by": event.due_by,
    }


def dispute_closed(event: DisputeClosed, shop: Shop, _now: datetime) -> Facts:
    """How a dispute ended."""
    told = _warning(event.order, shop, what="dispute_closed", object_id=event.dispute_id, at=event.recorded_at)
    lead = "lost" if event.outcome == "lost" else "closed"
    return {
        **told,
        "lead_key": f"mail.alert.lead_dispute_{lead}",
        "amount": counted(event),
        "outcome": event.outcome,
    }


def _warning(order: Order | None, shop: Shop, *, what: str, object_id: str, at: datetime) -> Facts:
    return {
        "subject_key": "mail.alert.subject_order" if order else "mail.alert.subject",
        "what": what,
        "order": order,
        "order_number": order.number if order else "",
        "object_id": object_id,
        "seen_at": at,
        "amount": None,
        "amount_key": "mail.alert.payment_amount",
        "reason_code": "",
        "outcome": "",
        "due_by": None,
        "order_url": _staff_address(order, shop) if order else "",
    }


def _staff_address(order: Order, shop: Shop) -> str:
    """Where staff look at an order: their own page of it, else the customer's."""
    return shop.staff_url.replace("{order_id}", quote(order.id, safe="")) or web_address(order.url)


def failed_payments_digest(failures: Sequence[FailedPayment], *, at: datetime) -> Facts:
    """A day's failed payments, newest first, with the sum of each currency; `at` is an instant of that day."""
    newest = sorted(failures, key=lambda failure: failure.failed_at, reverse=True)
    currencies = sorted({failure.amount.currency for failure in failures})
    return {
        "subject_key": "mail.failed_payments_digest.subject",
        "day": at,
        "count_all": len(failures),
        "sums": [
            total_of((failure.amount for failure in failures if failure.amount.currency == currency), currency)
            for currency in currencies
        ],
        "failures": [(failure, web_address(failure.url)) for failure in newest[:MOST_ROWS]],
        "left_out": max(0, len(failures) - MOST_ROWS),
    }
