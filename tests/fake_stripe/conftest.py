"""A fake at a fixed moment, and a shop before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import stripe

from gulf_payments.testing.fake_stripe import ControllableClock, FakeStripe
from tests.fake_stripe.receivers import Counter, Inbox
from tests.fake_stripe.shop import Shop


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the SDK from writing a telemetry id to the home folder."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture
def clock() -> ControllableClock:
    """Noon of a fixed day."""
    return ControllableClock(datetime(2026, 11, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def fake(clock: ControllableClock) -> FakeStripe:
    """A fresh fake."""
    return FakeStripe(clock=clock)


@pytest.fixture
def eager(clock: ControllableClock) -> FakeStripe:
    """A fake that sends webhooks by itself."""
    return FakeStripe(clock=clock, deliver="immediately", webhook_timeout_seconds=5)


@pytest.fixture
def shop(fake: FakeStripe) -> Shop:
    """A shop with a test key."""
    return Shop(fake)


@pytest.fixture
def customer(shop: Shop) -> str:
    """A customer without cards."""
    return str(shop.post("/v1/customers", name="سارة")["id"])


@pytest.fixture
def inbox(fake: FakeStripe) -> Inbox:
    """One registered endpoint, a function."""
    inbox = Inbox()
    fake.add_endpoint(inbox)
    return inbox


@pytest.fixture
def counter() -> Iterator[Counter]:
    """A real HTTP server on this machine that webhooks can be posted to; closed after the test."""
    with Counter() as counter:
        yield counter
