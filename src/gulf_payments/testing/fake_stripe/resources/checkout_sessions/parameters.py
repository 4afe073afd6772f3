"""Which parameters each route of a Checkout Session takes, as Stripe's reference lists them. Data."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    boolean,
    choice,
    currency,
    email,
    free_hash,
    hash_of,
    integer,
    metadata,
    text,
    unsupported,
    url,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, METHOD_DATA, METHOD_TYPES, PAGE, SHIPPING
from gulf_payments.testing.fake_stripe.resources import catalogue, shipping_rates
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.custom_fields import FIELD, answers

HOSTED = ("hosted", "hosted_page")
EMBEDDED = ("embedded", "embedded_page", "form")
ELEMENTS = ("custom", "elements")
"""The values of `ui_mode`: the former name, which versions before 2026-03-25 know, and the present one."""

_LOCALES = (  # noqa: SIM905 - a table, not a column
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR "
    "ro ru sk sl sv th tr vi zh zh-HK zh-TW"
).split()
_FONTS = (  # noqa: SIM905 - a table, not a column
    "be_vietnam_pro bitter chakra_petch default hahmlet inconsolata inter lato lora m_plus_1_code montserrat "
    "noto_sans noto_sans_jp noto_serif nunito open_sans pridi pt_sans pt_serif raleway roboto roboto_slab "
    "source_sans_pro titillium_web ubuntu_mono zen_maru_gothic"
).split()


def off(name: str, raw: Any, /) -> bool:  # noqa: ANN401 - JSON
    """A parameter kind: a switch that the fake carries out only as long as it is off."""
    wanted = boolean(name, raw)
    if wanted:
        unsupported(name, raw)
    return wanted


def _words(*names: str, longest: int) -> Kind:
    return hash_of({name: hash_of({"message": text(longest)}, required=("message",)) for name in names})


_PRODUCT = hash_of(
    {
        "description": text(),
        "images": array_of(url),
        "metadata": metadata,
        "name": text(250, unsettable=False),
        "tax_code": text(),
        "tax_details": unsupported,
        "unit_label": text(12),
    },
    required=("name",),
)
_PRICE = hash_of(
    {
        "currency": currency,
        "product": text(unsettable=False),
        "product_data": _PRODUCT,
        "recurring": unsupported,
        "tax_behavior": choice("exclusive", "inclusive", "unspecified"),
        "unit_amount": integer(least=0),
        "unit_amount_decimal": catalogue.decimal,
    },
    required=("currency",),
)
# Line items as they were before prices. Stripe itself refuses them since 2022-08-01; the fake takes them only because
# the trigger scripts of Stripe CLI send them to this day, without a `mode`.
LEGACY_ITEM: dict[str, Kind] = {
    "amount": integer(least=0),
    "currency": currency,
    "description": text(),
    "images": array_of(url),
    "name": text(250, unsettable=False),
}
_ITEM = hash_of(
    {
        **LEGACY_ITEM,
        **dict.fromkeys(("dynamic_tax_rates", "tax_rates"), unsupported),
        "adjustable_quantity": hash_of(
            {
                "enabled": boolean,
                "maximum": integer(least=1, most=999_999),
                "minimum": integer(least=0, most=999_998),
            },
            required=("enabled",),
        ),
        "metadata": metadata,
        "price": text(unsettable=False),
        "price_data": _PRICE,
        "quantity": integer(least=0),
    },
)
_PAYMENT: dict[str, Kind] = {
    **dict.fromkeys(("application_fee_amount", "on_behalf_of", "transfer_data"), unsupported),
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "description": text(1000),
    "metadata": metadata,
    "receipt_email": email,
    "setup_future_usage": choice("off_session", "on_session"),
    "shipping": SHIPPING,
    "statement_descriptor": text(22),
    "statement_descriptor_suffix": text(22),
    "transfer_group": text(),
}
_CARD_OPTIONS = hash_of(
    {
        **dict.fromkeys(("installments", "restrictions"), unsupported),
        **dict.fromkeys(("statement_descriptor_suffix_kana", "statement_descriptor_suffix_kanji"), unsupported),
        **dict.fromkeys(("request_extended_authorization", "request_incremental_authorization"), unsupported),
        **dict.fromkeys(("request_multicapture", "request_overcapture"), unsupported),
        "capture_method": choice("manual"),
        "request_three_d_secure": choice("any", "automatic", "challenge"),
        "setup_future_usage": choice("off_session", "on_session"),
    },
)
_CONSENT = hash_of(
    {
        "payment_method_reuse_agreement": hash_of({"position": choice("auto", "hidden")}, required=("position",)),
        "promotions": choice("auto", "none"),
        "terms_of_service": choice("none", "required"),
    },
)
_BRANDING = hash_of(
    {
        "background_color": text(),
        "border_style": choice("pill", "rectangular", "rounded"),
        "button_color": text(),
        "display_name": text(),
        "font_family": choice(*_FONTS),
        "icon": unsupported,
        "logo": unsupported,
    },
)
_SAVED_METHODS = hash_of(
    {
        "allow_redisplay_filters": array_of(choice("always", "limited", "unspecified")),
        "payment_method_remove": choice("disabled", "enabled"),
        "payment_method_save": choice("disabled", "enabled"),
    },
)
# Real parameters that belong to subscriptions, discounts, taxes, Connect or products out of the fake's reach.
_OUT_OF_REACH: dict[str, Kind] = dict.fromkeys(
    (
        "after_expiration",
        "allowed_payment_method_types",
        "customer_account",
        "customer_update",
        "discounts",
        "name_collection",
        "optional_items",
        "payment_method_configuration",
        "subscription_data",
    ),
    unsupported,
)
_RATE = hash_of(shipping_rates.DATA, required=shipping_rates.REQUIRED)

CREATE = Accepts(
    {
        **EXPAND,
        **_OUT_OF_REACH,
        "adaptive_pricing": hash_of({"enabled": boolean}),
        "allow_promotion_codes": boolean,
        "automatic_tax": hash_of({"enabled": off, "liability": unsupported}, required=("enabled",)),
        "billing_address_collection": choice("auto", "required"),
        "branding_settings": _BRANDING,
        "cancel_url": url,
        "client_reference_id": text(200),
        "consent_collection": _CONSENT,
        "currency": currency,
        "custom_fields": array_of(FIELD),
        "custom_text": _words(
            "after_submit", "shipping_address", "submit", "terms_of_service_acceptance", longest=1200
        ),
        "customer": text(unsettable=False),
        "customer_creation": choice("always", "if_required"),
        "customer_email": email,
        "excluded_payment_method_types": array_of(choice(*METHOD_TYPES)),
        "expires_at": integer(),
        "integration_identifier": text(200),
        "invoice_creation": hash_of({"enabled": off, "invoice_data": unsupported}, required=("enabled",)),
        "line_items": array_of(_ITEM),
        "locale": choice(*_LOCALES),
        "managed_payments": hash_of({"enabled": off}),
        "metadata": metadata,
        "mode": choice("payment", "setup", "subscription"),
        "origin_context": choice("mobile_app", "web"),
        "payment_intent_data": hash_of(_PAYMENT),
        "payment_method_collection": choice("always", "if_required"),
        "payment_method_data": hash_of({"allow_redisplay": choice("always", "limited", "unspecified")}),
        "payment_method_options": hash_of({**dict.fromkeys(METHOD_TYPES, free_hash), "card": _CARD_OPTIONS}),
        "payment_method_types": array_of(choice(*METHOD_TYPES)),
        "permissions": hash_of({"update_shipping_details": choice("client_only", "server_only")}),
        "phone_number_collection": hash_of({"enabled": boolean}, required=("enabled",)),
        "redirect_on_completion": choice("always", "if_required", "never"),
        "return_url": url,
        "saved_payment_method_options": _SAVED_METHODS,
        "setup_intent_data": hash_of({"description": text(1000), "metadata": metadata, "on_behalf_of": unsupported}),
        "shipping_address_collection": hash_of(
            {"allowed_countries": array_of(text(2, unsettable=False))},
            required=("allowed_countries",),
        ),
        "shipping_options": array_of(
            hash_of({"shipping_rate": text(unsettable=False), "shipping_rate_data": _RATE}),
        ),
        "submit_type": choice("auto", "book", "donate", "pay", "subscribe"),
        "success_url": url,
        "tax_id_collection": hash_of(
            {"enabled": off, "required": choice("if_supported", "never")},
            required=("enabled",),
        ),
        "ui_mode": choice(*HOSTED, *EMBEDDED, *ELEMENTS),
        "wallet_options": hash_of({"link": hash_of({"display": choice("auto", "never")})}),
    },
)
UPDATE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("automatic_tax", "collected_information", "line_items"), unsupported),
        **dict.fromkeys(("payment_intent_data", "shipping_options"), unsupported),
        "metadata": metadata,
    },
)
EXPIRE = Accepts(EXPAND)
LIST = Accepts(
    {
        **PAGE,
        **dict.fromkeys(("customer_account", "payment_link", "subscription"), unsupported),
        "customer": text(),
        "customer_details": hash_of({"email": email}, required=("email",)),
        "payment_intent": text(),
        "status": choice("complete", "expired", "open"),
    },
)
LINE_ITEMS = Accepts({name: kind for name, kind in PAGE.items() if name != "created"})
PAGE_CONFIRM = Accepts(
    {
        "custom_fields": answers,
        "expected_amount": integer(),
        "payment_method": text(),
        "payment_method_data": hash_of(METHOD_DATA),
        "return_url": text(),
        "shipping": SHIPPING,
        "shipping_rate": text(),
        "use_stripe_sdk": boolean,
    },
)
"""What a customer sends from the payment page. The route is not in Stripe's reference: only what the fake needs."""
