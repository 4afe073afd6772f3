"""The balance and its transactions: what each movement of money does to it, and when money becomes available."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import SETTLEMENT, decimals
from gulf_payments.testing.fake_stripe.errors import ApiError, no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.listing import page, query_of, reading
from gulf_payments.testing.fake_stripe.protocol.parameters import Accepts, currency, text
from gulf_payments.testing.fake_stripe.protocol.parts import PAGE, RETRIEVE
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_KIND = "balance_transaction"
_LIST = Accepts({**PAGE, "currency": currency, "payout": text(), "source": text(), "type": text()})
_FILTERS = ("source", "type", "currency")

_DAY_SECONDS = 24 * 60 * 60
_SETTLES_AFTER_DAYS = 7
_FEE_PER_THOUSAND, _FEE_FIXED = 29, 30
_DISPUTE_FEE = 1500
_FEE_LABELS = {"charge": "Stripe processing fees", "dispute": "Dispute fee"}


def charge_fee(amount: int, currency: str) -> int:
    """Stripe's fee for a charge: 2.9 % and 30 hundredths of the unit (recorded for US dollars)."""
    return (amount * _FEE_PER_THOUSAND + 500) // 1000 + _scaled(_FEE_FIXED, currency)


def dispute_fee(currency: str) -> int:
    """Stripe's fee for a chargeback: 15 units (recorded for US dollars). It is kept even if the dispute is won."""
    return _scaled(_DISPUTE_FEE, currency)


def _scaled(hundredths: int, currency: str) -> int:
    return hundredths * 10 if decimals(currency) == 3 else hundredths  # noqa: PLR2004 - three decimals


def record(
    account: Account,
    amount: int,
    source: Resource,
    *,
    kind: str,
    category: str | None = None,
    description: str | None = None,
    fee: int = 0,
    available_on: int | None = None,
) -> Resource:
    """Book `amount` (negative: leaves the balance) with its fee; `source` is the charge, refund, dispute or payout.

    `available_on` is when it counts; by default, after the usual days of settlement.
    """
    currency, category = source["currency"], category or kind
    now = account.now
    if available_on is None:
        available_on = (now // _DAY_SECONDS + _SETTLES_AFTER_DAYS) * _DAY_SECONDS
    booking = account.add(
        {
            "id": account.ids.new("txn"),
            "object": _KIND,
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "created": now,
            "currency": currency,
            "description": description or source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [_fee_detail(fee, currency, _FEE_LABELS[category])] if fee else [],
            "net": amount - fee,
            "reporting_category": category,
            "source": source["id"],
            "status": "available" if available_on <= now else "pending",
            "type": kind,
        },
    )
    _enter(account, booking)
    return booking


def _fee_detail(fee: int, currency: str, label: str) -> dict[str, Any]:
    return {"amount": fee, "application": None, "currency": currency, "description": label, "type": "stripe_fee"}


def settled(account: Account, identifier: str | None) -> int | None:
    """When money that follows an earlier balance transaction counts: with it, or at once if that does already."""
    earlier = None if identifier is None else account.require(_KIND, identifier, param="id")
    return None if earlier is None else max(account.now, earlier["available_on"])


def _enter(account: Account, booking: Resource) -> None:
    moment = booking["available_on"]
    if account.ledger.enter(booking):
        account.later(moment - account.now, partial(_mature, account, moment))
    if booking["status"] == "available" and booking["net"] > 0:
        account.later(0, partial(_announce, account))


def _mature(account: Account, moment: int) -> None:
    for identifier in account.ledger.maturing.pop(moment):
        booking = account.require(_KIND, identifier, param="id")
        account.ledger.mature(account.change(booking, status="available"))
    _announce(account)


def _announce(account: Account) -> None:
    account.announce("balance.available", snapshot(account))


def snapshot(account: Account) -> Resource:
    """The balance as it stands now, one entry for each currency that it ever held."""
    ledger = account.ledger
    currencies = [SETTLEMENT, *(each for each in ledger.currencies() if each != SETTLEMENT)]
    available = {each: ledger.available.get(each, 0) for each in currencies}
    nothing = [{"amount": 0, "currency": each} for each in currencies]
    return {
        "object": "balance",
        "available": [_held(each, amount) for each, amount in available.items()],
        "instant_available": [_held(each, max(0, amount)) for each, amount in available.items()],
        "livemode": account.livemode,
        "pending": [_held(each, ledger.pending.get(each, 0)) for each in currencies],
        "refund_and_dispute_prefunding": {"available": nothing, "pending": nothing},
    }


def _held(currency: str, amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def retrieve(call: Call) -> Resource:
    """GET /v1/balance."""
    return snapshot(call.account)


def _listing(url: str) -> Route:
    # The list says its newer address, by whichever it was asked for.
    def handler(call: Call) -> Resource:
        payout = call.params.get("payout")
        if payout is not None:
            return _itemised(call, _TRANSACTIONS, payout)
        return page(call, _KIND, _TRANSACTIONS, where=_filters(call))

    return Route("GET", url, handler, _LIST, f"list of {_KIND}")


def _filters(call: Call) -> dict[str, tuple[str, ...]]:
    return {name: (call.params[name],) for name in _FILTERS if call.params.get(name) is not None}


def _itemised(call: Call, url: str, payout_id: str) -> Resource:
    """What an automatic payout paid out, and the payout's own line."""
    payout = call.account.require("payout", payout_id, param="payout", status=400)
    if not payout["automatic"]:
        raise ApiError("Balance transaction history can only be filtered on automatic transfers, not manual.")
    gathered = call.account.ledger.gathered
    asked = query_of(call, _KIND, where=_filters(call))
    for name in ("starting_after", "ending_before"):
        cursor = call.params.get(name)
        if cursor is not None and gathered.get(cursor) is None:
            raise no_such("balance transaction", cursor, param=name, status=400)
    query = replace(asked, where={"payout": (payout_id,)}, matches=_of_line(call.account, asked.wants))
    lines, more = gathered.page(query)
    rows = [call.account.require(_KIND, line["id"], param="id") for line in lines]
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def _of_line(account: Account, wants: Callable[[Resource], bool]) -> Callable[[Resource], bool]:
    return lambda line: wants(account.require(_KIND, line["id"], param="id"))


_HISTORY = "/v1/balance/history"
_TRANSACTIONS = "/v1/balance_transactions"

ROUTES = (
    Route("GET", "/v1/balance", retrieve, RETRIEVE, "balance"),
    _listing(_TRANSACTIONS),
    reading(_KIND, _TRANSACTIONS),
    _listing(_HISTORY),
    reading(_KIND, _HISTORY),
)
