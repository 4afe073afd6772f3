"""`from gulf_payments.django import payments`: when it is made, out of what, and what it keeps to itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.test import Client, override_settings

from gulf_payments import ConfigurationError, OrderConfirmed, Payments
from gulf_payments.django import payments
from gulf_payments.django.lazy import LazyPayments
from gulf_payments.mail import Mail
from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.where import WHERE
from tests.django_room.rooms import (
    GOOD,
    IN_MEMORY,
    LIVE,
    SECRETS,
    SHOP,
    always_the_same,
    given,
    in_memory,
    room,
    shop_in_memory,
)
from tests.shops import order

KEYS = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET")


@pytest.fixture
def memory() -> Iterator[None]:
    """Open a shop in memory."""
    with in_memory():
        yield


def test_importing_and_subscribing_need_neither_settings_nor_apps() -> None:
    """A module that is imported before Django is set up may name payments and subscribe to them."""
    program = (
        "from gulf_payments import OrderConfirmed, Payments\n"
        "from gulf_payments.django import payments\n"
        "payments.on(OrderConfirmed, name='x')(print)\n"
        "assert isinstance(payments, Payments), type(payments)\n"
        "print(repr(payments))"
    )
    said = subprocess.check_output([sys.executable, "-W", "error", "-c", program], text=True)
    assert said == "<payments: not made yet>\n"


def test_what_is_missing_is_told_at_once_with_where_to_get_it() -> None:
    """The first use names every setting that is missing, where it comes from, and the parts of GULF_PAYMENTS."""
    with (
        room(GULF_PAYMENTS={}, DEFAULT_FROM_EMAIL="", **dict.fromkeys(KEYS, "")),
        pytest.raises(ConfigurationError) as refused,
    ):
        payments.orders()
    for name in (*KEYS, "DEFAULT_FROM_EMAIL"):
        assert f"{name} is missing: {WHERE[name]}" in str(refused.value)
    assert 'GULF_PAYMENTS["SHOP"] is missing' in str(refused.value)
    assert 'GULF_PAYMENTS["BRAND"] is missing' in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"STRIPE_SECRET_KEY": "pk_test_hidden1"}, "STRIPE_SECRET_KEY is wrong"),
        ({"STRIPE_PUBLISHABLE_KEY": "sk_test_hidden1"}, "STRIPE_PUBLISHABLE_KEY is wrong"),
        ({"STRIPE_PUBLISHABLE_KEY": "pk_live_1"}, "are of two modes"),
        ({"STRIPE_WEBHOOK_SECRET": ["sk_test_hidden1"]}, "STRIPE_WEBHOOK_SECRET is wrong"),
        ({"DEFAULT_FROM_EMAIL": "Gulf Emperor"}, "DEFAULT_FROM_EMAIL is wrong"),
        ({"GULF_PAYMENTS": ["SHOP"]}, "GULF_PAYMENTS is no dict"),
        (given(SHOPS="x"), "GULF_PAYMENTS has no 'SHOPS': it knows SHOP, BRAND, RETRY_URL"),
        (given(SHOP="a:b"), '["SHOP"] is wrong'),
        (given(BRAND={"name_ar": "س"}), "needs name_en"),
        (given(BRAND=SHOP["BRAND"] | {"colour": "red"}), "a brand has no colour"),  # type: ignore[operator]
        (given(BRAND=SHOP["BRAND"] | {"accent": "red"}), "accent must be a colour"),  # type: ignore[operator]
        (given(BRAND="Gulf Emperor"), '["BRAND"] is wrong'),
        (given(RETRY_URL="https://shop.example/pay/"), "retry_url is like"),
        (given(ALERT_EMAILS=["no address"]), "no plain address"),
        (given(MAIL={"sender": 1}), "not sender"),
        (given(DATABASE="archive"), "names 'archive', which DATABASES lacks: it has default"),
        (given(STRIPE_ADDRESS="localhost"), "is no http(s) address"),
        (LIVE | given(STRIPE_ADDRESS="http://127.0.0.1:12111"), "would be sent the live keys"),
        (given(PAYMENTS="tests.django_room.rooms.nothing"), "cannot be imported"),
        (given(PAYMENTS="tests.django_room.rooms.no_shop"), "must be a function that returns a Payments"),
        (given(PAYMENTS="tests.django_room.rooms.SECRET"), "must be a function that returns a Payments"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_repeated(changes: dict[str, Any], said: str) -> None:
    """Each wrong setting has its sentence, and no key stands in it."""
    with room(**changes), pytest.raises(ConfigurationError) as refused:
        payments.orders()
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_changed_settings_give_another_shop() -> None:
    """`override_settings` is all that a test of a shop needs; after the block the first settings hold again."""
    with in_memory():
        first = payments.store
        assert payments.store is first
        with override_settings(GULF_PAYMENTS=IN_MEMORY | {"TRUSTED_PROXIES": 1}):
            assert payments.store is not first
        with override_settings(LANGUAGE_CODE="en"):
            same = payments.store
        assert payments.store is same
    assert repr(payments) == "<payments: not made yet>"


def test_threads_that_come_at_once_get_one_shop() -> None:
    """Eight threads use it for the first time in the same moment: one is made."""
    made, start = list[Payments](), Barrier(8)

    def make() -> Payments:
        made.append(shop_in_memory())
        return made[-1]

    lazy = LazyPayments(make)

    def use(_: int) -> Payments:
        start.wait()
        return lazy.itself()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(8))) == set(made)
    assert len(made) == 1


def test_a_subscriber_stays_when_the_shop_is_made_anew(fake_stripe: FakeStripe) -> None:
    """Who subscribed at import hears the shop of every settings, made before or after, and once of each order."""
    heard: list[str] = []
    lazy = LazyPayments(shop_in_memory)
    lazy.on(OrderConfirmed, name="early")(lambda event: heard.append(f"early {event.order.id}"))
    for number in ("1", "2"):
        pay(lazy, fake_stripe, number)
        if number == "1":
            lazy.on(OrderConfirmed, name="late")(lambda event: heard.append(f"late {event.order.id}"))
            lazy.on_stripe("customer.updated", name="crm")(print)
            lazy.forget()
    assert heard == ["early 1", "early 2", "late 2"]


def test_a_factory_may_return_one_object_for_ever(fake_stripe: FakeStripe) -> None:
    """The shop's own object is told of each subscriber once, however often the settings change."""
    heard: list[str] = []
    lazy = LazyPayments(always_the_same)
    lazy.on(OrderConfirmed, name="once")(lambda event: heard.append(event.order.id))
    lazy.itself()
    lazy.forget()
    pay(lazy, fake_stripe, "1")
    assert heard == ["1"]


