"""What a Checkout Session keeps without showing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gulf_payments.testing.fake_stripe.state.tables import Resource


@dataclass(frozen=True, slots=True)
class Checkout:
    """The line items of one session, each with the id of its price, and the parameters of its PaymentIntent."""

    line_items: tuple[Resource, ...]
    payment: Mapping[str, Any]
