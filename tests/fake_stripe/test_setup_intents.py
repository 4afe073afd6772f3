"""SetupIntents: a card is saved without a payment; what is declined, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe.cards import BY_METHOD_ID
from tests.fake_stripe.setting_up import URL, confirmed
from tests.fake_stripe.shop import Shop, types

DECLINED = [
    ("pm_card_chargeDeclined", "card_declined", "generic_decline", None),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", None),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "exp_month"),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", None),
]


def test_a_new_setup_intent_waits_for_a_card(shop: Shop) -> None:
    """Every field is there, empty where nothing was given."""
    intent = shop.post(URL, metadata={"order": "1017"})
    assert intent.pop("id").startswith("seti_")
    assert intent.pop("client_secret").startswith("seti_")
    assert intent == {
        "object": "setup_intent",
        "allowed_payment_method_types": None,
        "application": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "created": 1793534400,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "managed_payments": None,
        "mandate": None,
        "metadata": {"order": "1017"},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
    assert types(shop.fake) == ["setup_intent.created"]


def test_a_card_is_saved(shop: Shop, customer: str) -> None:
    """Confirmed with a good card, it succeeds at once, and the card is the customer's."""
    intent = confirmed(shop, customer=customer, description="بطاقة")
    assert (intent["status"], intent["description"]) == ("succeeded", "بطاقة")
    assert (intent["next_action"], intent["mandate"], intent["automatic_payment_methods"]) == (None, None, None)
    assert shop.get(f"/v1/payment_methods/{intent['payment_method']}")["customer"] == customer
    assert types(shop.fake)[1:] == ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded"]
    assert shop.fake.events("setup_intent.succeeded")[0]["data"]["object"] == intent
    assert shop.get(f"{URL}/{intent['id']}") == intent


def test_a_card_for_use_on_the_spot(shop: Shop) -> None:
    """A shop says whether it will charge the card with the customer there or without."""
    intents = getattr(shop.client, "v1", shop.client).setup_intents  # its raw requests keep `usage` to themselves
    assert intents.create({"usage": "on_session"}).usage == "on_session"
    with pytest.raises(stripe.InvalidRequestError, match="Invalid usage: must be one of off_session or on_session"):
        intents.create({"usage": "sometimes"})


def test_without_a_customer_nothing_is_attached(shop: Shop) -> None:
    """The card is set up all the same, and can be attached to a customer afterwards."""
    intent = confirmed(shop)
    assert types(shop.fake) == ["setup_intent.created", "setup_intent.succeeded"]
    customer = shop.post("/v1/customers")["id"]
    attached = shop.post(f"/v1/payment_methods/{intent['payment_method']}/attach", customer=customer)
    assert attached["customer"] == customer


def test_a_card_that_fails_later_is_saved(shop: Shop, customer: str) -> None:
    """…0341 is set up without a word; the payment fails."""
    intent = confirmed(shop, "pm_card_chargeCustomerFail", customer=customer)
    assert intent["status"] == "succeeded"
    paying = {"amount": 500, "currency": "sar", "customer": customer, "confirm": True}
    error = shop.refused("post", "/v1/payment_intents", payment_method=intent["payment_method"], **paying)
    assert error["code"] == "card_declined"


@pytest.mark.parametrize(("card", "code", "decline_code", "param"), DECLINED)
def test_a_decline_is_told_in_full(
    shop: Shop, customer: str, card: str, code: str, decline_code: str, param: str | None
) -> None:
    """The error carries the card and the SetupIntent, which waits for another card and remembers the error."""
    intent = shop.post(URL, customer=customer)
    error = shop.refused("post", f"{URL}/{intent['id']}/confirm", payment_method=card)
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", code)
    assert (error["decline_code"], error.get("param")) == (decline_code, param)
    assert error["payment_method"]["card"]["last4"] == BY_METHOD_ID[card].last4
    after = error["setup_intent"]
    assert (after["status"], after["payment_method"]) == ("requires_payment_method", None)
    assert after["last_setup_error"]["decline_code"] == decline_code
    assert after["last_setup_error"]["payment_method"]["id"] == error["payment_method"]["id"]
    assert shop.get(f"{URL}/{intent['id']}") == after
    assert types(shop.fake)[-1] == "setup_intent.setup_failed"
    assert shop.get(f"/v1/payment_methods/{error['payment_method']['id']}")["customer"] is None


