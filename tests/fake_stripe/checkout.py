"""A shop that sells over Checkout Sessions."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.shop import JSON, Shop, types

SESSIONS = "/v1/checkout/sessions"
PAGES = {
    "success_url": "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://shop.example/cart",
}
LINE = {"price_data": {"currency": "sar", "unit_amount": 11500, "product_data": {"name": "عود ملكي"}}, "quantity": 2}


def a_session(shop: Shop, **params: object) -> JSON:
    """An open session over 230.00 SAR, unless told otherwise."""
    return shop.post(SESSIONS, **{**PAGES, "mode": "payment", "line_items": [LINE], **params})


def one(session: JSON) -> str:
    """The path of a session."""
    return f"{SESSIONS}/{session['id']}"


def happened(fake: FakeStripe) -> list[str]:
    """The events about money and sessions, in order."""
    return [kind for kind in types(fake) if not kind.startswith(("product.", "price."))]
