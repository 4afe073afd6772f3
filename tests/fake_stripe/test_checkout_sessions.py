"""Checkout Sessions before anybody pays: what a shop may ask for, and what it gets."""

from __future__ import annotations

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.checkout import LINE, PAGES, SESSIONS, a_session, one
from tests.fake_stripe.shop import Shop, types

HALF_AN_HOUR, A_DAY = 1800, 86400


def test_a_new_session_waits_for_its_customer(shop: Shop) -> None:
    """A session is open and unpaid, knows its sum and its page, and has no PaymentIntent yet."""
    session = a_session(shop, metadata={"order": "1017"}, client_reference_id="cart-7", locale="en")
    assert session["id"].startswith("cs_test_a1")
    assert (session["object"], session["mode"], session["status"]) == ("checkout.session", "payment", "open")
    assert (session["payment_status"], session["payment_intent"]) == ("unpaid", None)
    assert (session["amount_subtotal"], session["amount_total"], session["currency"]) == (23000, 23000, "sar")
    assert session["total_details"] == {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
    assert session["url"] == f"https://checkout.stripe.com/c/pay/{session['id']}"
    assert session["expires_at"] - session["created"] == A_DAY
    assert (session["client_reference_id"], session["locale"]) == ("cart-7", "en")
    assert (session["metadata"], session["customer_creation"]) == ({"order": "1017"}, "if_required")
    assert shop.get(one(session)) == session


def test_a_session_has_every_field(shop: Shop) -> None:
    """Even what nobody asked for is there, as a null or as Stripe's default."""
    session = a_session(shop)
    nulls = (  # noqa: SIM905 - a table, not a column
        "after_expiration allow_promotion_codes billing_address_collection client_reference_id client_secret "
        "collected_information consent consent_collection currency_conversion customer customer_account "
        "customer_details customer_email integration_identifier invoice locale origin_context payment_intent "
        "payment_link payment_method_configuration_details permissions recovered_from saved_payment_method_options "
        "setup_intent shipping_address_collection shipping_cost submit_type subscription wallet_options"
    ).split()
    assert {name: session[name] for name in nulls} == dict.fromkeys(nulls)
    assert (session["custom_fields"], session["discounts"], session["shipping_options"]) == ([], [], [])
    assert session["automatic_tax"] == {"enabled": False, "liability": None, "provider": None, "status": None}
    assert session["payment_method_options"] == {"card": {"request_three_d_secure": "automatic"}}
    assert (session["payment_method_types"], session["ui_mode"]) == (["card"], "hosted_page")
    assert "line_items" not in session


def test_opening_a_session_makes_no_event_of_its_own(shop: Shop) -> None:
    """Only the product and the price that came along are told of, and neither is on offer."""
    a_session(shop)
    assert types(shop.fake) == ["product.created", "price.created"]
    product, price = (event["data"]["object"] for event in shop.fake.events())
    assert (product["name"], product["active"], price["active"]) == ("عود ملكي", False, False)


def test_what_is_bought_can_be_read(shop: Shop) -> None:
    """The line items are a list of their own, which expands into the session down to the product."""
    session = a_session(shop, expand=["line_items.data.price.product"])
    (item,) = session["line_items"]["data"]
    assert (item["object"], item["description"], item["quantity"]) == ("item", "عود ملكي", 2)
    assert (item["amount_subtotal"], item["amount_total"], item["amount_tax"]) == (23000, 23000, 0)
    assert (item["price"]["unit_amount"], item["price"]["product"]["name"]) == (11500, "عود ملكي")
    listed = shop.get(f"{one(session)}/line_items")
    assert listed["url"] == session["line_items"]["url"] == f"{one(session)}/line_items"
    assert listed["data"][0]["price"]["product"] == item["price"]["product"]["id"]


def test_line_items_are_paged_in_their_order(shop: Shop) -> None:
    """Pages go on where the last ended, forwards and backwards, in the order that the shop gave."""
    lines = [{**LINE, "quantity": quantity} for quantity in range(1, 13)]
    session = a_session(shop, line_items=lines)
    path = f"{one(session)}/line_items"
    first = shop.get(path)
    assert ([row["quantity"] for row in first["data"]], first["has_more"]) == ([*range(1, 11)], True)
    rest = shop.get(path, starting_after=first["data"][-1]["id"])
    assert ([row["quantity"] for row in rest["data"]], rest["has_more"]) == ([11, 12], False)
    before = shop.get(path, ending_before=rest["data"][0]["id"], limit=3)
    assert ([row["quantity"] for row in before["data"]], before["has_more"]) == ([8, 9, 10], True)
    error = shop.refused("get", path, starting_after="li_none")
    assert (error["code"], error["message"]) == ("resource_missing", "No such line item: 'li_none'")


def test_prices_that_are_there_are_sold(shop: Shop) -> None:
    """A line item may name a price, or make one of a product that is there."""
    product = shop.post("/v1/products", name="Musk")["id"]
    price = shop.post("/v1/prices", product=product, currency="kwd", unit_amount=5120)["id"]
    made = {"price_data": {"currency": "kwd", "unit_amount_decimal": "2560", "product": product}, "quantity": 3}
    session = a_session(shop, line_items=[{"price": price, "quantity": 1}, made], expand=["line_items"])
    assert (session["amount_total"], session["currency"]) == (5120 + 3 * 2560, "kwd")
    assert [row["price"]["product"] for row in session["line_items"]["data"]] == [product, product]
    shop.post(f"/v1/prices/{price}", nickname="launch")
    assert shop.get(f"{one(session)}/line_items")["data"][0]["price"]["nickname"] == "launch"


def test_fractions_of_the_minor_unit_are_rounded_once(shop: Shop) -> None:
    """Three at 0.5 halalas cost two: the sum is rounded, not each piece."""
    line = {
        "price_data": {"currency": "sar", "unit_amount_decimal": "0.5", "product_data": {"name": "x"}},
        "quantity": 3,
    }
    session = a_session(shop, line_items=[LINE, line], expand=["line_items"])
    assert [row["amount_total"] for row in session["line_items"]["data"]] == [23000, 2]


def test_the_quantity_may_be_left_to_the_customer(shop: Shop) -> None:
    """An adjustable quantity says its bounds."""
    line = {**LINE, "adjustable_quantity": {"enabled": True, "maximum": 5}, "metadata": {"row": "1"}}
    session = a_session(shop, line_items=[line], expand=["line_items"])
    (item,) = session["line_items"]["data"]
    assert item["adjustable_quantity"] == {"enabled": True, "maximum": 5, "minimum": None}
    assert item["metadata"] == {"row": "1"}


def test_delivery_is_added_to_the_sum(shop: Shop) -> None:
    """The first shipping option counts until the customer chooses another."""
    express = shop.post("/v1/shipping_rates", display_name="Express", fixed_amount={"amount": 4500, "currency": "sar"})
    days = {"unit": "business_day", "value": 3}
    standard = {
        "display_name": "Standard",
        "fixed_amount": {"amount": 1500, "currency": "sar"},
        "delivery_estimate": {"maximum": days},
    }
    options = [{"shipping_rate_data": standard}, {"shipping_rate": express["id"]}]
    session = a_session(shop, shipping_options=options)
    expanded = shop.get(one(session), expand=["shipping_cost.shipping_rate"])
    assert expanded["shipping_cost"]["shipping_rate"]["display_name"] == "Standard"
    first, second = session["shipping_options"]
    assert (first["shipping_amount"], second) == (1500, {"shipping_amount": 4500, "shipping_rate": express["id"]})
    assert (session["amount_subtotal"], session["amount_total"]) == (23000, 24500)
    assert session["shipping_cost"]["shipping_rate"] == first["shipping_rate"]
    assert session["total_details"]["amount_shipping"] == 1500
    made = shop.get(f"/v1/shipping_rates/{first['shipping_rate']}")
    assert (made["display_name"], made["delivery_estimate"]) == ("Standard", {"maximum": days, "minimum": None})


def test_shipping_rates_are_kept(shop: Shop) -> None:
    """A shipping rate is listed by its currency, and retired rather than deleted."""
    rate = shop.post("/v1/shipping_rates", display_name="Express", fixed_amount={"amount": 4500, "currency": "sar"})
    shop.post("/v1/shipping_rates", display_name="Express", fixed_amount={"amount": 400, "currency": "kwd"})
    assert [row["id"] for row in shop.get("/v1/shipping_rates", currency="sar")["data"]] == [rate["id"]]
    retired = shop.post(f"/v1/shipping_rates/{rate['id']}", active=False, metadata={"until": "2026"})
    assert (retired["active"], retired["metadata"]) == (False, {"until": "2026"})
    assert rate["id"] not in [row["id"] for row in shop.get("/v1/shipping_rates", active=True)["data"]]
    error = shop.refused("get", "/v1/shipping_rates/shr_none")
    assert (error["status"], error["message"]) == (404, "No such shipping rate: 'shr_none'")


def test_a_known_customer_is_named(shop: Shop) -> None:
    """A session for a customer shows their e-mail address, and makes no second customer."""
    customer = shop.post("/v1/customers", email="sara@example.com")["id"]
    session = a_session(shop, customer=customer, expand=["customer"])
    assert (session["customer"]["id"], session["customer_creation"]) == (customer, None)
    assert session["customer_details"]["email"] == "sara@example.com"
    assert session["saved_payment_method_options"]["allow_redisplay_filters"] == ["always"]


@pytest.mark.parametrize("ui_mode", ["embedded", "embedded_page", "custom", "elements"])
def test_a_session_in_the_shops_own_page(shop: Shop, ui_mode: str) -> None:
    """Embedded sessions have a secret instead of an address, and one way back."""
    session = shop.post(SESSIONS, mode="payment", ui_mode=ui_mode, line_items=[LINE], return_url=PAGES["success_url"])
    assert (session["ui_mode"], session["url"]) == (ui_mode, None)
    assert session["client_secret"].startswith(f"{session['id']}_secret_")
    assert (session["return_url"], session["redirect_on_completion"]) == (PAGES["success_url"], "always")


def test_an_older_version_calls_its_page_hosted() -> None:
    """Before 2026-03-25 the page at Stripe was called `hosted`."""
    shop = Shop(FakeStripe(api_version="2025-09-30.clover"))
    assert a_session(shop)["ui_mode"] == "hosted"


def test_a_server_of_ones_own_hosts_the_page() -> None:
    """Where the fake's own server shows the pages, the address leads there."""
    session = a_session(Shop(FakeStripe(hosted_at="http://127.0.0.1:12111")))
    assert session["url"] == f"http://127.0.0.1:12111/c/pay/{session['id']}"


def test_line_items_of_the_time_before_prices(shop: Shop) -> None:
    """What Stripe CLI's trigger scripts send is understood, though it names no mode."""
    line = {"name": "t-shirt", "description": "cotton", "amount": 1500, "currency": "usd", "quantity": 2}
    session = shop.post(SESSIONS, **PAGES, line_items=[line], expand=["line_items.data.price.product"])
    assert (session["mode"], session["amount_total"], session["currency"]) == ("payment", 3000, "usd")
    product = session["line_items"]["data"][0]["price"]["product"]
    assert (product["name"], product["description"]) == ("t-shirt", "cotton")


def test_metadata_can_change(shop: Shop) -> None:
    """An update merges metadata; all else is fixed."""
    session = a_session(shop, metadata={"order": "1017", "note": "x"})
    updated = shop.post(one(session), metadata={"note": "", "gift": "yes"})
    assert updated["metadata"] == {"order": "1017", "gift": "yes"}
    assert shop.post(one(session)) == updated
    assert shop.refused("post", one(session), mode="setup")["code"] == "parameter_unknown"


def test_a_session_expires_by_itself(shop: Shop) -> None:
    """Unpaid for a day, or for as long as was asked for, a session is over, and says so once."""
    long = a_session(shop)
    short = a_session(shop, expires_at=long["created"] + HALF_AN_HOUR)
    shop.fake.advance(seconds=HALF_AN_HOUR)
    gone = shop.get(one(short))
    assert (gone["status"], gone["url"], gone["payment_status"]) == ("expired", None, "unpaid")
    assert shop.get(one(long))["status"] == "open"
    shop.fake.advance(days=1)
    expired = [event["data"]["object"]["id"] for event in shop.fake.events("checkout.session.expired")]
    assert expired == [short["id"], long["id"]]


def test_a_shop_may_expire_a_session(shop: Shop) -> None:
    """Expiring is done once; the second time is refused, and the day's end passes it by."""
    session = a_session(shop)
    expired = shop.post(f"{one(session)}/expire")
    assert expired["status"] == "expired"
    error = shop.refused("post", f"{one(session)}/expire")
    assert error["status"] == 400
    assert error["message"] == (
        'Only Checkout Sessions with a status in ["open"] can be expired. '
        "This Checkout Session has a status of `expired`."
    )
    shop.fake.advance(days=2)
    (event,) = shop.fake.events("checkout.session.expired")
    assert event["data"]["object"] == expired


def test_sessions_are_listed(shop: Shop) -> None:
    """Lists are newest first, and filter by customer, payment, e-mail address, status and time."""
    customer = shop.post("/v1/customers")["id"]
    first = a_session(shop, customer_email="sara@example.com")
    shop.fake.advance(seconds=60)
    second = a_session(shop, customer=customer)
    shop.post(f"{one(first)}/expire")
    paid = shop.fake.pay_session(second)

    def listed(**filters: object) -> list[str]:
        return [row["id"] for row in shop.get(SESSIONS, **filters)["data"]]

    assert listed() == [second["id"], first["id"]]
    assert listed(customer=customer) == [second["id"]]
    assert listed(payment_intent=paid["payment_intent"]) == [second["id"]]
    assert listed(customer_details={"email": "sara@example.com"}) == [second["id"], first["id"]]
    assert listed(customer_details={"email": "nobody@example.com"}) == []
    assert (listed(status="complete"), listed(status="expired"), listed(status="open")) == (
        [second["id"]],
        [first["id"]],
        [],
    )
    assert listed(created={"lt": second["created"]}) == [first["id"]]


def test_nobody_has_this_session(shop: Shop) -> None:
    """An id that was never given is not found, by whatever route."""
    for verb, path in (("get", ""), ("post", ""), ("post", "/expire"), ("get", "/line_items")):
        error = shop.refused(verb, f"{SESSIONS}/cs_test_none{path}")
        assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "session")
        assert error["message"] == "No such checkout.session: 'cs_test_none'"
