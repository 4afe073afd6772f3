"""What a customer does on a checkout page, and what they see there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.sites import Site

FIELDS = "iframe[name^=__privateStripeFrame]"
CHALLENGE = "iframe[name=stripe-challenge-frame]"
# Far enough ahead for any year that these tests are run in.
GOOD_UNTIL = "12 / 40"


class Customer:
    """Someone in front of a browser."""

    def __init__(self, new_page: Callable[..., Page], site: Site) -> None:
        self._new_page = new_page
        self.site = site

    def opens_the_checkout(self, **browser: object) -> Page:
        """Open the page and wait for the form."""
        self.goes_to("checkout", **browser)
        expect(self.field("number")).to_be_visible()
        return self.page

    def goes_to(self, address: str, **browser: object) -> Page:
        """Open a page of the shop's, or any other by its whole address."""
        self.page = self._new_page(**browser)
        self.page.goto(urljoin(self.site.address, address))
        return self.page

    @property
    def form(self) -> FrameLocator:
        """The form in its iframe."""
        return self.page.frame_locator(FIELDS)

    def field(self, name: str) -> Locator:
        """One of its fields."""
        return self.form.locator(f"[name={name}]")

    def error_of(self, name: str) -> Locator:
        """What the form says is wrong with a field."""
        return self.form.locator(f"#payment-{name}Input-error")

    def fills_in(self, number: str = "4242424242424242", expiry: str = GOOD_UNTIL, cvc: str = "123") -> None:
        """Type in a card."""
        for name, text in (("number", number), ("expiry", expiry), ("cvc", cvc)):
            self.field(name).fill(text)

    def presses_pay(self) -> None:
        """Press the shop's button."""
        self.page.locator("#submit").click()

    def pays(self, number: str = "4242424242424242") -> None:
        """Type in a card and press the button."""
        self.fills_in(number)
        self.presses_pay()

    def is_told(self, text: str) -> None:
        """Wait for the shop's message."""
        expect(self.page.locator("#payment-message")).to_have_text(text)

    @property
    def result(self) -> dict[str, Any]:
        """What `confirmPayment` resolved to."""
        self.page.wait_for_function("window.result")
        found: dict[str, Any] = self.page.evaluate("window.result")
        return found

    def heard(self, name: str) -> list[dict[str, Any]]:
        """The events of this name that the shop's page has heard from the Element."""
        events: list[tuple[str, dict[str, Any]]] = self.page.evaluate("window.events")
        return [event for heard, event in events if heard == name]

    @property
    def bank(self) -> FrameLocator:
        """The bank's page in its dialog."""
        return self.page.frame_locator(CHALLENGE)
