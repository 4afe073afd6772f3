"""Shops for the tests, in this process or for a real browser, and customers who come to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.examples import shops
from tests.examples.paying_customer import PHONE, Comes, Customer, House, open_house


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open the shop once for all tests of a module."""
    with open_house(tmp_path_factory.mktemp("shop")) as house:
        yield house


@pytest.fixture
def house(works: House) -> House:
    """The shop as it opens in the morning: nothing heard, nobody limited."""
    works.heard.clear()
    works.may_try = True
    return works


@pytest.fixture
def customer(chromium: Browser, house: House) -> Iterator[Comes]:
    """Let customers come, each with a browser of their own; the test fails if a page complained."""
    complaints: list[str] = []

    def note(kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            complaints.append(f"{kind}: {text}")

    with ExitStack() as stack:

        def comes(page: Page | None = None, **browser: Any) -> Customer:
            if page is None:
                context = chromium.new_context(**{"locale": "ar-SA", "viewport": PHONE, **browser})
                stack.callback(context.close)
                context.set_default_timeout(15_000)
                page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: note(said.type, said.text))
            return Customer(house, page)

        yield comes
    assert complaints == []


@pytest.fixture(params=list(shops.SHOPS))
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[shops.OpenShop]:
    """Open each shop in turn, over a fake Stripe of its own."""
    with shops.open_shop(request.param, tmp_path, request) as opened:
        yield opened


@pytest.fixture
def browser(shop: shops.OpenShop) -> shops.Browser:
    """Open a browser that has not been here before."""
    return shops.Browser(shop)
