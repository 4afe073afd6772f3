"""What a shop sets: its brand, its own templates and texts, and what is refused at once."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import DictLoader, UndefinedError

from gulf_payments.errors import ConfigurationError
from gulf_payments.events import PaymentFailed
from gulf_payments.mail import Brand, Mail, MemorySender
from tests.mail.samples import BRAND, NOW, a_mail, an_order, composed, confirmed, disputed

if TYPE_CHECKING:
    from pathlib import Path


def _brand(**changes: Any) -> Brand:
    return Brand(**{"name_ar": "متجر", "name_en": "Shop", "support_email": "s@shop.example"} | changes)


def test_the_shops_clock_is_its_zones() -> None:
    """A shop in Dubai dates its mails by Dubai."""
    text = composed(confirmed(an_order("en")), brand=_brand(time_zone="Asia/Dubai")).text
    assert "5:07\u00a0PM" in text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"without": {"receipt"}}, "receipt"),
        ({"alert_addresses": ["ops"]}, "alert_addresses"),
        ({"from_address": "nobody"}, "from_address"),
        ({"from_address": "", "brand": Brand(name_ar="م", name_en="S")}, "from_address"),
    ],
)
def test_a_wrong_setting_is_refused_at_once(changes: dict[str, object], named: str) -> None:
    """Setting the mails up fails, with the setting's name, rather than the first customer's mail."""
    with pytest.raises(ConfigurationError, match=named):
        a_mail(**changes)


def test_a_shop_replaces_a_block_and_keeps_the_rest(tmp_path: Path) -> None:
    """A template in the shop's folder extends ours and fills the block that is left for an invoice."""
    (tmp_path / "order_confirmation.html.j2").write_text(
        '{% extends "gulf_payments/order_confirmation.html.j2" %}'
        "{% block invoice %}<p>{{ order.metadata.invoice | ltr }}</p>{% endblock %}",
        encoding="utf-8",
    )
    order = an_order(metadata={"invoice": "INV-7 <b>"})
    for templates in (tmp_path, str(tmp_path)):
        message = composed(confirmed(order), templates=templates)
        assert '<p><span class="together" dir="ltr">INV-7 &lt;b&gt;</span></p>' in message.html
        assert "المجموع الكلي" in message.html
        assert "INV-7" not in message.text


def test_a_shop_replaces_the_frame_of_every_mail() -> None:
    """A loader of the shop's own can replace the layout, and every mail follows."""
    loader = DictLoader({"layout.txt.j2": "{% block content %}{% endblock %}\n-- {{ shop }}"})
    assert composed(confirmed(an_order("en")), templates=loader).text.endswith("-- Gulf Emperor\n")
    assert composed(disputed(an_order()), templates=loader, alert_locale="en").text.endswith("-- Gulf Emperor\n")


@pytest.mark.parametrize("name", ["order_confirmation.html.j2", "order_confirmation.txt.j2"])
def test_a_misspelt_fact_is_an_error(name: str) -> None:
    """A template that names what is not there fails in the shop's tests, not silently in a customer's mail."""
    loader = DictLoader({name: "{{ ordr.total }}"})
    with pytest.raises(UndefinedError, match="ordr"):
        composed(confirmed(an_order()), templates=loader)


def test_a_shops_template_is_escaped_too() -> None:
    """What a shop's HTML template prints is escaped, without a word from the shop."""
    loader = DictLoader({"order_confirmation.html.j2": "<p>{{ order.metadata.note }}</p>"})
    order = an_order(metadata={"note": "<b>&"})
    assert composed(confirmed(order), templates=loader).html == "<p>&lt;b&gt;&amp;</p>"


def _compile(folder: Path, language: str, entries: str) -> None:
    """Write a catalogue of the shop's own, compiled."""
    target = folder / language / "LC_MESSAGES"
    target.mkdir(parents=True)
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, read_po(BytesIO((head + entries).encode())))


def test_a_shop_rewrites_a_text(tmp_path: Path) -> None:
    """A catalogue of the shop's own changes the words of the mails, subjects included."""
    entries = (
        'msgid "mail.order_confirmation.subject"\nmsgstr "وصلنا طلبك {order}"\n\n'
        'msgid "mail.total"\nmsgstr "الإجمالي {{ order.id }}"\n'
    )
    _compile(tmp_path, "ar", entries)
    message = composed(confirmed(an_order()), catalogues=tmp_path)
    assert message.subject == "وصلنا طلبك \u2066#ORD-2026-10457\u2069"
    assert "تفاصيل الطلب" in message.html
    assert "الإجمالي 10457" not in message.html


def test_a_shop_writes_in_a_third_language(tmp_path: Path) -> None:
    """One catalogue makes every mail speak and run as its language does; what it lacks is English."""
    entries = (
        'msgid "language.direction"\nmsgstr "rtl"\n\n'
        'msgid "mail.hello"\nmsgstr "السلام علیکم {name}،"\n\n'
        'msgid "mail.order_confirmation.subject"\nmsgstr "آرڈر {order} کی تصدیق"\n\n'
    )
    _compile(tmp_path, "ur", entries)
    message = composed(confirmed(an_order("ur_PK")), catalogues=tmp_path)
    assert (message.language, message["Content-Language"]) == ("ur", "ur")
    assert message.subject == "آرڈر \u2066#ORD-2026-10457\u2069 کی تصدیق"
    assert '<html lang="ur" dir="rtl"' in message.html
    assert "السلام علیکم \u2068Sara\u2069،" in message.text
    assert "Payment status: Paid" in message.text


def test_only_events_with_a_mail_are_subscribed_to() -> None:
    """An attempt that was just declined has no mail: the page said it."""
    mail = a_mail()
    assert PaymentFailed not in mail.subscriptions
    order = an_order()
    assert mail.compose(PaymentFailed(key="k", order=order, recorded_at=NOW), now=NOW) is None


def test_the_default_clock_is_the_real_one() -> None:
    """Without a clock of the shop's, a mail is dated now, in UTC."""
    sender = MemorySender()
    Mail(sender, brand=BRAND).deliver(confirmed(an_order()))
    (message,) = sender.sent
    assert message.date.utcoffset() is not None
    assert message.date.year >= 2024
    assert message.sender == BRAND.support_email


def test_jinja_is_loaded_with_the_first_mail() -> None:
    """Setting the mails up loads neither Jinja2 nor Babel; sending one never loads Babel."""
    program = (
        "import sys\n"
        "from gulf_payments.mail import Brand, Mail, MemorySender\n"
        "from gulf_payments.events import OrderConfirmed\n"
        "from tests.mail.samples import an_order, confirmed\n"
        "mail = Mail(MemorySender(), brand=Brand(name_ar='م', name_en='S', support_email='s@x.example'))\n"
        "print('jinja2' in sys.modules)\n"
        "mail.deliver(confirmed(an_order()))\n"
        "print('jinja2' in sys.modules, 'babel' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "False"]
