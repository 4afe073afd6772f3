"""What a customer's browser loads from the server: Stripe.js and the 3-D Secure page."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.core import Answer


def serve(fake: object, method: str, path: str, query: str, body: bytes) -> Answer | None:  # noqa: ARG001
    """The page or script at a path outside the API, or None if there is none."""
    return None
