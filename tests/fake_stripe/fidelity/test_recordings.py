"""The fake, put in the position of each recorded request, answers with the same members, headers and errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_stripe.fidelity import shapes
from tests.fake_stripe.fidelity.client import Answered, Client
from tests.fake_stripe.fidelity.published import JSON, Recording, fixtures, needs_schema, recorded

pytestmark = needs_schema

DEEP = ["latest_charge.balance_transaction", "latest_charge.payment_intent", "latest_charge.refunds.data"]
CONFIRMED = {"amount": 1000, "currency": "usd", "confirm": True, "return_url": "http://localhost:3000/"}


def compare(real: Recording, fake: Answered) -> None:
    """Hold status, headers and the shape of the body against the real answer."""
    assert fake.status == real.status, fake.body
    assert set(real.headers) - set(fake.headers) == set()
    for name in ("content-type", "stripe-should-retry"):
        assert fake.headers.get(name) == real.headers.get(name), name
    assert "\n".join(shapes.differences(real.body, fake.body)) == ""


def keyed(client: Client, method: str, path: str, **params: Any) -> Answered:
    """One request with an idempotency key, as every SDK sends it."""
    return client.ask(method, path, params, idempotency_key=f"{method} {path} {len(client.fake.events())}")


def card_of(client: Client, customer: JSON) -> str:
    """A test card attached to a customer."""
    attached: str = client.post("/v1/payment_methods/pm_card_visa/attach", customer=customer["id"])["id"]
    return attached


def test_paying_at_once(client: Client) -> None:
    """Create and confirm with a customer: PaymentIntent and charge have every member, and no further ones."""
    customer = client.customer()
    real = recorded("POST", "/v1/payment_intents", 200, request="payment_method=pm_1SRzleQK2ZHS99RkYADP4KUH")
    fake = keyed(
        client,
        "POST",
        "/v1/payment_intents",
        **CONFIRMED,
        customer=customer["id"],
        payment_method=card_of(client, customer),
        expand=DEEP,
    )
    compare(real, fake)
    assert fake.body["latest_charge"]["balance_transaction"] is None
    assert fake.body["capture_method"] == real.body["capture_method"]


def test_reading_a_charge(client: Client) -> None:
    """A paid charge with its balance transaction, its PaymentIntent and its refunds."""
    customer = client.customer()
    intent = client.post(
        "/v1/payment_intents", **CONFIRMED, customer=customer["id"], payment_method=card_of(client, customer)
    )
    path = f"/v1/charges/{intent['latest_charge']}"
    fake = client.ask(
        "GET", path, {"expand": ["balance_transaction", "payment_intent", "refunds.data.balance_transaction"]}
    )
    real = recorded("GET", "/v1/charges/ch_3SRznGKXBGcbgpbZ1w3WSym3", 200)
    compare(real, fake)
    assert fake.body["balance_transaction"]["fee"] == 59


def test_capturing(client: Client) -> None:
    """Authorised by hand, captured in full."""
    customer = client.customer()
    intent = client.post(
        "/v1/payment_intents",
        **{**CONFIRMED, "amount": 2900, "capture_method": "manual"},
        customer=customer["id"],
        payment_method=card_of(client, customer),
    )
    real = recorded("POST", "/v1/payment_intents/", 200)
    compare(real, keyed(client, "POST", f"/v1/payment_intents/{intent['id']}/capture"))


@pytest.mark.parametrize("amount", [1000, 500])
def test_refunding(client: Client, amount: int) -> None:
    """A part of a charge is refunded."""
    charge = client.paid(amount=2900)["latest_charge"]
    real = recorded("POST", "/v1/refunds", 200, request=f"amount={amount}")
    fake = keyed(client, "POST", "/v1/refunds", charge=charge, amount=amount)
    compare(real, fake)
    assert fake.body["status"] == real.body["status"]
    assert fake.body["destination_details"] == real.body["destination_details"]


def test_attaching_a_card_that_is_declined(client: Client) -> None:
    """The bank is asked at once, and the error names no parameter by an empty name."""
    real = recorded("POST", "/v1/payment_methods/pm_card_chargeDeclined/attach", 402)
    path = "/v1/payment_methods/pm_card_chargeDeclined/attach"
    fake = keyed(client, "POST", path, customer=client.customer()["id"])
    compare(real, fake)
    assert set(real.body["error"]) - same_words(real, fake) == {"request_log_url"}


def test_nothing_to_pay(client: Client) -> None:
    """An amount of 0 is refused with Stripe's own long sentence."""
    real = recorded("POST", "/v1/payment_intents", 400)
    fake = keyed(client, "POST", "/v1/payment_intents", **{**CONFIRMED, "amount": 0}, customer=client.customer()["id"])
    compare(real, fake)
    assert set(real.body["error"]) - same_words(real, fake) == {"request_log_url"}


def test_an_unknown_customer(client: Client) -> None:
    """A 404 with the id in the sentence and the log of the request in a link."""
    real = recorded("GET", "/v1/customers/", 404)
    fake = client.ask("GET", real.path)
    compare(real, fake)
    assert set(real.body["error"]) - same_words(real, fake) == {"request_log_url"}
    assert fake.error["request_log_url"].endswith(f"/test/workbench/logs?object={fake.headers['request-id']}")


def same_words(real: Recording, fake: Answered) -> set[str]:
    """The members of the error that say the very same."""
    return {name for name, value in real.body["error"].items() if fake.error[name] == value}


OTHER_AGE = {
    "balance": {"connect_reserved"},  # of platforms of Connect
    "charge": {"refunds"},  # only with expand since 2022-11-15
    "payment_intent": {"managed_payments"},  # in no recording: sent where the feature is on
}
"""What Stripe's own samples show beyond its answers."""


def test_samples_of_stripes_own_mock(client: Client) -> None:
    """Every member in Stripe's samples is in the fake's objects, but for those named above."""
    customer = client.customer()
    paid = client.paid(customer=customer["id"], setup_future_usage="off_session", expand=["payment_method"])
    client.post("/v1/refunds", payment_intent=paid["id"], amount=100)
    client.fake.dispute(paid["id"])
    client.paid("pm_card_bypassPending")
    client.post("/v1/payouts", amount=500, currency="usd")
    client.post("/v1/setup_intents")
    client.post("/v1/webhook_endpoints", url="https://shop.example/hook", enabled_events=["*"])
    gone = client.delete(f"/v1/customers/{client.customer()['id']}")
    kinds = "charges refunds disputes balance_transactions events customers payouts payment_intents setup_intents"
    seen = {
        row["object"]: row
        for kind in [*kinds.split(), "webhook_endpoints"]
        for row in client.get(f"/v1/{kind}", limit=1)["data"]
    }
    seen |= {"balance": client.get("/v1/balance"), "deleted_customer": gone, "payment_method": paid["payment_method"]}
    for kind in fixtures().keys() - {"deleted_webhook_endpoint"}:
        assert set(fixtures()[kind]) - set(seen[kind]) <= OTHER_AGE.get(kind, set()), kind
