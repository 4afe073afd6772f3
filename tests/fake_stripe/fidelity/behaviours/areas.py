"""The areas of the book, in the order of a payment's life. Importing this module fills the book."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours import (
    access,
    booking,
    capturing,
    confirming,
    creating,
    customers,
    declining,
    disputing,
    elder,
    events,
    hearing,
    idempotency,
    listing,
    mistaking,
    refunding,
    selling,
    setting_up,
    updating,
)

AREAS = (
    creating,
    mistaking,
    updating,
    confirming,
    declining,
    capturing,
    refunding,
    disputing,
    customers,
    setting_up,
    booking,
    selling,
    elder,
    events,
    hearing,
    listing,
    idempotency,
    access,
)
