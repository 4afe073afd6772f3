"""The Chromium of this machine, for tests of what people see."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")


class ChromiumUnavailable(Exception):
    """This machine has none."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the first Chromium that is found. Raises ChromiumUnavailable."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise ChromiumUnavailable("apt-get install chromium fonts-noto-core")
    with sync_playwright() as playwright:
        # The sandbox of a Chromium cannot be had as root, and every page here is our own.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
