"""Addresses as objects show them: what was not given is there, and null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NO_ADDRESS: dict[str, None] = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def shipping(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The `shipping` of a payment or a charge."""
    if given is None:
        return None
    address = {**NO_ADDRESS, **given["address"]}
    return {"carrier": None, "phone": None, "tracking_number": None, **given, "address": address}
