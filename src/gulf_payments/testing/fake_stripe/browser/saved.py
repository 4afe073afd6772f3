"""The saved cards that a Payment Element may show, by the secret of a CustomerSession."""

from __future__ import annotations

from typing import Any

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.resources import customer_sessions
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.tables import Resource

Saved = dict[str, Any]
"""`cards`: what each is and shows of itself; `save`: whether the form offers to keep a new one, for what `usage`."""


def find(account: Account, secret: str) -> Saved | None:
    """What the page may show, or None if no session that lasts has this secret."""
    try:
        session = customer_sessions.opened(account, secret)
    except ApiError:
        return None
    features = session["components"]["payment_element"]["features"] or {}
    methods = customer_sessions.saved_methods(account, secret)
    return {
        "cards": [_shown(method) for method in methods if method["type"] == "card"],
        "save": features.get("payment_method_save") == "enabled",
        "usage": features.get("payment_method_save_usage") or "off_session",
    }


def _shown(method: Resource) -> dict[str, Any]:
    card = method["card"]
    return {"id": method["id"], **{name: card[name] for name in ("display_brand", "last4", "exp_month", "exp_year")}}
