"""Test cards: declines in full, 3-D Secure, and never a real card."""

from __future__ import annotations

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe, RefusedError, UnknownTestCardError
from gulf_payments.testing.fake_stripe.cards import BY_METHOD_ID, CARDS, Card
from tests.fake_stripe.shop import Shop, types

DECLINED = [
    ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
    ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
]
PLAIN = [name for name, card in BY_METHOD_ID.items() if card.decline is None and card.authentication == "never"]


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.last4)
def test_every_number_of_the_table_is_well_formed(card: Card) -> None:
    """Each number passes the check digit, so forms that check it accept it."""
    assert _luhn(card.number)


@pytest.mark.parametrize("name", PLAIN)
def test_good_cards_pay(shop: Shop, name: str) -> None:
    """Each good card succeeds with its own brand and digits, on a PaymentMethod of its own."""
    first, second = (shop.paid(name, expand=["latest_charge"]) for _ in range(2))
    card = first["latest_charge"]["payment_method_details"]["card"]
    assert first["status"] == "succeeded"
    assert (card["brand"], card["last4"]) == (BY_METHOD_ID[name].brand, BY_METHOD_ID[name].last4)
    assert first["payment_method"] != second["payment_method"]


@pytest.mark.parametrize(("name", "code", "decline_code"), DECLINED)
def test_a_decline_is_told_in_full(shop: Shop, name: str, code: str, decline_code: str | None) -> None:
    """A declined card answers 402 with code, charge, card and the intent, which waits for another card."""
    intent = shop.intent()
    path = f"/v1/payment_intents/{intent['id']}/confirm"
    error = shop.refused("post", path, payment_method=name)
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", code)
    assert error.get("decline_code") == decline_code
    assert error["doc_url"].endswith(code.replace("_", "-"))
    assert error["payment_method"]["card"]["last4"] == BY_METHOD_ID[name].last4
    after = error["payment_intent"]
    assert (after["status"], after["payment_method"]) == ("requires_payment_method", None)
    assert after["last_payment_error"]["charge"] == error["charge"] == after["latest_charge"]
    charge = shop.get(f"/v1/charges/{error['charge']}")
    assert (charge["status"], charge["paid"], charge["failure_code"]) == ("failed", False, code)
    assert types(shop.fake)[1:] == ["charge.failed", "payment_intent.payment_failed"]


def test_the_sdk_reads_a_decline(shop: Shop) -> None:
    """The SDK makes its CardError of it, decline code and advice included."""
    with pytest.raises(stripe.CardError) as caught:
        shop.paid("pm_card_chargeDeclinedInsufficientFunds")
    assert caught.value.code == "card_declined"
    assert caught.value.error is not None
    assert caught.value.error.decline_code == "insufficient_funds"
    assert caught.value.error.advice_code == "try_again_later"


def test_stripe_itself_blocks_a_fraudulent_card(shop: Shop) -> None:
    """A blocked charge never reached the bank, and its outcome says so."""
    error = shop.refused("post", "/v1/payment_intents", **_paying("pm_card_chargeDeclinedFraudulent"))
    outcome = shop.get(f"/v1/charges/{error['charge']}")["outcome"]
    assert (outcome["type"], outcome["network_status"]) == ("blocked", "not_sent_to_network")


def _paying(card: str) -> dict[str, object]:
    return {"amount": 11500, "currency": "sar", "payment_method": card, "confirm": True}


def test_the_same_intent_is_paid_after_a_decline(shop: Shop) -> None:
    """A decline is not the end: the same intent takes the next card, and both charges are listed."""
    intent = shop.intent()
    declined = shop.fake.decline(intent["client_secret"], "insufficient_funds")
    assert declined["last_payment_error"]["decline_code"] == "insufficient_funds"
    paid = shop.fake.pay(intent["client_secret"])
    assert (paid["status"], paid["last_payment_error"]) == ("succeeded", None)
    charges = shop.get("/v1/charges", payment_intent=intent["id"])["data"]
    assert [charge["status"] for charge in charges] == ["succeeded", "failed"]


def test_3ds_with_a_return_url_redirects(shop: Shop) -> None:
    """A card that asks sends the customer to the bank, and nothing is charged yet."""
    asking = shop.paid("pm_card_authenticationRequired", return_url="https://shop.example/back")
    action = asking["next_action"]
    assert (asking["status"], asking["latest_charge"]) == ("requires_action", None)
    assert action["type"] == "redirect_to_url"
    assert action["redirect_to_url"]["return_url"] == "https://shop.example/back"
    assert types(shop.fake) == ["payment_intent.created", "payment_intent.requires_action"]


def test_3ds_without_a_return_url_stays_on_the_page(shop: Shop) -> None:
    """Without a return_url the question is for Stripe.js."""
    asking = shop.paid("pm_card_authenticationRequired")
    assert asking["next_action"]["type"] == "use_stripe_sdk"


