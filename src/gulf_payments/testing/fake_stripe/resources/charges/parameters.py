"""Which parameters each route of a Charge takes. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
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
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE, SHIPPING
from gulf_payments.testing.fake_stripe.protocol.search import FieldType
from gulf_payments.testing.fake_stripe.resources.sources import given_source

_CONNECT: dict[str, Kind] = dict.fromkeys(
    ("application_fee", "application_fee_amount", "destination", "on_behalf_of", "transfer_data"),
    unsupported,
)
CREATE = Accepts(
    {
        **EXPAND,
        **_CONNECT,
        "amount": integer(),
        "capture": boolean,
        "card": given_source,
        "currency": currency,
        "customer": text(),
        "description": text(40000),
        "metadata": metadata,
        "radar_options": free_hash,
        "receipt_email": email,
        "shipping": SHIPPING,
        "source": given_source,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
        "transfer_group": text(),
    },
    required=("amount", "currency"),
)
UPDATE = Accepts(
    {
        **EXPAND,
        "customer": text(),
        "description": text(40000),
        "fraud_details": hash_of({"user_report": choice("fraudulent", "safe")}),
        "metadata": metadata,
        "receipt_email": email,
        "shipping": SHIPPING,
        "transfer_group": text(),
    },
)
CAPTURE = Accepts(
    {
        **EXPAND,
        **dict.fromkeys(("application_fee", "application_fee_amount", "transfer_data"), unsupported),
        "amount": integer(least=1),
        "receipt_email": email,
        "statement_descriptor": text(22),
        "statement_descriptor_suffix": text(22),
        "transfer_group": text(),
    },
)
LIST = Accepts({**PAGE, "customer": text(), "payment_intent": text(), "transfer_group": text()})
SEARCHED: dict[str, FieldType] = {
    "amount": "numeric",
    "billing_details.address.postal_code": "token",
    "created": "numeric",
    **dict.fromkeys(("currency", "customer", "disputed", "metadata", "refunded", "status"), "token"),
    **{
        f"payment_method_details.card.{name}": "token"
        for name in ("brand", "exp_month", "exp_year", "fingerprint", "last4")
    },
}