def test_the_sdk_reads_a_declined_set_up(shop: Shop) -> None:
    """The SDK makes its CardError of it, with the SetupIntent inside."""
    with pytest.raises(stripe.CardError) as caught:
        confirmed(shop, "pm_card_chargeDeclined")
    assert caught.value.error is not None
    assert caught.value.error.setup_intent is not None
    assert caught.value.error.setup_intent.status == "requires_payment_method"


def test_a_named_card_waits_for_confirmation(shop: Shop, customer: str) -> None:
    """A card given at creation or by an update waits to be confirmed; an update is no event."""
    intent = shop.post(URL, payment_method="pm_card_visa", customer=customer)
    assert intent["status"] == "requires_confirmation"
    path = f"{URL}/{intent['id']}"
    updated = shop.post(path, payment_method="pm_card_amex", metadata={"a": "1"}, description="x")
    assert (updated["status"], updated["metadata"], updated["description"]) == (
        "requires_confirmation",
        {"a": "1"},
        "x",
    )
    assert updated["payment_method"] != intent["payment_method"]
    assert shop.post(f"{path}/confirm")["status"] == "succeeded"
    assert shop.post(path, metadata={"a": "", "b": "2"})["metadata"] == {"b": "2"}
    assert "setup_intent.updated" not in types(shop.fake)


def test_a_setup_intent_is_canceled(shop: Shop) -> None:
    """Cancel is final; the named card stays named, the reason is kept."""
    intent = shop.post(URL, payment_method="pm_card_visa")
    path = f"{URL}/{intent['id']}"
    canceled = shop.post(f"{path}/cancel", cancellation_reason="abandoned")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "abandoned")
    assert canceled["payment_method"] == intent["payment_method"]
    assert types(shop.fake) == ["setup_intent.created", "setup_intent.canceled"]
    for verb, sentence in (
        ("cancel", "You cannot cancel this SetupIntent because it is already canceled."),
        ("confirm", "You cannot confirm this SetupIntent because it has been canceled."),
    ):
        error = shop.refused("post", f"{path}/{verb}")
        assert (error["status"], error["code"]) == (400, "setup_intent_unexpected_state")
        assert error["message"] == sentence
        assert error["setup_intent"] == canceled


def test_what_is_saved_is_saved(shop: Shop) -> None:
    """After success it is neither confirmed, canceled nor given another card."""
    saved = confirmed(shop)
    path = f"{URL}/{saved['id']}"
    for where, params, sentence in (
        (f"{path}/confirm", {}, "You cannot confirm this SetupIntent because it has already succeeded."),
        (f"{path}/cancel", {}, "You cannot cancel this SetupIntent because it has a status of succeeded."),
        (path, {"payment_method": "pm_card_visa"}, "You cannot update this SetupIntent because it has already succ"),
    ):
        error = shop.refused("post", where, **params)
        assert (error["code"], error["setup_intent"]["id"]) == ("setup_intent_unexpected_state", saved["id"])
        assert error["message"].startswith(sentence)
    assert shop.get(path) == saved


def test_nothing_is_confirmed_without_a_card(shop: Shop, customer: str) -> None:
    """There is nothing to save, whatever the customer's default may be."""
    intent = shop.post(URL, customer=customer)
    for error in (
        shop.refused("post", f"{URL}/{intent['id']}/confirm"),
        shop.refused("post", URL, confirm=True),
    ):
        assert error["code"] == "setup_intent_unexpected_state"
        assert "missing a payment method" in error["message"]


def test_a_card_belongs_to_its_customer(shop: Shop, customer: str) -> None:
    """A card of one customer's is not set up for another, nor for nobody; the refusal creates nothing."""
    saved = confirmed(shop, customer=customer)["payment_method"]
    other = shop.post("/v1/customers")["id"]
    intent = shop.post(URL, customer=other)
    error = shop.refused("post", f"{URL}/{intent['id']}/confirm", payment_method=saved)
    assert f"does not belong to the Customer you supplied {other}" in error["message"]
    assert (error["param"], error["setup_intent"]["id"]) == ("payment_method", intent["id"])
    error = shop.refused("post", URL, payment_method=saved)
    assert f"({saved}) belongs to the Customer {customer}. Please include the Customer" in error["message"]
    assert "setup_intent" not in error
    assert len(shop.get(URL)["data"]) == 2


