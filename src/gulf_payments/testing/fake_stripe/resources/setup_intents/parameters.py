"""Which parameters each route of a SetupIntent takes, as Stripe's reference lists them. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    boolean,
    choice,
    free_hash,
    hash_of,
    integer,
    metadata,
    text,
    unsupported,
    url,
)
from gulf_payments.testing.fake_stripe.protocol.parts import BROWSER, EXPAND, METHOD_DATA, METHOD_TYPES, PAGE

_NETWORKS = (  # noqa: SIM905 - a table, not a column
    "amex cartes_bancaires diners discover eftpos_au girocard interac jcb link mastercard unionpay unknown visa"
).split()
_CARD_OPTIONS = hash_of(
    {
        **dict.fromkeys(("mandate_options", "moto", "setup_credential_usage", "three_d_secure"), unsupported),
        "network": choice(*_NETWORKS),
        "request_three_d_secure": choice("any", "automatic", "challenge"),
    },
)
_OPTIONS = hash_of({**dict.fromkeys(METHOD_TYPES, free_hash), "card": _CARD_OPTIONS})
_METHOD: dict[str, Kind] = {
    "payment_method": text(),
    "payment_method_data": hash_of(METHOD_DATA),
    "payment_method_options": _OPTIONS,
}
_CONFIRMING: dict[str, Kind] = {
    "confirmation_token": unsupported,
    "mandate_data": free_hash,
    "return_url": url,
    "use_stripe_sdk": boolean,
}
_INTENT: dict[str, Kind] = {
    **EXPAND,
    **_METHOD,
    **dict.fromkeys(("attach_to_self", "customer_account"), unsupported),
    **dict.fromkeys(("flow_directions", "payment_method_configuration"), unsupported),
    "customer": text(),
    "description": text(),
    "excluded_payment_method_types": array_of(choice(*METHOD_TYPES)),
    "metadata": metadata,
    "payment_method_types": array_of(choice(*METHOD_TYPES)),
}

CREATE = Accepts(
    {
        **_INTENT,
        **_CONFIRMING,
        **dict.fromkeys(("on_behalf_of", "single_use"), unsupported),
        "automatic_payment_methods": hash_of(
            {"allow_redirects": choice("always", "never"), "enabled": boolean},
            required=("enabled",),
        ),
        "confirm": boolean,
        "usage": choice("off_session", "on_session"),
    },
)
UPDATE = Accepts(_INTENT)
RETRIEVE = Accepts({**EXPAND, **BROWSER})
CONFIRM = Accepts({**EXPAND, **BROWSER, **_METHOD, **_CONFIRMING})
CANCEL = Accepts({**EXPAND, "cancellation_reason": choice("abandoned", "duplicate", "requested_by_customer")})
VERIFY = Accepts({**EXPAND, **BROWSER, "amounts": array_of(integer()), "descriptor_code": text()})
LIST = Accepts(
    {
        **PAGE,
        **dict.fromkeys(("attach_to_self", "customer_account"), unsupported),
        "customer": text(),
        "payment_method": text(),
    },
)
ATTEMPTS = Accepts({**PAGE, "setup_intent": text()}, required=("setup_intent",))
