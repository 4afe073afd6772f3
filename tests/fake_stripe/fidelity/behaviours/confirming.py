"""Confirming a PaymentIntent: paid, asked for 3-D Secure, or in no state for it."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client

URL = "/v1/payment_intents"
BACK = "https://shop.example/back"


@behaviour
def a_good_card_pays(client: Client) -> None:
    """Everything is received, and the charge is named."""
    intent = client.intent(payment_method="pm_card_visa")
    paid = client.post(f"{URL}/{intent['id']}/confirm")
    assert (paid["status"], paid["amount_received"], paid["amount_capturable"]) == ("succeeded", 2000, 0)
    assert paid["latest_charge"].startswith("ch_")


@behaviour
def the_charge_tells_of_the_card(client: Client) -> None:
    """Brand, last four digits, country, network and outcome stand on the charge."""
    charge = client.paid(expand=["latest_charge"])["latest_charge"]
    card = charge["payment_method_details"]["card"]
    assert (card["brand"], card["last4"], card["network"], card["country"]) == ("visa", "4242", "visa", "US")
    assert charge["outcome"]["type"] == "authorized"
    assert charge["outcome"]["seller_message"] == "Payment complete."
    assert (charge["paid"], charge["captured"], charge["status"], charge["refunded"]) == (
        True,
        True,
        "succeeded",
        False,
    )


@behaviour
def brands_are_told_apart(client: Client) -> None:
    """Each test card has its brand and its last four digits."""
    brands = {
        "pm_card_mastercard": ("mastercard", "4444"),
        "pm_card_discover": ("discover", "1117"),
        "pm_card_jcb": ("jcb", "0505"),
        "pm_card_unionpay": ("unionpay", "0005"),
        "pm_card_visa_debit": ("visa", "5556"),
    }
    for method, expected in brands.items():
        charge = client.paid(method, expand=["latest_charge"])["latest_charge"]
        card = charge["payment_method_details"]["card"]
        assert (card["brand"], card["last4"]) == expected, method


@behaviour
def what_describes_the_payment_reaches_the_charge(client: Client) -> None:
    """Description, receipt address, shipping, metadata and customer are copied to the charge."""
    customer = client.customer()
    given = {
        "description": "Oud",
        "receipt_email": "sara@example.com",
        "metadata": {"order": "1017"},
        "customer": customer["id"],
    }
    charge = client.paid(**given, expand=["latest_charge"])["latest_charge"]
    assert {name: charge[name] for name in given} == given


@behaviour
def the_balance_transaction_comes_later(client: Client) -> None:
    """With asynchronous capture the charge has no balance transaction in the answer; charge.updated tells of it."""
    paid = client.paid(expand=["latest_charge"])
    assert paid["latest_charge"]["balance_transaction"] is None
    later = client.get(f"/v1/charges/{paid['latest_charge']['id']}")
    assert later["balance_transaction"].startswith("txn_")
    assert client.types()[-1] == "charge.updated"


@behaviour
def a_method_can_come_with_the_confirmation(client: Client) -> None:
    """A PaymentIntent without a method is confirmed with one."""
    intent = client.intent()
    assert client.post(f"{URL}/{intent['id']}/confirm", payment_method="pm_card_visa")["status"] == "succeeded"


@behaviour
def without_a_method_it_cannot_be_confirmed(client: Client) -> None:
    """There must be a payment method to confirm with."""
    intent = client.intent()
    error = client.refused(f"{URL}/{intent['id']}/confirm")
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"].startswith(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
        "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
        "method"
    )


@behaviour
def a_paid_one_cannot_be_confirmed(client: Client) -> None:
    """A second confirmation is refused, and the error carries the PaymentIntent."""
    paid = client.paid()
    error = client.refused(f"{URL}/{paid['id']}/confirm")
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"] == (
        "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
    )
    assert error["payment_intent"]["status"] == "succeeded"


@behaviour
def a_canceled_one_cannot_be_confirmed(client: Client) -> None:
    """Nor a canceled one."""
    intent = client.intent(payment_method="pm_card_visa")
    client.post(f"{URL}/{intent['id']}/cancel")
    error = client.refused(f"{URL}/{intent['id']}/confirm")
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert error["message"].startswith("You cannot confirm this PaymentIntent because it has a status of canceled.")


@behaviour
def three_d_secure_redirects(client: Client) -> None:
    """With a return_url the customer is sent to the bank's page; there is no charge yet."""
    intent = client.paid("pm_card_threeDSecure2Required", return_url=BACK)
    assert (intent["status"], intent["latest_charge"]) == ("requires_action", None)
    action = intent["next_action"]
    assert (action["type"], action["redirect_to_url"]["return_url"]) == ("redirect_to_url", BACK)
    assert action["redirect_to_url"]["url"].startswith("http")


