"""What only the Django shop has: its own orders, the admin under the shop's headers, Django's sessions and routes."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from examples.django_shop.models import ShopOrder
from examples.storefront.routes import ROUTES
from gulf_payments import customer_message
from gulf_payments.money import Money
from tests.examples.shops import ADDRESS, Browser, OpenShop, open_shop


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenShop]:
    """Open the Django shop over a fake Stripe."""
    with open_shop("django", tmp_path, request) as opened:
        yield opened


@pytest.fixture
def browser(shop: OpenShop) -> Browser:
    """Open a browser that has not been here before."""
    return Browser(shop)


def test_the_shops_own_order_stays_its_own(shop: OpenShop, browser: Browser) -> None:
    """It begins with the confirmation, once; what the shop writes into it no news of money changes."""
    order = browser.order()
    assert not ShopOrder.objects.exists()
    browser.pay(order)
    shop.settle()
    assert ShopOrder.objects.get().key == order
    ShopOrder.objects.update(status="shipped")
    shop.payments.refund(order, Money("5.00", "SAR"), request_id="one", actor="staff:1")
    shop.settle()
    assert [(goods.key, goods.status) for goods in ShopOrder.objects.all()] == [(order, "shipped")]


def test_an_order_that_is_paid_on_delivery_begins_too(shop: OpenShop, browser: Browser) -> None:
    """Taken without money yet: the goods are packed all the same, and the cart is empty."""
    order = browser.order(method="cash_on_delivery")
    shop.settle()
    assert ShopOrder.objects.get().key == order
    assert browser.cart_count() == 0


def test_the_admin_stands_under_the_shops_headers(shop: OpenShop, browser: Browser) -> None:
    """Its pages carry the same policy, and need no exception from it: no script or style stands in them."""
    User.objects.create_superuser("admin", "admin@shop.example", "of-this-test")
    order = browser.order()
    browser.pay(order)
    shop.settle()
    staff = Browser(shop)
    staff.get("/admin/login/")
    staff.post("/admin/login/", username="admin", password="of-this-test", next="/admin/")
    for path in ("", "gulf_payments/order/", "gulf_payments/payment/", "django_shop/shoporder/"):
        page = staff.get(f"/admin/{path}")
        assert page.status_code == 200, path
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "style=" not in page.text, path
        assert "<style" not in page.text, path
    assert order in staff.get("/admin/django_shop/shoporder/").text


def test_the_log_in_gets_a_session_of_its_own(browser: Browser) -> None:
    """Who logs in gets another session id, so one that was planted before is worth nothing; logging out ends it."""
    browser.add()
    planted = browser.client.cookies["sessionid"]
    browser.log_in("sara")
    assert browser.client.cookies["sessionid"] != planted
    assert browser.cart_count() == 1
    browser.post("/logout/")
    assert browser.get("/orders/").status_code == 303


def test_a_form_that_is_too_old_is_told_so_by_the_shop(browser: Browser) -> None:
    """A token that a log-in elsewhere has made stale leads to the shop's own page, in its language and policy."""
    browser.add()
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": ADDRESS, "X-CSRFToken": "a" * 64}
    answer = browser.client.post("/cart/", data={"sku": "bakhoor", "quantity": "1"}, headers=headers)
    assert answer.status_code == 403
    assert '<html lang="ar"' in answer.text
    assert customer_message("error.invalid_request", "ar") in unescape(answer.text)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert browser.cart_count() == 1


def test_every_route_is_mounted(browser: Browser) -> None:
    """The storefront's whole table is in the urls, and takes the verbs that it says."""
    for path, _name, methods in ROUTES:
        address = path.replace("<order_id>", "a" * 16).replace("<token>", "none")
        assert browser.client.request("DELETE", address).status_code in (403, 405), path
        if "GET" not in methods:
            assert browser.get(address).status_code == 405, path


def test_a_slow_request_cannot_undo_the_logout(browser: Browser) -> None:
    """The session's row is gone with the logout: whoever still had its cookie is nobody."""
    browser.log_in("sara")
    before = browser.client.cookies["sessionid"]
    browser.post("/logout/")
    browser.client.cookies.set("sessionid", before)
    assert browser.get("/orders/").status_code == 303


def test_a_shop_with_users_of_its_own_tells_no_names(browser: Browser) -> None:
    """The hint with the demonstration's customers is the other shops'."""
    assert "omar" not in browser.get("/login/").text
