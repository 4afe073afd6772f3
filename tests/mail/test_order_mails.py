"""Orders taken without money, and orders that are closed: what their customers read, and what programs do."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gulf_payments.mail import MailMessage
from gulf_payments.mail.facts import web_address
from gulf_payments.money import Money
from gulf_payments.orders import LineItem
from tests.mail.samples import (
    a_mail,
    accepted,
    an_order,
    both_say,
    canceled,
    composed,
    confirmed,
    declined,
    refund_came_back,
    refunded,
    sar,
    without_isolates,
)

NOT_CHARGED = "لم يُخصم أي مبلغ."


def _markup(message: MailMessage) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', message.html, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_an_order_to_be_paid_on_delivery() -> None:
    """The house copy's welcome, the amount to have ready, and the whole order."""
    message = composed(accepted(an_order()))
    assert without_isolates(message.subject) == "استلام الطلب #ORD-2026-10457 - إمبراطور الخليج"
    both_say(
        message, "مرحباً سارة،", "تم استلام طلبك بنجاح وجاري تجهيزه للشحن.", "المبلغ المطلوب عند الاستلام: 1,284.50 ر.س",
        "بانتظار الدفع", "الدفع عند الاستلام", "عود ملكي", "300.00 ر.س", "عنوان التوصيل", "8228 شارع الملك فهد",
    )  # fmt: skip
    assert "مدفوع" not in message.text


def test_an_order_to_be_paid_by_transfer() -> None:
    """How much, and which number to name; the shop's account stands in a block of its own."""
    message = composed(accepted(an_order("en"), "bank_transfer"))
    both_say(message, "Please transfer SAR 1,284.50 to our bank account, and name the order number #ORD-2026-10457.")
    both_say(message, "will prepare it for shipping when the money arrives", "Awaiting payment", "Bank transfer")


def test_an_order_to_be_paid_in_a_way_we_do_not_know() -> None:
    """A way to pay of the shop's own is named as the shop names it, with the amount and nothing untrue."""
    both_say(composed(accepted(an_order("en"), "cheque at the desk")), "cheque at the desk", "To pay: SAR 1,284.50")


def test_a_shop_tells_where_to_transfer() -> None:
    """The block for instructions is the shop's, in both parts."""
    from jinja2 import DictLoader

    block = '{% block instructions %}{{ "SA03 8000" | ltr }}\n{% endblock %}'
    names = ("order_accepted.html.j2", "order_accepted.txt.j2")
    loader = DictLoader({name: f'{{% extends "gulf_payments/{name}" %}}{block}' for name in names})
    both_say(composed(accepted(an_order(), "bank_transfer"), templates=loader), "SA03 8000")


@pytest.mark.parametrize(
    ("reason", "lead"),
    [
        ("expired", "انتهت مهلة الدفع، فأُلغي الطلب #ORD-2026-10457."),
        ("requested_by_customer", "أُلغي الطلب #ORD-2026-10457، ولن يُشحن."),
        ("fraudulent", "أُلغي الطلب #ORD-2026-10457، ولن يُشحن."),
    ],
)
def test_a_closed_order(reason: str, lead: str) -> None:
    """Whether its time ran out or somebody closed it; for whose sake is the shop's own business."""
    message = composed(canceled(an_order(paid=sar("0")), reason))
    assert without_isolates(message.subject) == "إلغاء الطلب #ORD-2026-10457 - إمبراطور الخليج"
    both_say(message, lead, NOT_CHARGED, "يمكنك إنشاء طلب جديد", "تاريخ الإلغاء", "1,284.50 ر.س", "عود ملكي")
    assert "fraud" not in message.html + message.text
    assert "عنوان التوصيل" not in message.text


@pytest.mark.parametrize("paid", [None, sar("5.00")])
def test_a_closed_order_denies_no_money_it_cannot_account_for(paid: Money | None) -> None:
    """That nothing was taken is said only where it is known."""
    message = composed(canceled(an_order(paid=paid)))
    assert NOT_CHARGED not in message.html + message.text


def test_an_order_that_another_took_the_place_of_is_not_mourned() -> None:
    """A customer who changed the cart and ordered anew hears of the new order alone."""
    event = canceled(an_order(paid=sar("0")), "replaced")
    assert a_mail().compose(event, now=event.recorded_at) is None


