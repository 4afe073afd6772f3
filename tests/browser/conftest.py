"""A real Chromium before a fake's server and a shop: two origins, one customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import stripe as sdk
from playwright.sync_api import Browser, Page

from tests.browser.customer import Customer
from tests.browser.sites import Site, Stripe, serving, stripe_at_work

NewPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the SDK from writing a telemetry id to the home folder."""
    monkeypatch.setattr(sdk, "enable_telemetry", False)


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    """A fake behind a server of its own, which also shows the bank's page."""
    with stripe_at_work() as server:
        yield server


@pytest.fixture
def site(stripe: Stripe) -> Iterator[Site]:
    """A shop on another origin."""
    shop = Site(stripe)
    with serving(shop) as shop.address:
        yield shop


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Open pages, each in a browser of its own; the test fails if one of them complained."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def opened(**options: object) -> Page:
            context = chromium.new_context(**{"locale": "en-GB", **options})  # type: ignore[arg-type] # options as named
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: _note(complaints, said.type, said.text))
            return page

        yield opened
    assert complaints == []


def _note(complaints: list[str], kind: str, text: str) -> None:
    # Chromium itself notes each answer of 400 and above, which a declined card and a missing page rightly get.
    if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
        complaints.append(f"{kind}: {text}")


@pytest.fixture
def customer(new_page: NewPage, site: Site) -> Customer:
    """Someone who wants to pay."""
    return Customer(new_page, site)
