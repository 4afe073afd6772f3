"""What the shop's staff are told: alerts one by one, and a day's failed payments together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gulf_payments.errors import ConfigurationError
from gulf_payments.events import DisputeClosed
from gulf_payments.mail import FailedPayment, MemorySender
from gulf_payments.money import Money
from gulf_payments.payments import FOR_STAFF
from tests.mail.samples import (
    NOW,
    a_digest,
    a_failure,
    a_mail,
    a_payment,
    an_order,
    both_say,
    composed,
    dispute_ended,
    disputed,
    flagged,
    sar,
    without_isolates,
)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("won", "لصالح المتجر"),
        ("lost", "لصالح العميل"),
        ("warning_closed", "أُغلق الاستفسار دون اعتراض"),
        ("prevented", "مُنع قبل أن يصبح اعتراضاً"),
        ("something_new", "something_new"),
    ],
)
def test_a_dispute_that_ended(outcome: str, said: str) -> None:
    """Staff read how it ended; an outcome of tomorrow is named as Stripe names it."""
    message = composed(dispute_ended(an_order(), outcome))
    assert without_isolates(message.subject) == "تنبيه: انتهى اعتراض على دفعة - الطلب #ORD-2026-10457"
    both_say(message, said, "dp_1", "1,284.50 ر.س")
    assert ("خُصم المبلغ" in message.text) == (outcome == "lost")


def test_a_dispute_that_ended_stands_under_its_beginning() -> None:
    """Programs show both together, and staff's mails never wait behind a customer's."""
    order = an_order()
    assert composed(dispute_ended(order)).references == (composed(disputed(order)).message_id,)
    assert DisputeClosed in FOR_STAFF


def test_the_last_day_to_answer_stands_in_the_preview_line() -> None:
    """Who sees only the list of mails sees the date."""
    assert "Answer by 12 November 2026, 4:07\u00a0PM." in composed(disputed(an_order()), alert_locale="en").html


def test_money_that_contradicts_says_do_not_ship() -> None:
    """A flag that holds an order says so; one that only wants a look does not; a failed refund says what to do."""
    order = an_order("en", payments=(a_payment(an_order()),))
    said = {
        flag: composed(flagged(order, flag, "pay_1"), alert_locale="en").text
        for flag in ("amount_mismatch", "early_fraud")
    }
    assert "Do not ship this order" in said["amount_mismatch"]
    assert "Amount: SAR 1,284.50" in without_isolates(said["amount_mismatch"])
    assert "Do not ship" not in said["early_fraud"]
    assert "Return it to the customer another way" in composed(flagged(order, "refund_failed"), alert_locale="en").text


def test_staff_open_their_own_page_of_the_order() -> None:
    """With `staff_url` a mail to staff leads there and not to the customer's page."""
    mail = a_mail(staff_url="https://gulfemperor.com/staff/{order_id}")
    message = mail.compose(disputed(replace(an_order(), id="10 457/ب")), now=NOW)
    assert message is not None
    assert "https://gulfemperor.com/staff/10%20457%2F%D8%A8" in message.text
    assert "https://gulfemperor.com/orders/10457" not in message.html + message.text


@pytest.mark.parametrize("url", ["https://gulfemperor.com/staff", "staff/{order_id}"])
def test_a_staff_url_that_leads_nowhere_is_refused(url: str) -> None:
    """It must hold the order's place, and be an address."""
    with pytest.raises(ConfigurationError, match="staff_url"):
        a_mail(staff_url=url)


def test_a_day_of_failed_payments() -> None:
    """Each with its order, amount, reason, code, time and link; the newest first; each currency summed alone."""
    message = a_digest(
        "ar",
        a_failure("ORD-1", "100.00", failed_at=NOW - timedelta(hours=2), reason_key="contact_bank", code="lost_card"),
        a_failure("ORD-2", "50.50"),
        a_failure("ORD-3", "0.50", url="", code="", reason_key=""),
        replace(a_failure("ORD-4"), amount=Money("7.250", "KWD")),
    )
    assert without_isolates(message.subject) == "المدفوعات الفاشلة ليوم 5 نوفمبر 2026 - إمبراطور الخليج"
    both_say(
        message, "#ORD-1", "100.00 ر.س", "رفضها البنك", "lost_card", "5 نوفمبر 2026، 2:07 م", "151.00 ر.س",
        "7.250 د.ك", "الرصيد غير كافٍ", "سبب غير معروف", "عدد المدفوعات الفاشلة",
    )  # fmt: skip
    assert message.text.index("#ORD-2") < message.text.index("#ORD-1")
    assert "https://gulfemperor.com/staff/orders/ORD-2" in message.text
    assert 'href="https://gulfemperor.com/staff/orders/ORD-2"' in message.html
    assert "4 دفعات فاشلة" in without_isolates(message.html)


def test_a_terrible_day_is_cut_where_nobody_would_read_on() -> None:
    """Twenty-five rows, and how many more; the count and the sum are of all."""
    message = a_digest("en", *(a_failure(f"ORD-{number}", "1.00") for number in range(73)))
    assert message.text.count("Order number:") == 25
    both_say(message, "And more that are not shown here: 48", "SAR 73.00")
    assert len(message.as_bytes()) < 60_000


def test_a_digest_is_the_same_mail_all_day_and_another_tomorrow() -> None:
    """Sent twice for a day it can be recognised."""
    mail, rows = a_mail(), [a_failure()]
    ids = []
    for day in (date(2026, 11, 5), date(2026, 11, 5), date(2026, 11, 6)):
        message = mail.digest(rows, day=day, now=NOW)
        assert message is not None
        ids.append(message.message_id)
    assert ids[0] == ids[1] != ids[2]


def test_a_digest_is_sent_counted_and_can_be_switched_off() -> None:
    """It goes to the alert addresses; a day without failures, a shop without staff or without wishes has none."""
    sender = MemorySender()
    a_mail(sender=sender).deliver_digest([a_failure()], day=NOW.date())
    a_mail(sender=sender).deliver_digest([], day=NOW.date())
    a_mail(sender=sender, alert_addresses=()).deliver_digest([a_failure()], day=NOW.date())
    a_mail(sender=sender, without={"failed_payments_digest"}).deliver_digest([a_failure()], day=NOW.date())
    assert [(sent.name, sent.recipients) for sent in sender.sent] == [
        ("failed_payments_digest", ("ops@gulfemperor.com",))
    ]


def test_a_row_is_made_of_what_a_payment_says() -> None:
    """Order and payment give number, amount, reason, code, time and address."""
    order = an_order()
    payment = a_payment(order, failure_message_key="expired_card", failure_code="expired_card", updated_at=NOW)
    row = FailedPayment.of(order, payment)
    assert (row.order_number, row.amount, row.failed_at) == ("ORD-2026-10457", sar("1284.50"), NOW)
    assert (row.reason_key, row.code, row.url) == ("expired_card", "expired_card", order.url)
    assert (
        FailedPayment.of(order, replace(payment, updated_at=None), url="https://s.example").failed_at
        == order.created_at
    )
