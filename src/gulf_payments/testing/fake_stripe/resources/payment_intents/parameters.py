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
    hash_of,
    integer,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import BROWSER, EXPAND, METHOD_DATA, PAGE, SHIPPING

_CARD_OPTIONS = hash_of(
    {
        "capture_method": unsupported,
        "request_three_d_secure": choice("any", "automatic", "challenge"),
        "setup_future_usage": unsupported,
        "statement_descriptor_suffix_kana": unsupported,
    },
)
PAYMENT_METHOD_TYPES = (  # noqa: SIM905 - a table, not a column
    "card acss_debit affirm afterpay_clearpay alipay amazon_pay au_becs_debit bacs_debit bancontact blik "
    "boleto cashapp customer_balance eps fpx giropay grabpay ideal kakao_pay klarna konbini link mobilepay "
    "multibanco naver_pay oxxo p24 pay_by_bank paynow paypal pix promptpay revolut_pay samsung_pay sepa_debit "
    "sofort swish twint us_bank_account wechat_pay zip"
).split()
# Real parameters that belong to Connect, mandates or products out of the fake's reach.
_OUT_OF_REACH: dict[str, Kind] = dict.fromkeys(
    (
        "amount_details",
        "application_fee_amount",
        "confirmation_token",
        "customer_account",
        "excluded_payment_method_types",
        "hooks",
        "on_behalf_of",
        "payment_details",
        "payment_method_configuration",
        "transfer_data",
    ),
    unsupported,
)
_CONFIRMING: dict[str, Kind] = {
    **dict.fromkeys(("error_on_requires_action", "mandate", "mandate_data", "radar_options"), unsupported),
    "off_session": either(boolean, choice("one_off", "recurring")),
    "return_url": text(),
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
    "metadata": metadata,
    "payment_method": text(),
    "payment_method_data": METHOD_DATA,
    "payment_method_options": hash_of({"card": _CARD_OPTIONS, "link": hash_of({})}),
    "payment_method_types": array_of(choice(*PAYMENT_METHOD_TYPES)),
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
UPDATE = Accepts(_INTENT)
RETRIEVE = Accepts({**EXPAND, **BROWSER})
CONFIRM = Accepts(
    {
        **EXPAND,
        **_CONFIRMING,
        **BROWSER,
        **dict.fromkeys(("amount_details", "amount_to_confirm", "confirmation_token", "hooks"), unsupported),
        **dict.fromkeys(("excluded_payment_method_types", "payment_details", "capture_method"), unsupported),
        **{
            name: _INTENT[name]
            for name in (
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
        **dict.fromkeys(("final_capture", "transfer_data"), unsupported),
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
LIST = Accepts({**PAGE, "customer": text(), "customer_account": unsupported})
