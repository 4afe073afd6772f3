"""The bytes of a mail: standard, exact, and out of reach of what a customer types."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments import machine
from gulf_payments.errors import InvalidOrder, MailRejected
from gulf_payments.mail import Brand, Mail, MailMessage, MemorySender
from gulf_payments.mail.message import header_text, message_id
from gulf_payments.orders import Address, Customer, LineItem
from tests.mail.samples import (
    BRAND,
    NOW,
    Page,
    a_mail,
    an_order,
    composed,
    confirmed,
    disputed,
    parsed,
    refunded,
    sar,
)

MARKUP = "سارة \u202eevil\u2069\u2069 <script>alert(1)</script> {{ 7*7 }} {0} 🌹"
HOSTILE = f"{MARKUP}\r\nBcc: thief@example.com\r\n\r\n\x1b[31m"


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def test_a_mail_is_two_parts_text_first() -> None:
    """A reader's program finds the text, then the HTML, each in UTF-8 and exactly as composed."""
    message = composed(confirmed(an_order()))
    mail = parsed(message)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert _part(mail, "plain").rstrip("\n") == message.text.rstrip("\n")
    assert _part(mail, "html").rstrip("\n") == message.html.rstrip("\n")


def test_the_headers_say_who_what_when_and_that_a_machine_wrote() -> None:
    """Every header that a transactional mail needs, decoded to exactly what was meant."""
    message = composed(confirmed(an_order()))
    mail = parsed(message)
    assert mail["Subject"] == message.subject == message["Subject"]
    assert mail["From"].addresses[0].display_name == "إمبراطور الخليج"
    assert mail["From"].addresses[0].addr_spec == "noreply@gulfemperor.com"
    assert mail["To"] == "sara@example.com"
    assert mail["Reply-To"] == "support@gulfemperor.com"
    assert mail["Date"].datetime == NOW
    assert mail["Content-Language"] == "ar"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["MIME-Version"] == "1.0"


def test_every_line_is_one_that_any_server_takes() -> None:
    """The bytes are ASCII, lines end in CRLF and are no longer than 76 characters, but for an id or a long address."""
    raw = composed(confirmed(an_order("ar", number="ط" * 100))).as_bytes()
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = [line for line in raw.split(b"\r\n") if not line.startswith((b"Message-ID", b"Content-Type"))]
    assert max(map(len, lines)) <= 76


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=200).map(str.strip))
def test_a_subject_decodes_to_what_was_meant(subject: str) -> None:
    """Whatever the words, a reader's program shows them exactly: no space lost, none added."""
    raw = b"Subject: " + header_text(subject).encode("ascii") + b"\r\n\r\n"
    assert str(make_header(decode_header(message_from_bytes(raw)["Subject"]))) == subject


@given(st.text(max_size=100))
def test_no_header_can_hold_a_second_one(text: str) -> None:
    """A line break in a text never becomes a line of the headers."""
    encodable = text.encode("utf-8", "ignore").decode()
    lines = header_text(encodable).split("\r\n")
    assert all(line.startswith(" =?utf-8?b?") for line in lines[1:])
    assert not any("\r" in line or "\n" in line for line in lines)


def test_a_long_arabic_subject_keeps_its_spaces() -> None:
    """Words of two languages come back with the spaces between them."""
    subject = "تأكيد الطلب رقم #ORD-2026-10457 من متجر Gulf Emperor للعطور والبخور الفاخر في الرياض"
    raw = b"Subject: " + header_text(subject).encode("ascii") + b"\r\n\r\n"
    assert str(make_header(decode_header(message_from_bytes(raw)["Subject"]))) == subject


def test_a_repeated_mail_has_the_same_id() -> None:
    """The Message-ID comes from the effect and its reader, on the sender's domain."""
    first, again = (composed(confirmed(an_order())) for _ in range(2))
    assert first.message_id == again.message_id
    assert first.message_id.endswith("@gulfemperor.com>")
    assert first.as_bytes() == again.as_bytes()
    other = composed(confirmed(an_order(customer=Customer(email="b@example.com"))))
    assert other.message_id != first.message_id


def test_a_refund_stands_under_its_order() -> None:
    """The refund's mail refers to the confirmation's, so that programs show them together."""
    order = an_order()
    receipt, refund = parsed(composed(confirmed(order))), parsed(composed(refunded(order, sar("5"))))
    assert refund["In-Reply-To"] == refund["References"] == receipt["Message-ID"]
    assert receipt["References"] is None


