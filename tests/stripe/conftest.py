"""A gateway over a Stripe in this process, and the other side of it."""

from __future__ import annotations

import pytest

from gulf_payments.stripe import StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.stripe.parts import FakeProvider, gateway_over


@pytest.fixture
def fake() -> FakeStripe:
    """Return a Stripe account in this process."""
    return FakeStripe()


@pytest.fixture
def provider(fake: FakeStripe) -> FakeProvider:
    """Return that Stripe as the gateway contract sees it."""
    return FakeProvider(fake)


@pytest.fixture(params=[0, 2], ids=["no_retries", "two_retries"])
def gateway(fake: FakeStripe, request: pytest.FixtureRequest) -> StripeGateway:
    """Return a gateway over it, once leaving retries to the caller and once to the SDK."""
    retries: int = request.param
    return gateway_over(fake, max_network_retries=retries)
