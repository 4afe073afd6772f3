"""What each mail tells, in both languages, in both parts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gulf_payments.events import AlertRaised, RefundIssued
from gulf_payments.machine import PaymentStatus
from gulf_payments.mail import read_retry_token
from gulf_payments.money import Money
from gulf_payments.orders import Customer, LineItem, Order
from tests.mail.samples import (
    BRAND,
    KEY,
    NOW,
    Page,
    a_mail,
    a_payment,
    an_order,
    both_say,
    composed,
    confirmed,
    declined,
    disputed,
    every_mail,
    refunded,
    sar,
    without_isolates,
)


def test_the_arabic_confirmation_tells_everything() -> None:
    """Greeting, number, date, items, sums, VAT, status, method, address, link, support: in both parts."""
    message = composed(confirmed(an_order()))
    assert without_isolates(message.subject) == "تأكيد الطلب #ORD-2026-10457 - إمبراطور الخليج"
    both_say(
        message, "مرحباً سارة،", "تم استلام طلبك بنجاح وجاري تجهيزه للشحن.", "#ORD-2026-10457",
        "5 نوفمبر 2026، 4:07 م", "عود ملكي", "Oud Royal Intense 100ml", "300.00 ر.س", "150.00 ر.س",
        "1,309.50 ر.س", "−50.00 ر.س", "25.00 ر.س", "1,284.50 ر.س", "167.54 ر.س", "مدفوع", "فيزا •••• 4242",
        "سيتم شحن طلبك قريباً.", "عنوان التوصيل", "8228 شارع الملك فهد", "الرياض 12211-6789", "RRRD2929", "الوحدة: 5",
        "+966 50 123 4567", "support@gulfemperor.com", "300000000000003", "يمكنك تتبع حالة طلبك من خلال حسابك.",
        "عدد المنتجات", "المبلغ الفرعي", "تكلفة الشحن", "المجموع الكلي", "مع تحيات،", "فريق إمبراطور الخليج",
    )  # fmt: skip
    assert 'href="https://gulfemperor.com/orders/10457"' in message.html
    assert "https://gulfemperor.com/orders/10457" in message.text
    assert "عدد المنتجات: 6" in message.text
    assert "شكراً لطلبك!" in message.html


def test_the_english_confirmation_tells_the_same() -> None:
    """The same order in English."""
    message = composed(confirmed(an_order("en")))
    assert message.subject == "Order #ORD-2026-10457 confirmed - Gulf Emperor"
    both_say(
        message, "Hello Sara,", "#ORD-2026-10457", "5 November 2026, 4:07 PM", "SAR 300.00", "SAR 1,309.50",
        "SAR −50.00", "SAR 25.00", "SAR 1,284.50", "SAR 167.54", "Paid", "Visa •••• 4242",
        "Your order will be shipped soon.", "Saudi Arabia", "VAT number: 300000000000003",
    )  # fmt: skip


def test_dinars_keep_their_three_decimals() -> None:
    """KWD 12.340 is shown as 12.340, in both parts and both languages."""
    dinars = {"discount": None, "shipping": None, "tax": None, "lines": [LineItem("عود", Money("12.340", "KWD"))]}
    both_say(composed(confirmed(an_order("ar", **dinars))), "12.340 د.ك")
    both_say(composed(confirmed(an_order("en", **dinars))), "KWD 12.340")


def test_what_an_order_lacks_is_not_mentioned() -> None:
    """No discount, no tax, no address, no name, no link, no card: no line for them, and no mail that breaks."""
    bare = Order(id="7", customer=Customer(email="a@b.example", locale="ar"), lines=[LineItem("عود", sar("10"))])
    message = composed(confirmed(bare, payment=None))
    html, text = without_isolates(Page(message.html).text), without_isolates(message.text)
    for absent in ("الخصم", "ضريبة", "عنوان التوصيل", "طريقة الدفع", "تتبع", "تكلفة الشحن", "None"):
        assert absent not in html
        assert absent not in text
    both_say(message, "مرحباً،", "#7", "10.00 ر.س", "مدفوع")


def test_tax_on_top_stands_before_the_total() -> None:
    """Where prices leave the tax out, it is a line of the sum and not a remark below it."""
    text = without_isolates(composed(confirmed(an_order("en", prices_include_tax=False))).text)
    assert "\nVAT: SAR 167.54\nTotal: SAR 1,452.04\n" in text
    assert "VAT included" not in text


def test_arabic_digits_are_never_mixed() -> None:
    """With `digits="arab"` every amount, date and count changes, while numbers that identify stay."""
    message = composed(confirmed(an_order()), digits="arab")
    both_say(message, "١٬٢٨٤٫٥٠ ر.س", "٥ نوفمبر ٢٠٢٦، ٤:٠٧ م", "#ORD-2026-10457", "•••• 4242")
    assert "عدد المنتجات: ٦" in message.text


def test_the_failed_payment_invites_back() -> None:
    """The reason, that nothing was taken, and a link that names the order until its end."""
    message = composed(declined(an_order()))
    assert without_isolates(message.subject) == "فشل الدفع للطلب #ORD-2026-10457"
    both_say(
        message, "عذراً، فشلت عملية الدفع للطلب #ORD-2026-10457.", "لم يُخصم أي مبلغ.", "السبب: الرصيد غير كافٍ.",
        "1,284.50 ر.س", "هذا الرابط صالح حتى 8 نوفمبر 2026، 4:07 م.", "إذا استمرت المشكلة، يرجى التواصل معنا.",
    )  # fmt: skip
    link = next(line for line in message.text.splitlines() if line.startswith("https://gulfemperor.com/pay/"))
    assert f'href="{link}"' in message.html
    assert read_retry_token(link.rpartition("/")[2], KEY, NOW + timedelta(days=2)) == "10457"


def test_a_link_never_outlives_its_order() -> None:
    """An order that ends tomorrow has a link that ends with it."""
    order = an_order("en", expires_at=NOW + timedelta(hours=20))
    assert "valid until 6 November 2026, 12:07 PM" in without_isolates(composed(declined(order)).text)


def test_an_order_that_ran_out_is_not_invited_back() -> None:
    """Nobody is asked to pay for what can no longer be paid."""
    assert a_mail().compose(declined(an_order(expires_at=NOW)), now=NOW) is None


def test_without_a_retry_page_the_account_is_named() -> None:
    """A shop without retry links sends its customers to their account, in the house copy."""
    message = composed(declined(an_order()), retry_url="", signing_key="")
    both_say(message, "يمكنك المحاولة مرة أخرى من خلال حسابك.")
    assert "/pay/" not in message.html + message.text


def test_money_on_its_way_is_not_denied() -> None:
    """That nothing was taken is said only where it is known."""
    order = an_order("en")
    event = declined(order)
    seen = a_payment(order, status=PaymentStatus.FAILED, received=sar("1.00"))
    for payment in (seen, None):
        changed = type(event)(key=event.key, order=order, recorded_at=NOW, payment=payment)
        assert "You have not been charged" not in composed(changed).text


@pytest.mark.parametrize("reason", ["", "no_such_reason"])
def test_an_unknown_reason_is_left_out(reason: str) -> None:
    """A reason without words makes no line."""
    assert "السبب" not in composed(declined(an_order(), reason)).text


@pytest.mark.parametrize(
    ("amount", "status", "lead"),
    [
        ("1284.50", "succeeded", "تم استرداد مبلغ الطلب #ORD-2026-10457 بنجاح."),
        ("50.00", "succeeded", "تم استرداد جزء من مبلغ الطلب #ORD-2026-10457 بنجاح."),
        ("1284.50", "pending", "بدأنا استرداد مبلغ الطلب #ORD-2026-10457."),
        ("50.00", "pending", "بدأنا استرداد جزء من مبلغ الطلب #ORD-2026-10457."),
    ],
)
def test_a_refund_says_how_much_of_the_order(amount: str, status: str, lead: str) -> None:
    """Whole or part, done or on its way: each has its sentence, the amount and the five to ten days."""
    message = composed(refunded(an_order(), sar(amount), status))
    assert without_isolates(message.subject) == "تأكيد استرداد المبلغ للطلب #ORD-2026-10457"
    shown = "1,284.50 ر.س" if amount == "1284.50" else "50.00 ر.س"
    both_say(message, lead, shown, "خلال فترة من 5 إلى 10 أيام عمل", "فيزا •••• 4242")


def test_a_second_refund_tells_the_sum_so_far() -> None:
    """After two refunds of thirty the customer reads sixty, beside this one's thirty."""
    message = composed(refunded(an_order("en", refunded=sar("60.00")), sar("30.00")))
    both_say(message, "SAR 30.00", "Refunded so far", "SAR 60.00")
    assert "Refunded so far" not in composed(refunded(an_order("en", refunded=sar("30.00")), sar("30.00"))).text


