"""Checkout Sessions paid: by card, by bank debit, with 3-D Secure, declined, for nothing, and as Stripe CLI does it."""

from __future__ import annotations

import json

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe, RefusedError, UnknownTestCardError
from tests.fake_stripe.checkout import LINE, PAGES, SESSIONS, a_session, happened, one
from tests.fake_stripe.shop import JSON, Shop


def test_a_customer_pays(shop: Shop) -> None:
    """Paid by card, a session is complete, names its PaymentIntent, and has learned who the customer is."""
    session = a_session(shop, metadata={"order": "1017"})
    paid = shop.fake.pay_session(session["id"], email="noura@example.com")
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert (paid["customer"], paid["customer_email"]) == (None, None)
    details = paid["customer_details"]
    assert (details["email"], details["address"]["country"]) == ("noura@example.com", "SA")
    assert (details["tax_exempt"], details["tax_ids"]) == ("none", [])
    assert shop.get(one(session), expand=["payment_intent"])["payment_intent"]["amount_received"] == 23000
    assert happened(shop.fake) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    (completed,) = shop.fake.events("checkout.session.completed")
    assert completed["data"]["object"] == paid


def test_the_payment_is_what_the_shop_asked_for(shop: Shop) -> None:
    """`payment_intent_data` reaches the PaymentIntent, and through it the charge."""
    wanted = {
        "description": "Order 1017",
        "metadata": {"order": "1017"},
        "receipt_email": "sara@example.com",
        "shipping": {"name": "Sara", "address": {"line1": "King Fahd Road 1", "country": "SA"}},
        "statement_descriptor_suffix": "OUD",
        "transfer_group": "g-1",
    }
    session = a_session(shop, payment_intent_data=wanted, metadata={"page": "checkout"})
    paid = shop.fake.pay_session(session)
    intent = shop.get(f"/v1/payment_intents/{paid['payment_intent']}", expand=["latest_charge"])
    for name in ("description", "metadata", "receipt_email", "statement_descriptor_suffix", "transfer_group"):
        assert (intent[name], intent["latest_charge"][name]) == (wanted[name], wanted[name])
    assert intent["shipping"]["address"]["line1"] == "King Fahd Road 1"
    assert (intent["payment_method_types"], intent["automatic_payment_methods"]) == (["card"], None)


def test_a_declined_card_leaves_the_session_open(shop: Shop) -> None:
    """After a decline the same PaymentIntent waits for another card."""
    session = a_session(shop)
    declined = shop.fake.pay_session(session, card="4000000000009995")
    assert (declined["status"], declined["payment_status"], declined["url"]) == ("open", "unpaid", session["url"])
    intent = shop.get(f"/v1/payment_intents/{declined['payment_intent']}")
    assert intent["last_payment_error"]["decline_code"] == "insufficient_funds"
    paid = shop.fake.pay_session(session)
    assert (paid["status"], paid["payment_intent"]) == ("complete", intent["id"])
    assert happened(shop.fake).count("payment_intent.created") == 1


def test_the_bank_asks_in_between(shop: Shop) -> None:
    """A session waits for 3-D Secure, and is complete when it is passed."""
    session = a_session(shop)
    left = shop.fake.pay_session(session, card="4000002760003184", three_d_secure="leave")
    assert left["status"] == "open"
    assert shop.get(f"/v1/payment_intents/{left['payment_intent']}")["status"] == "requires_action"
    shop.fake.challenge(left["payment_intent"], "pass")
    assert shop.get(one(session))["payment_status"] == "paid"
    assert shop.fake.pay_session(a_session(shop), card="4000002760003184")["status"] == "complete"


def test_a_failed_question_leaves_the_session_open(shop: Shop) -> None:
    """Failing 3-D Secure is like a decline."""
    session = a_session(shop)
    failed = shop.fake.pay_session(session, card="4000002760003184", three_d_secure="fail")
    assert (failed["status"], failed["payment_status"]) == ("open", "unpaid")
    assert shop.fake.pay_session(session)["payment_status"] == "paid"


def test_a_session_is_paid_once(shop: Shop) -> None:
    """A complete or an expired session takes no money, and a complete one cannot expire."""
    paid, gone = a_session(shop), a_session(shop)
    shop.fake.pay_session(paid)
    shop.post(f"{one(gone)}/expire")
    with pytest.raises(RefusedError, match="already been completed"):
        shop.fake.pay_session(paid)
    with pytest.raises(RefusedError, match="no longer active"):
        shop.fake.pay_session(gone)
    error = shop.refused("post", f"{one(paid)}/expire")
    assert error["message"].endswith("This Checkout Session has a status of `complete`.")
    shop.fake.advance(days=2)
    assert shop.get(one(paid))["status"] == "complete"


