"""A real Chromium that looks at mails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.mail.eyes import Eyes

LOOKING = Path(__file__).with_name("looking.js")


@pytest.fixture(scope="module")
def eyes(chromium: Browser) -> Iterator[Eyes]:
    """Look through one window, which nothing from outside reaches."""
    context = chromium.new_context()
    context.add_init_script(path=LOOKING)
    context.route("**/*", lambda route: route.abort())
    page = context.new_page()
    yield Eyes(page)
    context.close()
