"""What a shop does with charges by the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import check_charge
from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.instruments import Decline
from gulf_payments.testing.fake_stripe.protocol.addresses import shipping
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.resources import sources
from gulf_payments.testing.fake_stripe.resources.charges import fields, lifecycle
from gulf_payments.testing.fake_stripe.state.tables import Resource

_NO_TERMS: dict[str, Any] = {
    "capture_method": "automatic",
    "customer": None,
    "description": None,
    "metadata": {},
    "payment_method_options": {},
    "receipt_email": None,
    "shipping": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_group": None,
}
_SETTABLE_AT_CAPTURE = ("receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
_SETTABLE = ("customer", "description", "receipt_email", "shipping", "transfer_group")


def create(call: Call) -> Resource:
    """POST /v1/charges, as shops made them before PaymentIntents: a token, or a card that the customer keeps."""
    account, params = call.account, call.params
    check_charge(params["amount"], params["currency"])
    if params.get("customer") is not None:
        account.require("customer", params["customer"], param="customer", status=400)
    given = params.get("source") or params.get("card")
    card = sources.card_source(account, given, params.get("customer"))
    means = fields.by_card(account, card)
    decline = means.instrument.decline
    charge = lifecycle.attempt(account, _terms(params), means, decline=decline)
    if decline is not None:
        raise _declined(charge, decline)
    return charge


def _terms(params: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: params[name] for name in (*_NO_TERMS, "amount", "currency") if params.get(name) is not None}
    by_hand = {"capture_method": "manual"} if params.get("capture") is False else {}
    return {**_NO_TERMS, **given, **by_hand, "shipping": shipping(params.get("shipping"))}


def _declined(charge: Resource, decline: Decline) -> ApiError:
    return ApiError(
        decline.message,
        status=402,
        kind="card_error",
        code=decline.code,
        began=True,
        advice_code=decline.advice_code,
        charge=charge["id"],
        decline_code=decline.decline_code,
        network_decline_code=decline.network_decline_code,
    )


def capture(call: Call) -> Resource:
    """POST /v1/charges/{charge}/capture: all that was authorised, or a part. That of a PaymentIntent is its own."""
    charge = call.account.require("charge", call.target, param="charge")
    if charge["captured"]:
        raise ApiError(f"Charge {charge['id']} has already been captured.", code="charge_already_captured", began=True)
    if not charge["paid"]:
        raise ApiError(f"Charge {charge['id']} is not authorized and cannot be captured.", began=True)
    if charge["payment_intent"] is not None:
        message = f"This charge belongs to the PaymentIntent {charge['payment_intent']}: capture that instead."
        raise ApiError(message, param="charge", began=True)
    amount = call.params.get("amount", charge["amount"])
    if amount > charge["amount"]:
        message = "Cannot capture more than the amount that was authorized."
        raise ApiError(message, code="amount_too_large", param="amount", began=True)
    changes = {name: call.params[name] for name in _SETTABLE_AT_CAPTURE if name in call.params}
    return lifecycle.capture(call.account, charge, amount, **changes)


def update(call: Call) -> Resource:
    """POST /v1/charges/{charge}: what is written on it, never what it is about."""
    charge, params = call.account.require("charge", call.target, param="charge"), call.params
    changes: dict[str, Any] = {name: params[name] for name in _SETTABLE if name in params}
    if params.get("customer") is not None:
        call.account.require("customer", params["customer"], param="customer", status=400)
    if "shipping" in params:
        changes["shipping"] = shipping(params["shipping"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(charge["metadata"], params["metadata"])
    if params.get("fraud_details"):
        changes["fraud_details"] = {**charge["fraud_details"], **params["fraud_details"]}
    updated = call.account.change(charge, **changes)
    call.account.announce("charge.updated", updated, before=charge)
    return updated
