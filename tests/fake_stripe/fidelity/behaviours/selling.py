"""Products, prices, shipping rates and Checkout Sessions."""

from __future__ import annotations

from typing import Any

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

SESSIONS, PRICES, PRODUCTS = "/v1/checkout/sessions", "/v1/prices", "/v1/products"
BACK = "https://shop.example/thanks"


def priced(client: Client, **params: Any) -> JSON:
    """A price of 15.00 USD."""
    product = client.post(PRODUCTS, name="Oud")
    return client.post(PRICES, product=product["id"], unit_amount=1500, currency="usd", **params)


def session_for(client: Client, **params: Any) -> JSON:
    """A session for two pieces at 15.00 USD."""
    items = [{"price": priced(client)["id"], "quantity": 2}]
    given = {"mode": "payment", "success_url": BACK, "line_items": items, **params}
    return client.post(SESSIONS, **given)


@behaviour
def a_product_has_a_name(client: Client) -> None:
    """A product needs a name, is active, and has no price of its own accord."""
    assert client.refused(PRODUCTS)["param"] == "name"
    product = client.post(PRODUCTS, name="Oud", metadata={"a": "1"})
    assert (product["id"][:5], product["active"], product["default_price"]) == ("prod_", True, None)
    assert client.get(f"{PRODUCTS}/{product['id']}") == product


@behaviour
def products_change_and_go(client: Client) -> None:
    """A product is renamed, shelved, listed and deleted."""
    product = client.post(PRODUCTS, name="Oud")
    changed = client.post(f"{PRODUCTS}/{product['id']}", name="Musk", active=False)
    assert (changed["name"], changed["active"]) == ("Musk", False)
    assert client.get(PRODUCTS, active=True)["data"] == []
    assert [row["id"] for row in client.get(PRODUCTS, active=False)["data"]] == [product["id"]]
    stub = {"id": product["id"], "object": "product", "deleted": True}
    assert client.delete(f"{PRODUCTS}/{product['id']}") == stub
    assert client.types() == ["product.created", "product.updated", "product.deleted"]


@behaviour
def a_price_is_an_amount(client: Client) -> None:
    """A one-time price tells its amount as a number and as a decimal."""
    price = priced(client)
    assert (price["unit_amount"], price["unit_amount_decimal"]) == (1500, "1500")
    assert (price["type"], price["recurring"], price["billing_scheme"]) == ("one_time", None, "per_unit")
    assert client.get(f"{PRICES}/{price['id']}") == price


@behaviour
def a_price_needs_its_product(client: Client) -> None:
    """An unknown product is refused, and so is a price without a currency."""
    error = client.refused(PRICES, product="prod_x", unit_amount=1500, currency="usd")
    assert (error["status"], error["code"]) == (400, "resource_missing")
    assert client.refused(PRICES, product="prod_x", unit_amount=1500)["param"] == "currency"


@behaviour
def prices_are_listed_and_shelved(client: Client) -> None:
    """Prices of a product; the amount of a price never changes."""
    price = priced(client)
    priced(client)
    assert [row["id"] for row in client.get(PRICES, product=price["product"])["data"]] == [price["id"]]
    assert client.post(f"{PRICES}/{price['id']}", active=False)["active"] is False
    assert client.refused(f"{PRICES}/{price['id']}", unit_amount=1)["code"] == "parameter_unknown"
    assert client.refused(f"{PRICES}/{price['id']}", "DELETE")["status"] == 404


@behaviour
def the_shelf_is_searched(client: Client) -> None:
    """Products and prices are found by name, metadata or product."""
    price = priced(client, metadata={"season": "ramadan"})
    client.post(PRODUCTS, name="Musk")
    found = client.get(f"{PRODUCTS}/search", query="name:'Oud' AND active:'true'")
    assert [row["id"] for row in found["data"]] == [price["product"]]
    found = client.get(f"{PRICES}/search", query="metadata['season']:'ramadan'")
    assert [row["id"] for row in found["data"]] == [price["id"]]


@behaviour
def a_price_may_recur(client: Client) -> None:
    """A price with an interval is for subscriptions, and says so."""
    price = priced(client, recurring={"interval": "month"})
    assert (price["type"], price["recurring"]["interval"], price["recurring"]["interval_count"]) == (
        "recurring",
        "month",
        1,
    )


