"""The lists and details: what they show, whom they show it to, and how many queries it takes."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gulf_payments import Customer, LineItem
from gulf_payments.django import models, payments
from gulf_payments.django.admin.exporting import harmless
from tests.django_room.admin.staff import Desk, logged_in, user
from tests.shops import sar

KINDS = ("order", "payment", "refund", "webhookevent", "delivery")


def listed(kind: str, **query: str) -> str:
    """The address of a list."""
    return reverse(f"admin:gulf_payments_{kind}_changelist", query=query)


def text_of(client: Client, url: str) -> str:
    """A page's source; it must answer 200."""
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def found(client: Client, kind: str, **query: str) -> list[Any]:
    """The rows of a list, searched or filtered."""
    return list(client.get(listed(kind, **query)).context["cl"].result_list)


def one_of_each(desk: Desk) -> None:
    """Paid, declined, partly refunded, disputed, paid twice beside Stripe, accepted."""
    desk.paid("paid")
    desk.paid("declined", card="4000000000009995")
    desk.paid("refunded")
    payments.refund("refunded", sar("50.00"), request_id="a", note="broken", actor="staff:1")
    desk.paid("disputed")
    desk.fake.dispute(payments.order("disputed").payments[0].intent_id)
    desk.paid("flagged")
    payments.record_outside_payment("flagged", sar("5.00"), method="bank_transfer", reference="T-1", actor="staff:1")
    desk.placed("accepted")
    payments.accept("accepted", method="cash_on_delivery", actor="staff:1")
    desk.settle()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_opens_in_both_languages(desk: Desk, language: str) -> None:
    """Lists, details and pages of deeds of orders in every state."""
    one_of_each(desk)
    client = logged_in(user("noura", *dict(models.DEEDS)), language)
    for kind in KINDS:
        page = client.get(listed(kind))
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page.content.decode()
        rows = list(page.context["cl"].result_list)
        assert rows
        for row in rows:
            text_of(client, reverse(f"admin:gulf_payments_{kind}_change", args=[row.pk]))
            for deed in ("refund", "resolve", "outside", "accept", "cancel") if kind == "order" else ():
                assert client.get(desk.page(deed, row.key)).status_code in (200, 302)


def test_an_order_tells_its_story(desk: Desk, client: Client) -> None:
    """The timeline has each fact, its amount, who caused it, and what it did to the status; mails stand below."""
    desk.paid("1017")
    payments.refund("1017", sar("50.00"), request_id="a", note="broken lid", actor="staff:1")
    desk.settle()
    page = text_of(client, desk.page())
    words = (
        ">Issue refund</a>",
        ">Record outside payment</a>",
        "Order placed",
        "Payment succeeded",
        "Refund asked for",
        "broken lid",
        "noura",
        "Partly refunded",
        "Webhook received",
        "Order confirmed",
        "charge.succeeded",
    )
    for said in words:
        assert said in page
    intent = payments.order("1017").payments[0].intent_id
    assert f'href="https://dashboard.stripe.com/test/payments/{intent}" target="_blank" rel="noopener"' in page
    assert '<span dir="ltr">325.00</span>' in page


def test_search_finds_by_any_name(desk: Desk, client: Client) -> None:
    """Order number, email, card, and every id at Stripe lead to the payment and its order."""
    one_of_each(desk)
    refunded = payments.order("refunded").payments[0]
    for term in (refunded.intent_id, refunded.charge_id, refunded.id, refunded.refunds[0].id):
        assert [row.order.key for row in found(client, "payment", q=term)] == ["refunded"]
        assert [row.key for row in found(client, "order", q=term)] == ["refunded"]
    assert len(found(client, "payment", q="sara@example.com")) == 5
    assert {row.order.key for row in found(client, "payment", q="9995")} == {"declined"}


def test_filters_choose(desk: Desk, client: Client) -> None:
    """Status, failure, refund, alert, mode and shop."""
    one_of_each(desk)
    assert [row.order.key for row in found(client, "payment", status="failed")] == ["declined"]
    assert [row.order.key for row in found(client, "payment", failure="insufficient_funds")] == ["declined"]
    assert [row.order.key for row in found(client, "payment", refunded="part")] == ["refunded"]
    assert "flagged" in [row.key for row in found(client, "order", alerts="open")]
    assert "paid" not in [row.key for row in found(client, "order", alerts="open")]
    assert [row.key for row in found(client, "order", payment_status="disputed")] == ["disputed"]
    assert found(client, "order", mode="live") == []
    assert len(found(client, "order", shop="ours")) == 6
    assert found(client, "order", currency="other") == []


