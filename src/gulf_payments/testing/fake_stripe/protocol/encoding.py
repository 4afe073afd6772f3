"""JSON as it goes over the wire: UTF-8, compact."""

from __future__ import annotations

import json

from gulf_payments.testing.fake_stripe.state.tables import Resource

_encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def encoded(value: Resource) -> bytes:
    """The bytes of an object; letters of any script stand for themselves."""
    return _encoder.encode(value).encode()
