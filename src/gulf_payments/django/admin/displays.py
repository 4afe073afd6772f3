"""What stands in the admin's cells: money, instants, statuses and ids, escaped, and isolated in their direction."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_default_timezone_name
from django.utils.translation import get_language

from gulf_payments.django.admin.reading import is_live
from gulf_payments.errors import UnknownCurrency
from gulf_payments.messages import Texts, clean, format_datetime, format_money, isolate_html, isolate_text, texts_for
from gulf_payments.money import Money

NOTHING = "—"
DASHBOARD = "https://dashboard.stripe.com"
_INTENT = re.compile(r"pi_\w+", re.ASCII)

TONES = {
    **dict.fromkeys(("succeeded", "confirmed", "done", "applied", "won"), "good"),
    **dict.fromkeys(("pending", "processing", "authorized", "accepted", "requires_action", "waiting", "claimed",
                     "lookup", "unknown"), "busy"),
    **dict.fromkeys(("failed", "disputed", "reversed", "review", "dead", "refused", "lost"), "bad"),
}  # fmt: skip


def texts() -> Texts:
    """The library's texts in the reader's language."""
    return texts_for(get_language() or settings.LANGUAGE_CODE)


def money_of(minor: int, currency: str) -> Money | None:
    """An amount; None in a currency that nobody knows, which can be shown by no rule."""
    try:
        return Money.from_minor(minor, currency)
    except UnknownCurrency:
        return None


def money(amount: Money | None) -> SafeString:
    """An amount for a page: `1,234.50 ر.س`, its number left to right."""
    return mark_safe(format_money(amount, texts(), isolate=isolate_html)) if amount is not None else SafeString(NOTHING)  # noqa: S308 - the catalogue's words, and isolate_html escapes


def minor(amount: int, currency: str) -> SafeString:
    """An amount of a row."""
    return money(money_of(amount, currency))


def money_text(amount: Money) -> str:
    """An amount inside a sentence or a button."""
    return format_money(amount, texts(), isolate=isolate_text)


def moment(at: datetime | int | None) -> SafeString:
    """An instant in the shop's zone, to the minute."""
    if not at:
        return SafeString(NOTHING)
    instant = datetime.fromtimestamp(at, UTC) if isinstance(at, int) else at
    said = format_datetime(instant, texts(), get_default_timezone_name())
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), said)


def identifier(text: str) -> SafeString:
    """An id, left to right; it breaks where it must."""
    return format_html('<code class="gulf-id" dir="ltr">{}</code>', clean(text)) if text else SafeString(NOTHING)


def foreign(text: str) -> SafeString:
    """What a customer or the shop wrote: cleaned, escaped, in its own direction."""
    return mark_safe(isolate_html(text, "auto")) if text else SafeString(NOTHING)  # noqa: S308 - isolate_html escapes


def left_to_right(text: str) -> SafeString:
    """An address of mail or a telephone number."""
    return mark_safe(isolate_html(text)) if text else SafeString(NOTHING)  # noqa: S308 - isolate_html escapes


def badge(text: str, tone: str = "") -> SafeString:
    """A state: told by its words, and beside them by a colour."""
    return format_html('<span class="gulf-badge gulf-{}">{}</span>', tone or "plain", text)


def status(value: str) -> SafeString:
    """The status of an order or payment."""
    return badge(status_text(value), TONES.get(value, "")) if value else SafeString(NOTHING)


def forwards() -> str:
    """The arrow from what was to what is, in the direction of reading."""
    return "←" if texts().direction == "rtl" else "→"


def status_text(value: str) -> str:
    """The words for the status of an order or payment."""
    return texts().find(f"status.{value}") or value


def refund_status(value: str) -> SafeString:
    """The status of a refund."""
    words = texts().find(f"refund_status.{value}") or texts().find(f"status.{value}") or value
    return badge(words, TONES.get(value, ""))


def method(name: str, last4: str = "") -> SafeString:
    """How it was paid: `Visa •••• 4242`."""
    said = texts().find(f"method.{name}") or name
    digits = format_html('<span class="gulf-digits" dir="ltr">•••• {}</span>', last4) if last4 else ""
    return format_html("{} {}", foreign(said) if said else "", digits) if said or digits else SafeString(NOTHING)


def flag(name: str) -> str:
    """The words for a flag of the law."""
    return texts().find(f"alert.{name}") or texts().text("alert.other", flag=name)


def failure(code: str) -> SafeString:
    """Why a payment failed, and the provider's own code."""
    from gulf_payments.messages.declines import MESSAGE_KEYS

    said = texts().find(f"failure.{MESSAGE_KEYS.get(code, '')}")
    return format_html("{} {}", said or "", identifier(code)) if code else SafeString(NOTHING)


def link(url: str, text: str | SafeString) -> SafeString:
    """A link within the admin."""
    return format_html('<a href="{}">{}</a>', url, text) if url else format_html("{}", text)


def dashboard(scope: str, intent_id: str) -> SafeString:
    """A PaymentIntent's id as a link to Stripe's dashboard, in a tab of its own."""
    if not _INTENT.fullmatch(intent_id):
        return identifier(intent_id)
    url = f"{DASHBOARD}/{'' if is_live(scope) else 'test/'}payments/{intent_id}"
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, identifier(intent_id))