@pytest.mark.parametrize("kind", KINDS)
def test_lists_take_as_many_queries_for_fifty_rows_as_for_five(desk: Desk, client: Client, kind: str) -> None:
    """Nothing is asked row by row."""
    counts = []
    for upto in (range(5), range(5, 25)):
        for number in upto:
            desk.paid(f"{number}")
            payments.refund(f"{number}", sar("1.00"), request_id="a")
        desk.settle()
        with CaptureQueriesContext(connection) as queries:
            text_of(client, listed(kind))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_huge_order_opens_with_as_many_queries(desk: Desk, client: Client) -> None:
    """200 lines and 50 payments: the same number of queries as a small order."""
    counts = []
    desk.paid("small")
    lines = [LineItem(f"عود {number}", sar("1.00")) for number in range(200)]
    desk.placed("huge", lines=lines, tax=None)
    for _ in range(50):
        attempt = payments.start_payment("huge")
        desk.fake.pay(attempt, card="4000000000009995")
        payments.place_order(payments.order("huge"))
    desk.settle()
    for order_id in ("small", "huge"):
        with CaptureQueriesContext(connection) as queries:
            text_of(client, desk.page(order_id=order_id))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_names_cannot_write_markup_or_turn_the_page_around(desk: Desk, client: Client) -> None:
    """A name with a tag and an override is escaped and cleaned, in the list and in the detail."""
    name = "<script>alert(1)</script>\u202eevil"
    desk.paid(
        customer=Customer(email="sara@example.com", name=name), lines=[LineItem("<b>x</b>", sar("9.00"))], tax=None
    )
    for url in (listed("order"), desk.page()):
        page = text_of(client, url)
        assert "<script>alert(1)" not in page
        assert "<b>x</b>" not in page
        assert "\u202e" not in page
        assert "&lt;script&gt;" in page


def test_a_looker_sees_no_buttons_and_changes_nothing(desk: Desk) -> None:
    """With the right to look alone there is no deed, no export, nothing to add, and 403 on every answer."""
    desk.paid()
    looker = logged_in(user("omar"))
    page = looker.get(desk.page())
    assert page.context["deeds"] == []
    assert "formaction" not in page.content.decode()
    assert "Export" not in text_of(looker, listed("payment"))
    for deed in ("refund", "resolve", "outside", "take-back", "accept", "cancel", "capture", "look-up"):
        assert looker.post(desk.page(deed), {"confirmed": "yes"}).status_code == 403
    for kind in KINDS:
        assert looker.get(reverse(f"admin:gulf_payments_{kind}_add")).status_code == 403
    assert looker.post(desk.page(), {"status": "refunded"}).status_code == 403


def test_an_order_of_another_shop_is_only_read(desk: Desk, client: Client) -> None:
    """One database, two shops: the page says why there are no buttons, and a forged answer is refused."""
    desk.paid()
    models.Order.objects.update(scope="another-shop:live")
    page = client.get(desk.page())
    assert "another shop or mode" in page.content.decode()
    assert page.context["deeds"] == []
    assert client.post(desk.page("refund"), {"confirmed": "yes"}).status_code == 403
    assert len(found(client, "order", shop="others", mode="live")) == 1


def test_the_export_is_plain_and_harmless(desk: Desk, client: Client) -> None:
    """Decimals with a point, instants with their offset, and no cell that a spreadsheet would run."""
    desk.paid(number="=1+1")
    rows = [str(row.pk) for row in models.Payment.objects.all()]
    answer = client.post(listed("payment"), {"action": "export", "_selected_action": rows})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(body))
    assert (row["order"], row["amount"], row["currency"]) == ("'=1+1", "325.00", "SAR")
    assert row["created"].endswith("+03:00")
    for cell in ("+1", "-1", "@x", "\t=1", "＝1"):
        assert harmless(cell).startswith("'")


def test_staff_settle_what_the_machine_cannot(desk: Desk, client: Client) -> None:
    """Record a transfer, resolve the alert it raised, take it back; accept and cancel others; each page once."""
    desk.paid("1017")
    given = {"amount": "5.00", "method": "bank_transfer", "reference": "T-1", "checked": "on", "confirmed": "yes"}
    client.post(desk.page("outside"), given)
    assert payments.order("1017").anomalies == ("paid_twice:1017",)
    verdict = {"flag": "paid_twice:1017", "verdict": "dismiss", "note": "a tip", "checked": "on", "confirmed": "yes"}
    client.post(desk.page("resolve"), verdict)
    assert payments.order("1017").anomalies == ()
    client.post(desk.page("take-back"), {"reference": "T-1", "checked": "on", "confirmed": "yes"})
    assert payments.order("1017").paid == sar("325.00")
    desk.placed("2")
    client.post(desk.page("accept", "2"), {"method": "cash_on_delivery", "checked": "on", "confirmed": "yes"})
    assert payments.order("2").status == "accepted"
    client.post(desk.page("cancel", "2"), {"reason": "abandoned", "checked": "on", "confirmed": "yes"})
    assert payments.order("2").status == "canceled"


def test_a_held_payment_is_captured(desk: Desk, client: Client) -> None:
    """Authorised money is taken by the button that names it."""
    desk.placed()
    desk.fake.pay(payments.start_payment("1017", capture_method="manual"))
    desk.settle()
    question = client.post(desk.page("capture"), {"checked": "on"}).content.decode()
    assert "Capture SAR" in question
    client.post(desk.page("capture"), {"checked": "on", "confirmed": "yes"})
    assert payments.order("1017").status == "confirmed"


def test_looking_up_again_hears_what_webhooks_lost(desk: Desk, client: Client) -> None:
    """The webhooks were lost; one button asks Stripe."""
    desk.placed()
    desk.fake.pay(payments.start_payment("1017"))
    desk.fake.drop_webhooks()
    assert payments.order("1017").status == "pending"
    client.post(desk.page("look-up"))
    assert payments.order("1017").status == "confirmed"
