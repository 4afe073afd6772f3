"""Payouts: money on its way to the bank. Made by hand or by the day, sent, paid, failed, reversed.

Sources: docs.stripe.com/api/payouts, docs.stripe.com/payouts/reconciliation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import balance
from gulf_payments.testing.fake_stripe.resources.accounts import bank_account
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

PAID_AFTER_SECONDS = 2
"""Test payouts take about a second at Stripe; here there is a moment to cancel one. Real ones take days."""

_DAY_SECONDS = 24 * 60 * 60
_INSTANT_SECONDS = 30 * 60
_DESCRIPTION = "STRIPE PAYOUT"
_MAY_FAIL = ("pending", "in_transit", "paid")
FAILURES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": "The bank account has restrictions on either the type, or the number, of payouts "
    "allowed. This normally indicates that the bank account is a savings or other non-checking account.",
    "could_not_process": "The bank could not process this payout.",
    "declined": "The bank has declined this transfer. Please contact the bank before retrying.",
    "incorrect_account_holder_name": "Your bank notified us that the bank account holder name on file is incorrect.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "invalid_account_number": "The routing number seems correct, but the account number is invalid.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "no_account": "The bank account details on file are probably incorrect. No bank account could be located with "
    "those details.",
}
"""Why a bank turns a payout down: Stripe's codes, and its words for them."""


def make(account: Account, amount: int, currency: str, fields: Mapping[str, Any]) -> Resource:
    """Take `amount` from the balance and send it to the bank; a negative one comes back from there."""
    made = _new(account, amount, currency, fields)
    booking = balance.record(account, -amount, made, kind="payout", description=_DESCRIPTION, available_on=account.now)
    made = account.add({**made, "balance_transaction": booking["id"]})
    account.announce("payout.created", made)
    account.later(PAID_AFTER_SECONDS, partial(_send, account, made["id"]))
    return made


def _new(account: Account, amount: int, currency: str, fields: Mapping[str, Any]) -> Resource:
    return {
        "id": account.ids.new("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": _arrival(account.now, fields.get("method")),
        "automatic": False,
        "balance_transaction": None,
        "created": account.now,
        "currency": currency,
        "description": None,
        "destination": bank_account(account, currency)["id"],
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": account.livemode,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
        **fields,
    }


def _arrival(now: int, method: str | None) -> int:
    return now + _INSTANT_SECONDS if method == "instant" else (now // _DAY_SECONDS + 1) * _DAY_SECONDS


def _send(account: Account, payout_id: str) -> None:
    made = account.require("payout", payout_id, param="payout")
    if made["status"] == "pending":
        account.announce("payout.updated", account.change(made, status="in_transit"), before=made)
        account.later(0, partial(_arrive, account, payout_id))


def _arrive(account: Account, payout_id: str) -> None:
    made = account.require("payout", payout_id, param="payout")
    if made["status"] == "in_transit":
        trace = {"status": "supported", "value": account.ids.token(16).upper()}
        account.announce("payout.paid", account.change(made, status="paid", trace_id=trace))


def pay_out(account: Account, currency: str) -> Resource:
    """The day's automatic payout: all that is available in a currency; ApiError if nothing is."""
    amount = account.ledger.available.get(currency, 0)
    if amount <= 0:
        raise ApiError(f"no {currency} is available", code="balance_insufficient")
    ungathered = account.ledger.ungathered
    taken = ungathered.pop(currency)
    fields = {"automatic": True, "description": _DESCRIPTION, "reconciliation_status": "in_progress"}
    made = make(account, amount, currency, fields)
    account.ledger.gather(made["id"], [*taken, *ungathered.pop(currency)])
    account.later(0, partial(_itemise, account, made["id"]))
    return made


def _itemise(account: Account, payout_id: str) -> None:
    reconcile(account, account.require("payout", payout_id, param="payout"))


def reconcile(account: Account, made: Resource) -> Resource:
    """Stripe knows what a payout consists of."""
    reconciled = account.change(made, reconciliation_status="completed")
    account.announce("payout.reconciliation_completed", reconciled)
    return reconciled


def fail(account: Account, payout_id: str, code: str) -> Resource:
    """The bank sends the money back, which may still happen when it seemed paid; ApiError for what cannot fail."""
    if code not in FAILURES:
        raise ApiError(f"Invalid failure_code: must be one of {', '.join(FAILURES)}", param="failure_code")
    made = account.require("payout", payout_id, param="payout")
    if made["status"] not in _MAY_FAIL:
        raise ApiError(f"A payout with status {made['status']} cannot fail.")
    booking = _give_back(account, made, "payout_failure")
    failure = {"failure_code": code, "failure_message": FAILURES[code], "failure_balance_transaction": booking}
    failed = account.change(made, **failure, status="failed")
    account.announce("payout.failed", failed)
    return failed


def cancel(account: Account, made: Resource) -> Resource:
    """Call a payout off before it is sent; ApiError once it is, and for an automatic one."""
    if made["automatic"]:
        raise ApiError("Automatic payouts cannot be canceled.", began=True)
    if made["status"] != "pending":
        raise ApiError("Payouts can only be canceled while they are pending.", began=True)
    booking = _give_back(account, made, "payout_cancel")
    canceled = account.change(made, failure_balance_transaction=booking, status="canceled")
    account.announce("payout.canceled", canceled)
    return canceled


def _give_back(account: Account, made: Resource, kind: str) -> str:
    what = f"{_DESCRIPTION} {'FAILURE' if kind == 'payout_failure' else 'CANCEL'}"
    booking = balance.record(
        account, made["amount"], made, kind=kind, category="payout_reversal", description=what, available_on=account.now
    )
    return str(booking["id"])


def reverse(account: Account, made: Resource, metadata: Mapping[str, str]) -> Resource:
    """Fetch a paid payout back from the bank: a new payout of the negative amount; ApiError for any other."""
    if made["status"] != "paid" or made["original_payout"] is not None:
        message = f"You cannot reverse this payout because it has a status of {made['status']}; it must be paid."
        raise ApiError(message, began=True)
    if made["reversed_by"] is not None:
        raise ApiError(f"This payout has already been reversed by {made['reversed_by']}.", began=True)
    fields = {"destination": made["destination"], "metadata": metadata, "original_payout": made["id"]}
    back = make(account, -made["amount"], made["currency"], fields)
    account.announce("payout.updated", account.change(made, reversed_by=back["id"]), before=made)
    return back
