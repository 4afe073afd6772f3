"""Whole journeys on the Django shop, in Arabic on a phone: from the shelf to the result, by what a hand can press."""

from __future__ import annotations

import re

import pytest
import stripe as sdk
from playwright.sync_api import expect

from gulf_payments import Money, customer_message
from tests.examples.houses import House
from tests.examples.paying_customer import GOOD, Comes, Customer
from tests.fake_stripe.serving import eventually

ADDRESS = {
    "email": "sara@example.com",
    "name": "سارة أحمد",
    "phone": "٠٥٠١٢٣٤٥٦٧",
    "street": "طريق الملك فهد 12",
    "city": "الرياض",
}


def says(sara: Customer, key: str) -> None:
    """Wait for a sentence of the library's on the page."""
    expect(sara.page.locator("main")).to_contain_text(customer_message(key, "ar"))


def buys(sara: Customer, *, method: str = "card") -> None:
    """Put the first thing in the cart and order it, by hand."""
    sara.page.goto(f"{sara.house.address}/")
    sara.page.locator("form[action='/cart/'] button").first.click()
    sara.page.locator("a[href='/checkout/']").click()
    for name, text in ADDRESS.items():
        sara.page.locator(f"#{name}").fill(text)
    sara.page.locator(f"input[name=method][value={method}]").check()
    sara.page.locator("form[action='/checkout/'] button:not([type=button])").click()
    sara.page.wait_for_url(re.compile("/(pay|orders)/[a-z2-7]{16}/"))
    sara.order_id = sara.page.url.split("/")[4]


def test_from_the_shelf_to_the_result(customer: Comes, house: House) -> None:
    """Cart, checkout, payment, success; afterwards the cart is empty and the order stands under one's orders."""
    sara = customer()
    buys(sara)
    sara.sees("ready")
    sara.pays()
    sara.sees_result()
    order = house.shop.payments.order(sara.order_id)
    assert (order.status, order.shipping_address and order.shipping_address.phone) == ("confirmed", "0501234567")
    sara.page.goto(f"{house.address}/orders/")
    expect(sara.page.locator("main")).to_contain_text(order.number)
    assert order.cart is not None
    cart_id = order.cart.id
    eventually(lambda: not house.shop.carts.read(cart_id).items)  # the worker comes by in its own time
    sara.page.goto(f"{house.address}/cart/")
    expect(sara.page.locator("main")).to_contain_text("سلتك فارغة")


def test_paid_on_delivery(customer: Comes, house: House) -> None:
    """No card is asked for; the order is taken, and its page says how it is paid."""
    sara = customer()
    buys(sara, method="cash_on_delivery")
    says(sara, "page.accepted")
    assert house.shop.payments.order(sara.order_id).status == "accepted"


@pytest.mark.parametrize(
    ("card", "key"),
    [("4000000000000002", "decline.contact_bank"), ("4000000000000069", "decline.expired_card")],
    ids=["declined", "expired"],
)
def test_a_card_that_is_no_good(customer: Comes, house: House, card: str, key: str) -> None:
    """The reason in words, the order still to be paid; and from the order's page a way to try again."""
    sara = customer()
    sara.is_ready()
    sara.pays(card)
    sara.sees("declined")
    expect(sara.alert).to_contain_text(customer_message(key, "ar"))
    house.fake.await_webhooks()
    sara.page.goto(f"{house.address}/orders/{sara.order_id}/")
    sara.page.get_by_role("link", name="المحاولة مرة أخرى").click()
    sara.sees("declined")
    sara.pays(GOOD)
    sara.sees_result()


def test_the_webhook_is_late(customer: Comes, house: House) -> None:
    """Stripe has the money and has told nobody: the result asks, and shows it; the late webhook changes nothing."""
    sara = customer()
    sara.is_ready()
    house.fake.hold_webhooks()
    try:
        sara.pays()
        sara.sees_result()
        assert house.shop.payments.order(sara.order_id).status == "confirmed"
    finally:
        house.fake.hold_webhooks(held=False)
    house.fake.await_webhooks()
    sara.page.reload()
    sara.sees_result()


def test_the_webhook_is_lost(customer: Comes, house: House) -> None:
    """None of them ever comes: whoever opens the order's result has Stripe looked up, and the order is confirmed."""
    sara = customer()
    sara.is_ready()
    house.fake.hold_webhooks()
    try:
        secret = house.shop.payments.start_payment(sara.order_id)
        house.fake.pay(secret)
        house.fake.drop_webhooks()
        sara.page.goto(f"{house.address}/pay/{sara.order_id}/return/")
        sara.sees_result()
    finally:
        house.fake.hold_webhooks(held=False)


def test_a_forged_return_proves_nothing(customer: Comes, house: House) -> None:
    """An address that claims success leads back to the payment: the server asks Stripe."""
    sara = customer()
    sara.is_ready()
    sara.page.goto(f"{house.address}/pay/{sara.order_id}/return/?redirect_status=succeeded&payment_intent=pi_1")
    sara.sees("ready")
    assert house.shop.payments.order(sara.order_id).status == "pending"


def test_another_customers_order_is_not_there(customer: Comes, house: House) -> None:
    """Neither its payment nor its result opens for somebody else; it reads like one that never was."""
    sara, stranger = customer(), customer()
    sara.is_ready()
    for path in (f"/pay/{sara.order_id}/", f"/orders/{sara.order_id}/", f"/orders/{sara.order_id}/result/"):
        answer = stranger.page.goto(house.address + path)
        assert answer is not None
        assert answer.status == 404
        says(stranger, "page.not_found")


def test_a_cancelled_order_that_is_paid_late(customer: Comes, house: House) -> None:
    """The customer cancels by hand; money that comes all the same waits for a person, and no page calls it paid."""
    sara = customer()
    sara.is_ready()
    sara.page.goto(f"{house.address}/orders/{sara.order_id}/")
    sara.page.locator("summary").click()
    sara.page.locator(f"form[action='/orders/{sara.order_id}/cancel/'] button").click()
    says(sara, "page.canceled")
    order = house.shop.payments.order(sara.order_id)
    stripe = sdk.StripeClient("sk_test_late", http_client=house.fake.http_client())
    metadata = {"shop": "gulf-emperor", "order_id": sara.order_id}
    made = stripe.v1.payment_intents.create({"amount": order.total.minor, "currency": "sar", "metadata": metadata})
    house.fake.pay(str(made.client_secret))
    house.fake.await_webhooks()
    sara.page.goto(f"{house.address}/orders/{sara.order_id}/result/")
    says(sara, "page.confirming")
    assert house.shop.payments.order(sara.order_id).status == "review"


def test_a_refund_is_shown(customer: Comes, house: House) -> None:
    """What staff give back stands on the order's page."""
    sara = customer()
    sara.is_ready()
    sara.pays()
    sara.sees_result()
    house.shop.payments.refund(sara.order_id, Money("5.00", "SAR"), request_id="shown", actor="staff:1")
    sara.page.goto(f"{house.address}/orders/{sara.order_id}/")
    says(sara, "page.partially_refunded")
