"""Which parameters each route of a PaymentIntent takes, as Stripe's reference lists them. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    boolean,
    choice,
    currency,
    either,
    email,
    free_hash,
    hash_of,
    integer,
    metadata,
    text,
    unsupported,
    url,
)
from gulf_payments.testing.fake_stripe.protocol.parts import BROWSER, EXPAND, METHOD_DATA, METHOD_TYPES, PAGE, SHIPPING
from gulf_payments.testing.fake_stripe.protocol.search import FieldType

_CARD_OPTIONS = hash_of(
    {
        **dict.fromkeys(("cvc_token", "installments", "mandate_options", "moto", "network"), unsupported),
        **dict.fromkeys(("statement_descriptor_suffix_kana", "statement_descriptor_suffix_kanji"), unsupported),
        **dict.fromkeys(("three_d_secure",), unsupported),
        **dict.fromkeys(
            (
                "request_extended_authorization",
                "request_incremental_authorization",
                "request_multicapture",
                "request_overcapture",
            ),
            choice("if_available", "never"),
        ),
        "capture_method": choice("manual"),
        "request_three_d_secure": choice("any", "automatic", "challenge"),
        "require_cvc_recollection": boolean,
        "setup_future_usage": choice("none", "off_session", "on_session"),
    },
)
# Real parameters that belong to Connect, mandates or products out of the fake's reach.
_OUT_OF_REACH: dict[str, Kind] = dict.fromkeys(
    (
        "amount_details",
        "application_fee_amount",
        "confirmation_token",
        "customer_account",
        "hooks",
        "on_behalf_of",
        "payment_details",
        "payment_method_configuration",
        "transfer_data",
    ),
    unsupported,
)
_CONFIRMING: dict[str, Kind] = {
    "error_on_requires_action": boolean,
    "mandate": text(),
    "mandate_data": free_hash,
    "radar_options": free_hash,
    "off_session": either(boolean, choice("one_off", "recurring")),
    "return_url": url,
    "use_stripe_sdk": boolean,
}
_INTENT: dict[str, Kind] = {
    **EXPAND,
    **_OUT_OF_REACH,
    "amount": integer(),
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "currency": currency,
    "customer": text(),
    "description": text(1000),
    "excluded_payment_method_types": array_of(choice(*METHOD_TYPES)),
    "metadata": metadata,
    "payment_method": text(),
    "payment_method_data": hash_of(METHOD_DATA),
    "payment_method_options": hash_of({**dict.fromkeys(METHOD_TYPES, free_hash), "card": _CARD_OPTIONS}),
    "payment_method_types": array_of(choice(*METHOD_TYPES, "card_present")),
    "receipt_email": email,
    "setup_future_usage": choice("off_session", "on_session"),
    "shipping": SHIPPING,
    "statement_descriptor": text(22),
    "statement_descriptor_suffix": text(22),
    "transfer_group": text(),
}
_AUTOMATIC_METHODS = hash_of(
    {"allow_redirects": choice("always", "never"), "enabled": boolean},
    required=("enabled",),
)

CREATE = Accepts(
    {
        **_INTENT,
        **_CONFIRMING,
        "automatic_payment_methods": _AUTOMATIC_METHODS,
        "confirm": boolean,
        "confirmation_method": choice("automatic", "manual"),
    },
    required=("amount", "currency"),
)
UPDATE = Accepts({name: kind for name, kind in _INTENT.items() if name not in {"confirmation_token", "on_behalf_of"}})
RETRIEVE = Accepts({**EXPAND, **BROWSER})
CONFIRM = Accepts(
    {
        **EXPAND,
        **_CONFIRMING,
        **BROWSER,
        **dict.fromkeys(("amount_details", "amount_to_confirm", "confirmation_token", "hooks"), unsupported),
        "payment_details": unsupported,
        **{
            name: _INTENT[name]
            for name in (
                "capture_method",
                "excluded_payment_method_types",
                "payment_method",
                "payment_method_data",
                "payment_method_options",
                "payment_method_types",
                "receipt_email",
                "setup_future_usage",
                "shipping",
            )
        },
    },
)
CAPTURE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("amount_details", "application_fee_amount", "hooks", "payment_details"), unsupported),
        "transfer_data": unsupported,
        "final_capture": boolean,
        "amount_to_capture": integer(least=1),
        "metadata": metadata,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
    },
)
CANCEL = Accepts(
    {
        **EXPAND,
        "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
    },
)
INCREMENT = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("amount_details", "application_fee_amount", "hooks", "payment_details"), unsupported),
        **dict.fromkeys(("transfer_data",), unsupported),
        "amount": integer(least=1),
        "description": text(1000),
        "metadata": metadata,
        "statement_descriptor": text(22),
    },
    required=("amount",),
)
APPLY_CASH = Accepts({**EXPAND, "amount": integer(least=1), "currency": currency})
LINE_ITEMS = Accepts({name: kind for name, kind in PAGE.items() if name != "created"})
VERIFY = Accepts({**EXPAND, **BROWSER, "amounts": array_of(integer()), "descriptor_code": text()})
LIST = Accepts({**PAGE, "customer": text(), "customer_account": unsupported})
SEARCHED: dict[str, FieldType] = {
    "amount": "numeric",
    "created": "numeric",
    "currency": "token",
    "customer": "token",
    "metadata": "token",
    "status": "token",
}
