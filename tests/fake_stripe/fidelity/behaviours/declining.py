"""Cards that are declined, and what the customer and the shop are told."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/payment_intents"


def is_declined(client: Client, card: str, code: str, decline_code: str | None, message: str) -> None:
    """Hold the error of a card against what Stripe's testing page and its reference of decline codes say."""
    error = client.declined(card)
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", code)
    assert (error.get("decline_code"), error["message"]) == (decline_code, message)
    assert error["doc_url"] == f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"


@behaviour
def generic_decline(client: Client) -> None:
    """…0002: the bank gives no reason."""
    for card in ("pm_card_chargeDeclined", "pm_card_visa_chargeDeclined"):
        is_declined(client, card, "card_declined", "generic_decline", "Your card was declined.")


@behaviour
def insufficient_funds(client: Client) -> None:
    """…9995: too little money."""
    for card in ("pm_card_chargeDeclinedInsufficientFunds", "pm_card_visa_chargeDeclinedInsufficientFunds"):
        is_declined(client, card, "card_declined", "insufficient_funds", "Your card has insufficient funds.")


@behaviour
def lost_card(client: Client) -> None:
    """…9987: reported as lost, which the customer is not told."""
    card = "pm_card_visa_chargeDeclinedLostCard"
    is_declined(client, card, "card_declined", "lost_card", "Your card was declined.")


@behaviour
def stolen_card(client: Client) -> None:
    """…9979: reported as stolen, which the customer is not told."""
    card = "pm_card_visa_chargeDeclinedStolenCard"
    is_declined(client, card, "card_declined", "stolen_card", "Your card was declined.")


@behaviour
def expired_card(client: Client) -> None:
    """…0069: expired."""
    is_declined(client, "pm_card_chargeDeclinedExpiredCard", "expired_card", None, "Your card has expired.")


@behaviour
def incorrect_cvc(client: Client) -> None:
    """…0127: a wrong security code."""
    card = "pm_card_chargeDeclinedIncorrectCvc"
    is_declined(client, card, "incorrect_cvc", None, "Your card's security code is incorrect.")


@behaviour
def processing_error(client: Client) -> None:
    """…0119: something went wrong at the bank."""
    card = "pm_card_chargeDeclinedProcessingError"
    message = "An error occurred while processing your card. Try again in a little bit."
    is_declined(client, card, "processing_error", None, message)


@behaviour
def velocity_exceeded(client: Client) -> None:
    """…6975: too often or too much."""
    card = "pm_card_visa_chargeDeclinedVelocityLimitExceeded"
    message = "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."
    is_declined(client, card, "card_declined", "card_velocity_exceeded", message)


@behaviour
def fraudulent(client: Client) -> None:
    """…4100: blocked by Stripe before the bank is asked."""
    error = client.declined("pm_card_chargeDeclinedFraudulent")
    assert (error["status"], error["code"], error["decline_code"]) == (402, "card_declined", "fraudulent")
    outcome = client.get(f"/v1/charges/{error['charge']}")["outcome"]
    assert (outcome["type"], outcome["network_status"]) == ("blocked", "not_sent_to_network")


@behaviour
def the_error_carries_everything(client: Client) -> None:
    """Charge, PaymentIntent, PaymentMethod and the links to documentation and log are in the error."""
    error = client.declined("pm_card_chargeDeclined")
    assert error["charge"].startswith("ch_")
    assert error["payment_intent"]["object"] == "payment_intent"
    assert error["payment_method"]["object"] == "payment_method"
    assert error["request_log_url"].startswith("https://dashboard.stripe.com/")
    assert error["network_decline_code"] == "01"
    assert error["advice_code"] == "try_again_later"


@behaviour
def the_intent_asks_for_another_method(client: Client) -> None:
    """After a decline the PaymentIntent is open again, without its method, and remembers the error."""
    intent = client.declined("pm_card_chargeDeclined")["payment_intent"]
    assert (intent["status"], intent["payment_method"]) == ("requires_payment_method", None)
    error = intent["last_payment_error"]
    assert (error["code"], error["decline_code"]) == ("card_declined", "generic_decline")
    assert error["payment_method"]["card"]["last4"] == "0002"
    assert error["charge"] == intent["latest_charge"]
    assert client.get(f"{URL}/{intent['id']}") == intent


