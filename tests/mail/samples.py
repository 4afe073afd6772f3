"""A brand, an order and its events, and what a reader of a mail can look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

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
from gulf_payments.machine import PaymentStatus
from gulf_payments.mail import Brand, BrandLink, FailedPayment, Mail, MailMessage, MemorySender
from gulf_payments.money import Money
from gulf_payments.orders import Address, Customer, LineItem, Order, Payment, Refund

NOW = datetime(2026, 11, 5, 13, 7, tzinfo=UTC)
KEY = "a signing key of thirty-two bytes"
BRAND = Brand(
    name_ar="إمبراطور الخليج",
    name_en="Gulf Emperor",
    support_email="support@gulfemperor.com",
    support_phone="+966 11 200 3000",
    support_whatsapp="+966 55 000 0000",
    url="https://gulfemperor.com",
    links=[BrandLink(name_ar="سياسة الاسترجاع", name_en="Returns", url="https://gulfemperor.com/returns")],
    vat_number="300000000000003",
)
ADDRESS = Address(
    name="سارة العتيبي",
    phone="+966 50 123 4567",
    street="شارع الملك فهد",
    building_number="8228",
    unit_number="5",
    district="حي العليا",
    city="الرياض",
    postal_code="12211",
    additional_number="6789",
    short_address="RRRD2929",
)
ISOLATES = "\u2066\u2067\u2068\u2069"


def sar(amount: str) -> Money:
    """Saudi riyals."""
    return Money(amount, "SAR")


def an_order(locale: str = "ar", **changes: Any) -> Order:
    """Three kinds of things, six in all, with everything an order can have: SAR 1,284.50."""
    given: dict[str, Any] = {
        "id": "10457",
        "number": "ORD-2026-10457",
        "customer": Customer(email="sara@example.com", name="سارة" if locale == "ar" else "Sara", locale=locale),
        "lines": [
            LineItem("عود ملكي", sar("150.00"), quantity=2),
            LineItem("Oud Royal Intense 100ml", sar("934.50")),
            LineItem("بخور Dubai 3 قطع", sar("25.00"), quantity=3),
        ],
        "discount": sar("50.00"),
        "shipping": sar("25.00"),
        "tax": sar("167.54"),
        "shipping_address": ADDRESS,
        "url": "https://gulfemperor.com/orders/10457",
        "created_at": NOW,
        "refunded": sar("0"),
    }
    return Order(**given | changes)


def a_payment(order: Order, **changes: Any) -> Payment:
    """The whole order, paid by a Visa card."""
    given: dict[str, Any] = {
        "id": "pay_1",
        "order_id": order.id,
        "status": PaymentStatus.SUCCEEDED,
        "amount": order.total,
        "received": order.total,
        "refunded": order.total - order.total,
        "refundable": order.total,
        "method": "visa",
        "last4": "4242",
    }
    return Payment(**given | changes)


def confirmed(order: Order, **changes: Any) -> OrderConfirmed:
    """The order is paid."""
    given: dict[str, Any] = {"order": order, "recorded_at": NOW, "payment": a_payment(order)}
    return OrderConfirmed(key=f"order:{order.id}:confirm", **given | changes)


def declined(order: Order, reason: str = "insufficient_funds") -> PaymentRetryDue:
    """A declined payment that nobody tried again."""
    payment = a_payment(
        order, status=PaymentStatus.FAILED, received=order.total - order.total, failure_message_key=reason
    )
    return PaymentRetryDue(key="pay:pay_1:failed", order=order, recorded_at=NOW, payment=payment)


def refunded(order: Order, amount: Money, status: str = "succeeded") -> RefundIssued:
    """Some of the order's money goes back."""
    refund = Refund(id="re_1", payment_id="pay_1", amount=amount, status=status, created_at=NOW)
    return RefundIssued(key="refund:re_1", order=order, recorded_at=NOW, payment=a_payment(order), refund=refund)


def refund_came_back(order: Order, amount: Money, *, told: bool = True) -> RefundFailed:
    """The bank did not take the refund; the customer was told of it before, or not."""
    refund = Refund(id="re_1", payment_id="pay_1", amount=amount, status="failed", created_at=NOW)
    return RefundFailed(
        key="refund:re_1:failed",
        order=order,
        recorded_at=NOW + timedelta(days=3),
        payment=a_payment(order),
        refund=refund,
        customer_was_told=told,
    )


def accepted(order: Order, method: str = "cash_on_delivery") -> OrderAccepted:
    """The order is taken and will be paid in another way."""
    return OrderAccepted(key=f"order:{order.id}:accepted", order=order, recorded_at=NOW, method=method)


def canceled(order: Order, reason: str = "requested_by_customer") -> OrderCanceled:
    """The order is closed before anything was paid."""
    return OrderCanceled(key=f"order:{order.id}:canceled", order=order, recorded_at=NOW, reason=reason)