def test_staff_hear_of_a_dispute_and_its_date() -> None:
    """A dispute's mail goes to the shop's own people with the last day to answer."""
    message = composed(disputed(an_order()), alert_locale="en")
    assert message.recipients == ("ops@gulfemperor.com",)
    assert message.subject == "Alert: A payment is disputed - order #ORD-2026-10457"
    both_say(message, "dp_1", "Fraudulent", "12 November 2026, 4:07 PM", "Payment", "SAR 1,284.50", "Hold what is not")
    assert "sara@example.com" not in message.html + message.text


def test_a_failed_refund_reaches_staff_with_its_amount() -> None:
    """The alert about a failed refund looks up how much it was."""
    order = an_order("en")
    refund = refunded(order, sar("50.00"), "failed").refund
    order = an_order("en", payments=(a_payment(order, refunds=(refund,)),))
    alert = AlertRaised(key="alert:x", flag="refund_failed", object_id="re_1", recorded_at=NOW, order=order)
    both_say(composed(alert, alert_locale="en"), "A refund failed", "re_1", "SAR 50.00")


def test_an_alert_without_an_order_or_without_words_still_goes_out() -> None:
    """What belongs to no order, under a flag that nobody translated, is told by its name."""
    alert = AlertRaised(key="alert:new_flag:x", flag="new_flag", object_id="x", recorded_at=NOW)
    message = composed(alert, alert_locale="en")
    assert message.subject == "Alert: Alert: new_flag - Gulf Emperor"
    both_say(message, "new_flag", "5 November 2026, 4:07 PM")


