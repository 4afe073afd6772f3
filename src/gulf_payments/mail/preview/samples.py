"""What the preview shows: orders of an invented Gulf shop, and an event for each mail.

Nobody here exists; addresses are of names that are kept for examples. Times and ids are fixed, so that a preview
written twice is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from gulf_payments.events import (
    AlertRaised,
    DisputeOpened,
    Event,
    OrderConfirmed,
    PaymentRetryDue,
    RefundIssued,
)
from gulf_payments.machine import PaymentStatus
from gulf_payments.mail.brand import Brand
from gulf_payments.money import Money
from gulf_payments.orders import Address, Customer, LineItem, Order, Payment, Refund

NOW = datetime(2026, 11, 5, 13, 7, tzinfo=UTC)
BRAND = Brand(
    name_ar="إمبراطور الخليج",
    name_en="Gulf Emperor",
    support_email="support@gulf-emperor.example",
    support_phone="+966 11 012 3456",
    url="https://gulf-emperor.example",
    vat_number="300000000000003",
)

_RIYADH = {
    "ar": Address(
        name="سارة",
        phone="+966 50 123 4567",
        street="شارع التحلية",
        building_number="8228",
        unit_number="5",
        district="حي العليا",
        city="الرياض",
        postal_code="12211",
        additional_number="6789",
        short_address="RRRD2929",
    ),
    "en": Address(
        name="Sara",
        phone="+966 50 123 4567",
        street="Tahlia Street",
        building_number="8228",
        unit_number="5",
        district="Al Olaya",
        city="Riyadh",
        postal_code="12211",
        additional_number="6789",
        short_address="RRRD2929",
    ),
}
_KUWAIT = {
    "ar": Address(name="نورة", phone="+965 5012 3456", street="شارع الخليج العربي", city="الكويت", country="KW"),
    "en": Address(name="Noura", phone="+965 5012 3456", street="Arabian Gulf Street", city="Kuwait City", country="KW"),
}
_TITLES = {
    "ar": (
        "عود ملكي",
        "دهن عود كمبودي معتّق فاخر مع مبخرة نحاسية يدوية الصنع وفحم سريع الاشتعال – إصدار محدود Limited Edition 100ml",
        "بخور Dubai قطع",
    ),
    "en": (
        "Royal Oud",
        "Aged Cambodian oud oil with a handmade copper burner and quick-lighting charcoal – limited edition, 100ml",
        "Incense دبي pieces",
    ),
}


def _language(locale: str) -> str:
    return "ar" if locale.startswith("ar") else "en"


def order(locale: str, **changes: Any) -> Order:  # noqa: ANN401 - any field of an order
    """An order of three titles and six things in riyals, with all that an order can have: SAR 1,234.50."""
    language = _language(locale)
    prices = (("150.00", 2), ("869.50", 1), ("30.00", 3))
    lines = [
        LineItem(title, Money(price, "SAR"), quantity=quantity, tax_rate="15")
        for title, (price, quantity) in zip(_TITLES[language], prices, strict=True)
    ]
    given: dict[str, Any] = {
        "id": "10457",
        "number": "GE-2026-10457",
        "customer": Customer(email="sara@example.com", name="سارة" if language == "ar" else "Sara", locale=locale),
        "lines": lines,
        "discount": Money("50.00", "SAR"),
        "shipping": Money("25.00", "SAR"),
        "shipping_tax_rate": "15",
        "shipping_address": _RIYADH[language],
        "url": "https://gulf-emperor.example/orders/10457",
        "created_at": NOW - timedelta(minutes=20),
    }
    return Order(**given | changes)


def order_in_dinars(locale: str) -> Order:
    """An order in Kuwaiti dinars, which have three decimals, and no value added tax: KWD 1,037.720."""
    language = _language(locale)
    title = "سجادة حرير يدوية" if language == "ar" else "Handmade silk carpet"
    return order(
        locale,
        id="10463",
        number="GE-2026-10463",
        customer=Customer(email="noura@example.com", name="نورة" if language == "ar" else "Noura", locale=locale),
        lines=[LineItem(title, Money("345.240", "KWD"), quantity=3)],
        discount=None,
        shipping=Money("2.000", "KWD"),
        shipping_tax_rate=None,
        shipping_address=_KUWAIT[language],
        url="https://gulf-emperor.example/orders/10463",
    )


def payment(of: Order, **changes: Any) -> Payment:  # noqa: ANN401 - any field of a payment
    """The order's whole total, paid with a Visa card."""
    nothing = of.total - of.total
    given: dict[str, Any] = {
        "id": "pay_1",
        "order_id": of.id,
        "status": PaymentStatus.SUCCEEDED,
        "amount": of.total,
        "received": of.total,
        "refunded": nothing,
        "refundable": of.total,
        "method": "visa",
        "last4": "4242",
        "paid_at": NOW,
    }
    return Payment(**given | changes)