def disputed(order: Order) -> DisputeOpened:
    """The customer disputes the charge; the shop has a week."""
    return DisputeOpened(
        key="dispute:dp_1:opened",
        order=order,
        recorded_at=NOW,
        payment=a_payment(order),
        dispute_id="dp_1",
        reason="fraudulent",
        due_by=NOW + timedelta(days=7),
    )


def dispute_ended(order: Order, outcome: str = "won") -> DisputeClosed:
    """The bank has decided."""
    return DisputeClosed(
        key=f"dispute:dp_1:{outcome}",
        order=order,
        recorded_at=NOW,
        payment=a_payment(order),
        dispute_id="dp_1",
        outcome=outcome,
    )


def flagged(order: Order | None, flag: str = "amount_mismatch", object_id: str = "pay_1") -> AlertRaised:
    """Something about the order, or about no order, needs a person."""
    return AlertRaised(key=f"alert:{flag}:{object_id}", order=order, recorded_at=NOW, flag=flag, object_id=object_id)


def a_failure(number: str = "ORD-2026-10457", amount: str = "1284.50", **changes: Any) -> FailedPayment:
    """A row of the staff's digest."""
    given: dict[str, Any] = {
        "order_number": number,
        "amount": sar(amount),
        "failed_at": NOW,
        "reason_key": "insufficient_funds",
        "code": "insufficient_funds",
        "url": f"https://gulfemperor.com/staff/orders/{number}",
    }
    return FailedPayment(**given | changes)


def a_mail(**changes: Any) -> Mail:
    """The shop's mails, with everything switched on."""
    given: dict[str, Any] = {
        "brand": BRAND,
        "from_address": "noreply@gulfemperor.com",
        "retry_url": "https://gulfemperor.com/pay/{token}",
        "signing_key": KEY,
        "alert_addresses": ("ops@gulfemperor.com",),
        "clock": lambda: NOW,
    }
    return Mail(given.pop("sender", changes.pop("sender", MemorySender())), **given | changes)


def composed(event: Event | AlertRaised, **changes: Any) -> MailMessage:
    """The mail of an event that has one."""
    message = a_mail(**changes).compose(event, now=NOW)
    assert message is not None
    return message


def parsed(message: MailMessage) -> EmailMessage:
    """The mail as a reader's program gets it: from its bytes."""
    found = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def a_digest(locale: str = "ar", *failures: FailedPayment, **changes: Any) -> MailMessage:
    """The staff's mail about a day on which payments failed."""
    rows = failures or (a_failure(), a_failure("ORD-2026-10458", "75.00", reason_key="contact_bank", code=""))
    message = a_mail(alert_locale=locale, **changes).digest(rows, day=NOW.date(), now=NOW)
    assert message is not None
    return message


def all_events(order: Order) -> list[Event | AlertRaised]:
    """One event of every kind that has a mail, and each variant that reads differently."""
    return [
        confirmed(order),
        accepted(order, "cash_on_delivery"),
        accepted(order, "bank_transfer"),
        accepted(order, "cheque"),
        canceled(order),
        canceled(order, "expired"),
        declined(order),
        refunded(order, order.total),
        refunded(order, sar("50.00"), "pending"),
        refund_came_back(order, sar("50.00")),
        disputed(order),
        dispute_ended(order, "won"),
        dispute_ended(order, "lost"),
        flagged(order),
        flagged(order, "refund_failed", "re_1"),
        flagged(None, "unknown_order", "pi_1"),
    ]


def every_mail(locale: str, **changes: Any) -> list[MailMessage]:
    """Every mail in a language, with its variants."""
    order = an_order(locale, paid=sar("0"))
    mails = [composed(event, alert_locale=locale, **changes) for event in all_events(order)]
    return [*mails, a_digest(locale, **changes)]


def without_isolates(text: str) -> str:
    """The text as it reads, without the characters that only arrange it."""
    return text.translate(dict.fromkeys(map(ord, ISOLATES))).replace("\u00a0", " ")


VOID = frozenset({"br", "img", "meta"})


@dataclass
class Page(HTMLParser):
    """An HTML part, read strictly: what it says, its tags, and what stands in isolated spans."""

    source: str
    words: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    isolated: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read it all; every tag that opens must close, in order."""
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It closes the one opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note words, but neither styles nor what is for programs."""
        if {"style", "script"} & set(self._open):
            return
        self.words.append(data)
        if self._open and self._open[-1] == "span" and self.tags[-1][1].get("dir") == "ltr":
            self.isolated.append(data)

    @property
    def text(self) -> str:
        """Everything it says, spaces collapsed."""
        return re.sub(r"\s+", " ", "".join(self.words))


def both_say(message: MailMessage, *facts: str) -> None:
    """Each fact stands in the HTML part and in the text part, as they read."""
    html, text = without_isolates(Page(message.html).text), without_isolates(message.text)
    for fact in facts:
        assert fact in html, fact
        assert fact in text, fact