def test_an_expired_session_gives_up_its_payment(shop: Shop) -> None:
    """What a customer began and never finished is canceled with the session."""
    session = a_session(shop)
    begun = shop.fake.pay_session(session, card="4000000000000002")
    shop.fake.advance(days=1)
    assert shop.get(one(session))["status"] == "expired"
    assert shop.get(f"/v1/payment_intents/{begun['payment_intent']}")["status"] == "canceled"
    assert happened(shop.fake)[-2:] == ["checkout.session.expired", "payment_intent.canceled"]


def test_a_canceled_payment_is_begun_anew(shop: Shop) -> None:
    """If the shop cancels the PaymentIntent of an open session, the next attempt makes another."""
    session = a_session(shop)
    begun = shop.fake.pay_session(session, card="4000000000000002")
    shop.post(f"/v1/payment_intents/{begun['payment_intent']}/cancel")
    paid = shop.fake.pay_session(session)
    assert (paid["status"], paid["payment_intent"] == begun["payment_intent"]) == ("complete", False)


def test_a_customer_is_made_when_asked_for(shop: Shop) -> None:
    """`customer_creation=always` makes a Customer of whoever pays, once, and the payment is theirs."""
    session = a_session(shop, customer_creation="always")
    shop.fake.pay_session(session, card="4000000000000002", email="noura@example.com")
    paid = shop.fake.pay_session(session, email="noura@example.com")
    customer = shop.get(f"/v1/customers/{paid['customer']}")
    assert (customer["email"], customer["name"]) == ("noura@example.com", "Sara Ahmed")
    assert shop.get(f"/v1/payment_intents/{paid['payment_intent']}")["customer"] == customer["id"]
    assert happened(shop.fake).count("customer.created") == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"payment_intent_data": {"setup_future_usage": "off_session"}},
        {"payment_method_options": {"card": {"setup_future_usage": "off_session"}}},
    ],
)
def test_a_card_is_saved(shop: Shop, wanted: JSON) -> None:
    """`setup_future_usage` needs a Customer, so there is one, and the card is theirs."""
    session = a_session(shop, **wanted)
    paid = shop.fake.pay_session(session)
    intent = shop.get(f"/v1/payment_intents/{paid['payment_intent']}", expand=["payment_method"])
    assert intent["payment_method"]["customer"] == paid["customer"]
    again = shop.paid(intent["payment_method"]["id"], customer=paid["customer"], off_session=True)
    assert again["status"] == "succeeded"


def test_a_known_customer_pays(shop: Shop) -> None:
    """The e-mail address that the shop knew stays, whatever is typed in."""
    customer = shop.post("/v1/customers", email="sara@example.com")["id"]
    paid = shop.fake.pay_session(a_session(shop, customer=customer), email="other@example.com")
    assert (paid["customer"], paid["customer_details"]["email"]) == (customer, "sara@example.com")
    assert "customer.created" not in happened(shop.fake)[1:]


def test_the_page_asks_for_what_the_shop_needs(shop: Shop) -> None:
    """A delivery address, a phone number and consent are asked for, and are in the session afterwards."""
    session = a_session(
        shop,
        shipping_address_collection={"allowed_countries": ["AE", "SA"]},
        phone_number_collection={"enabled": True},
        consent_collection={"terms_of_service": "required"},
    )
    paid = shop.fake.pay_session(session)
    place = paid["collected_information"]["shipping_details"]
    assert (place["name"], place["address"]["country"], place["address"]["line2"]) == ("Sara Ahmed", "AE", None)
    assert paid["customer_details"]["phone"] == "+966500000000"
    assert paid["consent"] == {"promotions": None, "terms_of_service": "accepted"}
    assert shop.get(f"/v1/payment_intents/{paid['payment_intent']}")["shipping"]["name"] == "Sara Ahmed"


def test_questions_of_the_shops_own(shop: Shop) -> None:
    """Custom fields are asked on the page; the answers are in the session, also in its event."""
    sizes = [{"label": "12 ml", "value": "12"}, {"label": "50 ml", "value": "50"}]
    asked = [
        {"key": "engraving", "label": _label("Engraving"), "type": "text", "text": {"maximum_length": 5}},
        {"key": "size", "label": _label("Size"), "type": "dropdown", "dropdown": {"options": sizes}},
        {"key": "floor", "label": _label("Floor"), "type": "numeric", "optional": True},
    ]
    session = a_session(shop, custom_fields=asked)
    assert [field[field["type"]]["value"] for field in session["custom_fields"]] == [None, None, None]
    for wrong in ({"engraving": "Khadija"}, {"size": "13"}, {"floor": "x"}):
        with pytest.raises(RefusedError, match="Invalid value for the custom field"):
            shop.fake.pay_session(session, answers=wrong)
    paid = shop.fake.pay_session(session, answers={"engraving": "Sara"})
    assert [field[field["type"]]["value"] for field in paid["custom_fields"]] == ["Sara", "12", None]


