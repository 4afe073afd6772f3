"""The invented Gulf shop of the preview: its brand, its orders, and how they were paid.

Nobody here exists; addresses are of names that are kept for examples. Times and ids are fixed, so that a preview
written twice is the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gulf_payments.machine import PaymentStatus
from gulf_payments.mail.brand import Brand, BrandLink
from gulf_payments.money import Money
from gulf_payments.orders import Address, Customer, LineItem, Order, Payment

NOW = datetime(2026, 11, 5, 13, 7, tzinfo=UTC)
PAYMENT = "pay_019ae3f6c2d84b1f7a90c35e6d8812a4"
BRAND = Brand(
    name_ar="إمبراطور الخليج",
    name_en="Gulf Emperor",
    support_email="support@gulf-emperor.example",
    support_phone="+966 11 012 3456",
    url="https://gulf-emperor.example",
    support_whatsapp="+966 50 012 3456",
    links=(BrandLink(name_ar="الاستبدال والاسترجاع", name_en="Returns", url="https://gulf-emperor.example/returns"),),
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
        "id": PAYMENT,
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
