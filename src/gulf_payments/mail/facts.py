"""What each customer's mail tells: the facts its templates read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from gulf_payments.events import (
    OrderAccepted,
    OrderCanceled,
    OrderConfirmed,
    PaymentEvent,
    PaymentRetryDue,
    RefundFailed,
    RefundIssued,
)
from gulf_payments.mail.brand import Brand
from gulf_payments.mail.links import RetryLinks
from gulf_payments.mail.structured import Status, order_markup
from gulf_payments.messages import clean
from gulf_payments.money import Money, total_of
from gulf_payments.orders import Address, Order, Payment

Facts = dict[str, Any]
REFUND_DAYS = (5, 10)  # working days until a refund shows on a statement; Stripe's own figure
_WEB = re.compile(r"(https?)://([^/?#]+)(.*)")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")
_KEPT = "%/?#=&+;,:@!$()*~"  # of a path and what follows it
REPLACED = "replaced"  # why an order was cancelled: its customer has another one in its place
WAYS_TO_PAY_LATER = ("cash_on_delivery", "bank_transfer")  # those that have words of their own


@dataclass(frozen=True, slots=True)
class Shop:
    """What the facts need to know of the shop. `staff_url` holds `{order_id}`, or is empty."""

    brand: Brand
    links: RetryLinks
    staff_url: str = ""


class Row(NamedTuple):
    """A line of an order, with its total worked out once for all the places that show it."""

    title: str
    quantity: int
    price: Money
    total: Money


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address as it is written down: lines, each the key of a label and parts, which run in their own direction."""

    lines: tuple[tuple[str, tuple[str, ...]], ...]
    unit: str
    country: str
    phone: str


def postal(address: Address | None) -> PostalAddress | None:
    """The address in the order of the Saudi national address, without what is empty; None if nothing is given."""
    if address is None:
        return None
    post = "-".join(filter(None, (address.postal_code, address.additional_number)))
    region = "" if address.region == address.city else address.region
    rows = {
        "mail.address.name": (address.name,),
        "mail.address.street": (address.building_number, address.street),
        "mail.address.district": (address.district,),
        "mail.address.city": (address.city, post),
        "mail.address.region": (region,),
        "mail.address.short": (address.short_address,),
    }
    filled = ((key, tuple(part for part in parts if clean(part))) for key, parts in rows.items())
    lines = tuple((key, parts) for key, parts in filled if parts)
    return PostalAddress(lines, clean(address.unit_number), address.country, address.phone) if lines else None


def web_address(url: str) -> str:
    """The url as it stands in a mail: nothing but ASCII, on one line; nothing if no browser would open it."""
    found = _WEB.fullmatch(clean(url))
    if found is None:
        return ""
    scheme, host, path = found.groups()
    try:
        plain = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{scheme}://{plain}{quote(path, safe=_KEPT)}" if _HOST.fullmatch(plain) else ""


def order_confirmation(event: OrderConfirmed, shop: Shop, _now: datetime) -> Facts:
    """The order is paid, and what was bought."""
    return {
        **_whole(event, shop, "OrderProcessing"),
        "subject_key": "mail.order_confirmation.subject",
    }


def order_accepted(event: OrderAccepted, shop: Shop, _now: datetime) -> Facts:
    """The order is taken, and how it is to be paid."""
    way = event.method if event.method in WAYS_TO_PAY_LATER else "other"
    return {
        **_whole(event, shop, "OrderPaymentDue"),
        "subject_key": "mail.order_accepted.subject",
        "method": event.method,
        "lead_key": f"mail.order_accepted.lead_{way}",
        "pay_key": f"mail.order_accepted.pay_{way}",
    }


def order_cancelled(event: OrderCanceled, shop: Shop, _now: datetime) -> Facts | None:
    """The order is closed, and nothing was taken where that is known; None if another order took its place."""
    order = event.order
    if event.reason == REPLACED:
        return None
    return {
        **_whole(event, shop, "OrderCancelled"),
        "subject_key": "mail.order_cancelled.subject",
        "lead_key": f"mail.order_cancelled.lead{'_expired' if event.reason == 'expired' else ''}",
        "canceled_at": event.recorded_at,
        "not_charged": order.paid is not None and not order.paid,
    }


def payment_failed(event: PaymentRetryDue, shop: Shop, now: datetime) -> Facts | None:
    """The payment did not succeed, and the way back; None for an order that has run out."""
    order, payment = event.order, event.payment
    until = shop.links.until(order, now)
    if until <= now:
        return None  # there is nothing to come back to
    return {
        **_about(order, event.recorded_at, payment),
        "subject_key": "mail.payment_failed.subject",
        "not_charged": payment is not None and not payment.received,
        "reason_key": payment.failure_message_key if payment else "",
        "retry_url": shop.links.link(order, until),
        "retry_until": until,
    }


def refund_confirmation(event: RefundIssued, _shop: Shop, _now: datetime) -> Facts:
    """Money is on its way back: how much of the order, where to, until when."""
    order, refund = event.order, event.refund
    whole = "full" if refund.amount == (event.payment.received if event.payment else order.total) else "partial"
    pending = "" if refund.status == "succeeded" else "_pending"
    least, most = REFUND_DAYS
    return {
        **_refund(event, "mail.refund_confirmation.subject"),
        "title_key": f"mail.refund_confirmation.title{pending}",
        "lead_key": f"mail.refund_confirmation.lead_{whole}{pending}",
        "refunded_so_far": order.refunded if order.refunded and order.refunded != refund.amount else None,
        "least_days": least,
        "most_days": most,
    }


def refund_failed(event: RefundFailed, _shop: Shop, _now: datetime) -> Facts | None:
    """The refund they were told of came back; None for a customer who never heard of it."""
    return _refund(event, "mail.refund_failed.subject") if event.customer_was_told else None


def _refund(event: RefundIssued | RefundFailed, subject_key: str) -> Facts:
    return {
        **_about(event.order, event.recorded_at, event.payment),
        "subject_key": subject_key,
        "refund": event.refund,
        "refunded_at": event.refund.created_at or event.recorded_at,
    }


def _about(order: Order, recorded_at: datetime, payment: Payment | None) -> Facts:
    """What every customer's mail tells."""
    return {
        "order": order,
        "order_number": order.number,
        "customer_name": clean(order.customer.name),
        "placed_at": order.created_at or recorded_at,
        "total": order.total,
        "method": payment.method if payment else "",
        "last4": payment.last4 if payment else "",
        "order_url": web_address(order.url),
    }


def _whole(event: PaymentEvent | OrderAccepted | OrderCanceled, shop: Shop, status: Status) -> Facts:
    """What every mail about a whole order tells, and what the order holds, for people and for programs."""
    order = event.order
    told = _about(order, event.recorded_at, event.payment if isinstance(event, PaymentEvent) else None)
    markup = order_markup(
        order, told["total"], merchant=shop.brand.name(order.customer.locale), status=status, url=told["order_url"]
    )
    rows = [Row(line.title, line.quantity, line.price, line.total) for line in order.lines]
    return {
        **told,
        "lines": rows,
        "subtotal": total_of((row.total for row in rows), order.currency),
        "vat": order.tax_total,
        "address": postal(order.shipping_address),
        "markup": markup,
    }


def counted(event: PaymentEvent) -> Money:
    """The amount that an event about a payment is about: what came in, else what was asked for."""
    payment = event.payment
    if payment is None:
        return event.order.total
    return payment.received or payment.amount
