"""All that knows the word Stripe: its signatures, its JSON, its facts in the law's terms, and the gateway.

`from gulf_payments.stripe import StripeGateway` loads the Stripe SDK; the other modules of this folder do not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gulf_payments.stripe.gateway import API_VERSION, StripeGateway

__all__ = ["API_VERSION", "StripeGateway"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gulf_payments.stripe import gateway

    return getattr(gateway, name)
