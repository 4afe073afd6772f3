"""Parameters that several resources share: addresses, shipping, billing details, pages of lists. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    choice,
    email,
    free_hash,
    hash_of,
    integer,
    metadata,
    moments,
    text,
    unsupported,
)

EXPAND: dict[str, Kind] = {"expand": array_of(text(unsettable=False))}
PAGE: dict[str, Kind] = {
    **EXPAND,
    "created": moments,
    "ending_before": text(),
    "limit": integer(least=1, most=100),
    "starting_after": text(),
}
BROWSER: dict[str, Kind] = {"client_secret": text()}
"""What only a browser sends."""

ADDRESS = hash_of(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), text()))
SHIPPING = hash_of(
    {"address": ADDRESS, "carrier": text(), "name": text(), "phone": text(), "tracking_number": text()},
    required=("address", "name"),
)
BILLING = hash_of({"address": ADDRESS, "email": email, "name": text(), "phone": text(), "tax_id": text()})
METHOD_TYPES = (  # noqa: SIM905 - a table, not a column
    "card acss_debit affirm afterpay_clearpay alipay alma amazon_pay au_becs_debit bacs_debit bancontact billie bizum "
    "blik boleto cashapp crypto custom customer_balance eps fpx giropay grabpay ideal interac_present "
    "kakao_pay klarna konbini kr_card link mb_way mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank "
    "payco paynow paypal payto pix promptpay revolut_pay samsung_pay satispay scalapay sepa_debit sofort sunbit swish "
    "twint upi us_bank_account wechat_pay zip"
).split()
_CARD = hash_of(
    {
        "cvc": text(),
        "exp_month": integer(),
        "exp_year": integer(),
        "networks": hash_of({"preferred": text()}),
        "number": text(),
        "token": text(),
    },
)
METHOD_DATA: dict[str, Kind] = {
    **dict.fromkeys(METHOD_TYPES, free_hash),
    "allow_redisplay": choice("always", "limited", "unspecified"),
    "bacs_debit": hash_of({"account_number": text(), "sort_code": text()}),
    "billing_details": BILLING,
    "card": _CARD,
    "metadata": metadata,
    "radar_options": free_hash,
    "sepa_debit": hash_of({"iban": text()}, required=("iban",)),
    "type": choice(*METHOD_TYPES, "card_present"),
    "us_bank_account": hash_of(
        {
            "account_holder_type": choice("company", "individual"),
            "account_number": text(),
            "account_type": choice("checking", "savings"),
            "financial_connections_account": unsupported,
            "routing_number": text(),
        },
    ),
}
"""What describes a new PaymentMethod, by itself or inside another request."""

RETRIEVE = Accepts(EXPAND)
"""What every route that reads one object takes."""
