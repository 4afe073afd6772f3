"""Making a refund: what may be refunded, in the order in which Stripe asks, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import check_step, written
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import radar
from gulf_payments.testing.fake_stripe.resources.refunds import lifecycle
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

_HOLDS = "https://stripe.com/docs/payments/place-a-hold-on-a-payment-method"


def named_charge(account: Account, charge_id: str | None, intent_id: str | None) -> Resource:
    """The charge that a request means; ApiError if it names none, or a charge of another PaymentIntent."""
    if charge_id is None and intent_id is None:
        raise ApiError("One of the following params should be provided for this request: payment_intent or charge.")
    charge = None if charge_id is None else account.require("charge", charge_id, param="charge", status=400)
    if intent_id is None:
        assert charge is not None
        return charge
    intent = account.require("payment_intent", intent_id, param="payment_intent", status=400)
    if charge is None:
        return successful_charge(account, intent)
    if charge["payment_intent"] != intent_id:
        message = f"The charge {charge_id} does not belong to the PaymentIntent {intent_id}."
        raise ApiError(message, param="charge")
    return charge


def successful_charge(account: Account, intent: Resource) -> Resource:
    """The one charge of a PaymentIntent that was paid, or is held for it; ApiError if there is none."""
    for charge in account.tables["charge"].having("payment_intent", intent["id"]):
        if charge["paid"]:
            return charge
    raise _unpaid(intent["id"])


def _unpaid(intent_id: str) -> ApiError:
    return ApiError(f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.", began=True)


def refund(
    account: Account,
    charge: Resource,
    amount: int | None,
    *,
    reason: str | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Resource:
    """Give back `amount`, or all that is left of the charge."""
    rest = charge["amount_captured"] - charge["amount_refunded"]
    amount = rest if amount is None else amount
    _check(account, charge, amount, rest)
    made = account.add(_new(account, charge, amount, reason, metadata or {}))
    if made["status"] == "succeeded":
        made = lifecycle.book(account, made)
    account.announce("refund.created", made)
    _count(account, charge, amount, reason)
    lifecycle.plan(account, made, charge)
    return made


def _count(account: Account, charge: Resource, amount: int, reason: str | None) -> None:
    refunded = charge["amount_refunded"] + amount
    whole, as_fraud = refunded >= charge["amount_captured"], reason == "fraudulent"
    report = {"fraud_details": {**charge["fraud_details"], "user_report": "fraudulent"}} if as_fraud else {}
    counted = account.change(charge, amount_refunded=refunded, refunded=whole, **report)
    account.announce("charge.refunded", counted, before=charge)
    if whole:
        radar.heed_no_more(account, counted["id"])
        radar.close_review(account, counted, "refunded_as_fraud" if as_fraud else "refunded")


def _check(account: Account, charge: Resource, amount: int, rest: int) -> None:
    if not charge["paid"] or not charge["captured"]:
        raise _uncaptured(charge) if _held(account, charge) else _never_paid(charge)
    if _charged_back(account, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise ApiError(message, code="charge_disputed", began=True)
    if rest <= 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(message, code="charge_already_refunded", began=True)
    check_step(amount, charge["currency"])
    if amount > rest:
        raise _too_much(charge, amount, rest)


def _held(account: Account, charge: Resource) -> bool:
    """Whether the money waits to be captured."""
    intent = account.find("payment_intent", str(charge["payment_intent"]))
    return intent is not None and intent["status"] == "requires_capture" and bool(charge["paid"])


def _never_paid(charge: Resource) -> ApiError:
    if charge["payment_intent"] is not None:
        return _unpaid(charge["payment_intent"])
    message = f"Charge {charge['id']} has not been paid and captured; there is nothing to refund."
    return ApiError(message, code="charge_not_refundable", began=True)


def _uncaptured(charge: Resource) -> ApiError:
    message = (
        f"This uncaptured Charge was created by a PaymentIntent ({charge['payment_intent']}). You must cancel the "
        "PaymentIntent to reverse the authorization instead of refunding the Charge directly. For more information, "
        f"see {_HOLDS}"
    )
    return ApiError(message, began=True)


def _charged_back(account: Account, charge: Resource) -> bool:
    """Whether a dispute took the money of this charge."""
    disputes = account.tables["dispute"].having("charge", charge["id"])
    return any(not row["is_charge_refundable"] for row in disputes)


def _too_much(charge: Resource, amount: int, rest: int) -> ApiError:
    what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
    asked, left = written(amount, charge["currency"]), written(rest, charge["currency"])
    return ApiError(f"Refund amount ({asked}) is greater than {what} ({left})", param="amount", began=True)


def _new(
    account: Account,
    charge: Resource,
    amount: int,
    reason: str | None,
    metadata: Mapping[str, str],
) -> dict[str, Any]:
    waits = lifecycle.behaviour(account, charge) == "waits"
    return {
        "id": account.ids.new("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": account.now,
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": lifecycle.destination(charge),
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if waits else "succeeded",
        "transfer_reversal": None,
        **({"pending_reason": "processing"} if waits else {}),
    }
