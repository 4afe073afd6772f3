"""Elder ways that Stripe still keeps: tokens, cards as sources, charges of their own, refunds under a charge."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client

CHARGES = "/v1/charges"


@behaviour
def a_charge_without_an_intent(client: Client) -> None:
    """A token is charged directly; such a charge has no PaymentIntent, and its source is the card."""
    charge = client.post(CHARGES, amount=2000, currency="usd", source="tok_visa", description="Oud")
    assert (charge["status"], charge["captured"], charge["payment_intent"]) == ("succeeded", True, None)
    assert charge["payment_method_details"]["card"]["last4"] == "4242"
    assert client.types()[0] == "charge.succeeded"


@behaviour
def a_charge_is_held_and_captured(client: Client) -> None:
    """capture=false holds; capturing takes all or a part, once."""
    held = client.post(CHARGES, amount=2000, currency="usd", source="tok_visa", capture=False)
    assert (held["captured"], held["amount_captured"]) == (False, 0)
    captured = client.post(f"{CHARGES}/{held['id']}/capture", amount=1500)
    assert (captured["captured"], captured["amount_captured"]) == (True, 1500)
    error = client.refused(f"{CHARGES}/{held['id']}/capture")
    assert (error["status"], error["code"]) == (400, "charge_already_captured")
    assert error["message"] == f"Charge {held['id']} has already been captured."


@behaviour
def a_token_is_declined(client: Client) -> None:
    """402 with the charge that failed."""
    error = client.refused(CHARGES, amount=2000, currency="usd", source="tok_chargeDeclined")
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", "card_declined")
    assert client.get(f"{CHARGES}/{error['charge']}")["status"] == "failed"


@behaviour
def a_charge_needs_a_source(client: Client) -> None:
    """Neither source nor customer: 400."""
    assert client.refused(CHARGES, amount=2000, currency="usd")["status"] == 400


@behaviour
def an_unknown_token(client: Client) -> None:
    """resource_missing with the parameter source."""
    error = client.refused(CHARGES, amount=2000, currency="usd", source="tok_x")
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "source")
    assert error["message"] == "No such token: 'tok_x'"


@behaviour
def charges_are_noted(client: Client) -> None:
    """Description, metadata and the suspicion of fraud can be changed; the amount cannot."""
    charge = client.paid()["latest_charge"]
    changed = client.post(f"{CHARGES}/{charge}", description="Oud", fraud_details={"user_report": "safe"})
    assert (changed["description"], changed["fraud_details"]) == ("Oud", {"user_report": "safe"})
    assert client.refused(f"{CHARGES}/{charge}", amount=1)["code"] == "parameter_unknown"
    error = client.refused(f"{CHARGES}/ch_x", "GET")
    assert (error["status"], error["message"]) == (404, "No such charge: 'ch_x'")


@behaviour
def charges_are_searched(client: Client) -> None:
    """By what is on them."""
    paid = client.paid(metadata={"order": "1017"})
    client.paid()
    found = client.get(f"{CHARGES}/search", query="metadata['order']:'1017'")
    assert [row["id"] for row in found["data"]] == [paid["latest_charge"]]


@behaviour
def a_token_is_used_once(client: Client) -> None:
    """A token that a browser made can be read, and is used up by its first use."""
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    made = client.ask("POST", "/v1/tokens", {"card": card}, authorization="Bearer pk_test_1")
    token = client.get(f"/v1/tokens/{made.body['id']}")
    assert (token["type"], token["used"], token["card"]["last4"]) == ("card", False, "4242")
    client.post(f"/v1/customers/{client.customer()['id']}/sources", source=token["id"])
    error = client.refused(f"/v1/customers/{client.customer()['id']}/sources", source=token["id"])
    assert (error["status"], error["code"]) == (400, "token_already_used")
    assert error["message"] == f"You cannot use a Stripe token more than once: {token['id']}."


@behaviour
def a_card_is_a_source(client: Client) -> None:
    """A customer's card is made from a token, read, changed, listed and deleted; the first is the default."""
    customer = client.customer()["id"]
    for family in ("sources", "cards"):
        url = f"/v1/customers/{customer}/{family}"
        card = client.post(url, source="tok_visa")
        assert (card["object"], card["customer"], card["last4"]) == ("card", customer, "4242")
        assert client.get(f"{url}/{card['id']}") == card
        assert client.post(f"{url}/{card['id']}", name="Sara")["name"] == "Sara"
        assert [row["id"] for row in client.get(url)["data"]] == [card["id"]]
        assert client.get(f"/v1/customers/{customer}")["default_source"] == card["id"]
        assert client.delete(f"{url}/{card['id']}") == {"id": card["id"], "object": "card", "deleted": True}
    assert client.get(f"/v1/customers/{customer}")["default_source"] is None


@behaviour
def refunds_stand_under_their_charge(client: Client) -> None:
    """They are made, listed, read and changed there too."""
    charge = client.paid()["latest_charge"]
    url = f"{CHARGES}/{charge}/refunds"
    refund = client.post(url, amount=500)
    assert (refund["object"], refund["charge"], refund["amount"]) == ("refund", charge, 500)
    assert [row["id"] for row in client.get(url)["data"]] == [refund["id"]]
    assert client.get(f"{url}/{refund['id']}")["id"] == refund["id"]
    assert client.post(f"{url}/{refund['id']}", metadata={"a": "1"})["metadata"] == {"a": "1"}


@behaviour
def refunding_a_charge_answers_the_charge(client: Client) -> None:
    """The oldest way of all."""
    charge = client.paid()["latest_charge"]
    answer = client.post(f"{CHARGES}/{charge}/refund")
    assert (answer["object"], answer["refunded"]) == ("charge", True)


@behaviour
def a_dispute_stands_under_its_charge(client: Client) -> None:
    """It is read, answered and closed there too."""
    url = f"{CHARGES}/{client.paid('pm_card_createDispute')['latest_charge']}/dispute"
    dispute = client.get(url)
    assert (dispute["object"], dispute["status"]) == ("dispute", "needs_response")
    answered = client.post(url, evidence={"customer_name": "Sara"})
    assert answered["evidence"]["customer_name"] == "Sara"
    assert client.post(f"{url}/close")["status"] == "lost"


@behaviour
def the_history_is_the_list_of_transactions(client: Client) -> None:
    """The former name of balance transactions."""
    client.paid()
    history = client.get("/v1/balance/history")
    assert [row["type"] for row in history["data"]] == ["charge"]
    assert client.get(f"/v1/balance/history/{history['data'][0]['id']}") == history["data"][0]