def test_3ds_passed_pays(shop: Shop) -> None:
    """Once authenticated the charge is made, and carries the proof."""
    asking = shop.paid("pm_card_threeDSecure2Required")
    paid = shop.fake.challenge(asking["id"], "pass")
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}")
    assert (paid["status"], paid["next_action"]) == ("succeeded", None)
    assert charge["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"


def test_3ds_failed_asks_for_another_card(shop: Shop) -> None:
    """A failed authentication makes no charge; the intent waits for another card."""
    asking = shop.paid("pm_card_authenticationRequired")
    failed = shop.fake.challenge(asking["id"], "fail")
    error = failed["last_payment_error"]
    assert (failed["status"], failed["payment_method"]) == ("requires_payment_method", None)
    assert error["code"] == "payment_intent_authentication_failure"
    assert shop.get("/v1/charges", payment_intent=asking["id"])["data"] == []
    assert types(shop.fake)[-1] == "payment_intent.payment_failed"


def test_3ds_passed_may_still_be_declined(shop: Shop) -> None:
    """Authentication is not money: the bank may decline afterwards."""
    asking = shop.paid("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    after = shop.fake.challenge(asking["id"], "pass")
    assert after["status"] == "requires_payment_method"
    assert after["last_payment_error"]["decline_code"] == "insufficient_funds"


def test_3ds_on_demand(shop: Shop) -> None:
    """A card with optional 3-D Secure asks only if the shop does."""
    assert shop.paid("pm_card_threeDSecureOptional")["status"] == "succeeded"
    options = {"card": {"request_three_d_secure": "any"}}
    assert shop.paid("pm_card_threeDSecureOptional", payment_method_options=options)["status"] == "requires_action"


def test_nobody_is_there_to_authenticate(shop: Shop) -> None:
    """Off session a card that asks is declined, with the code that says to bring the customer back."""
    paying = {**_paying("pm_card_authenticationRequired"), "off_session": True}
    error = shop.refused("post", "/v1/payment_intents", **paying)
    assert (error["status"], error["code"]) == (402, "authentication_required")
    assert error["decline_code"] == "authentication_required"


def test_a_card_set_up_before_asks_no_more(shop: Shop) -> None:
    """A card that asks on set-up only is charged freely once it has been saved."""
    customer = shop.post("/v1/customers")["id"]
    asking = shop.paid("pm_card_authenticationRequiredOnSetup", customer=customer, setup_future_usage="off_session")
    assert asking["status"] == "requires_action"
    saved = shop.fake.challenge(asking["id"])["payment_method"]
    assert shop.paid(saved, customer=customer, off_session=True)["status"] == "succeeded"


def test_a_card_set_up_for_off_session_use(shop: Shop) -> None:
    """It succeeds without the customer, and asks with the customer there."""
    name = "pm_card_authenticationRequiredSetupForOffSession"
    assert shop.paid(name, off_session=True)["status"] == "succeeded"
    assert shop.paid(name)["status"] == "requires_action"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("pass", "succeeded"), ("fail", "requires_payment_method"), ("leave", "requires_action")],
)
def test_the_driver_answers_the_challenge(shop: Shop, outcome: str, status: str) -> None:
    """`pay` plays the customer at the bank's page: passing, failing, or closing it."""
    intent = shop.intent()
    paid = shop.fake.pay(intent, card="4000 0027 6000 3184", three_d_secure=outcome)  # type: ignore[arg-type]
    assert paid["status"] == status


@pytest.mark.parametrize("number", ["4111111111111111", "4000000000000001", "4111-1111", ""])
def test_a_real_card_is_never_taken(shop: Shop, number: str) -> None:
    """Anything but a test number is refused before it goes anywhere, and never repeated in the error."""
    intent = shop.intent()
    with pytest.raises(UnknownTestCardError) as caught:
        shop.fake.pay(intent, card=number)
    assert not number or number not in str(caught.value)
    assert types(shop.fake) == ["payment_intent.created"]


def test_the_server_refuses_raw_numbers(shop: Shop) -> None:
    """With the secret key no card number is taken, not even a test one."""
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034}
    params = {"amount": 11500, "currency": "sar", "payment_method_data": {"type": "card", "card": card}}
    error = shop.refused("post", "/v1/payment_intents", **params)
    assert error["status"] == 402
    assert "4242424242424242" not in error["message"]


def test_paying_needs_the_right_secret(shop: Shop, fake: FakeStripe) -> None:
    """A client secret that does not match is refused; the driver says what it asked."""
    intent = shop.intent()
    with pytest.raises(RefusedError, match=f"pay {intent['id']}: The client_secret provided does not match"):
        fake.pay(f"{intent['id']}_secret_wrong")
    assert shop.get(f"/v1/payment_intents/{intent['id']}")["status"] == "requires_payment_method"


def test_paying_twice_is_refused(shop: Shop, fake: FakeStripe) -> None:
    """The customer cannot pay what is paid."""
    intent = shop.intent()
    fake.pay(intent["client_secret"])
    with pytest.raises(RefusedError, match="already succeeded"):
        fake.pay(intent["client_secret"])
