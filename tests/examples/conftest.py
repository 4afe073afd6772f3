"""The shops, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