@behaviour
def a_session_is_open(client: Client) -> None:
    """A new session has a page, a total and a day to live; there is no PaymentIntent yet."""
    session = session_for(client)
    assert (session["status"], session["payment_status"], session["amount_total"]) == ("open", "unpaid", 3000)
    assert (session["id"][:8], session["payment_intent"], session["mode"]) == ("cs_test_", None, "payment")
    assert session["url"].startswith("http")
    assert session["expires_at"] == session["created"] + 24 * 60 * 60


@behaviour
def a_session_has_its_items(client: Client) -> None:
    """The items are a list of their own, and may be expanded."""
    session = session_for(client)
    assert "line_items" not in session
    items = client.get(f"{SESSIONS}/{session['id']}/line_items")
    assert [(row["quantity"], row["amount_total"]) for row in items["data"]] == [(2, 3000)]
    expanded = client.get(f"{SESSIONS}/{session['id']}", expand=["line_items"])["line_items"]
    assert expanded["data"] == items["data"]


@behaviour
def a_price_may_be_given_in_place(client: Client) -> None:
    """price_data makes product and price on the way."""
    data = {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Musk"}}
    session = session_for(client, line_items=[{"price_data": data, "quantity": 3}])
    assert session["amount_total"] == 2100


@behaviour
def a_session_is_paid(client: Client) -> None:
    """Its page is confirmed: complete, paid, with PaymentIntent and the customer's details."""
    session = session_for(client, metadata={"order": "1017"})
    billing = {"email": "sara@example.com", "name": "Sara"}
    method = client.post("/v1/payment_methods", type="card", card={"token": "tok_visa"}, billing_details=billing)
    page = f"/v1/payment_pages/{session['id']}"
    client.post(f"{page}/confirm", payment_method=method["id"], expected_amount=3000)
    paid = client.get(f"{SESSIONS}/{session['id']}", expand=["payment_intent"])
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert (paid["payment_intent"]["status"], paid["payment_intent"]["amount"]) == ("succeeded", 3000)
    assert paid["customer_details"]["email"] == "sara@example.com"
    assert {"checkout.session.completed", "payment_intent.succeeded"} <= set(client.types())


@behaviour
def a_session_can_be_expired(client: Client) -> None:
    """Expired by hand or after a day it has no page, and cannot be expired again."""
    session = session_for(client)
    expired = client.post(f"{SESSIONS}/{session['id']}/expire")
    assert (expired["status"], expired["url"]) == ("expired", None)
    assert client.refused(f"{SESSIONS}/{session['id']}/expire")["status"] == 400
    other = session_for(client)
    client.fake.advance(days=1.1)
    assert client.get(f"{SESSIONS}/{other['id']}")["status"] == "expired"
    assert client.types().count("checkout.session.expired") == 2


@behaviour
def sessions_are_listed_and_noted(client: Client) -> None:
    """Newest first, by status; metadata can change."""
    first, second = session_for(client), session_for(client)
    client.post(f"{SESSIONS}/{first['id']}/expire")
    assert [row["id"] for row in client.get(SESSIONS)["data"]] == [second["id"], first["id"]]
    assert [row["id"] for row in client.get(SESSIONS, status="open")["data"]] == [second["id"]]
    assert client.post(f"{SESSIONS}/{second['id']}", metadata={"a": "1"})["metadata"] == {"a": "1"}


@behaviour
def shipping_has_its_rates(client: Client) -> None:
    """A rate is made, read, listed and shelved."""
    url = "/v1/shipping_rates"
    fixed = {"amount": 500, "currency": "usd"}
    rate = client.post(url, display_name="Aramex", type="fixed_amount", fixed_amount=fixed)
    assert (rate["id"][:4], rate["active"], rate["fixed_amount"]["amount"]) == ("shr_", True, 500)
    assert client.get(f"{url}/{rate['id']}") == rate
    assert client.post(f"{url}/{rate['id']}", active=False)["active"] is False
    assert [row["id"] for row in client.get(url)["data"]] == [rate["id"]]
