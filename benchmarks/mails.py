"""A whole order mail (context, HTML, text, MIME bytes), against Django's templates, css-inline and Django's message."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from typing import Any

import css_inline
import django
from django.core.mail import EmailMultiAlternatives
from django.template import loader
from django.utils.safestring import mark_safe

from benchmarks.django_settings import django_set_up
from benchmarks.figures import Aim, Report, count, micro, ratio
from benchmarks.racing import race, steady
from gulf_payments.events import OrderConfirmed
from gulf_payments.machine import PaymentStatus
from gulf_payments.mail import Brand, Mail, MemorySender
from gulf_payments.messages import format_datetime
from gulf_payments.money import Money
from gulf_payments.orders import Address, Customer, LineItem, Order, Payment

NOW = datetime(2026, 11, 5, 13, 7, tzinfo=UTC)
BRAND = Brand(
    name_ar="إمبراطور الخليج",
    name_en="Gulf Emperor",
    support_email="support@gulfemperor.com",
    support_phone="+966 11 200 3000",
    vat_number="300000000000003",
)
SENDER = "noreply@gulfemperor.com"
TEMPLATES = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [str(Path(__file__).parent / "django_mail")],
}
SMALL_ENOUGH = 60_000
REPEAT = 5  # a worker sends mails in a row


def measure(rounds: int) -> Report:
    """Race the mail of an Arabic order of ten lines, everything warm on both sides."""
    with django_set_up(TEMPLATES=[TEMPLATES], LANGUAGE_CODE="en-us", USE_I18N=False):
        return _measured(rounds)


def _measured(rounds: int) -> Report:
    order = _order()
    event = _confirmed(order)
    ours, theirs = partial(_ours, _mail(), event), partial(_djangos, _inliner(), order)
    _check_same_facts(ours(), theirs(), order)
    times = race(steady({"ours": ours, "django": theirs}), rounds=rounds, repeat=REPEAT).processor
    return Report(
        f"One whole order mail of ten lines, Django {django.get_version()}",
        [
            micro("Mail.compose and as_bytes", times.median("ours")),
            micro("Django's templates, css-inline and message", times.median("django")),
            count("bytes of Django's mail", len(theirs()), "bytes"),
            ratio("Django with css-inline to ours", times.ratio("django", to="ours"), Aim(6, at_least=True)),
            count("bytes of our mail", len(ours()), "bytes", at_most=SMALL_ENOUGH),
        ],
    )


def _ours(mail: Mail, event: OrderConfirmed) -> bytes:
    message = mail.compose(event, now=NOW)
    assert message is not None
    return message.as_bytes()


def _djangos(inline: Callable[[str], str], order: Order) -> bytes:
    """What a shop on Django writes: a context, two templates, the inliner, a message."""
    context = {
        "order": order,
        "shop": {
            "name": BRAND.name_ar,
            "email": BRAND.support_email,
            "phone": BRAND.support_phone,
            "vat_number": BRAND.vat_number,
        },
        "placed_at": format_datetime(order.created_at or NOW, "ar"),
        "card": "فيزا •••• 4242",
        "markup": mark_safe(json.dumps(_markup(order), ensure_ascii=False).replace("<", "\\u003c")),  # noqa: S308
        "filler": mark_safe("&#8199;&#65279;&#847;" * 60),  # noqa: S308
    }
    message = EmailMultiAlternatives(
        f"تأكيد الطلب #{order.number} - {BRAND.name_ar}",
        loader.render_to_string("order.txt", context),
        f"{BRAND.name_ar} <{SENDER}>",
        [order.customer.email],
    )
    message.attach_alternative(inline(loader.render_to_string("order.html", context)), "text/html")
    raw: bytes = message.message().as_bytes()
    return raw


def _markup(order: Order) -> dict[str, Any]:
    """The order for programs, as both mails carry it."""
    return {
        "@context": "https://schema.org",
        "@type": "Order",
        "merchant": {"@type": "Organization", "name": BRAND.name_ar},
        "orderNumber": order.number,
        "orderStatus": "https://schema.org/OrderProcessing",
        "price": str(order.total.amount),
        "priceCurrency": order.currency,
        "url": order.url,
        "acceptedOffer": [
            {
                "@type": "Offer",
                "itemOffered": {"@type": "Product", "name": line.title},
                "price": str(line.price.amount),
                "priceCurrency": order.currency,
                "eligibleQuantity": {"@type": "QuantitativeValue", "value": line.quantity},
            }
            for line in order.lines
        ],
    }


def _inliner() -> Callable[[str], str]:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline


def _mail() -> Mail:
    return Mail(MemorySender(), brand=BRAND, from_address=SENDER)


def _confirmed(order: Order) -> OrderConfirmed:
    payment = Payment(
        id="pay_1",
        order_id=order.id,
        status=PaymentStatus.SUCCEEDED,
        amount=order.total,
        received=order.total,
        refunded=Money("0", "SAR"),
        refundable=order.total,
        method="visa",
        last4="4242",
    )
    return OrderConfirmed(key=f"order:{order.id}:confirm", order=order, recorded_at=NOW, payment=payment)


def _order() -> Order:
    return Order(
        id="10457",
        number="ORD-2026-10457",
        customer=Customer(email="sara@example.com", name="سارة", locale="ar"),
        lines=[LineItem(f"عود ملكي فاخر {size} مل", Money("150.00", "SAR"), quantity=2) for size in range(10, 110, 10)],
        discount=Money("50.00", "SAR"),
        shipping=Money("25.00", "SAR"),
        tax=Money("388.04", "SAR"),
        shipping_address=Address(
            name="سارة العتيبي",
            phone="+966 50 123 4567",
            street="شارع الملك فهد",
            building_number="8228",
            district="حي العليا",
            city="الرياض",
            postal_code="12211",
        ),
        url="https://gulfemperor.com/orders/10457",
        created_at=NOW,
    )


def _check_same_facts(ours: bytes, theirs: bytes, order: Order) -> None:
    """Stop without a figure if either mail lacks a fact in either of its parts."""
    shown = [order.number, *(line.title for line in order.lines), "3,000.00", "2,975.00", "388.04", "+966 50 123 4567"]
    for raw in (ours, theirs):
        parts = [part.get_content() for part in message_from_bytes(raw, policy=policy.default).iter_parts()]
        assert len(parts) == 2  # noqa: PLR2004 - text and HTML
        assert all(fact in part for part in parts for fact in shown)
