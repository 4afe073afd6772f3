"""Customers, and the payment methods that belong to them."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client

URL = "/v1/customers"
METHODS = "/v1/payment_methods"


@behaviour
def nobody_in_particular(client: Client) -> None:
    """A customer needs no parameter at all."""
    customer = client.customer()
    assert (customer["id"][:4], customer["object"], customer["balance"]) == ("cus_", "customer", 0)
    assert (customer["email"], customer["metadata"], customer["delinquent"]) == (None, {}, False)
    assert customer["invoice_settings"]["default_payment_method"] is None


@behaviour
def who_they_are(client: Client) -> None:
    """Name, address, e-mail and locales come back."""
    customer = client.customer(
        name="Sara", email="sara@example.com", phone="+966", preferred_locales=["ar"], address={"city": "Riyadh"}
    )
    assert (customer["name"], customer["email"], customer["preferred_locales"]) == ("Sara", "sara@example.com", ["ar"])
    assert customer["address"] == {
        "city": "Riyadh",
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    }


@behaviour
def an_address_that_is_none(client: Client) -> None:
    """email_invalid."""
    error = client.refused(URL, email="sara")
    assert (error["status"], error["code"], error["param"]) == (400, "email_invalid", "email")
    assert error["message"] == "Invalid email address: sara"


@behaviour
def an_unknown_customer(client: Client) -> None:
    """404 with the parameter id."""
    error = client.refused(f"{URL}/cus_x", "GET")
    assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "id")
    assert error["message"] == "No such customer: 'cus_x'"


@behaviour
def customers_change(client: Client) -> None:
    """An update changes what it names, an empty string unsets."""
    customer = client.customer(name="Sara", description="x", metadata={"a": "1"})
    changed = client.post(f"{URL}/{customer['id']}", description="", metadata={"b": "2"})
    assert (changed["name"], changed["description"], changed["metadata"]) == ("Sara", None, {"a": "1", "b": "2"})


@behaviour
def customers_are_deleted(client: Client) -> None:
    """The answer is a stub, and so is what is read later; changes are refused."""
    customer = client.customer()
    stub = {"id": customer["id"], "object": "customer", "deleted": True}
    assert client.delete(f"{URL}/{customer['id']}") == stub
    assert client.get(f"{URL}/{customer['id']}") == stub
    assert client.refused(f"{URL}/{customer['id']}", name="Sara")["code"] == "resource_missing"
    assert client.types() == ["customer.created", "customer.deleted"]


@behaviour
def a_deleted_customer_pays_nothing(client: Client) -> None:
    """A PaymentIntent cannot be made for a customer who is gone, nor are they listed."""
    customer = client.customer()
    client.delete(f"{URL}/{customer['id']}")
    error = client.refused("/v1/payment_intents", amount=2000, currency="usd", customer=customer["id"])
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "customer")
    assert client.get(URL)["data"] == []


@behaviour
def customers_are_found_by_address(client: Client) -> None:
    """The list filters by e-mail, exactly as written."""
    sara = client.customer(email="sara@example.com")
    client.customer(email="noura@example.com")
    assert [row["id"] for row in client.get(URL, email="sara@example.com")["data"]] == [sara["id"]]
    assert client.get(URL, email="SARA@example.com")["data"] == []


@behaviour
def customers_are_searched(client: Client) -> None:
    """By e-mail, name or metadata."""
    sara = client.customer(email="sara@example.com", metadata={"tier": "gold"})
    client.customer(email="noura@example.com")
    for query in ("email:'sara@example.com'", "metadata['tier']:'gold'", "email~'sara'"):
        found = client.get(f"{URL}/search", query=query)
        assert [row["id"] for row in found["data"]] == [sara["id"]], query


@behaviour
def a_card_is_attached(client: Client) -> None:
    """Attaching a test method makes one of the customer's own."""
    customer = client.customer()
    method = client.post(f"{METHODS}/pm_card_visa/attach", customer=customer["id"])
    assert (method["customer"], method["type"], method["card"]["last4"]) == (customer["id"], "card", "4242")
    assert method["id"] != "pm_card_visa"
    assert client.types() == ["customer.created", "payment_method.attached"]


@behaviour
def attached_cards_are_listed(client: Client) -> None:
    """In both places, newest first."""
    customer = client.customer()
    made = [
        client.post(f"{METHODS}/{card}/attach", customer=customer["id"])["id"]
        for card in ("pm_card_visa", "pm_card_mastercard")
    ]
    own = client.get(f"{URL}/{customer['id']}/payment_methods")
    assert [row["id"] for row in own["data"]] == made[::-1]
    assert own["url"] == f"{URL}/{customer['id']}/payment_methods"
    everywhere = client.get(METHODS, customer=customer["id"], type="card")
    assert [row["id"] for row in everywhere["data"]] == made[::-1]
    one = f"{URL}/{customer['id']}/payment_methods/{made[0]}"
    assert client.get(one)["id"] == made[0]


