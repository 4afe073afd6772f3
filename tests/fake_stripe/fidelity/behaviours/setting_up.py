"""SetupIntents and customer sessions: cards that are saved."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client

URL = "/v1/setup_intents"


@behaviour
def it_waits_for_a_method(client: Client) -> None:
    """A new SetupIntent is for later use without the customer."""
    intent = client.post(URL)
    assert (intent["status"], intent["usage"]) == ("requires_payment_method", "off_session")
    assert intent["client_secret"].startswith(f"{intent['id']}_secret_")
    assert client.types() == ["setup_intent.created"]


@behaviour
def a_card_is_saved(client: Client) -> None:
    """Confirmed with a good card it belongs to the customer."""
    customer = client.customer()
    intent = client.post(
        URL, customer=customer["id"], payment_method="pm_card_visa", confirm=True, payment_method_types=["card"]
    )
    assert (intent["status"], intent["latest_attempt"][:7]) == ("succeeded", "setatt_")
    assert client.get(f"/v1/payment_methods/{intent['payment_method']}")["customer"] == customer["id"]
    assert {"setup_intent.succeeded", "payment_method.attached"} <= set(client.types())


@behaviour
def a_saved_card_pays_later(client: Client) -> None:
    """The card pays off session, without being asked."""
    customer = client.customer()
    saved = client.post(
        URL,
        customer=customer["id"],
        payment_method="pm_card_authenticationRequiredOnSetup",
        confirm=True,
        payment_method_types=["card"],
    )
    assert saved["status"] == "requires_action"


@behaviour
def a_declined_card_is_not_saved(client: Client) -> None:
    """402 with the SetupIntent in the error, and setup_failed."""
    error = client.refused(URL, payment_method="pm_card_chargeDeclined", confirm=True, payment_method_types=["card"])
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", "card_declined")
    assert error["setup_intent"]["status"] == "requires_payment_method"
    assert error["setup_intent"]["last_setup_error"]["decline_code"] == "generic_decline"
    assert "setup_intent.setup_failed" in client.types()


@behaviour
def the_customer_is_asked(client: Client) -> None:
    """A card with 3-D Secure asks on setting up."""
    intent = client.post(
        URL, payment_method="pm_card_authenticationRequired", confirm=True, payment_method_types=["card"]
    )
    assert (intent["status"], intent["next_action"]["type"]) == ("requires_action", "use_stripe_sdk")
    assert "setup_intent.requires_action" in client.types()


@behaviour
def it_can_be_canceled(client: Client) -> None:
    """With a reason, once."""
    intent = client.post(URL)
    canceled = client.post(f"{URL}/{intent['id']}/cancel", cancellation_reason="abandoned")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "abandoned")
    error = client.refused(f"{URL}/{intent['id']}/cancel")
    assert (error["status"], error["code"]) == (400, "setup_intent_unexpected_state")


@behaviour
def it_is_confirmed_later(client: Client) -> None:
    """Made, changed, listed, confirmed with a card; the attempt is listed."""
    customer = client.customer()["id"]
    intent = client.post(URL, customer=customer, payment_method_types=["card"])
    path = f"{URL}/{intent['id']}"
    assert client.post(path, description="Oud")["description"] == "Oud"
    assert [row["id"] for row in client.get(URL, customer=customer)["data"]] == [intent["id"]]
    assert client.post(f"{path}/confirm", payment_method="pm_card_visa")["status"] == "succeeded"
    assert client.get(path)["status"] == "succeeded"
    (attempt,) = client.get("/v1/setup_attempts", setup_intent=intent["id"])["data"]
    assert (attempt["object"], attempt["status"]) == ("setup_attempt", "succeeded")
    error = client.refused(f"{path}/confirm", payment_method="pm_card_visa")
    assert (error["status"], error["code"]) == (400, "setup_intent_unexpected_state")


@behaviour
def a_debit_has_its_mandate(client: Client) -> None:
    """A bank debit that is set up answers to a mandate, which can be read."""
    method = client.post(
        "/v1/payment_methods",
        type="sepa_debit",
        sepa_debit={"iban": "AT611904300234573201"},
        billing_details={"name": "Sara", "email": "sara@example.com"},
    )
    accepted = {"customer_acceptance": {"type": "offline"}}
    intent = client.post(
        URL, payment_method=method["id"], payment_method_types=["sepa_debit"], confirm=True, mandate_data=accepted
    )
    mandate = client.get(f"/v1/mandates/{intent['mandate']}")
    assert (mandate["object"], mandate["payment_method"], mandate["status"]) == ("mandate", method["id"], "active")


@behaviour
def an_unknown_setup_intent(client: Client) -> None:
    """404, and the sentence writes setupintent in one word."""
    error = client.refused(f"{URL}/seti_x", "GET")
    assert (error["status"], error["code"]) == (404, "resource_missing")
    assert error["message"] == "No such setupintent: 'seti_x'"


@behaviour
def a_session_for_a_customer(client: Client) -> None:
    """A customer session has a client secret and its components."""
    customer = client.customer()
    session = client.post(
        "/v1/customer_sessions", customer=customer["id"], components={"payment_element": {"enabled": True}}
    )
    assert (session["object"], session["customer"]) == ("customer_session", customer["id"])
    assert session["client_secret"]
    assert session["expires_at"] > session["created"]
    assert session["components"]["payment_element"]["enabled"] is True
