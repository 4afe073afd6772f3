"""Each page of the shop in each of its states, with sample data: what the tests look at, and the pictures show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from examples.storefront.answers import Shown
from examples.storefront.catalogue import FREE_SHIPPING_FROM, MOST_PIECES, PRODUCTS, lines_of, shipping_for, sums_of
from examples.storefront.pages import (
    CartPage,
    CataloguePage,
    CheckoutPage,
    Frame,
    Item,
    LoginPage,
    NoticePage,
    OrderPage,
    OrderRow,
    OrdersPage,
    Page,
    PayPage,
    ResultPage,
)
from examples.storefront.presenting import reasons
from gulf_payments import Address, Customer, Money, Order, Payment, customer_message
from gulf_payments.machine import PaymentStatus
from gulf_payments.money import total_of
from gulf_payments.progress import Progress, State

AT = datetime(2026, 11, 5, 13, 7, tzinfo=UTC)
BASKET = {"oud-royal": 1, "rose-taif": 2, "coffee-saudi": 1}
ADDRESSES = {
    "home": Address(
        name="سارة العتيبي", phone="+966501234567", street="شارع العليا 12", district="الورود", city="الرياض",
        postal_code="12251",
    ),
    "work": Address(name="Sara Alotaibi", phone="+966501234567", street="King Fahd Road 7", city="Jeddah"),
}  # fmt: skip
PROGRESS = {
    "ready": Progress(State.READY, "page.awaiting_payment", may_pay=True, settled=False),
    "failed": Progress(State.FAILED, "decline.insufficient_funds", may_pay=True, not_charged=True),
    "processing": Progress(State.PROCESSING, "page.confirming", settled=False),
    "paid": Progress(State.PAID, "page.paid"),
    "accepted": Progress(State.ACCEPTED, "page.accepted", may_pay=True),
    "closed": Progress(State.CLOSED, "page.session_expired"),
    "refunded": Progress(State.REFUNDED, "page.partially_refunded"),
}
_PAYMENTS = {
    "failed": PaymentStatus.FAILED,
    "processing": PaymentStatus.PROCESSING,
    "paid": PaymentStatus.SUCCEEDED,
    "refunded": PaymentStatus.PARTIALLY_REFUNDED,
}


def order(language: str, state: str = "paid") -> Order:
    """A placed order in one state."""
    lines = lines_of(BASKET, language)
    placed = Order(
        id="k7w2m5qzr4xd6bta",
        number="GE-K7W2M5QZR4",
        customer=Customer(email="sara@example.com", id="sara", name="سارة العتيبي"),
        lines=lines,
        shipping=shipping_for(total_of((line.total for line in lines), "SAR")),
        shipping_tax_rate="15",
        shipping_address=ADDRESSES["home"],
    )
    return replace(placed, created_at=AT, payments=_payments(placed, state), refunded=_refunded(state))


def _refunded(state: str) -> Money:
    return Money("48.00" if state == "refunded" else "0.00", "SAR")


def _payments(placed: Order, state: str) -> tuple[Payment, ...]:
    if state not in _PAYMENTS:
        return ()
    nothing, whole = Money("0.00", "SAR"), placed.total
    paid = whole if state in ("paid", "refunded") else nothing
    payment = Payment(
        id="pay_1", order_id=placed.id, status=_PAYMENTS[state], amount=whole, received=paid,
        refunded=_refunded(state), refundable=paid, method="mada", last4="4242", attempts=2, updated_at=AT,
    )  # fmt: skip
    return (payment,)


def _items(language: str) -> list[Item]:
    return [
        Item(line.sku, line.title, PRODUCTS[line.sku].description(language), line.price, line.quantity, line.total)
        for line in lines_of(BASKET, language)
    ]


def _checkouts(language: str) -> dict[str, Page]:
    asked = CheckoutPage(
        items=_items(language), sums=sums_of(BASKET), token="k7w2m5qzr4xd6bta", is_guest=False, addresses=ADDRESSES
    )
    guest = replace(asked, is_guest=True, addresses={})
    typed = {"email": "sara@", "name": "سارة", "phone": "05", "method": "bitcoin"}
    wrong = {"email": "invalid", "phone": "invalid", "street": "required", "city": "required", "method": "required"}
    changed = customer_message("page.cart_changed", language)
    return {
        "checkout": asked,
        "checkout-guest": guest,
        "checkout-wrong": replace(guest, values=typed, errors=wrong),
        "checkout-changed": replace(asked, errors={"address": "required"}, notice=changed),
    }


def _before_the_order(language: str) -> dict[str, Page]:
    items = [Item(one.sku, one.title(language), one.description(language), one.price) for one in PRODUCTS.values()]
    cart = CartPage(items=_items(language), sums=sums_of(BASKET), most_pieces=MOST_PIECES)
    return {
        "catalogue": CataloguePage(items=items, free_from=FREE_SHIPPING_FROM),
        "cart": cart,
        "cart-empty": replace(cart, items=[], sums=None),
        "cart-invalid": replace(cart, invalid=True),
        "login": LoginPage(next_path="/", is_demo=True),
        "login-failed": LoginPage(next_path="/", username="sara", failed=True),
        **_checkouts(language),
        "notice": NoticePage(message=customer_message("page.not_found", language), is_error=True),
        "notice-away": NoticePage(message=customer_message("page.maintenance", language), next_path="/orders/"),
    }


def _payments_to_make(language: str) -> dict[str, Page]:
    placed = order(language, "ready")
    paying = PayPage(
        order=placed,
        progress=PROGRESS["ready"],
        stripe_js="https://js.stripe.com/v3/",
        start_url=f"/pay/{placed.id}/start/",
        status_url=f"/orders/{placed.id}/status/",
        result_url=f"/orders/{placed.id}/result/",
        reasons=reasons(language),
        unknown_reason=customer_message("contact_bank", language),
    )
    said = {state: customer_message(PROGRESS[state].message_key, language) for state in ("failed", "closed")}
    changed = customer_message("page.cart_changed", language)
    return {
        "pay": paying,
        "pay-failed": replace(paying, progress=PROGRESS["failed"], message=said["failed"]),
        "pay-closed": replace(paying, progress=PROGRESS["closed"], message=said["closed"]),
        "pay-changed": replace(paying, message=changed, cart_changed=True),
    }


def _after_the_order(language: str) -> dict[str, Page]:
    pages: dict[str, Page] = {"orders-none": OrdersPage(rows=[])}
    rows = []
    for state, progress in PROGRESS.items():
        placed, message = order(language, state), customer_message(progress.message_key, language)
        rows.append(OrderRow(placed, progress, message))
        pages[f"result-{state}"] = ResultPage(
            order=placed, progress=progress, message=message, status_url=f"/orders/{placed.id}/status/"
        )
        may_cancel = state in ("ready", "failed", "accepted")
        pages[f"order-{state}"] = OrderPage(order=placed, progress=progress, message=message, may_cancel=may_cancel)
    failed = pages["order-failed"]
    assert isinstance(failed, OrderPage)
    return {**pages, "orders": OrdersPage(rows=rows), "order-failed-changed": replace(failed, is_current=False)}


def pages(language: str) -> Mapping[str, Shown]:
    """Every sample by its name."""
    found = _before_the_order(language) | _payments_to_make(language) | _after_the_order(language)
    frames = {name: Frame(language=language, path=f"/{name}/", cart_count=4) for name in found}
    guests = ("login", "login-failed", "checkout-guest", "checkout-wrong")
    return {
        name: Shown(page, frames[name] if name in guests else replace(frames[name], customer_name="سارة العتيبي"))
        for name, page in found.items()
    }