def test_the_confirmations_key_is_the_laws() -> None:
    """The key under which a refund looks for its confirmation is the one that the law announces."""
    facts = machine.Facts(
        terms=machine.OrderTerms(1, 100, "sar", 0, 0),
        payments={
            "pay_1": machine.Payment(
                ok=True,
                received=100,
                expected=machine.Expected(100, "sar"),
                terms=machine.Terms(1, "evt", 100, "sar", "10457"),
                charges={"ch_1": machine.Charge(paid=True, captured=100, currency="sar")},
            )
        },
    )
    _, effects = machine.step(machine.Dossier("10457", machine.Facts(), frozenset()), facts)
    confirm = next(effect for effect in effects if effect.kind is machine.Kind.ORDER_CONFIRMED)
    refund = composed(refunded(an_order(), sar("5")))
    assert refund.references == (message_id(confirm.key, ("sara@example.com",), "noreply@gulfemperor.com"),)


def _hostile_order() -> MailMessage:
    address = Address(name=HOSTILE, street=HOSTILE, city=HOSTILE, phone=HOSTILE, unit_number=HOSTILE, country=HOSTILE)
    return composed(
        confirmed(
            an_order(
                customer=Customer(email="sara@example.com", name=MARKUP, locale="ar"),
                lines=[LineItem(HOSTILE, sar("5")), LineItem("ط" * 200, sar("5")), LineItem("", sar("5"))],
                shipping_address=address,
                discount=None,
                tax=None,
                url="https://x.example/\r\nforged: line",
            )
        )
    )


def test_a_hostile_customer_changes_nothing_but_their_own_words() -> None:
    """Line breaks, bidi controls, markup, template code: shown as text, on one line, or not at all."""
    message = _hostile_order()
    mail = parsed(message)
    assert mail["Bcc"] is None
    assert mail.keys() == parsed(composed(confirmed(an_order()))).keys()
    for part in (message.html, message.text, message.subject):
        assert not set(part) & set("\u202e\x1b\r")
    assert "<script>" not in message.html
    assert message.html.count("<script") == 1  # the order for programs
    assert "49" not in Page(message.html).text.replace("10457", "")
    assert "{{ 7*7 }}" in message.text
    assert not [line for line in message.text.splitlines() if line.startswith(("Bcc:", "forged:"))]
    assert message.text.count("\u2069") == sum(message.text.count(mark) for mark in "\u2066\u2067\u2068")


def test_a_brands_name_cannot_forge_a_header() -> None:
    """Even the shop's own settings cannot put a line into the headers."""
    brand = Brand(name_ar="أ\r\nBcc: thief@example.com", name_en="A\r\nBcc: x@y.example", support_email="s@x.example")
    for locale in ("ar", "en"):
        mail = parsed(composed(confirmed(an_order(locale)), brand=brand))
        assert mail["Bcc"] is None


@pytest.mark.parametrize("number", ["1017\r\nBcc: x", "10\u202e17", ""])
def test_an_order_number_that_is_no_name_is_refused_before_any_mail(number: str) -> None:
    """An order itself refuses a number that does not print; without one it has its id."""
    if number:
        with pytest.raises(InvalidOrder):
            an_order(number=number)
    else:
        assert "#10457" in composed(confirmed(an_order(number=number))).subject


@pytest.mark.parametrize("email", ["سارة@example.com", "a@-b.example", f"a@{'b' * 64}.example"])
def test_an_address_that_no_server_takes_is_given_up(email: str) -> None:
    """It will never work, so it is refused for good, without the address in the words."""
    with pytest.raises(MailRejected) as refused:
        a_mail().compose(confirmed(an_order(customer=Customer(email=email))), now=NOW)
    assert email not in str(refused.value)


def test_an_arabic_domain_is_written_in_ascii() -> None:
    """A domain in Arabic letters has a form that every server takes."""
    message = composed(confirmed(an_order(customer=Customer(email="sara@مثال.example"))))
    assert message.recipients == ("sara@xn--mgbh0fb.example",)


def test_one_part_is_enough_where_there_is_no_html() -> None:
    """A mail of a sender's own without HTML is plain text, and still whole."""
    message = MailMessage(
        name="note", key="k", language="ar", sender="a@x.example", sender_name="", recipients=("b@x.example",),
        subject="مرحباً", text="نص\n", html="", date=NOW, message_id="<1@x.example>",
    )  # fmt: skip
    mail = parsed(message)
    assert mail.get_content_type() == "text/plain"
    assert _part(mail, "plain") == "نص\n"
    assert mail["From"] == "a@x.example"


def test_staff_share_one_mail() -> None:
    """Several alert addresses are recipients of one message."""
    message = composed(disputed(an_order()), alert_addresses=("a@x.example", "b@x.example"))
    assert [address.addr_spec for address in parsed(message)["To"].addresses] == ["a@x.example", "b@x.example"]


def test_nothing_personal_is_in_a_repr() -> None:
    """A mail, and the object that makes mails, can be logged."""
    message = composed(confirmed(an_order()))
    for secret in ("sara@", "سارة", "1,284.50", "شارع"):
        assert secret not in repr(message)
    mail = Mail(
        MemorySender(), brand=BRAND, signing_key="not to be seen anywhere", retry_url="https://x.example/{token}"
    )
    assert "not to be seen" not in repr(mail)
