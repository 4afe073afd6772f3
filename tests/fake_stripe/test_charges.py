"""Charges made directly, as shops did before PaymentIntents: by token, or with a card that a customer keeps."""

from __future__ import annotations

from tests.fake_stripe.shop import JSON, Shop, types


def _charge(shop: Shop, **params: object) -> JSON:
    return shop.post("/v1/charges", **{"amount": 2000, "currency": "usd", **params})


def test_a_token_is_charged_at_once(shop: Shop) -> None:
    """The money is taken and booked; the card is the charge's source, and no PaymentIntent is made."""
    charge = _charge(shop, source="tok_visa", description="oud")
    assert (charge["status"], charge["captured"], charge["payment_intent"]) == ("succeeded", True, None)
    assert (charge["source"]["object"], charge["source"]["last4"]) == ("card", "4242")
    assert charge["payment_method"] == charge["source"]["id"]
    assert charge["balance_transaction"].startswith("txn_")
    assert types(shop.fake) == ["charge.succeeded"]
    assert shop.post("/v1/refunds", charge=charge["id"])["status"] == "succeeded"


def test_held_and_captured_later(shop: Shop) -> None:
    """`capture=false` only holds the money; a part of it can be taken, once."""
    held = _charge(shop, source="tok_visa", capture=False)
    assert (held["captured"], held["balance_transaction"]) == (False, None)
    url = f"/v1/charges/{held['id']}/capture"
    assert shop.refused("post", url, amount=2001)["code"] == "amount_too_large"
    taken = shop.post(url, amount=1500)
    assert (taken["captured"], taken["amount_captured"]) == (True, 1500)
    assert shop.refused("post", url)["code"] == "charge_already_captured"
    assert types(shop.fake) == ["charge.succeeded", "charge.captured"]


def test_the_card_of_a_customer(shop: Shop) -> None:
    """Without a source the customer's default card pays."""
    customer = shop.post("/v1/customers", source="tok_mastercard")["id"]
    charge = _charge(shop, customer=customer)
    assert (charge["customer"], charge["payment_method_details"]["card"]["brand"]) == (customer, "mastercard")
    assert shop.refused("post", "/v1/charges", amount=100, currency="usd")["param"] == "source"


def test_a_declined_token(shop: Shop) -> None:
    """The decline names its charge, which is kept as failed."""
    error = shop.refused("post", "/v1/charges", amount=2000, currency="usd", source="tok_chargeDeclined")
    assert (error["status"], error["code"], error["decline_code"]) == (402, "card_declined", "generic_decline")
    assert shop.get(f"/v1/charges/{error['charge']}")["status"] == "failed"
    assert types(shop.fake) == ["charge.failed"]


def test_what_is_written_on_a_charge_may_change(shop: Shop) -> None:
    """Metadata merge, a report of fraud is added, and the event tells what was there before."""
    charge = _charge(shop, source="tok_visa", metadata={"order": "1", "gift": "yes"})
    url = f"/v1/charges/{charge['id']}"
    changed = shop.post(url, metadata={"gift": "", "box": "2"}, fraud_details={"user_report": "fraudulent"})
    assert changed["metadata"] == {"order": "1", "box": "2"}
    assert changed["fraud_details"] == {"user_report": "fraudulent"}
    before = shop.fake.events("charge.updated")[0]["data"]["previous_attributes"]
    assert before["metadata"] == {"gift": "yes", "box": None}
    assert shop.refused("post", url, amount=1)["code"] == "parameter_unknown"


def test_the_charge_of_a_payment_intent_is_captured_through_it(shop: Shop) -> None:
    """Capturing behind the PaymentIntent's back is refused."""
    held = shop.paid(capture_method="manual")
    error = shop.refused("post", f"/v1/charges/{held['latest_charge']}/capture")
    assert held["id"] in error["message"]
