"""The admin in a real browser: its pages are asked of Django itself, without a server between."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from django.contrib.staticfiles.finders import find
from django.test import Client
from playwright.sync_api import Browser, Page, Route

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ADDRESS = "http://testserver"


class Eyes:
    """A browser in which somebody is logged in."""

    def __init__(self, browser: Browser, client: Client, *, width: int = 1280) -> None:
        self.client = client
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        self.page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            file = find(parts.path.removeprefix("/static/"))
            if file is None:
                route.fulfill(status=404, body="")
            else:
                route.fulfill(content_type=mimetypes.guess_type(file)[0] or "", body=Path(file).read_bytes())
            return
        path = f"{parts.path}?{parts.query}"
        answer: Any = self.client.get(path)
        route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=answer.content)

    def look_at(self, path: str) -> None:
        """Open a page."""
        self.page.goto(f"{ADDRESS}{path}")
        self.page.wait_for_load_state()

    def show(self, html: str) -> None:
        """Open an answer to a form."""
        self.page.route(
            f"{ADDRESS}/answer/", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=html)
        )
        self.page.goto(f"{ADDRESS}/answer/")
        self.page.wait_for_load_state()

    def objections(self) -> list[str]:
        """What axe objects to; Arabic letters are put in Latin, at whose contrast it would look away."""
        self.page.evaluate(AXE)
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        found = self.page.evaluate("options => axe.run(document, options)", options)["violations"]
        self.page.evaluate("""() => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode())
            walker.currentNode.data = walker.currentNode.data.replace(/[\\u0600-\\u06ff]/g, "n");
        }""")
        contrast = self.page.evaluate("axe.run(document, {runOnly: ['color-contrast']})")["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in [*found, *contrast] for node in one["nodes"]]

    def is_too_wide(self) -> bool:
        """Whether the page itself must be scrolled sideways; tables scroll in their own frame."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"))
