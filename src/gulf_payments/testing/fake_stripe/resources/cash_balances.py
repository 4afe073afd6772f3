"""Cash balances: what customers have sent by bank transfer, and the transfer that a test has them make."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.inclusions import cash_balance
from gulf_payments.testing.fake_stripe.protocol.listing import page
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, currency, integer, text
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE, RETRIEVE
from gulf_payments.testing.fake_stripe.resources.payment_intents import bank_transfers
from gulf_payments.testing.fake_stripe.state.tables import Resource

_KIND = "customer_cash_balance_transaction"
_LIST = Accepts({name: kind for name, kind in PAGE.items() if name != "created"})
_FUND = Accepts(
    {**EXPAND, "amount": integer(least=1), "currency": currency, "reference": text()},
    required=("amount", "currency"),
)


def retrieve(call: Call) -> Resource:
    """GET /v1/customers/{customer}/cash_balance."""
    return cash_balance(call.account, _owner(call))


def fund(call: Call) -> Resource:
    """POST /v1/test_helpers/customers/{customer}/fund_cash_balance: the customer's transfer arrives."""
    account, params, owner = call.account, call.params, _owner(call)
    money, amount, customer = params["currency"], params["amount"], str(owner["id"])
    ending = account.cash.get((customer, money), 0) + amount
    fields: dict[str, Any] = {
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
    transaction = account.add(fields)
    account.announce("customer_cash_balance_transaction.created", transaction)
    bank_transfers.fund(account, customer, money, amount)
    if account.cash.get((customer, money)):
        account.announce("cash_balance.funds_available", cash_balance(account, owner))
    return transaction


def listing(call: Call) -> Resource:
    """GET /v1/customers/{customer}/cash_balance_transactions."""
    customer = _owner(call)["id"]
    url = f"/v1/customers/{customer}/cash_balance_transactions"
    return page(call, _KIND, url, where={"customer": (customer,)})


def retrieve_transaction(call: Call) -> Resource:
    """GET /v1/customers/{customer}/cash_balance_transactions/{transaction}."""
    owner, transaction = _owner(call), call.account.require(_KIND, call.target, param="id")
    if transaction["customer"] != owner["id"]:
        raise no_such("customer cash balance transaction", call.target, param="id")
    return transaction


def _owner(call: Call) -> Resource:
    return call.account.require("customer", call.ids[0], param="customer")


_OF_CUSTOMER = "/v1/customers/{customer}"
_TRANSACTIONS = f"{_OF_CUSTOMER}/cash_balance_transactions"

ROUTES = (
    Route("GET", f"{_OF_CUSTOMER}/cash_balance", retrieve, RETRIEVE, "cash_balance"),
    Route("GET", _TRANSACTIONS, listing, _LIST, f"list of {_KIND}"),
    Route("GET", f"{_TRANSACTIONS}/{{transaction}}", retrieve_transaction, RETRIEVE, _KIND),
    Route(
        "POST",
        "/v1/test_helpers/customers/{customer}/fund_cash_balance",
        fund,
        _FUND,
        _KIND,
    ),
)
