"""Money that does not come at once: bank debits that settle or bounce, and transfers that customers make in parts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_stripe.shop import Shop, types

_IBAN = "AT321904300235473204"


def _by_debit(shop: Shop, iban: str = _IBAN) -> dict[str, Any]:
    data = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": {"name": "Bob"}}
    return shop.intent(currency="eur", payment_method_types=["sepa_debit"], payment_method_data=data, confirm=True)


def test_a_debit_is_processing_until_it_settles(shop: Shop) -> None:
    """The charge is pending and unpaid for three minutes; then the money is there, booked and told."""
    waiting = _by_debit(shop)
    charge = shop.get(f"/v1/charges/{waiting['latest_charge']}")
    assert (waiting["status"], waiting["amount_received"]) == ("processing", 0)
    assert (charge["status"], charge["paid"], charge["balance_transaction"]) == ("pending", False, None)
    assert charge["payment_method_details"]["sepa_debit"]["last4"] == "3204"
    assert types(shop.fake) == ["payment_intent.created", "charge.pending", "payment_intent.processing"]
    shop.fake.advance(seconds=180)
    settled = shop.get(f"/v1/payment_intents/{waiting['id']}", expand=["latest_charge"])
    assert (settled["status"], settled["amount_received"]) == ("succeeded", 11500)
    assert settled["latest_charge"]["balance_transaction"].startswith("txn_")
    assert types(shop.fake)[3:] == ["charge.succeeded", "payment_intent.succeeded"]


def test_a_debit_that_bounces(shop: Shop) -> None:
    """The bank returns it: no money, the same PaymentIntent waits for another way to pay."""
    waiting = _by_debit(shop, "AT861904300235473202")
    failed = shop.get(f"/v1/payment_intents/{waiting['id']}")
    assert (failed["status"], failed["amount_received"]) == ("requires_payment_method", 0)
    assert failed["last_payment_error"]["code"] == "debit_not_authorized"
    assert types(shop.fake)[3:] == ["charge.failed", "payment_intent.payment_failed"]
    assert shop.refused("post", "/v1/refunds", charge=waiting["latest_charge"])["status"] == 400


def test_a_settled_debit_can_be_refunded_and_disputed(shop: Shop) -> None:
    """The refund goes back to the bank account, which names no reference; the dispute names no card network."""
    waiting = _by_debit(shop)
    shop.fake.advance(seconds=180)
    refund = shop.post("/v1/refunds", payment_intent=waiting["id"], amount=500)
    assert (refund["status"], refund["destination_details"]) == (
        "succeeded",
        {"sepa_debit": {}, "type": "sepa_debit"},
    )
    assert types(shop.fake)[-1] == "charge.refunded"
    inquiry = shop.fake.dispute(waiting["id"], reason="debit_not_authorized", inquiry=True)
    assert "payment_method_details" not in inquiry
    assert shop.fake.escalate_inquiry(inquiry["id"])["status"] == "needs_response"


def test_a_debit_canceled_while_it_is_processing_never_pays(shop: Shop) -> None:
    """What is canceled in time stays canceled when the day of settlement comes."""
    waiting = _by_debit(shop)
    shop.post(f"/v1/payment_intents/{waiting['id']}/cancel")
    shop.fake.advance(days=1)
    assert shop.get(f"/v1/payment_intents/{waiting['id']}")["status"] == "canceled"
    assert "payment_intent.succeeded" not in types(shop.fake)


def test_an_american_account_saved_by_a_customer(shop: Shop) -> None:
    """A bank account is attached and pays as a card does, only later."""
    customer = shop.post("/v1/customers")["id"]
    account = {"account_holder_type": "individual", "routing_number": "110000000", "account_number": "000123456789"}
    method = shop.post("/v1/payment_methods", type="us_bank_account", us_bank_account=account)
    assert method["us_bank_account"]["last4"] == "6789"
    shop.post(f"/v1/payment_methods/{method['id']}/attach", customer=customer)
    paid = shop.intent(
        currency="usd", customer=customer, payment_method=method["id"], payment_method_types=["us_bank_account"],
        confirm=True,
    )  # fmt: skip
    assert paid["status"] == "processing"
    assert "charge.pending" in types(shop.fake)


def test_a_card_payment_takes_no_bank_account(shop: Shop) -> None:
    """The PaymentIntent's types decide what it takes."""
    data = {"type": "sepa_debit", "sepa_debit": {"iban": _IBAN}}
    error = shop.refused(
        "post", "/v1/payment_intents", amount=100, currency="eur", payment_method_types=["card"],
        payment_method_data=data, confirm=True,
    )  # fmt: skip
    assert "one of the following types: card" in error["message"]


@pytest.fixture
def transfer(shop: Shop) -> dict[str, Any]:
    """A PaymentIntent over 20,000 yen that waits for a transfer."""
    customer = shop.post("/v1/customers")["id"]
    return shop.intent(
        amount=20000, currency="jpy", customer=customer, payment_method_types=["customer_balance"],
        payment_method_data={"type": "customer_balance"}, confirm=True,
        payment_method_options={
            "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "jp_bank_transfer"}},
        },
    )  # fmt: skip


def test_a_transfer_in_two_parts(shop: Shop, transfer: dict[str, Any]) -> None:
    """The first part is told with what is left; the second pays; what is too much stays the customer's."""
    action = transfer["next_action"]["display_bank_transfer_instructions"]
    assert (transfer["status"], action["amount_remaining"]) == ("requires_action", 20000)
    customer = transfer["customer"]
    shop.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", amount=15000, currency="jpy")
    (event,) = shop.fake.events("payment_intent.partially_funded")
    assert event["data"]["object"]["next_action"]["display_bank_transfer_instructions"]["amount_remaining"] == 5000
    shop.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", amount=6000, currency="jpy")
    paid = shop.get(f"/v1/payment_intents/{transfer['id']}")
    assert (paid["status"], paid["amount_received"], paid["next_action"]) == ("succeeded", 20000, None)
    assert shop.get(f"/v1/customers/{customer}/cash_balance")["available"] == {"jpy": 1000}


def test_money_that_is_there_already_pays_at_once(shop: Shop, transfer: dict[str, Any]) -> None:
    """A customer with enough cash waits for nothing."""
    customer = transfer["customer"]
    shop.post(f"/v1/test_helpers/customers/{customer}/fund_cash_balance", amount=25000, currency="jpy")
    again = shop.intent(
        amount=5000, currency="jpy", customer=customer, payment_method_types=["customer_balance"],
        payment_method_data={"type": "customer_balance"}, confirm=True,
    )  # fmt: skip
    assert again["status"] == "succeeded"
    assert shop.get(f"/v1/customers/{customer}/cash_balance")["available"] is None
