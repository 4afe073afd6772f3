"""Which event has which mail, and the facts that the mail tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from gulf_payments.events import (
    AlertRaised,
    DisputeOpened,
    Event,
    OrderConfirmed,
    PaymentEvent,
    PaymentRetryDue,
    RefundIssued,
)
from gulf_payments.mail.links import RetryLinks
from gulf_payments.messages import clean
from gulf_payments.money import Money
from gulf_payments.orders import Address, Order, Refund

Facts = dict[str, object]
REFUND_DAYS = (5, 10)  # working days until a refund shows on a statement; Stripe's own figure


class Occasion(NamedTuple):
    """A mail: its name, what it tells of an event (None when there is nothing to say), and for whom it is."""

    name: str
    facts: Callable[[Any, RetryLinks, datetime], Facts | None]
    for_staff: bool = False


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as it is written down: lines of parts, each of which runs in its own direction."""

    lines: tuple[tuple[str, ...], ...]
    unit: str
    country: str
    phone: str


def postal(address: Address | None) -> PostalAddress | None:
    """The address in the order of the Saudi national address, without what is empty; None if nothing is given."""
    if address is None:
        return None
    post = "-".join(filter(None, (address.postal_code, address.additional_number)))
    region = "" if address.region == address.city else address.region
    rows = (
        (address.name,),
        (address.building_number, address.street),
        (address.district,),
        (address.city, post),
        (region,),
        (address.short_address,),
    )
    filled = (tuple(part for part in row if part.strip()) for row in rows)
    lines = tuple(row for row in filled if row)
    return PostalAddress(lines, address.unit_number, address.country, address.phone) if lines else None


def _about(event: PaymentEvent, subject_key: str) -> Facts:
    """What every customer's mail tells."""
    order, payment = event.order, event.payment
    return {
        "subject_key": subject_key,
        "order": order,
        "order_number": order.number,
        "customer_name": order.customer.name.strip(),
        "placed_at": order.created_at or event.recorded_at,
        "method": payment.method if payment else "",
        "last4": payment.last4 if payment else "",
        "order_url": _web(order.url),
    }


def _web(url: str) -> str:
    return clean(url) if url.startswith(("https://", "http://")) else ""


def _order_confirmation(event: OrderConfirmed, _links: RetryLinks, _now: datetime) -> Facts:
    order = event.order
    return {
        **_about(event, "mail.order_confirmation.subject"),
        "vat": order.tax_total,
        "address": postal(order.shipping_address),
    }


def _payment_failed(event: PaymentRetryDue, links: RetryLinks, now: datetime) -> Facts | None:
    order, payment = event.order, event.payment
    until = links.until(order, now)
    if until <= now:
        return None  # the order has run out: there is nothing to come back to
    return {
        **_about(event, "mail.payment_failed.subject"),
        "not_charged": payment is not None and not payment.received,
        "reason_key": payment.failure_message_key if payment else "",
        "retry_url": links.link(order, until),
        "retry_until": until,
    }


def _refund_confirmation(event: RefundIssued, _links: RetryLinks, _now: datetime) -> Facts:
    order, refund = event.order, event.refund
    whole = "full" if refund.amount == (event.payment.received if event.payment else order.total) else "partial"
    pending = "" if refund.status == "succeeded" else "_pending"
    least, most = REFUND_DAYS
    return {
        **_about(event, "mail.refund_confirmation.subject"),
        "refund": refund,
        "title_key": f"mail.refund_confirmation.title{pending}",
        "lead_key": f"mail.refund_confirmation.lead_{whole}{pending}",
        "refunded_at": refund.created_at or event.recorded_at,
        "refunded_so_far": order.refunded if order.refunded and order.refunded != refund.amount else None,
        "least_days": least,
        "most_days": most,
    }


def _alert(event: AlertRaised, _links: RetryLinks, _now: datetime) -> Facts:
    amount = next((refund.amount for refund in _refunds(event.order) if refund.id == event.object_id), None)
    return _warning(event.order, what=event.flag, object_id=event.object_id, at=event.recorded_at, amount=amount)


def _refunds(order: Order | None) -> list[Refund]:
    return [refund for payment in (order.payments if order else ()) for refund in payment.refunds]


def _dispute(event: DisputeOpened, _links: RetryLinks, _now: datetime) -> Facts:
    told = _warning(event.order, what="dispute_opened", object_id=event.dispute_id, at=event.recorded_at)
    return {**told, "reason_code": event.reason, "due_by": event.due_by}


def _warning(order: Order | None, *, what: str, object_id: str, at: datetime, amount: Money | None = None) -> Facts:
    return {
        "subject_key": "mail.alert.subject_order" if order else "mail.alert.subject",
        "what": what,
        "order": order,
        "order_number": order.number if order else "",
        "object_id": object_id,
        "seen_at": at,
        "amount": amount,
        "reason_code": "",
        "due_by": None,
        "order_url": _web(order.url) if order else "",
    }


OCCASIONS: Mapping[type[Event | AlertRaised], Occasion] = {
    OrderConfirmed: Occasion("order_confirmation", _order_confirmation),
    PaymentRetryDue: Occasion("payment_failed", _payment_failed),
    RefundIssued: Occasion("refund_confirmation", _refund_confirmation),
    # Staff hear of a failed refund through its alert, so RefundFailed has no mail here.
    AlertRaised: Occasion("alert", _alert, for_staff=True),
    DisputeOpened: Occasion("alert", _dispute, for_staff=True),
}
NAMES = frozenset(occasion.name for occasion in OCCASIONS.values())
