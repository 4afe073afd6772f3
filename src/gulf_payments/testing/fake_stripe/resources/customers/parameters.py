"""Which parameters each route of a Customer takes. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    choice,
    email,
    hash_of,
    integer,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import ADDRESS, EXPAND, METHOD_TYPES, PAGE, SHIPPING
from gulf_payments.testing.fake_stripe.protocol.search import FieldType
from gulf_payments.testing.fake_stripe.resources.sources import given_source

_INVOICE_SETTINGS = hash_of(
    {
        "custom_fields": array_of(hash_of({"name": text(40), "value": text(140)}, required=("name", "value"))),
        "default_payment_method": text(),
        "footer": text(),
        "rendering_options": hash_of(
            {"amount_tax_display": choice("exclude_tax", "include_inclusive_tax"), "template": text()},
        ),
    },
)
_CUSTOMER: dict[str, Kind] = {
    **EXPAND,
    **dict.fromkeys(("cash_balance", "tax"), unsupported),
    "address": ADDRESS,
    "balance": integer(),
    "business_name": text(150),
    "description": text(),
    "email": email,
    "individual_name": text(150),
    "invoice_prefix": text(12, unsettable=False),
    "invoice_settings": _INVOICE_SETTINGS,
    "metadata": metadata,
    "name": text(256),
    "next_invoice_sequence": integer(least=1),
    "phone": text(20),
    "preferred_locales": array_of(text(unsettable=False)),
    "shipping": SHIPPING,
    "source": given_source,
    "tax_exempt": choice("exempt", "none", "reverse"),
}

CREATE = Accepts(
    {**_CUSTOMER, **dict.fromkeys(("tax_id_data", "test_clock"), unsupported), "payment_method": text()},
)
UPDATE = Accepts(
    {
        **_CUSTOMER,
        **dict.fromkeys(("bank_account", "default_alipay_account", "default_bank_account"), unsupported),
        "card": given_source,
        "default_card": text(),
        "default_source": text(),
    },
)
LIST = Accepts({**PAGE, "email": text(), "test_clock": unsupported})
METHODS = Accepts(
    {
        **{name: kind for name, kind in PAGE.items() if name != "created"},
        "allow_redisplay": choice("always", "limited", "unspecified"),
        "type": choice(*METHOD_TYPES),
    },
)
SEARCHED: dict[str, FieldType] = {
    "created": "numeric",
    "email": "string",
    "metadata": "token",
    "name": "string",
    "phone": "string",
}
