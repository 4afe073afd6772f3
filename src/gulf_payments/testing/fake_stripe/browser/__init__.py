"""What a customer's browser loads from the server: Stripe.js and the 3-D Secure page."""

from __future__ import annotations

from collections.abc import Mapping

from gulf_payments.testing.fake_stripe.core import Answer


def serve(
    fake: object,  # noqa: ARG001
    method: str,  # noqa: ARG001
    path: str,  # noqa: ARG001
    query: str,  # noqa: ARG001
    body: bytes,  # noqa: ARG001
    headers: Mapping[str, str] | None = None,  # noqa: ARG001
) -> Answer | None:
    """The page or script at a path outside the API, or None if there is none."""
    return None