def _label(words: str) -> JSON:
    return {"custom": words, "type": "custom"}


def test_the_customer_chooses_how_it_is_sent(shop: Shop) -> None:
    """Another shipping option changes the sum, also of a payment that was begun."""
    rates = [shop.post("/v1/shipping_rates", **_rate(amount))["id"] for amount in (1500, 4500)]
    session = a_session(shop, shipping_options=[{"shipping_rate": rate} for rate in rates])
    begun = shop.fake.pay_session(session, card="4000000000000002")
    page = f"/v1/payment_pages/{session['id']}/confirm"
    error = shop.refused("post", page, payment_method="pm_card_visa", shipping_rate="shr_none")
    assert error["param"] == "shipping_rate"
    shop.post(page, payment_method="pm_card_visa", shipping_rate=rates[1], expected_amount=27500)
    paid = shop.get(one(session), expand=["payment_intent"])
    assert (paid["amount_total"], paid["shipping_cost"]["shipping_rate"]) == (27500, rates[1])
    assert (paid["payment_intent"]["id"], paid["payment_intent"]["amount_received"]) == (begun["payment_intent"], 27500)


def _rate(amount: int) -> JSON:
    return {"display_name": f"for {amount}", "fixed_amount": {"amount": amount, "currency": "sar"}}


def test_what_costs_nothing_is_not_paid(shop: Shop) -> None:
    """A session over nothing is complete without a PaymentIntent."""
    gift = {"price_data": {"currency": "sar", "unit_amount": 0, "product_data": {"name": "sample"}}, "quantity": 1}
    given = shop.fake.pay_session(a_session(shop, line_items=[gift]))
    assert (given["status"], given["payment_status"]) == ("complete", "no_payment_required")
    assert given["payment_intent"] is None
    assert happened(shop.fake) == ["checkout.session.completed"]


def test_a_session_is_found_by_whatever_names_it(shop: Shop) -> None:
    """The SDK's object, an address, a client secret: each leads to the session; nothing else does."""
    sessions = shop.client.v1.checkout.sessions
    made = sessions.create({"mode": "payment", "line_items": [LINE], **PAGES})  # type: ignore[arg-type]
    assert shop.fake.pay_session(made)["payment_status"] == "paid"
    assert shop.fake.pay_session(a_session(shop)["url"])["payment_status"] == "paid"
    inside = shop.post(SESSIONS, mode="payment", ui_mode="elements", line_items=[LINE])
    assert shop.fake.pay_session(inside["client_secret"])["payment_status"] == "paid"
    with pytest.raises(TypeError, match="expected a Checkout Session"):
        shop.fake.pay_session("pi_123")
    with pytest.raises(LookupError, match="cs_test_none"):
        shop.fake.pay_session("cs_test_none")


def test_only_test_cards_and_accounts_pay(shop: Shop) -> None:
    """Any other number is refused before it gets anywhere."""
    session = a_session(shop)
    with pytest.raises(UnknownTestCardError):
        shop.fake.pay_session(session, card="4242424242424241")
    with pytest.raises(LookupError, match="not a test bank account"):
        shop.fake.pay_session(session, bank_account="12345678")
    assert shop.get(one(session)) == session


def test_a_live_session_is_paid_in_live_mode(fake: FakeStripe) -> None:
    """The customer of a live session pays live."""
    live = Shop(fake, "sk_live_shop")
    session = a_session(live)
    assert session["id"].startswith("cs_live_")
    paid = fake.pay_session(session)
    assert (paid["livemode"], paid["payment_status"]) == (True, "paid")


def test_an_endpoint_hears_of_it_at_once() -> None:
    """Where webhooks are delivered immediately, the endpoint knows of the sale when `pay_session` returns."""
    fake = FakeStripe(deliver="immediately")
    heard: list[str] = []

    def receive(body: bytes, _signature: str) -> int:
        heard.append(json.loads(body)["type"])
        return 200

    fake.add_endpoint(receiver=receive)
    fake.pay_session(a_session(Shop(fake)))
    assert "checkout.session.completed" in heard
