"""A customer on the payment page of the Flask shop, in a real Chromium: every state, whatever happens on the way."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import stripe as sdk
from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect

from examples.flask_shop.shop import create_app
from examples.running import WEBHOOK, WEBHOOK_SECRET, Play, Stage, carried, working
from examples.storefront.shop import Storefront
from examples.storefront.wiring import on_stage
from gulf_payments.testing.fake_stripe import FakeStripe, RunningClock
from gulf_payments.testing.fake_stripe.server import Served
from gulf_payments.testing.fake_stripe.server.loopback import Server

GOOD, POOR, ASKS = "4242424242424242", "4000000000009995", "4000000000003220"
CONFIRM = "**/v1/payment_intents/*/confirm"
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
PAY = "ادفع 1,035.00\N{NO-BREAK SPACE}ر.س"
NOT_CHARGED = "لم يُخصم أي مبلغ."
NOT_AUTHENTICATED = "لم يكتمل التحقق لدى البنك. حاول مرة أخرى."
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class House:
    """The shop, its worker and its Stripe, all at work. `heard` is every request that Stripe was sent."""

    shop: Storefront
    address: str
    fake: FakeStripe
    heard: list[Served]
    may_try: bool = True

    def confirmations(self) -> list[Served]:
        """Every attempt to pay that reached Stripe."""
        return [one for one in self.heard if one.method == "POST" and one.path.endswith("/confirm")]


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Open the shop once for all tests here."""
    heard: list[Served] = []
    fake = FakeStripe(clock=RunningClock(), deliver="immediately")
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(sdk, "enable_telemetry", False)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        fake.add_endpoint(address + WEBHOOK, secret=WEBHOOK_SECRET)
        server = stack.enter_context(Server(fake, report=heard.append))
        shop = on_stage(Stage(address=address, folder=tmp_path_factory.mktemp("shop"), stripe=server.url))
        house = House(shop, address, fake, heard)
        shop.may_try = lambda who: house.may_try
        stack.enter_context(working(shop.payments))
        stack.enter_context(carried(Play(payments=shop.payments, app=create_app(shop)), listener))
        yield house


@pytest.fixture
def house(works: House) -> House:
    """The shop as it opens in the morning: nothing heard, nobody limited."""
    works.heard.clear()
    works.may_try = True
    return works


@dataclass
class Customer:
    """Someone with a phone or a computer, who has ordered and is to pay."""

    house: House
    page: Page
    order_id: str = ""
    errors: list[str] = field(default_factory=list)

    def orders(self, language: str = "ar") -> str:
        """Put three pieces in the cart and order them as a guest; the path of the payment page."""
        shop = self.page.context.request
        shop.get(f"{self.house.address}/?lang={language}")
        shop.post(f"{self.house.address}/cart/", form={"sku": "oud-royal", "quantity": "3"}, max_redirects=0)
        token = re.search(r'name="token" value="(\w+)"', shop.get(f"{self.house.address}/checkout/").text())
        assert token is not None
        fields = {
            "token": token[1], "method": "card", "address": "new", "name": "سارة أحمد", "email": "sara@example.com",
            "phone": "0501234567", "street": "طريق الملك فهد", "city": "الرياض", "postal_code": "12345",
        }  # fmt: skip
        placed = shop.post(f"{self.house.address}/checkout/", form=fields, max_redirects=0)
        path = placed.headers["location"]
        self.order_id = path.split("/")[2]
        return path

    def comes_to_pay(self, language: str = "ar") -> None:
        """Order and open the payment page."""
        self.page.goto(self.house.address + self.orders(language))

    def is_ready(self, language: str = "ar") -> None:
        """Order, open the payment page and wait for the form."""
        self.comes_to_pay(language)
        self.sees("ready")

    def sees(self, state: str) -> None:
        """Wait for a state of the payment page."""
        expect(self.page.locator("main")).to_have_attribute("data-state", state)

    def sees_result(self, state: str = "paid") -> None:
        """Wait for the result page."""
        expect(self.page.locator(f"main[data-result={state}]")).to_be_visible()
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

    @property
    def intents(self) -> list[dict[str, Any]]:
        """The PaymentIntents of this order as they stand at Stripe."""
        references = [payment.id for payment in self.house.shop.payments.order(self.order_id).payments]
        return [self.house.fake.retrieve(reference) for reference in references]


@pytest.fixture
def customer(chromium: Browser, house: House) -> Iterator[Callable[..., Customer]]:
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
                context.set_default_timeout(8_000)
                page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: note(said.type, said.text))
            return Customer(house, page)

        yield comes
    assert complaints == []


Comes = Callable[..., Customer]


def test_paying_in_arabic(customer: Comes, house: House) -> None:
    """The button names the amount; a good card is paid, and the result page takes the place of the payment page."""
    sara = customer()
    sara.is_ready()
    expect(sara.page.get_by_role("button", name=PAY)).to_be_visible()
    assert sara.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    sara.pays()
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_not_enough_funds_then_another_card(customer: Comes, house: House) -> None:
    """The reason is told, and that nothing was taken; the form is still there, and the same intent is paid."""
    sara = customer()
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")
    sara.is_told("تم رفض البطاقة: الرصيد غير كافٍ. جرّب بطاقة أخرى.", NOT_CHARGED)
    assert sara.page.title().startswith("تم رفض البطاقة")
    expect(sara.form.locator("[name=cvc]")).to_have_value("123")
    sara.pays()
    sara.sees_result()
    assert [one["status"] for one in sara.intents] == ["succeeded"]
    assert len(house.confirmations()) == 2