@behaviour
def attaching_needs_a_customer(client: Client) -> None:
    """Without one, or with one that does not exist, nothing is attached."""
    assert client.refused(f"{METHODS}/pm_card_visa/attach")["status"] == 400
    error = client.refused(f"{METHODS}/pm_card_visa/attach", customer="cus_x")
    assert (error["status"], error["code"], error["param"]) == (400, "resource_missing", "customer")


@behaviour
def an_unknown_method_is_not_attached(client: Client) -> None:
    """404 with the parameter payment_method."""
    error = client.refused(f"{METHODS}/pm_x/attach", customer=client.customer()["id"])
    assert (error["status"], error["code"], error["param"]) == (404, "resource_missing", "payment_method")
    assert error["message"].startswith("No such PaymentMethod: 'pm_x'")


@behaviour
def a_card_is_attached_once(client: Client) -> None:
    """A method that belongs to somebody stays there."""
    first, second = client.customer(), client.customer()
    method = client.post(f"{METHODS}/pm_card_visa/attach", customer=first["id"])
    error = client.refused(f"{METHODS}/{method['id']}/attach", customer=second["id"])
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert error["message"].startswith("The payment method you provided has already been attached to a customer.")


@behaviour
def a_card_is_detached(client: Client) -> None:
    """Detached it has no customer, and cannot be used again."""
    customer = client.customer()
    method = client.post(f"{METHODS}/pm_card_visa/attach", customer=customer["id"])
    assert client.post(f"{METHODS}/{method['id']}/detach")["customer"] is None
    assert client.types()[-1] == "payment_method.detached"
    error = client.refused(f"{METHODS}/{method['id']}/attach", customer=customer["id"])
    assert error["message"].startswith("This PaymentMethod was previously used without being attached to a Customer")


@behaviour
def what_is_attached_to_nobody_is_not_detached(client: Client) -> None:
    """400 with a sentence of its own."""
    method = client.post(METHODS, type="card", card={"token": "tok_visa"})
    error = client.refused(f"{METHODS}/{method['id']}/detach")
    assert error["status"] == 400
    assert error["message"] == (
        "The payment method you provided is not attached to a customer so detachment is impossible."
    )


@behaviour
def a_token_makes_a_method(client: Client) -> None:
    """tok_visa stands for a card."""
    method = client.post(METHODS, type="card", card={"token": "tok_visa"}, billing_details={"email": "s@example.com"})
    assert (method["card"]["brand"], method["billing_details"]["email"]) == ("visa", "s@example.com")
    assert method["billing_details"]["address"]["city"] is None


@behaviour
def a_type_needs_its_details(client: Client) -> None:
    """Without a type, or without the hash of the type, there is no method."""
    assert client.refused(METHODS)["status"] == 400
    error = client.refused(METHODS, type="card")
    assert (error["status"], error["code"], error["param"]) == (400, "parameter_missing", "card")


@behaviour
def billing_details_can_change(client: Client) -> None:
    """A method of a customer's takes new billing details and metadata."""
    method = client.post(f"{METHODS}/pm_card_visa/attach", customer=client.customer()["id"])
    changed = client.post(f"{METHODS}/{method['id']}", billing_details={"name": "Sara"}, metadata={"a": "1"})
    assert (changed["billing_details"]["name"], changed["metadata"]) == ("Sara", {"a": "1"})
    assert client.types()[-1] == "payment_method.updated"


@behaviour
def a_default_method(client: Client) -> None:
    """invoice_settings names the method for invoices; it must be the customer's."""
    customer = client.customer()
    method = client.post(f"{METHODS}/pm_card_visa/attach", customer=customer["id"])
    settings = {"default_payment_method": method["id"]}
    changed = client.post(f"{URL}/{customer['id']}", invoice_settings=settings)
    assert changed["invoice_settings"]["default_payment_method"] == method["id"]
    assert client.refused(f"{URL}/{customer['id']}", invoice_settings={"default_payment_method": "pm_x"})["status"] in {
        400,
        404,
    }


@behaviour
def money_sent_ahead(client: Client) -> None:
    """A customer may have a cash balance, empty at first."""
    customer = client.customer()["id"]
    assert client.get(f"{URL}/{customer}/cash_balance")["available"] is None
    client.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", amount=1000, currency="usd")
    assert client.get(f"{URL}/{customer}/cash_balance")["available"] == {"usd": 1000}


@behaviour
def the_same_card_has_the_same_fingerprint(client: Client) -> None:
    """Two methods of one number can be told to be one card."""
    first, second = (client.paid(expand=["payment_method"])["payment_method"] for _ in range(2))
    other = client.paid("pm_card_mastercard", expand=["payment_method"])["payment_method"]
    assert first["card"]["fingerprint"] == second["card"]["fingerprint"] != other["card"]["fingerprint"]
