"""Whatever customers, shops and Stripe write: every mail keeps its form, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gulf_payments.machine import PaymentStatus
from gulf_payments.mail import Brand, BrandLink, MailMessage
from gulf_payments.orders import Address, Customer, LineItem
from tests.mail.samples import (
    BRAND,
    ISOLATES,
    Page,
    a_digest,
    a_failure,
    a_payment,
    accepted,
    all_events,
    an_order,
    canceled,
    composed,
    every_mail,
    flagged,
    parsed,
    sar,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TURNING = "\u202eevil\u2069\u2069\u200f \u061c\u2066سارة"
TEXTS = {
    "bidi controls": TURNING,
    "markup": "<script>alert(1)</script> \"><img src=x onerror=y> &amp; ' {{ 7*7 }} {0} %s",
    "emoji": "👩\u200d👩\u200d👧 🌹 🇸🇦",
    "long": "ط" * 200,
    "long Latin": "W" * 200,
    "empty": "",
    "blank": " \u00a0\u200b ",
    "lines": "سارة\r\nBcc: thief@example.com\r\n\r\n\x1b[31m\u2028x",
}
PRINTABLE = {name: text for name, text in TEXTS.items() if name != "lines"}  # what an order lets into a name
BIDI_CONTROLS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e")


def _mails_with(text: str, name: str, locale: str) -> Iterator[MailMessage]:
    """Every mail, with the text wherever somebody else's words stand."""
    order = an_order(
        locale,
        customer=Customer(email="sara@example.com", name=name, locale=locale),
        lines=[LineItem(text, sar("5.00"), quantity=2), LineItem("عود", sar("5.00"))],
        shipping_address=Address(**dict.fromkeys(Address.__dataclass_fields__, text)),
        discount=None,
        tax=None,
        url=f"https://x.example/{text}",
        paid=sar("0"),
    )
    payment = a_payment(order, method=text, last4=text, failure_message_key=text, status=PaymentStatus.FAILED)
    for event in all_events(order):
        changes: dict[str, Any] = {"payment": payment} if hasattr(event, "payment") else {}
        yield composed(replace(event, **changes), alert_locale=locale)
    yield composed(accepted(order, text or "x"))
    yield composed(canceled(order, text))
    yield composed(flagged(order, text, text), alert_locale=locale)
    yield a_digest(locale, a_failure(text, "1.00", reason_key=text, code=text, url=f"https://x.example/{text}"))


@pytest.mark.parametrize("locale", ["ar", "en"])
@pytest.mark.parametrize("kind", TEXTS)
def test_every_mail_keeps_its_form(locale: str, kind: str) -> None:
    """No header, tag, line or direction comes from a stranger's words, and none goes missing."""
    text = TEXTS[kind]
    usual = set(parsed(composed(accepted(an_order(locale)))).keys())
    for message in _mails_with(text, PRINTABLE.get(kind, "سارة"), locale):
        mail = parsed(message)
        assert set(mail.keys()) - {"References", "In-Reply-To"} == usual
        assert mail["Subject"] == message.subject
        assert mail["To"] in ("sara@example.com", "ops@gulfemperor.com")
        _check_text(message)
        _check_html(message)


def _check_text(message: MailMessage) -> None:
    for line in (message.subject, *message.text.splitlines()):
        depth = 0
        for mark in line:
            depth += (mark in ISOLATES[:3]) - (mark == ISOLATES[3])
            assert depth in (0, 1)
        assert depth == 0
        assert not BIDI_CONTROLS & set(line)
        assert line.isprintable() or set(line) & {"\u00a0", "\u200d", *ISOLATES}
        assert not line.startswith(("Bcc:", "\x1b"))


def _check_html(message: MailMessage) -> None:
    page = Page(message.html)  # strict: every tag closes in order
    assert not BIDI_CONTROLS & set(message.html)
    assert not {"\r", "\x00", "\x1b", "\u2028"} & set(message.html)
    assert {tag for tag, _ in page.tags} <= {tag for tag, _ in _usual_tags()} | {"h2"}
    assert not [name for _, held in page.tags for name in held if name.startswith("on")]
    assert "49" not in page.text.replace("10457", "")


def _usual_tags() -> list[tuple[str, dict[str, str | None]]]:
    return [tag for message in every_mail("ar") for tag in Page(message.html).tags]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_shops_own_words_are_no_danger_either(kind: str) -> None:
    """A brand whose names and lines hold the same sends mails of the same form, under a name that decodes."""
    text = TEXTS[kind]
    named = text if text.strip(" \u00a0\u200b") else "متجر"
    link = BrandLink(name_ar=text, name_en=text, url="https://x.example/a")
    brand = Brand(
        name_ar=named, name_en=named, support_email=BRAND.support_email, footer_ar=text, footer_en=text, links=[link]
    )
    for locale in ("ar", "en"):
        message = composed(accepted(an_order(locale)), brand=brand)
        assert parsed(message)["Bcc"] is None
        assert parsed(message)["From"].addresses[0].addr_spec == "noreply@gulfemperor.com"
        _check_text(message)
        _check_html(message)
