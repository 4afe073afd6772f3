"""What becomes of a charge: attempted, captured, settled, failed late; and how its money is booked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.instruments import Decline
from gulf_payments.testing.fake_stripe.resources import balance, disputes, radar
from gulf_payments.testing.fake_stripe.resources.charges import fields
from gulf_payments.testing.fake_stripe.resources.charges.fields import Means
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource


def attempt(
    account: Account,
    terms: Mapping[str, Any],
    means: Means,
    *,
    authenticated: bool = False,
    decline: Decline | None = None,
) -> Resource:
    """Charge what a customer pays with: a new Charge, declined, authorised, captured, or pending until it settles."""
    charge: Resource = fields.new(account, terms, means, authenticated=authenticated, decline=decline)
    if decline is not None:
        account.add(charge)
        account.announce("charge.failed", charge)
        return charge
    if means.instrument.settles_after_seconds is not None:
        charge = account.add({**charge, **_taken(charge), "paid": False, "status": "pending"})
        account.announce("charge.pending", charge)
        return charge
    if fields.captured_by_hand(terms):
        account.add(charge)
        account.announce("charge.succeeded", charge)
        return charge
    charge = account.add({**charge, **_taken(charge)})
    if terms["capture_method"] == "automatic":
        charge = _book(account, charge)
    else:
        account.later(0, partial(_book_later, account, charge))
    account.announce("charge.succeeded", charge)
    _follow_up(account, charge)
    return charge


def _taken(charge: Resource) -> dict[str, Any]:
    return {"amount_captured": charge["amount"], "captured": True}


def capture(account: Account, charge: Resource, amount: int, **changes: Any) -> Resource:  # noqa: ANN401 - JSON
    """Take what was authorised, or a part of it; the rest is released."""
    charge = account.change(charge, amount_captured=amount, captured=True, **changes)
    charge = _book(account, charge)
    account.announce("charge.captured", charge)
    _follow_up(account, charge)
    return charge


def settle(account: Account, charge: Resource, decline: Decline | None) -> Resource:
    """What was pending is decided: the bank pays, or returns the debit as declined."""
    if decline is None:
        settled = _book(account, account.change(charge, paid=True, status="succeeded"))
        account.announce("charge.succeeded", settled)
        _follow_up(account, settled)
        return settled
    failed = account.change(
        charge,
        failure_code=decline.code,
        failure_message=decline.message,
        outcome=fields.outcome(decline),
        status="failed",
    )
    account.announce("charge.failed", failed)
    return failed


def expire(account: Account, charge: Resource) -> None:
    """The authorisation lapsed uncaptured."""
    account.announce("charge.expired", charge)


def fail_late(account: Account, charge: Resource) -> Resource:
    """The money that was already paid is taken back, as bank debits may be."""
    booking = balance.record(account, -charge["amount_captured"], charge, kind="payment_failure_refund")
    failed = account.change(
        charge,
        status="failed",
        paid=False,
        failure_balance_transaction=booking["id"],
        failure_code="insufficient_funds",
        failure_message="The customer's account has insufficient funds to cover this payment.",
    )
    account.announce("charge.failed", failed)
    return failed


def _book(account: Account, charge: Resource) -> Resource:
    amount = charge["amount_captured"]
    fee = balance.charge_fee(amount, charge["currency"])
    at_once = account.held[charge["payment_method"]].available_at_once
    available_on = account.now if at_once else None
    booking = balance.record(account, amount, charge, kind="charge", fee=fee, available_on=available_on)
    return account.change(charge, balance_transaction=booking["id"])


def _book_later(account: Account, charge: Resource) -> None:
    before = account.current(charge)
    account.announce("charge.updated", _book(account, before), before=before)


def _follow_up(account: Account, charge: Resource) -> None:
    instrument = account.held[charge["payment_method"]]
    if instrument.fraud_warning:
        account.later(0, partial(radar.warn_of_fraud, account, charge["id"]))
    if instrument.dispute:
        account.later(0, partial(_open_dispute, account, charge["id"], instrument.dispute, inquiry=instrument.inquiry))


def _open_dispute(account: Account, charge_id: str, reason: str, *, inquiry: bool) -> None:
    disputes.open_dispute(account, charge_id, reason=reason, inquiry=inquiry)
