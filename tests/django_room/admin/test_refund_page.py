"""The refund page: asked twice, done once, never more than there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client

from gulf_payments import LineItem, Money
from gulf_payments.django import payments
from gulf_payments.django.admin.reading import facts_now
from tests.databases import Postgres
from tests.django_room.admin.staff import DEEDS, Desk, logged_in, user
from tests.django_room.rooms import room
from tests.djangos import database_at, postgres_settings
from tests.shops import sar


def form_of(client: Client, desk: Desk, *, order_id: str = "1017", **changes: Any) -> dict[str, Any]:
    """The refund form as it was shown, filled in."""
    form = client.get(desk.page("refund", order_id)).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    return {**given, "amount": "50.00", "checked": "on", "note": "damaged", **changes}


def refunds(desk: Desk) -> int:
    """How many refunds Stripe has."""
    return len(desk.fake.events("refund.created"))


def test_a_refund_is_asked_twice_and_made_once(desk: Desk, client: Client) -> None:
    """The form leads to a question with the amount in its button; only the answer refunds, and it is logged."""
    desk.paid()
    form = form_of(client, desk)
    question = client.post(desk.page("refund"), form)
    assert "Refund SAR\u00a0\u206650.00\u2069" in question.content.decode()
    assert refunds(desk) == 0
    answer = client.post(desk.page("refund"), {**form, "confirmed": "yes"})
    assert answer.status_code == 302
    assert payments.order("1017").refunded == sar("50.00")
    (asked,) = facts_now("1017").asked.values()
    assert (asked.note, asked.actor.startswith("staff:")) == ("damaged", True)
    assert "50.00" in LogEntry.objects.get().change_message


def test_a_double_click_refunds_once_and_logs_once(desk: Desk, client: Client) -> None:
    """The same form posted twice is one refund, also when all of it was refunded."""
    desk.paid()
    form = form_of(client, desk, amount="325.00", confirmed="yes")
    for _ in range(2):
        assert client.post(desk.page("refund"), form).status_code == 302
    assert (refunds(desk), LogEntry.objects.count()) == (1, 1)
    assert payments.order("1017").status == "refunded"


def test_a_colleague_who_saw_the_same_is_told(desk: Desk, client: Client) -> None:
    """Two people with the same page make one refund; the second hears that it was a colleague's."""
    desk.paid()
    form = form_of(client, desk, confirmed="yes")
    client.post(desk.page("refund"), form)
    late = logged_in(user("omar", *DEEDS)).post(desk.page("refund"), form, follow=True)
    assert "A colleague has just made this refund" in late.content.decode()
    assert (refunds(desk), LogEntry.objects.count()) == (1, 1)


def test_two_threads_on_postgresql(
    _postgres_tables: str,  # noqa: PT019 - the name of the database to copy
    postgres: Postgres,
    django_db_blocker: Any,
) -> None:
    """Both clicks arrive at the same time, on a real PostgreSQL: one refund."""
    with postgres.fresh_database(_postgres_tables) as name, django_db_blocker.unblock():
        settings = {**postgres_settings(postgres, name), "OPTIONS": {}}
        with database_at("default", **settings), room(ROOT_URLCONF="tests.django_room.admin.urls"):
            desk, person = Desk(), user("noura", *DEEDS)
            desk.paid()
            form = form_of(logged_in(person), desk, confirmed="yes")
            page = desk.page("refund")
            clients = [logged_in(person), logged_in(user("omar", *DEEDS))]

            def click(client: Client) -> int:
                try:
                    return client.post(page, form).status_code
                finally:
                    connections.close_all()

            with ThreadPoolExecutor(2) as pool:
                assert list(pool.map(click, clients)) == [302, 302]
            assert refunds(desk) == 1
            assert payments.order("1017").refunded == sar("50.00")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("325.01", "At most"), ("0", "above zero"), ("1.234", "no such small"), ("1,5", "such as"), ("-5", "such as")],
)
def test_a_wrong_amount_is_explained(desk: Desk, client: Client, typed: str, said: str) -> None:
    """Too much, nothing, too fine, unclear or negative: the page says so and nothing reaches Stripe."""
    desk.paid()
    page = client.post(desk.page("refund"), form_of(client, desk, amount=typed))
    assert said in page.content.decode()
    assert refunds(desk) == 0


def test_arabic_digits_are_digits(desk: Desk, client: Client) -> None:
    """٥٠٫٥ is fifty and a half."""
    desk.paid()
    client.post(desk.page("refund"), form_of(client, desk, amount="٥٠٫٥", confirmed="yes"))
    assert payments.order("1017").refunded == sar("50.50")


def test_dinars_end_in_nought(desk: Desk, client: Client) -> None:
    """Three decimals, of which Stripe refunds in tens of fils."""
    desk.paid(lines=[LineItem("عود", Money("12.340", "KWD"))], shipping=None, tax=None)
    refused = client.post(desk.page("refund"), form_of(client, desk, amount="1.235"))
    assert "no such small" in refused.content.decode()
    client.post(desk.page("refund"), form_of(client, desk, amount="1.230", confirmed="yes"))
    assert payments.order("1017").refunded == Money("1.230", "KWD")


def test_without_the_permission_nothing_happens(desk: Desk) -> None:
    """Somebody who may only look gets 403 on the page and on its answer."""
    desk.paid()
    looker = logged_in(user("omar"))
    assert looker.get(desk.page("refund")).status_code == 403
    assert looker.post(desk.page("refund"), {"confirmed": "yes"}).status_code == 403
    assert refunds(desk) == 0


def test_it_works_with_atomic_requests(desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that wraps each request in a transaction refunds all the same."""
    desk.paid()
    monkeypatch.setitem(connections["default"].settings_dict, "ATOMIC_REQUESTS", True)
    client.post(desk.page("refund"), form_of(client, desk, confirmed="yes"))
    assert payments.order("1017").refunded == sar("50.00")


def test_a_lost_answer_is_told_and_never_doubled(desk: Desk, client: Client) -> None:
    """When Stripe's answer is lost the refund stays reserved, and the staff are told not to ask another way."""
    desk.paid()
    form = form_of(client, desk, confirmed="yes")
    desk.fake.fail_next("timeout_after", match=("POST", "/v1/refunds"), times=5)
    page = client.post(desk.page("refund"), form, follow=True).content.decode()
    assert "being checked" in page
    desk.fake.stop_failing()
    client.post(desk.page("refund"), form)
    assert refunds(desk) == 1


@pytest.mark.parametrize("fields", [{}, {"confirmed": "yes", "amount": "1.00", "checked": "on"}], ids=["asked", "sure"])
def test_an_order_without_money_takes_no_refund(desk: Desk, client: Client, fields: dict[str, str]) -> None:
    """A form that is posted to an unpaid order all the same leads nowhere, and gives nothing back."""
    desk.placed()
    assert client.post(desk.page("refund"), fields).status_code in (200, 302)
    assert refunds(desk) == 0
