"""The shop's pages as people see them: in Chromium, on a phone and at a desk, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sites import serving
from tests.examples.sample_pages import pages
from tests.examples.sample_site import sample_site

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIVE = {"pay", "pay-failed", "result-processing"}  # what their scripts do has tests of its own
NAMES = tuple(name for name in pages("ar") if name not in ("pay", "pay-failed"))


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Serve the sample pages; their address."""
    with serving(sample_site) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a window whose owner wants no motion."""
    context = chromium.new_context(reduced_motion="reduce", bypass_csp=True)  # axe is put into the page
    yield context.new_page()
    context.close()


# axe takes joined Arabic letters for an icon font and looks away: so it is shown Latin ones in their place.
LATIN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/[\\u0600-\\u06ff]/g, "n");
}"""
# Links within a sentence are as high as its line: WCAG 2.5.8 lets them be.
SMALL = """() => [...document.querySelectorAll("a:not(.skip, p.soft a), button, input:not([type=hidden]), summary")]
  .filter(one => one.checkVisibility())
  .filter(one => { const box = one.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
  .map(one => `small: ${one.outerHTML}`)"""
ZOOMED = """() => [...document.querySelectorAll("input:not([type=hidden], [type=radio])")]
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < 16).map(one => `zoomed: ${one.outerHTML}`)"""


def _violations(page: Page, rules: list[str]) -> list[str]:
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, preload: false, resultTypes: ['violations', 'passes'] })", rules
    )
    contrast = [one for one in found["passes"] if one["id"] == "color-contrast"]
    assert len(contrast[0]["nodes"]) > 5, "it saw the words"
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def _objections(page: Page) -> list[str]:
    """What is wrong with this page for anyone, at any width, by day and by night."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    wide = ["scrolls sideways"] if page.evaluate("document.documentElement.scrollWidth") > 320 else []
    said = [*wide, *page.evaluate(SMALL), *page.evaluate(ZOOMED)]
    page.evaluate(LATIN)
    page.evaluate(AXE)
    page.set_viewport_size({"width": 375, "height": 800})
    said += _violations(page, RULES)
    page.emulate_media(color_scheme="dark")
    said += _violations(page, ["color-contrast"])
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    return said + _violations(page, RULES)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nobody_is_shut_out(site: str, page: Page, language: str) -> None:
    """On any page: axe finds nothing, fingers hit what they aim at, and the smallest phone need not scroll sideways."""
    said = {}
    for name in NAMES:
        page.goto(f"{site}/{language}/{name}")
        said[name] = _objections(page)
    assert {name: found for name, found in said.items() if found} == {}


def test_the_browser_has_nothing_to_complain_of(site: str, chromium: Browser) -> None:
    """Under the shop's own policy every file loads and nothing is refused."""
    window, said = chromium.new_page(), []
    window.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for name in NAMES:
        if name not in LIVE:
            window.goto(f"{site}/ar/{name}")
    window.close()
    assert said == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_keyboard_begins_where_the_news_is(site: str, page: Page, language: str) -> None:
    """A result begins at its heading, a refused form at its summary, whose links lead to their fields."""
    page.goto(f"{site}/{language}/result-paid")
    page.wait_for_function("document.activeElement.tagName === 'H1'")
    page.goto(f"{site}/{language}/checkout-wrong")
    page.wait_for_function("document.activeElement.getAttribute('role') === 'alert'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#email"
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "email"


def test_the_skip_link_is_the_first_stop(site: str, page: Page) -> None:
    """It shows itself when it is reached, and leads past the menu."""
    page.goto(f"{site}/ar/orders")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_an_earlier_address_hides_the_new_one(site: str, page: Page) -> None:
    """The fields of a new address are there when it is chosen."""
    page.goto(f"{site}/en/checkout")
    street = page.get_by_label("Street")
    assert not street.is_visible()
    page.get_by_label("A new address").check()
    assert street.is_visible()


def test_arrows_point_onward(site: str, page: Page) -> None:
    """To the left in Arabic, to the right in English: the lines meet where the arrow points."""
    turned = {}
    for language in ("ar", "en"):
        page.goto(f"{site}/{language}/cart")
        turned[language] = page.locator(".arrow").first.evaluate("one => getComputedStyle(one).transform")
    assert turned["ar"] != turned["en"]


def test_cancelling_asks_first_without_script(site: str, chromium: Browser) -> None:
    """The button that cancels shows itself only after the first press."""
    context = chromium.new_context(java_script_enabled=False)
    window = context.new_page()
    window.goto(f"{site}/en/order-ready")
    sure = window.get_by_role("button", name="Yes, cancel it")
    assert not sure.is_visible()
    window.get_by_text("Cancel the order").click()
    assert sure.is_visible()
    context.close()


def test_a_page_that_waits_reloads_itself_without_script(site: str, chromium: Browser) -> None:
    """The browser comes back for news every few seconds."""
    context = chromium.new_context(java_script_enabled=False)
    window = context.new_page()
    window.goto(f"{site}/ar/result-processing")
    assert window.locator("meta[http-equiv=refresh]").count() == 1
    context.close()


def test_the_printed_order_is_the_order_alone(site: str, page: Page) -> None:
    """Paper has no menu and no buttons."""
    page.goto(f"{site}/ar/order-ready")
    page.emulate_media(media="print")
    shown = {part: page.locator(part).first.is_visible() for part in (".menu", ".foot", ".notice .button", ".cancel")}
    assert shown == dict.fromkeys(shown, False)
    assert page.locator(".sums .all").is_visible()