@behaviour
def three_d_secure_inline(client: Client) -> None:
    """Without one the next step is Stripe.js's."""
    intent = client.paid("pm_card_authenticationRequired")
    assert (intent["status"], intent["next_action"]["type"]) == ("requires_action", "use_stripe_sdk")
    assert "use_stripe_sdk" in intent["next_action"]


@behaviour
def three_d_secure_passes(client: Client) -> None:
    """A customer who passes has paid, and the charge says that he was authenticated."""
    intent = client.paid("pm_card_threeDSecure2Required", return_url=BACK)
    client.fake.challenge(intent["id"], "pass")
    paid = client.get(f"{URL}/{intent['id']}", expand=["latest_charge"])
    secure = paid["latest_charge"]["payment_method_details"]["card"]["three_d_secure"]
    assert (paid["status"], paid["next_action"], secure["result"]) == ("succeeded", None, "authenticated")


@behaviour
def three_d_secure_fails(client: Client) -> None:
    """A customer who fails is asked for another method; the error is no card's."""
    intent = client.paid("pm_card_threeDSecure2Required", return_url=BACK)
    client.fake.challenge(intent["id"], "fail")
    failed = client.get(f"{URL}/{intent['id']}")
    error = failed["last_payment_error"]
    assert (failed["status"], failed["payment_method"]) == ("requires_payment_method", None)
    assert (error["code"], error["type"]) == ("payment_intent_authentication_failure", "invalid_request_error")
    assert error["message"].startswith("The provided PaymentMethod has failed authentication.")


@behaviour
def a_supported_card_is_not_asked(client: Client) -> None:
    """A card for which 3-D Secure is optional pays without it."""
    assert client.paid("pm_card_threeDSecureOptional")["status"] == "succeeded"


@behaviour
def nobody_is_there_to_authenticate(client: Client) -> None:
    """Off session a card that needs authentication is declined: authentication_required."""
    error = client.declined("pm_card_authenticationRequired", off_session=True)
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", "authentication_required")
    assert error["decline_code"] == "authentication_required"
    assert error["payment_intent"]["status"] == "requires_payment_method"


@behaviour
def an_error_instead_of_an_action(client: Client) -> None:
    """error_on_requires_action answers 402 where the customer would be asked."""
    error = client.declined("pm_card_authenticationRequired", error_on_requires_action=True)
    assert (error["status"], error["type"], error["code"]) == (402, "card_error", "authentication_required")


@behaviour
def a_method_without_customer_serves_once(client: Client) -> None:
    """A PaymentMethod that paid without a customer may not be used again."""
    paid = client.paid()
    error = client.refused(
        URL, amount=2000, currency="usd", payment_method=paid["payment_method"], confirm=True, return_url=BACK
    )
    assert error["status"] == 400
    assert error["message"].startswith(
        "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment"
    )


@behaviour
def a_customers_method_needs_its_customer(client: Client) -> None:
    """An attached PaymentMethod pays only with its customer named."""
    customer = client.customer()
    method = client.post("/v1/payment_methods/pm_card_visa/attach", customer=customer["id"])
    error = client.declined(method["id"])
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert client.paid(method["id"], customer=customer["id"])["status"] == "succeeded"


