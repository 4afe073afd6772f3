"""CustomerSessions: for half an hour, a page may show and keep what one customer has saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.protocol.calls import Call, Route
from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    boolean,
    choice,
    hash_of,
    integer,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

LIFETIME_SECONDS = 30 * 60
_SWITCH = choice("disabled", "enabled")
_REDISPLAY = choice("always", "limited", "unspecified")
_FILTERS: dict[str, Kind] = {"payment_method_allow_redisplay_filters": array_of(_REDISPLAY)}


def _component(**features: Kind) -> Kind:
    members: dict[str, Kind] = {"enabled": boolean}
    if features:
        members["features"] = hash_of({**_FILTERS, **features})
    return hash_of(members, required=("enabled",))


_COMPONENTS: dict[str, Kind] = {
    **dict.fromkeys(("active_entitlements", "buy_button", "customer_portal", "pricing_table"), _component()),
    "customer_sheet": _component(payment_method_remove=_SWITCH),
    "mobile_payment_element": _component(
        payment_method_redisplay=_SWITCH,
        payment_method_remove=_SWITCH,
        payment_method_save=_SWITCH,
        payment_method_save_allow_redisplay_override=_REDISPLAY,
    ),
    "payment_element": _component(
        payment_method_redisplay=_SWITCH,
        payment_method_redisplay_limit=integer(least=1, most=10),
        payment_method_remove=_SWITCH,
        payment_method_save=_SWITCH,
        payment_method_save_usage=choice("off_session", "on_session"),
    ),
}
_SHEET = {"payment_method_allow_redisplay_filters": ["always"], "payment_method_remove": "disabled"}
_ELEMENT = {**_SHEET, "payment_method_redisplay": "disabled", "payment_method_save": "disabled"}
# What an enabled component may do unless it is told otherwise.
_FEATURES: dict[str, dict[str, Any]] = {
    "customer_sheet": _SHEET,
    "mobile_payment_element": {**_ELEMENT, "payment_method_save_allow_redisplay_override": None},
    "payment_element": {**_ELEMENT, "payment_method_redisplay_limit": 3, "payment_method_save_usage": None},
}
_CREATE = Accepts(
    {**EXPAND, "components": hash_of(_COMPONENTS), "customer": text(), "customer_account": unsupported},
    required=("components", "customer"),
)


def create(call: Call) -> Resource:
    """POST /v1/customer_sessions. The object has no id: its client secret is all that a page needs."""
    account, given = call.account, call.params["components"]
    customer = account.require("customer", call.params["customer"], param="customer", status=400)
    if not any(component and component["enabled"] for component in given.values()):
        message = "At least one component must be enabled to create a Customer Session."
        raise ApiError(message, param="components")
    session = {
        "object": "customer_session",
        "client_secret": f"cuss_secret_{account.ids.token(40)}",
        "components": {name: _configured(name, given.get(name)) for name in sorted(_COMPONENTS)},
        "created": account.now,
        "customer": customer["id"],
        "customer_account": None,
        "expires_at": account.now + LIFETIME_SECONDS,
        "livemode": account.livemode,
    }
    account.customer_sessions[str(session["client_secret"])] = session
    return session


def _configured(name: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    enabled = given is not None and given["enabled"]
    if name not in _FEATURES:
        return {"enabled": enabled}
    features = {**_FEATURES[name], **((given or {}).get("features") or {})} if enabled else None
    return {"enabled": enabled, "features": features}


def opened(account: Account, client_secret: str) -> Resource:
    """The CustomerSession with this client secret; ApiError if it never was, or is over."""
    session = account.customer_sessions.get(client_secret)
    if session is None or session["expires_at"] <= account.now:
        message = "The Customer Session is invalid or has expired. Create a new one and use its client secret."
        raise ApiError(message, param="customer_session_client_secret")
    return session


def saved_methods(account: Account, client_secret: str) -> list[Resource]:
    """The PaymentMethods that a Payment Element may show to this customer, newest first."""
    session = opened(account, client_secret)
    features = session["components"]["payment_element"]["features"]
    if features is None or features["payment_method_redisplay"] == "disabled":
        return []
    shown = features["payment_method_allow_redisplay_filters"]
    kept = account.tables["payment_method"].having("customer", session["customer"])
    allowed = [method for method in kept if method["allow_redisplay"] in shown]
    return allowed[: features["payment_method_redisplay_limit"]]


ROUTES = (Route("POST", "/v1/customer_sessions", create, _CREATE, "customer_session"),)