def test_a_customers_language_decides() -> None:
    """The mail is in the customer's language, by country or not, and in English if it has none of ours."""
    for locale, language in (("ar_SA", "ar"), ("en-GB", "en"), ("fr", "en")):
        assert composed(confirmed(an_order(locale))).language == language


@pytest.mark.parametrize("locale", ["ar", "en"])
def test_no_mail_is_large_or_holds_a_stranger(locale: str) -> None:
    """Each mail is far below what Gmail cuts off, loads nothing, and its style block stays small."""
    for message in every_mail(locale):
        assert len(message.html.encode()) < len(message.as_bytes()) < 60_000
        assert len(message.html.split("<style>", 2)[2].split("</style>")[0]) < 8_000
        tags = Page(message.html).tags
        assert not [tag for tag, _ in tags if tag in ("link", "iframe", "form", "img", "object")]
        assert {held["type"] for tag, held in tags if tag == "script"} <= {"application/ld+json"}


def test_mails_can_be_switched_off_by_name() -> None:
    """A mail in `without` is not subscribed to, not composed, and the others are."""
    mail = a_mail(without={"refund_confirmation"})
    assert RefundIssued not in mail.subscriptions
    assert mail.compose(refunded(an_order(), sar("1")), now=NOW) is None
    assert mail.compose(confirmed(an_order()), now=NOW) is not None


def test_without_alert_addresses_staff_get_nothing() -> None:
    """A shop that names no staff has no alerts to subscribe to."""
    mail = a_mail(alert_addresses=())
    assert AlertRaised not in mail.subscriptions
    assert mail.compose(disputed(an_order()), now=NOW) is None


def test_a_customer_without_an_address_is_left_in_peace() -> None:
    """An order without an email is no error: there is just no mail."""
    silent = an_order(customer=Customer(email="", name="سارة"))
    mail = a_mail()
    mail.deliver(confirmed(silent))
    assert mail.sender.sent == []  # type: ignore[attr-defined]


def test_the_brands_mail_address_stands_in_for_a_missing_sender() -> None:
    """Without `from_address` the mail comes from the support address, under the shop's name in that language."""
    arabic = composed(confirmed(an_order()), from_address="")
    assert (arabic.sender, arabic.sender_name) == (BRAND.support_email, BRAND.name_ar)
    assert composed(confirmed(an_order("en")), from_address="").sender_name == BRAND.name_en
