"""axe-core finds nothing to object to, in either language, in any theme, in any state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.customer import Customer
from tests.fake_stripe.shop import Shop

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _violations(frame: Frame) -> list[str]:
    frame.evaluate(AXE)
    # A form inside a shop's page has neither landmarks nor a heading of its own.
    rules = {"region": {"enabled": False}, "page-has-heading-one": {"enabled": frame.parent_frame is None}}
    options = {"runOnly": RULES, "iframes": False, "resultTypes": ["violations"], "rules": rules}
    found: dict[str, Any] = frame.evaluate("options => axe.run(document, options)", options)
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def _contrast(frame: Frame) -> list[str]:
    # axe takes joined Arabic letters for an icon font and looks away: so the letters are put in Latin for it.
    frame.evaluate("""() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/[\\u0600-\\u06ff]/g, "n");
    }""")
    found: dict[str, Any] = frame.evaluate(
        "options => axe.run(document, options)",
        {"runOnly": ["color-contrast"], "iframes": False, "resultTypes": ["violations", "passes"]},
    )
    assert sum(len(one["nodes"]) for one in found["passes"]) > 0
    return [node["html"] for one in found["violations"] for node in one["nodes"]]


def _objections(page: Page) -> list[str]:
    page.wait_for_load_state()
    return [said for frame in page.frames for said in [*_violations(frame), *_contrast(frame)]]


@pytest.mark.parametrize("theme", ["stripe", "night", "flat"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_form(customer: Customer, language: str, theme: str) -> None:
    """The checkout page and its form, empty and then with every field at fault."""
    customer.site.language = language
    customer.site.settings = {
        "redirect": "if_required",
        "elements": {"appearance": {"theme": theme}, "locale": language},
        "payment": {"layout": "accordion"},
    }
    customer.site.intent = {"currency": "usd", "setup_future_usage": "off_session"}
    page = customer.opens_the_checkout(reduced_motion="reduce")
    if theme == "night":
        # The form lets the shop's page shine through; axe looks at one document at a time.
        for frame in page.frames:
            frame.evaluate("document.documentElement.style.background = '#14171d'")
        page.evaluate("document.body.className = 'night'")
    customer.presses_pay()
    expect(customer.error_of("postalCode")).not_to_be_empty()
    assert _objections(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_bank_in_its_dialog(customer: Customer, language: str, scheme: str) -> None:
    """The bank's question inside the shop's page."""
    customer.site.settings = {"stripe": {"locale": language}}
    page = customer.opens_the_checkout(color_scheme=scheme, reduced_motion="reduce")
    customer.pays("4000000000003220")
    expect(customer.bank.locator("h1")).to_be_visible()
    assert _objections(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_bank_on_its_own_page(customer: Customer, language: str, scheme: str) -> None:
    """The bank's question on a page of its own, and the page of a question that is over."""
    intent = Shop(customer.site.stripe.fake).paid("pm_card_threeDSecureRequired", return_url=customer.site.address)
    url = f"{intent['next_action']['redirect_to_url']['url']}&locale={language}"
    page = customer.goes_to(url, color_scheme=scheme)
    assert _objections(page) == []
    customer.site.stripe.fake.challenge(intent["id"], "fail")
    page.reload()
    expect(page.get_by_role("link")).to_be_visible()
    assert _objections(page) == []


@pytest.mark.parametrize("kind", ["address", "linkAuthentication", "card"])
def test_the_other_elements(customer: Customer, kind: str) -> None:
    """Address, e-mail and the old card Element."""
    page = customer.opens_the_checkout()
    page.evaluate(
        """kind => {
          elements.getElement("payment").destroy();
          elements.create(kind, { mode: "shipping", fields: { phone: "always" } }).mount("#payment-element");
        }""",
        kind,
    )
    expect(customer.form.locator("input").first).to_be_visible()
    assert _objections(page) == []
