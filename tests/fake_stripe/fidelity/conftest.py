"""The fake as these tests ask it: by plain HTTP forms."""

from __future__ import annotations

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.fidelity.client import Client


@pytest.fixture
def client(fake: FakeStripe) -> Client:
    """A shop with a test key."""
    return Client(fake)
