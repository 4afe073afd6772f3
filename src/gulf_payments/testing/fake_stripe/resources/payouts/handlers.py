"""Payouts by request: made by hand, updated, canceled, reversed, listed."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.currencies import check_currency, check_step
from gulf_payments.testing.fake_stripe.errors import ApiError, no_such
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.listing import page, within
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    choice,
    currency,
    integer,
    merged_metadata,
    metadata,
    moments,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE
from gulf_payments.testing.fake_stripe.resources.payouts import lifecycle
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

CREATE = Accepts(
    {
        **EXPAND,
        "amount": integer(least=1),
        "currency": currency,
        "description": text(),
        "destination": text(),
        "metadata": metadata,
        "method": choice("instant", "standard"),
        "payout_method": unsupported,
        "source_type": choice("bank_account", "card", "fpx"),
        "statement_descriptor": text(22),
    },
    required=("amount", "currency"),
)
CHANGE = Accepts({**EXPAND, "metadata": metadata})
LIST = Accepts({**PAGE, "arrival_date": moments, "destination": text(), "status": text()})

_PASSED_ON = ("description", "destination", "method", "source_type", "statement_descriptor")


def create(call: Call) -> Resource:
    """POST /v1/payouts."""
    account, params = call.account, call.params
    check_currency(params["currency"])
    check_step(params["amount"], params["currency"])
    _check_destination(account, params.get("destination"), params["currency"])
    _check_funds(account, params["amount"], params["currency"], params.get("source_type") or "card")
    fields = {name: params[name] for name in _PASSED_ON if params.get(name) is not None}
    fields["metadata"] = merged_metadata({}, params.get("metadata"))
    return lifecycle.make(account, params["amount"], params["currency"], fields)


def _check_destination(account: Account, identifier: str | None, currency: str) -> None:
    if identifier is None:
        return
    bank = account.find("bank_account", identifier)
    if bank is None or bank["currency"] != currency:
        raise no_such("external account", identifier, param="destination", status=400)


def _check_funds(account: Account, amount: int, currency: str, source: str) -> None:
    # Everything here is paid by card; the balances of the other sources are empty.
    available = account.ledger.available.get(currency, 0) if source == "card" else 0
    if amount > available:
        message = (
            f"You have insufficient funds in your Stripe account for this transfer. Your {source} balance is too low.  "
            "You can use the /v1/balance endpoint to view your Stripe balance (for more details, see "
            "stripe.com/docs/api#balance)."
        )
        raise ApiError(message, code="balance_insufficient", began=True)


def update(call: Call) -> Resource:
    """POST /v1/payouts/{payout}: only its metadata can change."""
    made = _asked_for(call)
    changed = call.account.change(made, metadata=merged_metadata(made["metadata"], call.params.get("metadata", {})))
    if changed != made:
        call.account.announce("payout.updated", changed, before=made)
    return changed


def cancel(call: Call) -> Resource:
    """POST /v1/payouts/{payout}/cancel, while it is pending."""
    return lifecycle.cancel(call.account, _asked_for(call))


def reverse(call: Call) -> Resource:
    """POST /v1/payouts/{payout}/reverse; answers the payout that comes back."""
    return lifecycle.reverse(call.account, _asked_for(call), merged_metadata({}, call.params.get("metadata")))


def listing(call: Call) -> Resource:
    """GET /v1/payouts, by status, destination and the days they were made and arrive."""
    params = call.params
    where = {name: (params[name],) for name in ("status", "destination") if params.get(name) is not None}
    return page(call, "payout", "/v1/payouts", where=where, matches=within("arrival_date", params.get("arrival_date")))


def _asked_for(call: Call) -> Resource:
    return call.account.require("payout", call.target, param="payout")
