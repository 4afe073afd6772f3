"""Cash balances: what customers have sent by bank transfer, and the transfer that a test has them make."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.inclusions import cash_balance
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, currency, integer, text
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, RETRIEVE
from gulf_payments.testing.fake_stripe.resources.payment_intents import bank_transfers
from gulf_payments.testing.fake_stripe.state.tables import Resource

_FUND = Accepts(
    {**EXPAND, "amount": integer(least=1), "currency": currency, "reference": text()},
    required=("amount", "currency"),
)


def retrieve(call: Call) -> Resource:
    """GET /v1/customers/{customer}/cash_balance."""
    return cash_balance(call.account, call.account.require("customer", call.target, param="customer"))


def fund(call: Call) -> Resource:
    """POST /v1/test_helpers/customers/{customer}/fund_cash_balance: the customer's transfer arrives."""
    account, params, customer = call.account, call.params, _customer(call)
    money, amount = params["currency"], params["amount"]
    ending = account.cash.get((customer, money), 0) + amount
    transaction: dict[str, Any] = {
        "id": account.ids.new("ccsbtxn"),
        "object": "customer_cash_balance_transaction",
        "created": account.now,
        "currency": money,
        "customer": customer,
        "customer_account": None,
        "ending_balance": ending,
        "funded": {"bank_transfer": {"reference": params.get("reference"), "type": "us_bank_transfer"}},
        "livemode": account.livemode,
        "net_amount": amount,
        "type": "funded",
    }
    account.announce("customer_cash_balance_transaction.created", transaction)
    bank_transfers.fund(account, customer, money, amount)
    return transaction


def _customer(call: Call) -> str:
    return str(call.account.require("customer", call.target, param="customer")["id"])


ROUTES = (
    Route("GET", "/v1/customers/{customer}/cash_balance", retrieve, RETRIEVE, "cash_balance"),
    Route(
        "POST",
        "/v1/test_helpers/customers/{customer}/fund_cash_balance",
        fund,
        _FUND,
        "customer_cash_balance_transaction",
    ),
)
