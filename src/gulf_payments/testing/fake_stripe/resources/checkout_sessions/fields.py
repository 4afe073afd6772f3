"""What a Checkout Session is made of: its blank form, and what parameters set in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gulf_payments.testing.fake_stripe.protocol.parameters import merged_metadata
from gulf_payments.testing.fake_stripe.resources.checkout_sessions import custom_fields
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.parameters import HOSTED
from gulf_payments.testing.fake_stripe.state.account import HOSTED_AT, Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

KIND = "checkout.session"
DAY_SECONDS = 24 * 60 * 60
_CHECKOUT = "https://checkout.stripe.com"
_RENAMED = "2026-03-25"
"""The API version since which the page that Stripe hosts is called `hosted_page`, no longer `hosted`."""

_NO_INVOICE = {
    "enabled": False,
    "invoice_data": {
        "account_tax_ids": None,
        "custom_fields": None,
        "description": None,
        "footer": None,
        "issuer": None,
        "metadata": {},
        "rendering_options": None,
    },
}
_BRANDING = {
    "background_color": "#ffffff",
    "border_style": "rounded",
    "button_color": "#0074d4",
    "display_name": "Fake Shop",
    "font_family": "default",
    "icon": None,
    "logo": None,
}
_TEXTS = dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"))
_CONSENT = {"payment_method_reuse_agreement": None, "promotions": "none", "terms_of_service": "none"}
_SAVED_METHODS = {
    "allow_redisplay_filters": ["always"],
    "payment_method_remove": "disabled",
    "payment_method_save": None,
}
NOTHING_COLLECTED = {"business_name": None, "individual_name": None, "shipping_details": None}
_BLANK: dict[str, Any] = {
    "object": KIND,
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "branding_settings": _BRANDING,
    "cancel_url": None,
    "client_reference_id": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_text": _TEXTS,
    "customer": None,
    "customer_account": None,
    "customer_creation": "if_required",
    "customer_details": None,
    "customer_email": None,
    "discounts": [],
    "integration_identifier": None,
    "invoice": None,
    "invoice_creation": _NO_INVOICE,
    "locale": None,
    "managed_payments": {"enabled": False},
    "mode": "payment",
    "origin_context": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "status": "open",
    "submit_type": None,
    "subscription": None,
    "success_url": None,
    "wallet_options": None,
}
_AS_GIVEN = (
    "allow_promotion_codes",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_creation",
    "customer_email",
    "integration_identifier",
    "locale",
    "origin_context",
    "payment_method_collection",
    "payment_method_types",
    "phone_number_collection",
    "shipping_address_collection",
    "submit_type",
    "success_url",
    "wallet_options",
)
_COMPLETED = {
    "adaptive_pricing": _BLANK["adaptive_pricing"],
    "branding_settings": _BRANDING,
    "consent_collection": _CONSENT,
    "custom_text": _TEXTS,
    "permissions": {"update_shipping_details": "client_only"},
    "saved_payment_method_options": _SAVED_METHODS,
}
"""Hashes of which a request may give a part: the rest is this."""


def find(account: Account, identifier: str) -> Resource:
    """The session with this id; ApiError 404 if there is none."""
    return account.require(KIND, identifier, param="session")


def new(
    account: Account,
    params: Mapping[str, Any],
    items: Sequence[Resource],
    options: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A session as it is created, over these line items and shipping options."""
    identifier = f"cs_{mode_name(account)}_a1{account.ids.token(56)}"
    return {
        "id": identifier,
        **_BLANK,
        **{name: params[name] for name in _AS_GIVEN if params.get(name) not in (None, [])},
        **{name: {**rest, **params[name]} for name, rest in _COMPLETED.items() if params.get(name)},
        "created": account.now,
        "custom_fields": custom_fields.new(params.get("custom_fields") or ()),
        "expires_at": params.get("expires_at", account.now + DAY_SECONDS),
        "livemode": account.livemode,
        "metadata": merged_metadata({}, params.get("metadata")),
        "payment_method_options": _method_options(params),
        "shipping_options": list(options),
        **_known_customer(account, params),
        **(_sum(items, options) if items else _no_sum(params)),
        **_page(account, params, identifier),
    }


def _sum(items: Sequence[Resource], options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    subtotal = sum(item["amount_total"] for item in items)
    return {"currency": items[0]["currency"], **amounts(subtotal, options[0] if options else None)}


def _no_sum(params: Mapping[str, Any]) -> dict[str, Any]:
    """What is different where a card is only saved and nothing is bought."""
    nothing = ("amount_subtotal", "amount_total", "discounts", "invoice_creation", "shipping_cost", "total_details")
    return {
        **dict.fromkeys(nothing),
        "currency": params.get("currency"),
        "mode": "setup",
        "payment_method_collection": "always",
        "payment_status": "no_payment_required",
        "saved_payment_method_options": None,
    }


def mode_name(account: Account) -> str:
    """The word for the mode in a session's id."""
    return "live" if account.livemode else "test"


def amounts(subtotal: int, delivery: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields that say what is to be paid, with delivery by this shipping option."""
    shipping = delivery["shipping_amount"] if delivery else 0
    cost = delivery and {
        "amount_subtotal": shipping,
        "amount_tax": 0,
        "amount_total": shipping,
        "shipping_rate": delivery["shipping_rate"],
    }
    return {
        "amount_subtotal": subtotal,
        "amount_total": subtotal + shipping,
        "shipping_cost": cost,
        "total_details": {"amount_discount": 0, "amount_shipping": shipping, "amount_tax": 0},
    }


def _method_options(params: Mapping[str, Any]) -> dict[str, Any]:
    kinds = params.get("payment_method_types") or _BLANK["payment_method_types"]
    given = {kind: options for kind, options in (params.get("payment_method_options") or {}).items() if kind in kinds}
    usual = {"card": {"request_three_d_secure": "automatic"}} if "card" in kinds else {}
    return {kind: {**usual.get(kind, {}), **(given.get(kind) or {})} for kind in (*usual, *given)}


def _known_customer(account: Account, params: Mapping[str, Any]) -> dict[str, Any]:
    """What the session knows of its customer before anybody has come."""
    if "customer" not in params:
        address = params.get("customer_email")
        return {"customer_details": customer_details(address) if address else None}
    customer = account.require("customer", params["customer"], param="customer", status=400)
    return {
        "collected_information": NOTHING_COLLECTED,
        "customer_creation": None,
        "customer_details": customer_details(customer["email"]),
        "saved_payment_method_options": {**_SAVED_METHODS, **(params.get("saved_payment_method_options") or {})},
    }


def customer_details(email: str | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What a session shows of its customer; before payment no more than an e-mail address."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
        **more,
    }


def _page(account: Account, params: Mapping[str, Any], identifier: str) -> dict[str, Any]:
    """Where the customer pays: at an address, or in the shop's own page by a secret."""
    mode = params.get("ui_mode") or HOSTED[account.api_version >= _RENAMED]
    if mode in HOSTED:
        site = _CHECKOUT if account.hosted_at == HOSTED_AT else account.hosted_at
        return {"ui_mode": mode, "url": f"{site}/c/pay/{identifier}"}
    return {
        "client_secret": f"{identifier}_secret_{account.ids.token(60)}",
        "redirect_on_completion": params.get("redirect_on_completion") or "always",
        "return_url": params.get("return_url"),
        "ui_mode": mode,
        "url": None,
    }
