"""Which parameters each route of a PaymentMethod takes. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    choice,
    free_hash,
    hash_of,
    integer,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import BILLING, EXPAND, METHOD_DATA, METHOD_TYPES, PAGE

CREATE = Accepts({**EXPAND, **METHOD_DATA, "customer": unsupported, "payment_method": unsupported})
UPDATE = Accepts(
    {
        **EXPAND,
        "allow_redisplay": choice("always", "limited", "unspecified"),
        "billing_details": BILLING,
        "card": hash_of({"exp_month": integer(least=1, most=12), "exp_year": integer(), "networks": free_hash}),
        "metadata": metadata,
        "payto": unsupported,
        "us_bank_account": hash_of(
            {"account_holder_type": choice("company", "individual"), "account_type": choice("checking", "savings")},
        ),
    },
)
ATTACH = Accepts({**EXPAND, "customer": text(), "customer_account": unsupported}, required=("customer",))
DETACH = Accepts(EXPAND)
LIST = Accepts(
    {
        **PAGE,
        "allow_redisplay": choice("always", "limited", "unspecified"),
        "customer": text(),
        "customer_account": unsupported,
        "type": choice(*METHOD_TYPES),
    },
)
