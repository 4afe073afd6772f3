"""How the payment page looks in each state: axe objects to nothing, and nothing moves for those who want it still."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.examples.paying_customer import CONFIRM, POOR, Comes, Customer

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_motion(customer: Comes, reduced: str) -> None:
    """The spinner stands still for those who want it to."""
    sara = customer(reduced_motion=reduced)
    sara.is_ready()
    sara.page.route(CONFIRM, lambda _route: None)
    sara.pays()
    sara.sees("submitting")
    spinning = sara.page.locator(".spinner").evaluate("spinner => getComputedStyle(spinner).animationName")
    assert spinning == ("none" if reduced == "reduce" else "turn")


LETTERS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/[\\u0600-\\u06ff]/g, "n");
}"""


def _objections(page: Page) -> list[str]:
    """What axe says; it cannot judge the contrast of joined Arabic letters, so Latin ones take their place first."""
    page.evaluate(AXE)
    page.evaluate("document.querySelector('script[data-words]')?.remove()")
    page.evaluate(LETTERS)
    options = {"runOnly": RULES, "iframes": False, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def _loads_for_ever(sara: Customer) -> None:
    sara.page.route("**/v3/", lambda _route: None)
    sara.comes_to_pay()


def _is_declined(sara: Customer) -> None:
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")


def _waits(sara: Customer) -> None:
    sara.is_ready()
    sara.page.route(CONFIRM, lambda _route: None)
    sara.pays()
    sara.sees("submitting")


def _cannot_load(sara: Customer) -> None:
    sara.page.route("**/v3/", lambda route: route.abort())
    sara.comes_to_pay()
    sara.sees("broken")


def _is_limited(sara: Customer) -> None:
    sara.is_ready()
    sara.house.may_try = False
    sara.button.click()
    sara.sees("limited")


def _is_out_of_time(sara: Customer) -> None:
    sara.is_ready()
    sara.is_cancelled()
    sara.button.click()
    sara.sees("closed")


SCENES: dict[str, Callable[[Customer], None]] = {
    "loading": _loads_for_ever,
    "ready": Customer.is_ready,
    "submitting": _waits,
    "challenged": Customer.is_asked,
    "declined": _is_declined,
    "broken": _cannot_load,
    "limited": _is_limited,
    "closed": _is_out_of_time,
}


@pytest.mark.parametrize("scene", SCENES)
def test_axe_objects_to_nothing(customer: Comes, scene: str) -> None:
    """In each state, in light and in dark."""
    sara = customer(reduced_motion="reduce")
    SCENES[scene](sara)
    for scheme in SCHEMES:
        sara.page.emulate_media(color_scheme=scheme)
        if shots := os.environ.get("SHOTS"):
            sara.page.screenshot(path=f"{shots}/{scene}-{scheme}.png", full_page=True)
    for scheme in SCHEMES:
        sara.page.emulate_media(color_scheme=scheme)
        assert _objections(sara.page) == []
