"""Balance transactions: what each movement of money does to the shop's balance."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.currencies import decimals
from gulf_payments.testing.fake_stripe.protocol.listing import reading
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_DAY_SECONDS = 24 * 60 * 60
_SETTLES_AFTER_DAYS = 7
_FEE_PER_THOUSAND = 29
DISPUTE_FEE = 1500


def charge_fee(amount: int, currency: str) -> int:
    """Stripe's fee for a charge: 2.9 % and 30 hundredths of the unit (recorded for US dollars)."""
    fixed = 300 if decimals(currency) == 3 else 30  # noqa: PLR2004 - three decimals
    return (amount * _FEE_PER_THOUSAND + 500) // 1000 + fixed


def record(
    account: Account,
    amount: int,
    source: Resource,
    *,
    kind: str,
    category: str | None = None,
    fee: int = 0,
    at_once: bool = False,
) -> Resource:
    """Book `amount` (negative: leaves the balance) with its fee; `source` is the charge, refund or dispute."""
    currency = source["currency"]
    now = account.now
    available_on = now if at_once else (now // _DAY_SECONDS + _SETTLES_AFTER_DAYS) * _DAY_SECONDS
    return account.add(
        {
            "id": account.ids.new("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "created": now,
            "currency": currency,
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [_fee_detail(fee, currency)] if fee else [],
            "net": amount - fee,
            "reporting_category": category or kind,
            "source": source["id"],
            "status": "available" if at_once else "pending",
            "type": kind,
        },
    )


def _fee_detail(fee: int, currency: str) -> dict[str, Any]:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }


ROUTES = (reading("balance_transaction", "/v1/balance_transactions"),)
