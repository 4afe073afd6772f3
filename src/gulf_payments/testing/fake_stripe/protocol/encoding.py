"""JSON as it goes over the wire: UTF-8, compact."""

from __future__ import annotations

from pydantic_core import to_json

from gulf_payments.testing.fake_stripe.state.tables import Resource


def encoded(value: Resource) -> bytes:
    """The bytes of an object; letters of any script stand for themselves."""
    return to_json(value)
