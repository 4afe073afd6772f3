"""Parameters that several resources share: addresses, shipping, billing details, pages of lists. Data."""

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
    moments,
    text,
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
CARD = hash_of(
    {"number": text(), "exp_month": integer(least=1, most=12), "exp_year": integer(), "cvc": text(4)},
    required=("number", "exp_month", "exp_year"),
)
METHOD_DATA = hash_of(
    {"type": choice("card"), "card": CARD, "billing_details": BILLING, "metadata": metadata},
    required=("type", "card"),
)

RETRIEVE = Accepts(EXPAND)
"""What every route that reads one object takes."""