def test_automatic_methods_need_a_way_back(shop: Shop) -> None:
    """A shop that asks for every method must say where a redirect ends, unless it wants none."""
    given = {"payment_method": "pm_card_visa", "confirm": True}
    error = shop.refused("post", URL, automatic_payment_methods={"enabled": True}, **given)
    assert "you must provide a `return_url`" in error["message"]
    never = {"enabled": True, "allow_redirects": "never"}
    assert shop.post(URL, automatic_payment_methods=never, **given)["automatic_payment_methods"] == never
    there = {"automatic_payment_methods": {"enabled": True}, "return_url": "https://shop.example"}
    assert shop.post(URL, **there, **given)["status"] == "succeeded"
    assert shop.post(URL, automatic_payment_methods={"enabled": False})["automatic_payment_methods"] is None


def test_setup_intents_are_listed(shop: Shop, customer: str) -> None:
    """Newest first, by customer or by card."""
    mine = confirmed(shop, customer=customer)
    shop.post(URL)
    assert [row["id"] for row in shop.get(URL, customer=customer)["data"]] == [mine["id"]]
    assert [row["id"] for row in shop.get(URL, payment_method=mine["payment_method"])["data"]] == [mine["id"]]
    listed = shop.get(URL, limit=1, expand=["data.payment_method"])
    assert (listed["has_more"], listed["url"]) == (True, URL)
    assert shop.refused("get", URL, customer="cus_x")["code"] == "resource_missing"


def test_a_debit_is_set_up_with_a_mandate(shop: Shop, customer: str) -> None:
    """A bank account needs the customer's consent in writing, a card does not."""
    data = {"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573201"}}
    intent = shop.post(
        URL, customer=customer, payment_method_types=["sepa_debit"], payment_method_data=data, confirm=True
    )
    mandate = shop.get(f"/v1/mandates/{intent['mandate']}")
    assert (intent["status"], mandate["status"], mandate["type"]) == ("succeeded", "active", "multi_use")
    assert mandate["payment_method"] == intent["payment_method"]
    assert shop.get(f"{URL}/{intent['id']}", expand=["mandate"])["mandate"] == mandate
    error = shop.refused("post", URL, payment_method_types=["sepa_debit"], payment_method="pm_card_visa")
    assert "(card) is not allowed for this SetupIntent" in error["message"]


def test_no_card_waits_for_small_deposits(shop: Shop) -> None:
    """Cards are not verified by small deposits, so there is nothing to verify."""
    intent = shop.post(URL)
    error = shop.refused("post", f"{URL}/{intent['id']}/verify_microdeposits", amounts=[32, 45])
    assert (error["status"], error["code"]) == (400, "intent_invalid_state")
    assert error["setup_intent"]["id"] == intent["id"]


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"single_use": {"amount": 1}}, None, "single_use"),
        ({"attach_to_self": True}, None, "attach_to_self"),
        ({"customer": "cus_x"}, "resource_missing", "customer"),
        ({"payment_method": "pm_x"}, "resource_missing", "payment_method"),
        ({"return_url": "https://x.example"}, None, "return_url"),
        ({"amount": 1}, "parameter_unknown", "amount"),
        (
            {"payment_method_options": {"card": {"bogus": 1}}},
            "parameter_unknown",
            "payment_method_options[card][bogus]",
        ),
        (
            {"automatic_payment_methods": {"enabled": True}, "payment_method_types": ["card"]},
            "parameters_exclusive",
            "automatic_payment_methods",
        ),
    ],
)
def test_a_wrong_parameter_is_refused(shop: Shop, params: dict[str, Any], code: str | None, param: str) -> None:
    """What Stripe does not take makes no SetupIntent."""
    error = shop.refused("post", URL, **params)
    assert (error["status"], error.get("code"), error["param"]) == (400, code, param)
    assert shop.get(URL)["data"] == []


def test_a_setup_intent_that_never_was(shop: Shop) -> None:
    """Stripe calls it by one word."""
    error = shop.refused("get", f"{URL}/seti_x")
    assert (error["status"], error["param"]) == (404, "intent")
    assert error["message"] == "No such setupintent: 'seti_x'"
    assert shop.refused("get", "/v1/setup_attempts")["code"] == "parameter_missing"
    assert shop.refused("get", "/v1/setup_attempts", setup_intent="seti_x")["status"] == 400
