"""What a request for a Checkout Session must not be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import custom_fields, items
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.fields import DAY_SECONDS
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.parameters import EMBEDDED, HOSTED
from gulf_payments.testing.fake_stripe.state.account import Account

_SHORTEST_SECONDS = 30 * 60
_ONLY_OTHERS = {
    "payment": ("setup_intent_data",),
    "setup": ("line_items", "payment_intent_data", "shipping_address_collection", "shipping_options", "submit_type"),
}
_EXCLUSIVE = (("customer", "customer_email"), ("customer", "customer_creation"))


def check_creation(account: Account, params: Mapping[str, Any]) -> None:
    """Refuse a session that Stripe would not open, before anything is made for it."""
    _check_mode(params)
    _check_of_mode(params)
    _check_pages(params)
    _check_customer(account, params)
    _check_expiry(account, params)
    custom_fields.check(params.get("custom_fields") or ())
    if params.get("mode") != "setup":
        items.check(account, params)


def _check_mode(params: Mapping[str, Any]) -> None:
    mode = params.get("mode")
    if mode is None and not items.is_legacy(params):
        raise ApiError("Missing required param: mode.", code="parameter_missing", param="mode")
    if mode == "subscription":
        raise ApiError(f"FakeStripe does not carry out the mode {mode}; Stripe would.", param="mode")
    if params.get("payment_method_collection") is not None:
        message = "You can only set `payment_method_collection` if there are recurring prices."
        raise ApiError(message, param="payment_method_collection")


def _check_of_mode(params: Mapping[str, Any]) -> None:
    mode = params.get("mode") or "payment"
    for name in _ONLY_OTHERS[mode]:
        if params.get(name) not in (None, []):
            raise ApiError(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode == "setup" and not params.get("payment_method_types") and params.get("currency") is None:
        raise ApiError("Missing required param: currency.", code="parameter_missing", param="currency")


def _check_pages(params: Mapping[str, Any]) -> None:
    mode = params.get("ui_mode") or HOSTED[1]
    hosted = mode in HOSTED
    for name in ("return_url", "redirect_on_completion") if hosted else ("success_url", "cancel_url"):
        if params.get(name) is not None:
            raise ApiError(f"`{name}` cannot be passed when `ui_mode` is `{mode}`.", param=name)
    needed = "success_url" if hosted else "return_url"
    optional = not hosted and (mode not in EMBEDDED or params.get("redirect_on_completion") == "never")
    if params.get(needed) is None and not optional:
        raise ApiError(f"Missing required param: {needed}.", code="parameter_missing", param=needed)


def _check_customer(account: Account, params: Mapping[str, Any]) -> None:
    for pair in _EXCLUSIVE:
        if all(params.get(name) is not None for name in pair):
            message = f"You may only specify one of these parameters: {', '.join(pair)}."
            raise ApiError(message, code="parameters_exclusive", param=pair[0])
    if params.get("customer") is not None:
        account.require("customer", params["customer"], param="customer", status=400)


def _check_expiry(account: Account, params: Mapping[str, Any]) -> None:
    expires_at = params.get("expires_at")
    if expires_at is None:
        return
    if expires_at < account.now + _SHORTEST_SECONDS:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    if expires_at > account.now + DAY_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise ApiError(message, param="expires_at")