@behaviour
def the_failed_charge_stays(client: Client) -> None:
    """The attempt is a charge: failed, unpaid, with the bank's reason."""
    charge = client.get(f"/v1/charges/{client.declined('pm_card_chargeDeclined')['charge']}")
    assert (charge["status"], charge["paid"], charge["amount_captured"]) == ("failed", False, 0)
    assert (charge["failure_code"], charge["failure_message"]) == ("card_declined", "Your card was declined.")
    assert (charge["outcome"]["type"], charge["outcome"]["network_status"]) == (
        "issuer_declined",
        "declined_by_network",
    )
    assert (charge["outcome"]["reason"], charge["balance_transaction"]) == ("generic_decline", None)


@behaviour
def the_same_intent_can_be_paid_after_all(client: Client) -> None:
    """A second attempt with another card pays the same PaymentIntent; both charges are listed."""
    intent = client.declined("pm_card_chargeDeclined")["payment_intent"]
    paid = client.post(f"{URL}/{intent['id']}/confirm", payment_method="pm_card_visa")
    assert (paid["status"], paid["last_payment_error"]) == ("succeeded", None)
    charges = client.get("/v1/charges", payment_intent=intent["id"])["data"]
    assert [charge["status"] for charge in charges] == ["succeeded", "failed"]


@behaviour
def a_decline_has_two_events(client: Client) -> None:
    """charge.failed and payment_intent.payment_failed tell of a decline."""
    client.declined("pm_card_chargeDeclined")
    assert client.types() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


@behaviour
def attaching_asks_the_bank(client: Client) -> None:
    """Attaching a card that is declined answers 402 with an empty param."""
    error = client.refused("/v1/payment_methods/pm_card_chargeDeclined/attach", customer=client.customer()["id"])
    assert (error["status"], error["code"], error["param"]) == (402, "card_declined", "")
    assert (error["decline_code"], error["type"]) == ("generic_decline", "card_error")


@behaviour
def a_card_may_attach_and_then_fail(client: Client) -> None:
    """…0341 can be saved, and is declined when it is charged."""
    customer = client.customer()
    saved = client.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", customer=customer["id"])
    error = client.declined(saved["id"], customer=customer["id"])
    assert (error["status"], error["code"], error["decline_code"]) == (402, "card_declined", "generic_decline")


@behaviour
def declined_after_authentication(client: Client) -> None:
    """…3178 asks for 3-D Secure and then has too little money."""
    intent = client.paid("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    assert intent["status"] == "requires_action"
    failed = client.fake.challenge(intent["id"], "pass")
    assert failed["last_payment_error"]["decline_code"] == "insufficient_funds"


def typed_in(client: Client, **card: object) -> JSON:
    """The error of a card that a customer types in, in the browser."""
    intent = client.intent()
    given = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123", **card}
    params = {"client_secret": intent["client_secret"], "payment_method_data": {"type": "card", "card": given}}
    answered = client.ask("POST", f"{URL}/{intent['id']}/confirm", params, authorization="Bearer pk_test_1")
    return {**answered.error, "status": answered.status}


@behaviour
def a_wrong_number_is_refused(client: Client) -> None:
    """A number whose check digit is wrong is incorrect."""
    error = typed_in(client, number="4242424242424241")
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", "incorrect_number")
    assert error["message"] == "Your card number is incorrect."


@behaviour
def an_expiry_in_the_past_is_refused(client: Client) -> None:
    """A card's month and year are looked at before the bank is."""
    error = typed_in(client, exp_year=2020)
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", "invalid_expiry_year")
    assert error["message"] == "Your card's expiration year is invalid."


@behaviour
def what_is_no_month_is_refused(client: Client) -> None:
    """There is no thirteenth month, and a security code has three digits."""
    error = typed_in(client, exp_month=13)
    assert (error["status"], error["code"]) == (402, "invalid_expiry_month")
    assert error["message"] == "Your card's expiration month is invalid."
    error = typed_in(client, cvc="99")
    assert (error["status"], error["code"]) == (402, "invalid_cvc")
    assert error["message"] == "Your card's security code is invalid."


@behaviour
def a_server_sends_no_card_numbers(client: Client) -> None:
    """With a secret key a card number is refused: it belongs to Stripe.js."""
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    error = client.refused("/v1/payment_methods", type="card", card=card)
    assert (error["status"], error["type"]) == (402, "invalid_request_error")
    assert error["message"].startswith("Sending credit card numbers directly to the Stripe API is generally unsafe.")