def test_a_refund_that_came_back_is_told_to_whom_was_told_of_it() -> None:
    """The customer reads that the money is not on its way, and that the shop will see to it."""
    message = composed(refund_came_back(an_order(), sar("50.00")))
    assert without_isolates(message.subject) == "تعذّر استرداد المبلغ للطلب #ORD-2026-10457"
    both_say(
        message, "لكن البنك لم يقبل العملية وعاد المبلغ إلينا.", "سنتواصل معك قريباً لإعادة المبلغ إليك بطريقة أخرى.",
        "50.00 ر.س", "#ORD-2026-10457", "فيزا •••• 4242",
    )  # fmt: skip
    assert a_mail().compose(refund_came_back(an_order(), sar("50.00"), told=False), now=message.date) is None


def test_follow_ups_stand_under_what_they_follow() -> None:
    """Programs show a failed refund under the refund, and that under the order."""
    order = an_order()
    receipt, refund, failed = (
        composed(event) for event in (confirmed(order), refunded(order, sar("5")), refund_came_back(order, sar("5")))
    )
    assert failed.references == (receipt.message_id, refund.message_id)
    assert failed["In-Reply-To"] == refund.message_id
    taken, closed, paid = (
        composed(event) for event in (accepted(order), canceled(order), confirmed(order, payment=None))
    )
    assert closed.references == paid.references == (taken.message_id,)
    assert composed(declined(order)).references == ()


@pytest.mark.parametrize("locale", ["ar", "en"])
def test_programs_read_the_order_too(locale: str) -> None:
    """Number, sums, items and address of the order as schema.org has them, with plain decimals and no person."""
    told = _markup(composed(confirmed(an_order(locale))))
    assert told["@type"] == "Order"
    assert told["merchant"]["name"] == ("إمبراطور الخليج" if locale == "ar" else "Gulf Emperor")
    assert (told["orderNumber"], told["price"], told["priceCurrency"]) == ("ORD-2026-10457", "1284.50", "SAR")
    assert told["url"] == "https://gulfemperor.com/orders/10457"
    assert told["orderDate"] == "2026-11-05T13:07:00+00:00"
    first = told["acceptedOffer"][0]
    assert (first["itemOffered"]["name"], first["price"]) == ("عود ملكي", "150.00")
    assert first["eligibleQuantity"]["value"] == 2
    assert "سارة" not in json.dumps(told, ensure_ascii=False)


def test_programs_learn_what_became_of_it() -> None:
    """Paid, still to be paid, or cancelled."""
    order = an_order()
    statuses = [
        _markup(composed(event))["orderStatus"] for event in (confirmed(order), accepted(order), canceled(order))
    ]
    assert statuses == [f"https://schema.org/Order{status}" for status in ("Processing", "PaymentDue", "Cancelled")]
    assert "ld+json" not in composed(declined(order)).html + composed(refunded(order, sar("5"))).html


def test_what_programs_read_cannot_end_its_element() -> None:
    """A title that closes the script is a title; dinars keep their three decimals."""
    lines = [LineItem('</script><b>"\\', Money("12.340", "KWD")), LineItem("", Money("1", "KWD"), sku="OUD-1")]
    bare: dict[str, Any] = {"discount": None, "shipping": None, "tax": None, "url": "", "created_at": None}
    message = composed(confirmed(an_order(lines=lines, **bare)))
    assert message.html.count("</script>") == 1
    told = _markup(message)
    assert [offer["itemOffered"]["name"] for offer in told["acceptedOffer"]] == ['</script><b>"\\', "OUD-1"]
    assert (told["price"], told["acceptedOffer"][0]["price"]) == ("13.340", "12.340")
    assert not {"url", "orderDate"} & set(told)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://x.example/orders/1?a=1&b=2#c", "https://x.example/orders/1?a=1&b=2#c"),
        ("https://مثال.example/طلب/1", "https://xn--mgbh0fb.example/%D8%B7%D9%84%D8%A8/1"),
        ("https://x.example/\r\nforged: line", "https://x.example/%20forged:%20line"),
        ('https://x.example:8443/"<b>', "https://x.example:8443/%22%3Cb%3E"),
        ("https://x.example", "https://x.example"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://a b/", ""),
        ("https://me:word@x.example/", ""),
        (f"https://{'ط' * 70}.example/", ""),
    ],
)
def test_an_address_of_the_web_is_one_that_opens(given: str, shown: str) -> None:
    """Arabic and strange letters are written as every program reads them; what is no address is left out."""
    assert web_address(given) == shown
