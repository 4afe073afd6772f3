"""A shop at work with its Stripe, and a customer who is to pay there in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from tests.examples.houses import House

GOOD, POOR, ASKS = "4242424242424242", "4000000000009995", "4000000000003220"
CONFIRM = "**/v1/payment_intents/*/confirm"
PHONE = {"width": 375, "height": 812}
NOT_CHARGED = "لم يُخصم أي مبلغ."


@dataclass
class Customer:
    """Someone with a phone or a computer, who has ordered and is to pay."""

    house: House
    page: Page
    order_id: str = ""

    def orders(self, language: str = "ar") -> str:
        """Put three pieces in the cart and order them as a guest; the path of the payment page."""
        shop = self.page.context.request
        shop.get(f"{self.house.address}/?lang={language}")
        self.sends("/cart/", sku="oud-royal", quantity="3")
        token = re.search(r'name="token" value="(\w+)"', shop.get(f"{self.house.address}/checkout/").text())
        assert token is not None
        fields = {
            "token": token[1], "method": "card", "address": "new", "name": "سارة أحمد", "email": "sara@example.com",
            "phone": "0501234567", "street": "طريق الملك فهد", "city": "الرياض", "postal_code": "12345",
        }  # fmt: skip
        path = self.sends("/checkout/", **fields)
        self.order_id = path.split("/")[2]
        return path

    def sends(self, path: str, **fields: str | float | bool) -> str:
        """Send a form of the shop's; where it leads."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        headers = {"X-CSRFToken": cookies["csrftoken"]} if "csrftoken" in cookies else {}
        shop = self.page.context.request
        answer = shop.post(f"{self.house.address}{path}", form=fields, headers=headers, max_redirects=0)
        return answer.headers["location"]

    def comes_to_pay(self, language: str = "ar") -> None:
        """Order and open the payment page."""
        self.page.goto(self.house.address + self.orders(language), wait_until="domcontentloaded")

    def is_ready(self, language: str = "ar") -> None:
        """Order, open the payment page and wait for the form."""
        self.comes_to_pay(language)
        self.sees("ready")

    def sees(self, state: str) -> None:
        """Wait for a state of the payment page."""
        expect(self.page.locator("[data-pay]")).to_have_attribute("data-state", state)

    def sees_result(self, state: str = "paid") -> None:
        """Wait for the result page."""
        expect(self.page.locator(f".outcome.{state}")).to_be_visible()
        assert self.page.url == f"{self.house.address}/orders/{self.order_id}/result/"

    @property
    def form(self) -> FrameLocator:
        """Stripe's form."""
        return self.page.frame_locator("iframe[name^=__privateStripeFrame]")

    @property
    def bank(self) -> FrameLocator:
        """The bank's page."""
        return self.page.frame_locator("iframe[name=stripe-challenge-frame]")

    def fills_in(self, number: str = GOOD) -> None:
        """Type in a card."""
        for name, text in (("number", number), ("expiry", "12 / 40"), ("cvc", "123")):
            self.form.locator(f"[name={name}]").fill(text)

    @property
    def button(self) -> Locator:
        """The shop's button."""
        return self.page.locator("[data-part=button]")

    def pays(self, number: str = GOOD) -> None:
        """Type in a card and press the button."""
        self.fills_in(number)
        self.button.click()

    @property
    def alert(self) -> Locator:
        """What stands in the way."""
        return self.page.get_by_role("alert")

    def is_told(self, *sentences: str) -> None:
        """Wait for a reason, which has the focus."""
        expect(self.alert.locator("p")).to_have_text(" ".join(sentences))
        expect(self.alert).to_be_focused()

    def is_asked(self) -> None:
        """Pay with a card whose bank asks, and see the page behind its question."""
        self.is_ready()
        self.pays(ASKS)
        self.sees("challenged")
        expect(self.page.locator("[data-part=told]")).to_have_text("أكمل التحقق لدى البنك")
        assert self.page.title().startswith("أكمل التحقق لدى البنك")
        assert self.page.locator("main").evaluate("main => main.inert")

    def changes_the_cart(self) -> None:
        """Add something in another tab."""
        self.sends("/cart/", sku="dallah", quantity="1")

    def is_cancelled(self) -> None:
        """The shop closes the order."""
        self.house.shop.payments.cancel(self.order_id, reason="requested_by_customer", actor="staff")

    def held(self, address: str) -> Callable[[], None]:
        """Keep requests under way, until what comes back is called."""
        held: list[Route] = []
        going_on: list[bool] = []

        def hold(route: Route) -> None:
            if going_on:
                route.continue_()
            else:
                held.append(route)

        def release() -> None:
            going_on.append(True)
            for route in held:
                route.continue_()

        self.page.route(address, hold)
        return release

    @property
    def intents(self) -> list[dict[str, Any]]:
        """The PaymentIntents of this order as they stand at Stripe."""
        references = [payment.intent_id for payment in self.house.shop.payments.order(self.order_id).payments]
        return [self.house.fake.retrieve(reference) for reference in references]


Comes = Callable[..., Customer]
