"""What a PaymentIntent is made of: its blank form, what parameters set in it, and what they may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.currencies import check_charge
from gulf_payments.testing.fake_stripe.errors import ApiError, unexpected_state
from gulf_payments.testing.fake_stripe.protocol.addresses import shipping
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_LOCKED_WHEN_PAID = (
    "amount",
    "capture_method",
    "currency",
    "customer",
    "payment_method",
    "payment_method_data",
    "payment_method_options",
    "payment_method_types",
    "setup_future_usage",
)
_RESTARTS = ("amount", "currency", "payment_method", "payment_method_data")
_SETTABLE = (
    "amount",
    "capture_method",
    "currency",
    "customer",
    "description",
    "excluded_payment_method_types",
    "payment_method_types",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
# What Stripe shows of the options of each method before any are set.
_OPTIONS: dict[str, dict[str, Any]] = {
    "card": {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    },
    "link": {"persistent_token": None},
    "us_bank_account": {"verification_method": "automatic"},
}
# What a publishable key may see of a PaymentIntent.
_FOR_BROWSERS = frozenset(
    """id object amount amount_details automatic_payment_methods canceled_at cancellation_reason capture_method
    client_secret confirmation_method created currency description last_payment_error livemode next_action
    payment_method payment_method_configuration_details payment_method_types processing receipt_email
    setup_future_usage shipping source status""".split(),  # noqa: SIM905 - a table, not a column
)
_BLANK: dict[str, Any] = {
    "object": "payment_intent",
    "amount": 0,
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "client_secret": None,
    "confirmation_method": "automatic",
    "created": 0,
    "currency": "",
    "customer": None,
    "customer_account": None,
    "description": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": _OPTIONS["card"]},
    "payment_method_types": ["card"],
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "requires_payment_method",
    "transfer_data": None,
    "transfer_group": None,
}


def new(account: Account, params: Mapping[str, Any], method: Resource | None) -> dict[str, Any]:
    """A PaymentIntent as it is created, not yet confirmed."""
    identifier = account.ids.new("pi")
    chosen = {} if method is None else {"payment_method": method["id"], "status": "requires_confirmation"}
    return {
        "id": identifier,
        **_BLANK,
        "client_secret": f"{identifier}_secret_{account.ids.token(25)}",
        "created": account.now,
        "livemode": account.livemode,
        **settings(_BLANK, params),
        "automatic_payment_methods": _automatic(params),
        "confirmation_method": params.get("confirmation_method") or "automatic",
        **chosen,
    }


def _automatic(params: Mapping[str, Any]) -> dict[str, Any] | None:
    # Stripe turns them on by itself since 2023-08-16, unless types are named.
    given = params.get("automatic_payment_methods")
    if given is None and "payment_method_types" in params:
        return None
    if given is not None and not given["enabled"]:
        return None
    return {"allow_redirects": "always", **(given or {}), "enabled": True}


def settings(intent: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that parameters set, in their stored form."""
    settings = {name: params[name] for name in _SETTABLE if name in params}
    if "capture_method" in settings:
        settings["capture_method"] = settings["capture_method"] or "automatic_async"
    if "shipping" in params:
        settings["shipping"] = shipping(params["shipping"])
    if "metadata" in params:
        settings["metadata"] = merged_metadata(intent["metadata"], params["metadata"])
    if "payment_method_options" in params or "payment_method_types" in params:
        settings["payment_method_options"] = _options(intent, params)
    return settings


def _options(intent: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    before, given = intent["payment_method_options"], params.get("payment_method_options") or {}
    kinds = params.get("payment_method_types") or intent["payment_method_types"]
    return {kind: {**(before.get(kind) or _OPTIONS.get(kind, {})), **(given.get(kind) or {})} for kind in kinds}


def for_browser(intent: Resource) -> Resource:
    """What the customer's browser may see of a PaymentIntent."""
    return {name: value for name, value in intent.items() if name in _FOR_BROWSERS}


def check_creation(params: Mapping[str, Any]) -> None:
    """Refuse an amount that cannot be charged, and parameters that contradict each other."""
    check_charge(params["amount"], params["currency"])
    for pair in (("automatic_payment_methods", "payment_method_types"), ("payment_method", "payment_method_data")):
        if all(params.get(name) is not None for name in pair):
            raise _exclusive(pair)
    if params.get("confirm"):
        return
    for name in ("return_url", "off_session"):
        if name in params:
            message = (
                f"The parameter `{name}` cannot be passed when creating a PaymentIntent "
                "unless `confirm` is set to true."
            )
            raise ApiError(message, param=name)


def _exclusive(names: tuple[str, ...]) -> ApiError:
    message = f"You may only specify one of these parameters: {', '.join(names)}."
    return ApiError(message, code="parameters_exclusive", param=names[0])


def check_method(intent: Resource, method: Resource) -> None:
    """Refuse a PaymentMethod of a type that the PaymentIntent does not take."""
    if method["type"] not in intent["payment_method_types"]:
        kinds = ", ".join(intent["payment_method_types"])
        message = (
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please attach a "
            f"PaymentMethod of one of the following types: {kinds}"
        )
        raise ApiError(message, param="payment_method")


def check_references(account: Account, params: Mapping[str, Any]) -> None:
    """Refuse a customer that does not exist."""
    customer = params.get("customer")
    if customer is not None:
        account.require("customer", customer, param="customer", status=400)


def check_update(intent: Resource, params: Mapping[str, Any]) -> None:
    """Refuse what can no longer change, and a new amount that cannot be charged."""
    for name in _LOCKED_WHEN_PAID:
        if name in params and intent["status"] not in OPEN:
            raise unexpected_state(
                f"This PaymentIntent's {name} could not be updated because it has a status of {intent['status']}. "
                f"You may only update the {name} of a PaymentIntent with one of the following statuses: "
                f"{', '.join(OPEN)}.",
                intent,
            )
    if "amount" in params or "currency" in params:
        check_charge(params.get("amount", intent["amount"]), params.get("currency", intent["currency"]))


def restarted(intent: Resource, method: Resource | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that make the PaymentIntent wait again, if its amount or its card changed."""
    if not any(name in params for name in _RESTARTS):
        return {}
    named = "payment_method" in params or method is not None
    identifier = (method["id"] if method else None) if named else intent["payment_method"]
    status = "requires_confirmation" if identifier else "requires_payment_method"
    return {"payment_method": identifier, "next_action": None, "status": status}
