"""What a SetupIntent is made of: its blank form, what parameters set in it, and what they may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call
from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_SETTABLE = ("customer", "description", "excluded_payment_method_types", "payment_method_types")
# What Stripe shows of the options of each method before any are set.
_OPTIONS: dict[str, dict[str, Any]] = {
    "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"},
    "us_bank_account": {"verification_method": "automatic"},
}
# What a publishable key may see of a SetupIntent.
_FOR_BROWSERS = frozenset(
    """id object automatic_payment_methods cancellation_reason client_secret created description last_setup_error
    livemode next_action payment_method payment_method_configuration_details payment_method_types status
    usage""".split(),  # noqa: SIM905 - a table, not a column
)
_BLANK: dict[str, Any] = {
    "object": "setup_intent",
    "allowed_payment_method_types": None,
    "application": None,
    "cancellation_reason": None,
    "customer": None,
    "customer_account": None,
    "description": None,
    "excluded_payment_method_types": None,
    "flow_directions": None,
    "last_setup_error": None,
    "latest_attempt": None,
    "managed_payments": None,
    "mandate": None,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": _OPTIONS["card"]},
    "payment_method_types": ["card"],
    "single_use_mandate": None,
    "status": "requires_payment_method",
}


def new(account: Account, params: Mapping[str, Any], method: Resource | None) -> dict[str, Any]:
    """A SetupIntent as it is created, not yet confirmed."""
    identifier = account.ids.new("seti")
    return {
        "id": identifier,
        **_BLANK,
        "automatic_payment_methods": _automatic(params),
        "client_secret": f"{identifier}_secret_{account.ids.token(25)}",
        "created": account.now,
        "livemode": account.livemode,
        "usage": params.get("usage") or "off_session",
        **settings(_BLANK, params),
        **chosen(method),
    }


def _automatic(params: Mapping[str, Any]) -> dict[str, Any] | None:
    # Stripe turns them on by itself since 2023-08-16, unless types are named.
    given = params.get("automatic_payment_methods") or {"enabled": "payment_method_types" not in params}
    return {"allow_redirects": "always", **given} if given["enabled"] else None


def chosen(method: Resource | None) -> dict[str, Any]:
    """The fields that a newly named PaymentMethod sets: it waits to be confirmed."""
    return {} if method is None else {"payment_method": method["id"], "status": "requires_confirmation"}


def settings(intent: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that parameters set, in their stored form."""
    settings = {name: params[name] for name in _SETTABLE if name in params}
    if "metadata" in params:
        settings["metadata"] = merged_metadata(intent["metadata"], params["metadata"])
    if "payment_method_options" in params or "payment_method_types" in params:
        before, given = intent["payment_method_options"], params.get("payment_method_options") or {}
        kinds = params.get("payment_method_types") or intent["payment_method_types"]
        settings["payment_method_options"] = {
            kind: {**(before.get(kind) or _OPTIONS.get(kind, {})), **(given.get(kind) or {})} for kind in kinds
        }
    return settings


def shown(call: Call, intent: Resource) -> Resource:
    """As much of a SetupIntent as the caller may see."""
    if not call.from_browser:
        return intent
    return {name: value for name, value in intent.items() if name in _FOR_BROWSERS}


def check_creation(params: Mapping[str, Any]) -> None:
    """Refuse parameters that contradict each other."""
    for pair in (("automatic_payment_methods", "payment_method_types"), ("payment_method", "payment_method_data")):
        if all(params.get(name) is not None for name in pair):
            message = f"You may only specify one of these parameters: {', '.join(pair)}."
            raise ApiError(message, code="parameters_exclusive", param=pair[0])
    if "return_url" in params and not params.get("confirm"):
        message = (
            "The parameter `return_url` cannot be passed when creating a SetupIntent unless `confirm` is set to true."
        )
        raise ApiError(message, param="return_url")


def check_customer(account: Account, params: Mapping[str, Any]) -> None:
    """Refuse a customer that does not exist."""
    customer = params.get("customer")
    if customer is not None:
        account.require("customer", customer, param="customer", status=400)


def check_method(intent: Resource, method: Resource, *, shown: Resource | None = None) -> None:
    """Refuse a PaymentMethod of another customer, or of a type that the SetupIntent does not take.

    `shown` is the SetupIntent as the error shows it, if there is one yet.
    """
    customer, owner = intent["customer"], method["customer"]
    if method["type"] not in intent["payment_method_types"]:
        kinds = ", ".join(intent["payment_method_types"])
        message = (
            f"The PaymentMethod provided ({method['type']}) is not allowed for this SetupIntent. Please attach a "
            f"PaymentMethod of one of the following types: {kinds}"
        )
        raise ApiError(message, param="payment_method", setup_intent=shown)
    if owner in {None, customer}:
        return
    message = (
        f"The payment method supplied ({method['id']}) belongs to the Customer {owner}. "
        "Please include the Customer in the `customer` parameter on the SetupIntent."
        if customer is None
        else f"The PaymentMethod {method['id']} does not belong to the Customer you supplied {customer}. "
        "Please use this PaymentMethod with the Customer that it belongs to instead."
    )
    raise ApiError(message, param="payment_method", setup_intent=shown)


def unexpected_state(message: str, intent: Resource) -> ApiError:
    """The SetupIntent is in no state for this; Stripe attaches it as it stands."""
    return ApiError(message, code="setup_intent_unexpected_state", setup_intent=intent, began=True)
