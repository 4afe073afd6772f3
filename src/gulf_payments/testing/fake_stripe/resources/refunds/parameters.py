"""Which parameters each route of a refund takes, as Stripe's reference lists them. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    choice,
    integer,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import EXPAND, PAGE

_REFUND: dict[str, Kind] = {
    **EXPAND,
    **dict.fromkeys(("instructions_email", "refund_application_fee", "reverse_transfer"), unsupported),
    "amount": integer(least=1),
    "metadata": metadata,
    "payment_intent": text(),
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
}
_FROM_BALANCE: dict[str, Kind] = dict.fromkeys(("currency", "customer", "origin"), unsupported)

CREATE = Accepts({**_REFUND, **_FROM_BALANCE, "charge": text()})
CREATE_OF_CHARGE = Accepts({**_REFUND, **_FROM_BALANCE})
REFUND_CHARGE = Accepts(_REFUND)
UPDATE = Accepts({**EXPAND, "metadata": metadata})
LIST = Accepts({**PAGE, "charge": text(), "payment_intent": text()})
LIST_OF_CHARGE = Accepts({name: kind for name, kind in PAGE.items() if name != "created"})
