"""PaymentMethods: made from tokens and test accounts, saved with a customer, let go for good."""

from __future__ import annotations

import pytest

from tests.fake_stripe.shop import Shop, types


def test_a_card_from_a_token(shop: Shop) -> None:
    """A server names a card by its token; the object says all that Stripe tells of a card, and is nobody's yet."""
    made = shop.post("/v1/payment_methods", type="card", card={"token": "tok_mastercard"}, metadata={"a": "1"})
    assert (made["type"], made["customer"], made["metadata"]) == ("card", None, {"a": "1"})
    assert (made["card"]["brand"], made["card"]["last4"]) == ("mastercard", "4444")
    assert shop.get(f"/v1/payment_methods/{made['id']}") == made


def test_a_number_from_a_server_is_refused(shop: Shop) -> None:
    """Numbers belong into the browser; the error says so and does not repeat the number."""
    error = shop.refused("post", "/v1/payment_methods", type="card", card={"number": "4242424242424242"})
    assert error["status"] == 402
    assert "4242" not in error["message"]


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({}, "type"),
        ({"type": "card"}, "card"),
        ({"type": "card", "card": {"exp_month": 1}}, "card[number]"),
        ({"type": "card", "card": {"token": "tok_nope"}}, "card[token]"),
        ({"type": "sepa_debit", "sepa_debit": {"iban": "DE89370400440532013000"}}, "sepa_debit"),
        ({"type": "klarna"}, "klarna"),
    ],
)
def test_what_cannot_pay_is_refused_by_name(shop: Shop, params: dict[str, object], param: str) -> None:
    """Each refusal names the parameter to look at."""
    error = shop.refused("post", "/v1/payment_methods", **params)
    assert (error["status"], error["param"]) == (400, param)


def test_a_saved_card_is_listed_with_its_customer(shop: Shop) -> None:
    """Attached, updated, listed by type, detached: each change has its event, and a detached one is used up."""
    customer = shop.post("/v1/customers", email="sara@example.com")["id"]
    saved = shop.post("/v1/payment_methods/pm_card_visa/attach", customer=customer)
    url = f"/v1/payment_methods/{saved['id']}"
    updated = shop.post(url, metadata={"main": "yes"}, billing_details={"address": {"city": "جدة"}})
    assert updated["billing_details"]["address"]["city"] == "جدة"
    assert [row["id"] for row in shop.get("/v1/payment_methods", customer=customer, type="card")["data"]] == [
        saved["id"]
    ]
    assert shop.get("/v1/payment_methods", customer=customer, type="sepa_debit")["data"] == []
    assert shop.post(f"{url}/detach")["customer"] is None
    assert types(shop.fake)[-3:] == ["payment_method.attached", "payment_method.updated", "payment_method.detached"]
    before = shop.fake.events("payment_method.detached")[0]["data"]["previous_attributes"]
    assert before == {"customer": customer}
    assert "may not be used again" in shop.refused("post", f"{url}/attach", customer=customer)["message"]


def test_what_is_not_saved_can_neither_change_nor_be_let_go(shop: Shop) -> None:
    """Only a customer's PaymentMethod can be updated or detached."""
    url = f"/v1/payment_methods/{shop.post('/v1/payment_methods', type='card', card={'token': 'tok_visa'})['id']}"
    assert "before you can update it" in shop.refused("post", url, metadata={"a": "b"})["message"]
    assert "not attached to a customer" in shop.refused("post", f"{url}/detach")["message"]


@pytest.mark.parametrize("card", ["chargeDeclined", "chargeDeclinedExpiredCard", "chargeDeclinedInsufficientFunds"])
def test_a_declined_card_cannot_be_saved(shop: Shop, card: str) -> None:
    """The bank is asked when a card is saved; its refusal is a card error with an empty param."""
    customer = shop.post("/v1/customers")["id"]
    error = shop.refused("post", f"/v1/payment_methods/pm_card_{card}/attach", customer=customer)
    assert (error["status"], error["type"], error["param"]) == (402, "card_error", "")


def test_a_card_that_fails_only_later_can_be_saved(shop: Shop) -> None:
    """Card …0341 is saved without complaint and declined when it is charged."""
    customer = shop.post("/v1/customers")["id"]
    saved = shop.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", customer=customer)
    error = shop.refused(
        "post", "/v1/payment_intents", amount=1000, currency="sar", customer=customer, confirm=True,
        payment_method=saved["id"],
    )  # fmt: skip
    assert error["code"] == "card_declined"


def test_a_card_belongs_to_one_customer(shop: Shop) -> None:
    """Another customer can neither take it over nor pay with it."""
    sara, noor = (shop.post("/v1/customers")["id"] for _ in range(2))
    saved = shop.post("/v1/payment_methods/pm_card_visa/attach", customer=sara)["id"]
    taken = shop.refused("post", f"/v1/payment_methods/{saved}/attach", customer=noor)
    assert "already been attached" in taken["message"]
    for customer in ({}, {"customer": noor}):
        error = shop.refused(
            "post", "/v1/payment_intents", amount=1000, currency="sar", payment_method=saved, **customer
        )
        assert (error["status"], error["param"]) == (400, "payment_method")
