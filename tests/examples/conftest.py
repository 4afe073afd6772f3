"""The shops, one after the other, and customers who come to them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from tests.djangos import database_at
from tests.examples.houses import House, open_house
from tests.examples.paying_customer import PHONE, Comes, Customer
from tests.examples.shops import SHOPS, Browser, OpenShop, open_shop


@pytest.fixture(params=list(SHOPS))
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenShop]:
    """Open each shop in turn, over a fake Stripe of its own."""
    with open_shop(request.param, tmp_path, request) as opened:
        yield opened


@pytest.fixture
def browser(shop: OpenShop) -> Browser:
    """Open a browser that has not been here before."""
    return Browser(shop)


@pytest.fixture(scope="module")
def shop_name() -> str:
    """Which shop the customers come to; a module that wants another says so."""
    return "django"


@pytest.fixture(scope="module")
def works(
    shop_name: str, _sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """Open the shop once for all tests of a module."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copy(_sqlite_tables, folder / "django.db")
    expect.set_options(timeout=15_000)
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's event loop runs in this thread, and serves no shop
    with (
        django_db_blocker.unblock(),
        database_at("default", NAME=folder / "django.db"),
        open_house(shop_name, folder) as house,
    ):
        yield house
    patch.undo()
    expect.set_options(timeout=5_000)


@pytest.fixture
def house(works: House) -> House:
    """The shop as it opens in the morning: nothing heard, nobody limited."""
    works.heard.clear()
    works.may_try = True
    return works


@pytest.fixture
def customer(chromium: Chromium, house: House) -> Iterator[Comes]:
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
