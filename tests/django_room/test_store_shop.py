"""A shop on DjangoStore: whole orders, its own tables beside ours, and ATOMIC_REQUESTS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from gulf_payments import OrderConfirmed, OrderStatus, PaymentStatus
from gulf_payments.django.store import DjangoStore
from gulf_payments.django.views import stripe_webhook
from gulf_payments.errors import ConfigurationError
from tests.shops import Shop, order, sar

OPEN: list[Shop] = []  # the shop that the views below stand in


def shop_of_the_test() -> Any:
    """What `GULF_PAYMENTS["PAYMENTS"]` names."""
    return OPEN[-1].payments


@csrf_exempt
def pay(request: HttpRequest) -> HttpResponse:
    """A view of the shop's that writes a row of its own and then starts a payment."""
    del request
    Group.objects.create(name="asked to pay")
    return HttpResponse(OPEN[-1].payments.start_payment("1017").client_secret)


@csrf_exempt
@transaction.non_atomic_requests
def pay_outside(request: HttpRequest) -> HttpResponse:
    """The same view, decorated as the error says."""
    return pay(request)


urlpatterns = [
    path("pay/", pay),
    path("pay-outside/", pay_outside),
    path("webhook/", stripe_webhook),
]


@pytest.fixture
def shop(django_alias: str) -> Shop:
    """Open a shop on an empty database, once of each kind."""
    return Shop(DjangoStore(django_alias))


@pytest.fixture
def atomic_shop(django_sqlite: str) -> Iterator[Shop]:
    """Open a shop whose every view is one transaction."""
    connections.settings[django_sqlite]["ATOMIC_REQUESTS"] = True
    OPEN.append(Shop(DjangoStore(django_sqlite)))
    theirs = {
        "STRIPE_SECRET_KEY": "sk_test_123",
        "STRIPE_WEBHOOK_SECRET": "whsec_test",
        "GULF_PAYMENTS": {"PAYMENTS": f"{__name__}.shop_of_the_test"},
    }
    with override_settings(ROOT_URLCONF=__name__, **theirs):
        yield OPEN[-1]
    OPEN.pop()


def test_an_order_is_paid_confirmed_mailed_and_refunded_once(shop: Shop) -> None:
    """From the cart to the refund: one charge, one confirmation, one receipt."""
    confirmed: list[OrderConfirmed] = []
    shop.payments.on(OrderConfirmed, name="fulfil")(confirmed.append)
    assert shop.payments.place_order(order()).status is OrderStatus.PENDING
    shop.fake.pay(shop.payments.start_payment("1017"))
    assert shop.payments.order("1017").status is OrderStatus.PENDING, "nothing is believed before Stripe says so"
    for _ in range(2):
        shop.settle()
    paid = shop.payments.order("1017")
    assert (paid.status, paid.payment_status, paid.paid) == ("confirmed", PaymentStatus.SUCCEEDED, sar("325.00"))
    assert ([event.key for event in confirmed], len(shop.subjects)) == (["order:1017:confirm"], 1)
    assert confirmed[0].order.customer.name == "سارة"
    shop.payments.refund("1017", sar("25.00"), request_id="a")
    shop.settle()
    assert shop.payments.order("1017").refunded == sar("25.00")
    assert [found.received for found in shop.payments.payments(status="partially_refunded")] == [sar("325.00")]


@pytest.mark.parametrize("fails", [False, True], ids=["kept", "undone"])
def test_a_subscriber_writes_in_the_stores_transaction(shop: Shop, *, fails: bool) -> None:
    """What it writes by the ORM and the mark are one commit: when it raises after writing, neither is left."""
    assert isinstance(shop.store, DjangoStore)
    alias, moods = shop.store.using, [fails]
    groups = Group.objects.using(alias)

    @shop.payments.on(OrderConfirmed, name="ship", transactional=True)
    def ship(event: OrderConfirmed, connection: Any) -> None:
        assert connection is connections[alias]
        groups.create(name=event.key)
        if moods.pop():
            raise RuntimeError("the printer is out of paper")

    shop.paid()
    assert [group.name for group in groups.all()] == ([] if fails else ["order:1017:confirm"])
    waiting = {entry.subscriber: entry.waiting for entry in shop.payments.backlog()}
    assert waiting.get("ship", 0) == (1 if fails else 0)
    moods.append(False)
    shop.settle(seconds=60)
    assert [group.name for group in groups.all()] == ["order:1017:confirm"]
    assert shop.payments.backlog() == []


def test_an_atomic_view_is_told_what_to_do_and_loses_nothing(atomic_shop: Shop) -> None:
    """Inside the request's transaction no payment starts: a sentence instead, nothing asked of Stripe, nothing kept."""
    atomic_shop.payments.place_order(order())
    with pytest.raises(ConfigurationError, match="non_atomic_requests"):
        Client().post("/pay/")
    assert not Group.objects.exists()
    assert atomic_shop.fake.events() == []
    assert atomic_shop.payments.order("1017").payments == ()


def test_a_decorated_view_and_the_webhook_work(atomic_shop: Shop) -> None:
    """Decorated, the same view starts the payment, and the library's webhook view takes Stripe's word for it."""
    atomic_shop.payments.place_order(order())
    started = Client().post("/pay-outside/").content.decode()
    assert Group.objects.exists()
    atomic_shop.fake.pay(started.partition("_secret")[0])
    for event in atomic_shop.fake.events():
        body, signature = atomic_shop.fake.signed(event["id"])
        headers = {"Stripe-Signature": signature}
        answer = Client().post("/webhook/", body, content_type="application/json", headers=headers)
        assert answer.status_code == 200
    assert atomic_shop.payments.order("1017").status == "confirmed"