@behaviour
def a_method_of_another_customer_is_refused(client: Client) -> None:
    """Nor does it pay for somebody else."""
    method = client.post("/v1/payment_methods/pm_card_visa/attach", customer=client.customer()["id"])
    error = client.declined(method["id"], customer=client.customer()["id"])
    assert (error["status"], error["type"]) == (400, "invalid_request_error")


@behaviour
def future_usage_attaches_the_method(client: Client) -> None:
    """With setup_future_usage a paid card belongs to the customer."""
    customer = client.customer()
    paid = client.paid(customer=customer["id"], setup_future_usage="off_session")
    assert client.get(f"/v1/payment_methods/{paid['payment_method']}")["customer"] == customer["id"]


@behaviour
def a_saved_card_pays_off_session(client: Client) -> None:
    """A card that was set up with authentication pays later without the customer."""
    customer = client.customer()
    method = "pm_card_authenticationRequiredSetupForOffSession"
    saved = client.post(f"/v1/payment_methods/{method}/attach", customer=customer["id"])
    assert client.paid(saved["id"], customer=customer["id"], off_session=True)["status"] == "succeeded"


@behaviour
def a_customer_types_in_a_card(client: Client) -> None:
    """In the browser payment_method_data makes the PaymentMethod on the way."""
    intent = client.intent()
    card = {"number": "5555555555554444", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    params = {"client_secret": intent["client_secret"], "payment_method_data": {"type": "card", "card": card}}
    answered = client.ask("POST", f"{URL}/{intent['id']}/confirm", params, authorization="Bearer pk_test_1")
    assert (answered.status, answered.body["status"]) == (200, "succeeded")
    paid = client.get(f"{URL}/{intent['id']}", expand=["payment_method"])
    assert (paid["payment_method"]["card"]["brand"], paid["payment_method"]["card"]["last4"]) == ("mastercard", "4444")


@behaviour
def manual_confirmation_is_the_servers(client: Client) -> None:
    """A browser may not confirm a PaymentIntent whose confirmation is manual."""
    intent = client.intent(confirmation_method="manual", payment_method="pm_card_visa")
    params = {"client_secret": intent["client_secret"]}
    answered = client.ask("POST", f"{URL}/{intent['id']}/confirm", params, authorization="Bearer pk_test_1")
    assert (answered.status, answered.error["type"]) == (400, "invalid_request_error")
    assert client.post(f"{URL}/{intent['id']}/confirm")["status"] == "succeeded"


@behaviour
def a_customers_cash_pays_when_it_is_applied(client: Client) -> None:
    """What a customer has sent is listed, and pays a PaymentIntent that waits for a transfer as far as it goes."""
    customer = client.customer()["id"]
    waiting = client.post(
        "/v1/payment_intents", amount=20000, currency="jpy", customer=customer, confirm=True,
        payment_method_types=["customer_balance"], payment_method_data={"type": "customer_balance"},
    )  # fmt: skip
    url = f"/v1/payment_intents/{waiting['id']}"
    assert client.post(f"{url}/apply_customer_balance")["status"] == "requires_action"
    sent = client.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", amount=20000, currency="jpy")
    assert client.get(url)["status"] == "succeeded"
    (listed,) = client.get(f"/v1/customers/{customer}/cash_balance_transactions")["data"]
    assert (listed, listed["type"], listed["net_amount"]) == (sent, "funded", 20000)
    assert client.get(f"/v1/customers/{customer}/cash_balance_transactions/{sent['id']}") == sent
    assert client.refused(f"{url}/apply_customer_balance")["code"] == "payment_intent_unexpected_state"


@behaviour
def there_is_nothing_to_verify(client: Client) -> None:
    """A card payment has no microdeposits, and no line items unless it was given some."""
    intent = client.post("/v1/payment_intents", amount=2000, currency="usd")
    url = f"/v1/payment_intents/{intent['id']}"
    error = client.refused(f"{url}/verify_microdeposits", amounts=[32, 45])
    assert (error["status"], error["code"]) == (400, "payment_intent_unexpected_state")
    assert client.get(f"{url}/amount_details_line_items")["data"] == []