def pay(lazy: LazyPayments, fake: FakeStripe, order_id: str) -> None:
    """Pay an order to its end."""
    fake.drive(lazy)  # type: ignore[arg-type]  # a Payments to everyone who asks
    lazy.place_order(order(order_id))
    fake.pay(lazy.start_payment(order_id))
    fake.settle()


def test_a_wrong_subscriber_is_told_by_the_first_use() -> None:
    """Two of one name: importing them goes well, using the shop does not."""
    lazy = LazyPayments(shop_in_memory)
    for _ in range(2):
        lazy.on(OrderConfirmed, name="twin")(print)
    with pytest.raises(ConfigurationError, match="twin"):
        _ = lazy.shop


@pytest.mark.usefixtures("memory")
def test_a_shops_tests_pay_at_the_fake(fake_stripe: FakeStripe) -> None:
    """`fake_stripe.drive(payments)` takes the lazy object, which has its own gateway back when it is released."""
    own = payments.gateway
    fake_stripe.drive(payments)
    payments.place_order(order())
    fake_stripe.pay(payments.start_payment("1017"))
    fake_stripe.settle()
    assert payments.order("1017").status == "confirmed"
    assert isinstance(payments.mail, Mail)
    fake_stripe.release()
    assert payments.gateway is own


def test_a_fake_gives_a_gateway_back_to_nobody_else(fake_stripe: FakeStripe) -> None:
    """The settings change under a driven shop: what it had is not given to the shop of the other settings."""
    with in_memory():
        fake_stripe.drive(payments)
        driven = payments.gateway
    with in_memory():
        own = payments.gateway
        fake_stripe.release()
        assert payments.gateway is own
        assert payments.gateway is not driven


@pytest.mark.usefixtures("memory")
def test_attributes_are_those_of_the_shop() -> None:
    """What is set on payments is set on the shop, and can be taken away."""
    payments.note = "here"  # type: ignore[attr-defined]
    assert payments.itself().note == "here"  # type: ignore[attr-defined]
    del payments.note  # type: ignore[attr-defined]
    assert not hasattr(payments, "note")


# --- What it keeps to itself


def page_of_an_error() -> str:
    """What DEBUG shows of a view that fails: settings, and the variables of every frame."""
    page = Client(raise_request_exception=False).get("/broken/")
    assert page.status_code == 500
    return str(page.content.decode())


def leaks(text: str) -> list[str]:
    """The secrets that stand in a text."""
    return [secret for secret in SECRETS.values() if secret in text]


def test_a_page_of_an_error_shows_no_secret() -> None:
    """The view has payments in its hands, and GULF_PAYMENTS is among the settings."""
    with in_memory(DEBUG=True):
        page = page_of_an_error()
    assert "there is no order" in page
    assert "Payments(&#x27;in-memory:test&#x27;)" in page
    assert "GULF_PAYMENTS" in page
    assert leaks(page) == []


def test_the_page_of_wrong_settings_shows_no_secret() -> None:
    """They were read by the frames that fail."""
    with room(DEBUG=True, **given(SHOP="")):
        page = page_of_an_error()
    assert "SHOP&quot;] is missing" in page
    assert leaks(page) == []


def test_neither_page_nor_log_of_a_stripe_that_is_away_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    """The frames of Stripe's SDK hold the key."""
    caplog.set_level("DEBUG")
    with in_memory(DEBUG=True):
        payments.place_order(order("no-such-order"))
        page = page_of_an_error()
    assert "OutcomeUnknown" in page
    assert leaks(page + caplog.text) == []


def test_the_brand_and_mails_come_from_the_settings() -> None:
    """TIME_ZONE is the brand's unless it has one, and MAIL holds what else Mail takes."""
    from gulf_payments.django import configuration

    further = {"staff_url": "https://shop.example/admin/{order_id}", "without": ["order_cancelled"]}
    with room(TIME_ZONE="Asia/Kuwait", **given(MAIL=further, RETRY_URL="https://shop.example/pay/r/{token}")):
        mail = configuration.read().mail(object())
    assert mail.brand.time_zone == "Asia/Kuwait"
    assert mail.staff_url == further["staff_url"]
    assert mail.signing_key == GOOD["SECRET_KEY"]
