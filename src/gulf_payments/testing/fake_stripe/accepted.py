"""Which parameters each route takes, as Stripe's reference lists them. Data only."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.parameters import (
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
    moments,
    text,
    unsupported,
)

_EXPAND: dict[str, Kind] = {"expand": array_of(text(unsettable=False))}
_PAGE: dict[str, Kind] = {
    **_EXPAND,
    "created": moments,
    "ending_before": text(),
    "limit": integer(least=1, most=100),
    "starting_after": text(),
}
_BROWSER: dict[str, Kind] = {"client_secret": text()}

_ADDRESS = hash_of(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text()))
_SHIPPING = hash_of(
    {"address": _ADDRESS, "carrier": text(), "name": text(), "phone": text(), "tracking_number": text()},
    required=("address", "name"),
)
_BILLING = hash_of({"address": _ADDRESS, "email": email, "name": text(), "phone": text(), "tax_id": text()})
_CARD = hash_of(
    {"number": text(), "exp_month": integer(least=1, most=12), "exp_year": integer(), "cvc": text(4)},
    required=("number", "exp_month", "exp_year"),
)
_METHOD_DATA = hash_of(
    {"type": choice("card"), "card": _CARD, "billing_details": _BILLING, "metadata": metadata},
    required=("type", "card"),
)
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
    **_EXPAND,
    **_OUT_OF_REACH,
    "amount": integer(),
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "currency": currency,
    "customer": text(),
    "description": text(1000),
    "metadata": metadata,
    "payment_method": text(),
    "payment_method_data": _METHOD_DATA,
    "payment_method_options": hash_of({"card": _CARD_OPTIONS, "link": hash_of({})}),
    "payment_method_types": array_of(choice(*PAYMENT_METHOD_TYPES)),
    "receipt_email": email,
    "setup_future_usage": choice("off_session", "on_session"),
    "shipping": _SHIPPING,
    "statement_descriptor": text(22),
    "statement_descriptor_suffix": text(22),
    "transfer_group": text(),
}
_AUTOMATIC_METHODS = hash_of(
    {"allow_redirects": choice("always", "never"), "enabled": boolean},
    required=("enabled",),
)

CREATE_INTENT = Accepts(
    {
        **_INTENT,
        **_CONFIRMING,
        "automatic_payment_methods": _AUTOMATIC_METHODS,
        "confirm": boolean,
        "confirmation_method": choice("automatic", "manual"),
    },
    required=("amount", "currency"),
)
UPDATE_INTENT = Accepts(_INTENT)
RETRIEVE_INTENT = Accepts({**_EXPAND, **_BROWSER})
CONFIRM_INTENT = Accepts(
    {
        **_EXPAND,
        **_CONFIRMING,
        **_BROWSER,
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
CAPTURE_INTENT = Accepts(
    {
        **_EXPAND,
        **dict.fromkeys(("amount_details", "application_fee_amount", "hooks", "payment_details"), unsupported),
        **dict.fromkeys(("final_capture", "transfer_data"), unsupported),
        "amount_to_capture": integer(least=1),
        "metadata": metadata,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
    },
)
CANCEL_INTENT = Accepts(
    {
        **_EXPAND,
        "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
    },
)
LIST_INTENTS = Accepts({**_PAGE, "customer": text(), "customer_account": unsupported})

RETRIEVE = Accepts(_EXPAND)
LIST_CHARGES = Accepts({**_PAGE, "customer": text(), "payment_intent": text(), "transfer_group": unsupported})
LIST_REFUNDS = Accepts({**_PAGE, "charge": text(), "payment_intent": text()})
LIST_DISPUTES = Accepts({**_PAGE, "charge": text(), "payment_intent": text()})
LIST_EVENTS = Accepts(
    {
        **_PAGE,
        "delivery_success": boolean,
        "type": text(),
        "types": array_of(text(unsettable=False)),
    },
)
CREATE_REFUND = Accepts(
    {
        **_EXPAND,
        **dict.fromkeys(("currency", "customer", "instructions_email", "origin"), unsupported),
        **dict.fromkeys(("refund_application_fee", "reverse_transfer"), unsupported),
        "amount": integer(least=1),
        "charge": text(),
        "metadata": metadata,
        "payment_intent": text(),
        "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    },
)
CREATE_CUSTOMER = Accepts(
    {
        **_EXPAND,
        **dict.fromkeys(("balance", "business_name", "cash_balance", "individual_name"), unsupported),
        **dict.fromkeys(("invoice_prefix", "invoice_settings", "next_invoice_sequence"), unsupported),
        **dict.fromkeys(("payment_method", "source", "tax", "tax_id_data", "test_clock"), unsupported),
        "address": _ADDRESS,
        "description": text(),
        "email": email,
        "metadata": metadata,
        "name": text(256),
        "phone": text(),
        "preferred_locales": array_of(text(unsettable=False)),
        "shipping": _SHIPPING,
        "tax_exempt": choice("exempt", "none", "reverse"),
    },
)