class Sample(NamedTuple):
    """A mail to show: the name of its files, its event in a locale, and which facts both of its parts must tell."""

    name: str
    event: Callable[[str], Event | AlertRaised]
    tells: tuple[str, ...]


def _confirmed(of: Order) -> OrderConfirmed:
    return OrderConfirmed(
        key=f"order:{of.id}:confirm",
        order=replace(of, payment_status=PaymentStatus.SUCCEEDED),
        recorded_at=NOW,
        payment=payment(of),
    )


def _declined(of: Order) -> PaymentRetryDue:
    tried = payment(
        of,
        status=PaymentStatus.FAILED,
        received=of.total - of.total,
        refundable=of.total - of.total,
        failure_message_key="insufficient_funds",
        paid_at=None,
    )
    return PaymentRetryDue(key="pay:pay_1:failed", order=of, recorded_at=NOW, payment=tried)


def _refund(amount: Money, status: str = "succeeded") -> Refund:
    return Refund(id="re_3PkQx7LkdIwHu7ix", payment_id="pay_1", amount=amount, status=status, created_at=NOW)


def _refunded(of: Order, amount: Money, before: Money | None = None) -> RefundIssued:
    """A refund, perhaps after one before it."""
    so_far = amount + before if before else amount
    refund = _refund(amount)
    paid = payment(of, refunded=so_far, refundable=of.total - so_far, refunds=(refund,))
    return RefundIssued(
        key=f"refund:{refund.id}", order=replace(of, refunded=so_far), recorded_at=NOW, payment=paid, refund=refund
    )


def _came_back(of: Order, amount: Money) -> AlertRaised:
    refund = _refund(amount, "failed")
    order = replace(of, payments=(payment(of, refunds=(refund,)),), payment_status=PaymentStatus.SUCCEEDED)
    return AlertRaised(
        key="alert:refund_failed", flag="refund_failed", object_id=refund.id, recorded_at=NOW, order=order
    )


def _disputed(of: Order) -> DisputeOpened:
    return DisputeOpened(
        key="dispute:opened",
        order=replace(of, payment_status=PaymentStatus.DISPUTED),
        recorded_at=NOW,
        payment=payment(of),
        dispute_id="du_1PkQx7LkdIwHu7ix",
        reason="product_not_received",
        due_by=NOW + timedelta(days=7),
    )


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "order_confirmation",
        lambda locale: _confirmed(order(locale)),
        ("order_number", "total", "subtotal", "shipping", "tax", "phone"),
    ),
    Sample(
        "order_confirmation_dinars",
        lambda locale: _confirmed(order_in_dinars(locale)),
        ("order_number", "total", "subtotal", "shipping", "phone"),
    ),
    Sample("payment_failed", lambda locale: _declined(order(locale)), ("order_number", "total", "amount")),
    Sample(
        "refund_confirmation",
        lambda locale: _refunded(order(locale), Money("150.00", "SAR"), before=Money("60.00", "SAR")),
        ("order_number", "total", "amount", "refund"),
    ),
    Sample(
        "refund_confirmation_full",
        lambda locale: _refunded(order(locale), order(locale).total),
        ("order_number", "total", "amount", "refund"),
    ),
    Sample(
        "alert",
        lambda locale: _came_back(order(locale), Money("150.00", "SAR")),
        ("order_number", "total", "amount"),
    ),
    Sample("alert_dispute", lambda locale: _disputed(order(locale)), ("order_number", "total")),
)
