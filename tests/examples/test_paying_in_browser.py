"""A customer on the payment page of the Flask shop, in a real Chromium: every state, whatever happens on the way."""

from __future__ import annotations

import os
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
        expect.set_options(timeout=15_000)
        stack.callback(expect.set_options, timeout=5_000)
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

    @property
    def intents(self) -> list[dict[str, Any]]:
        """The PaymentIntents of this order as they stand at Stripe."""
        references = [payment.intent_id for payment in self.house.shop.payments.order(self.order_id).payments]
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
                context.set_default_timeout(15_000)
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


def test_english_on_a_desk(customer: Comes) -> None:
    """The same in English at 1280 px: a lost card reads like any refused one, then a good one is paid."""
    sam = customer(viewport=DESK, locale="en-GB")
    sam.is_ready("en")
    expect(sam.page.get_by_role("button", name="Pay SAR\N{NO-BREAK SPACE}1,035.00")).to_be_visible()
    sam.pays("4000000000009987")
    sam.is_told(
        "The card was declined: Your bank declined it. Try another card or call the bank.", "You have not been charged."
    )
    sam.pays()
    sam.sees_result()


def test_coming_back_after_a_failed_try(customer: Comes) -> None:
    """Whoever opens the page again reads why the last try failed, and the focus is there."""
    sara = customer()
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")
    sara.page.reload()
    sara.sees("declined")
    sara.is_told("تم رفض البطاقة: الرصيد غير كافٍ. جرّب بطاقة أخرى.", NOT_CHARGED)
    sara.pays()
    sara.sees_result()


# --- 3-D Secure ------------------------------------------------------------------------------------------------------


def _is_asked(sara: Customer) -> None:
    sara.is_ready()
    sara.pays(ASKS)
    sara.sees("challenged")
    expect(sara.page.locator("[data-part=told]")).to_have_text("أكمل التحقق لدى البنك")
    assert sara.page.title().startswith("أكمل التحقق لدى البنك")
    assert sara.page.locator("main").evaluate("main => main.inert")


def test_the_bank_is_answered(customer: Comes) -> None:
    """While the bank asks, the page behind is out of reach; who passes has paid."""
    sara = customer()
    _is_asked(sara)
    sara.bank.locator("#test-source-authorize-3ds").click()
    sara.sees_result()


@pytest.mark.parametrize("way", ["fails", "closes"])
def test_the_bank_is_not_answered(customer: Comes, house: House, way: str) -> None:
    """Who fails or closes the question has not paid; the page is within reach again and another card pays."""
    sara = customer()
    _is_asked(sara)
    if way == "fails":
        sara.bank.locator("#test-source-fail-3ds").click()
    else:
        sara.page.get_by_role("dialog").get_by_role("button").first.click()
    sara.is_told(NOT_AUTHENTICATED, NOT_CHARGED)
    assert not sara.page.locator("main").evaluate("main => main.inert")
    sara.pays()
    sara.sees_result()


# --- nothing to fill in ----------------------------------------------------------------------------------------------


def test_the_form_does_not_load(customer: Comes) -> None:
    """Without Stripe.js the page says so and offers to load again; then it works."""
    sara = customer()
    sara.page.route("**/v3/", lambda route: route.abort())
    sara.comes_to_pay()
    sara.is_told("تعذّر تحميل نموذج الدفع. تحقق من اتصالك ثم أعد التحميل.")
    sara.page.unroute("**/v3/")
    sara.page.get_by_role("button", name="إعادة التحميل").click()
    sara.sees("ready")


@pytest.mark.parametrize("late", ["**/v3/", "**/v1/payment_intents/*", "**/start/"])
def test_the_form_loads_slowly(customer: Comes, late: str) -> None:
    """After ten seconds without a form nobody waits in the dark; should it come all the same, it is shown."""
    sara = customer()
    held: list[Route] = []
    sara.page.route(late + "?*" if "v1" in late else late, lambda route: held.append(route))
    sara.page.clock.install()
    sara.comes_to_pay()
    sara.sees("loading")
    expect(sara.page.locator("[data-part=told]")).to_have_text("جارٍ تحميل نموذج الدفع…")
    expect(sara.button).to_have_attribute("aria-disabled", "true")
    sara.page.clock.fast_forward(9_000)
    sara.sees("loading")
    sara.page.clock.fast_forward(1_500)
    sara.sees("late")
    expect(sara.page.get_by_role("button", name="إعادة التحميل")).to_be_visible()
    for route in held:
        route.continue_()
    sara.sees("ready")


def test_without_script(customer: Comes) -> None:
    """The page says what it needs; the summary is there all the same."""
    sara = customer(java_script_enabled=False)
    sara.comes_to_pay()
    expect(sara.page.locator("noscript p")).to_have_text("يحتاج نموذج الدفع إلى تفعيل JavaScript في المتصفح.")
    expect(sara.page.locator("noscript p")).to_be_visible()
    expect(sara.page.locator(".summary")).to_contain_text("عود ملكي")


# --- the shop says no ------------------------------------------------------------------------------------------------


def _changes_the_cart(sara: Customer) -> None:
    sara.page.context.request.post(f"{sara.house.address}/cart/", form={"sku": "dallah", "quantity": "1"}, max_redirects=0)


def _is_cancelled(sara: Customer) -> None:
    sara.house.shop.payments.cancel(sara.order_id, reason="requested_by_customer", actor="staff")


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (_changes_the_cart, "تغيّرت سلتك. راجع المبلغ قبل الدفع."),
        (_is_cancelled, "انتهت جلسة الدفع. يرجى إنشاء طلب جديد."),
    ],
)
def test_it_may_no_longer_be_paid(customer: Comes, house: House, happens: Callable[..., None], told: str) -> None:
    """A cart that changed, an order that was closed: told before anything is sent, with the way to a new order."""
    sara = customer()
    sara.is_ready()
    happens(sara)
    sara.pays()
    sara.sees("closed")
    sara.is_told(told)
    assert house.confirmations() == []
    expect(sara.page.get_by_role("link", name="إنشاء طلب جديد")).to_have_attribute("href", "/checkout/")
    sara.page.reload()
    expect(sara.alert).to_be_visible()
    expect(sara.button).to_have_count(0)


def test_it_is_being_confirmed_already(customer: Comes, house: House) -> None:
    """Money that is on its way is awaited on the result page, which moves on by itself."""
    sara = customer()
    sara.is_ready()
    attempt = house.shop.payments.start_payment(sara.order_id, capture_method="manual")
    house.fake.pay(attempt.client_secret.partition("_secret")[0], card="visa")
    house.shop.payments.refresh(sara.order_id)
    sara.pays()
    sara.sees_result("processing")
    expect(sara.page.get_by_role("status")).to_have_text("نؤكد دفعتك…")
    house.shop.payments.capture(sara.order_id)
    sara.sees_result("paid")


def test_two_tabs(customer: Comes, house: House) -> None:
    """What was paid in one tab is paid: the other goes to the result, and sends nothing."""
    sara = customer()
    sara.is_ready()
    other = customer(sara.page.context.new_page())
    other.page.goto(sara.page.url)
    other.order_id = sara.order_id
    other.sees("ready")
    sara.pays()
    sara.sees_result()
    other.pays()
    other.sees_result()
    assert len(house.confirmations()) == 1


def test_too_many_tries(customer: Comes, house: House) -> None:
    """The page says when the next try may be made, and until then takes none; the form stays as it is filled in."""
    sara = customer()
    sara.page.clock.install()
    sara.is_ready()
    house.may_try = False
    sara.pays()
    told = "محاولات كثيرة في وقت قصير. انتظر قليلاً ثم حاول مرة أخرى. (خلال 10 دقائق)"
    sara.is_told(told)
    sara.sees("limited")
    sara.button.click(force=True)
    sara.page.reload()
    sara.is_told(told)
    house.may_try = True
    sara.page.clock.fast_forward(600_000)
    sara.sees("ready")
    sara.pays()
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_stripe_is_away(customer: Comes, house: House) -> None:
    """The shop cannot reach Stripe: the page says so, and the filled in form can be sent again."""
    sara = customer()
    sara.is_ready()
    sara.fills_in()
    house.fake.fail_next("server_error", match=("GET", "/v1/payment_intents"), times=20)
    house.fake.fail_next("server_error", match=("POST", "/v1/payment_intents"), times=20)
    sara.button.click()
    sara.is_told("تعذّر إتمام الدفع الآن. حاول بعد قليل.")
    house.fake.stop_failing()
    sara.button.click()
    sara.sees_result()


# --- the connection is lost ------------------------------------------------------------------------------------------


def test_the_connection_is_lost_before_stripe_hears(customer: Comes, house: House) -> None:
    """The shop is asked before a retry is offered; nothing was paid, and the same form pays."""
    sara = customer()
    sara.is_ready()
    sara.page.route(CONFIRM, lambda route: route.abort())
    sara.pays()
    sara.sees("checking")
    expect(sara.page.locator("[data-part=told]")).to_have_text("نتحقق من حالة الدفع…")
    sara.is_told("تعذّر إتمام الدفع الآن. حاول بعد قليل.")
    sara.page.unroute(CONFIRM)
    sara.button.click()
    sara.sees_result()
    assert len(house.confirmations()) == 1


@pytest.mark.parametrize("first", [GOOD, POOR])
def test_the_connection_is_lost_after_stripe_heard(customer: Comes, house: House, first: str) -> None:
    """The payment went through and only the answer is lost: the page learns of it and asks for no second one."""
    sara = customer()
    sara.is_ready()
    if first == POOR:
        sara.pays(POOR)
        sara.sees("declined")
    sara.page.route(CONFIRM, lambda route: (route.fetch(), route.abort()))
    sara.pays()
    sara.sees_result()
    assert len(house.confirmations()) == (2 if first == POOR else 1)


def test_offline(customer: Comes, house: House) -> None:
    """Without any connection the page asks until there is one, and goes on at once when it is back."""
    sara = customer()
    sara.is_ready()
    sara.fills_in()
    sara.page.context.set_offline(True)
    sara.button.click()
    sara.sees("checking")
    assert house.confirmations() == []
    sara.page.context.set_offline(False)
    sara.is_told("تعذّر إتمام الدفع الآن. حاول بعد قليل.")
    sara.button.click()
    sara.sees_result()


# --- fingers and keys ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["click", "enter"])
def test_twice_is_once(customer: Comes, house: House, way: str) -> None:
    """A double click and a second Enter are one payment; the button keeps the focus and says that it is busy."""
    sara = customer()
    sara.is_ready()
    sara.fills_in()
    held: list[Route] = []
    sara.page.route(CONFIRM, lambda route: held.append(route))
    if way == "click":
        sara.button.dblclick()
    else:
        sara.form.locator("[name=cvc]").press("Enter")
        sara.form.locator("[name=cvc]").press("Enter")
        sara.button.focus()
        sara.page.keyboard.press("Enter")
    sara.sees("submitting")
    expect(sara.page.locator("form[data-part=form]")).to_have_attribute("aria-busy", "true")
    expect(sara.button).to_be_focused()
    sara.button.click(force=True)
    for route in held:
        route.continue_()
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_by_keyboard_alone(customer: Comes) -> None:
    """Tab leads from field to field to the button, and Enter pays."""
    sara = customer()
    sara.is_ready()
    sara.form.locator("[name=number]").focus()
    for name, text in (("number", GOOD), ("expiry", "1240"), ("cvc", "123"), ("country", "")):
        expect(sara.form.locator(f"[name={name}]")).to_be_focused()
        sara.page.keyboard.type(text)
        sara.page.keyboard.press("Tab")
    expect(sara.button).to_be_focused()
    sara.page.keyboard.press("Enter")
    sara.sees_result()


def test_a_gap_in_the_form(customer: Comes, house: House) -> None:
    """The form itself says what is missing; the page is ready again and nothing was sent."""
    sara = customer()
    sara.is_ready()
    sara.button.click()
    expect(sara.form.locator("#payment-numberInput-error")).not_to_be_empty()
    sara.sees("ready")
    expect(sara.alert).to_have_count(0)
    assert house.confirmations() == []


# --- back, and away --------------------------------------------------------------------------------------------------


def test_the_back_button_after_success(customer: Comes, house: House) -> None:
    """Going back shows no form for what is paid; the payment page's address leads to the result."""
    sara = customer()
    sara.page.goto(house.address)
    sara.is_ready()
    path = sara.page.url
    sara.pays()
    sara.sees_result()
    sara.page.go_back()
    expect(sara.button).to_have_count(0)
    sara.page.goto(path)
    sara.sees_result()
    assert len(house.confirmations()) == 1


def test_coming_out_of_the_browsers_memory(customer: Comes, house: House) -> None:
    """A page that the browser had kept whole asks what has become of the order before it shows anything else."""
    sara = customer()
    sara.is_ready()
    house.shop.payments.start_payment(sara.order_id)
    house.fake.pay(sara.intents[0]["id"], card="visa")
    sara.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    sara.sees_result()


def test_nobody_looks(customer: Comes, house: House) -> None:
    """The result page asks ever more rarely, not at all while it is hidden, and in the end promises a mail."""
    sara = customer()
    path = sara.orders()
    attempt = house.shop.payments.start_payment(sara.order_id, capture_method="manual")
    house.fake.pay(attempt.client_secret.partition("_secret")[0], card="visa")
    sara.page.clock.install()
    asked: list[str] = []
    sara.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/status/") else None)
    sara.page.goto(house.address + path)
    sara.sees_result("processing")
    hide = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); }"
    sara.page.evaluate(hide, True)
    sara.page.clock.fast_forward(120_000)
    assert asked == []
    sara.page.evaluate(hide, False)
    with sara.page.expect_response("**/status/"):
        sara.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    for seconds in (2, 3, 5, 8, 13, 21, 34, 60):
        count = len(asked)
        sara.page.clock.run_for(seconds * 1000 - 900)
        assert len(asked) == count
        with sara.page.expect_response("**/status/"):
            sara.page.clock.run_for(1000)
    expect(sara.page.get_by_role("status")).to_have_text("سنرسل لك بريداً عند تأكيد الدفع.")


# --- what stays out of sight, and how it looks -----------------------------------------------------------------------


def test_the_secret_stays_in_the_script(customer: Comes) -> None:
    """The client secret is in no address, no storage and nowhere in the page; no code of Stripe's is shown."""
    sara = customer()
    said: list[str] = []
    addresses: list[str] = []
    sara.page.on("console", lambda line: said.append(line.text))
    sara.page.on("framenavigated", lambda frame: addresses.append(frame.url))
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")
    secret = sara.intents[0]["client_secret"]
    kept = sara.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert not any(secret in text for text in (sara.page.content(), kept, *said, *addresses))
    assert "insufficient_funds" not in sara.page.locator("main").inner_text()


@pytest.mark.parametrize("reduced", [True, False])
def test_motion(customer: Comes, reduced: bool) -> None:
    """The spinner stands still for those who want it to."""
    sara = customer(reduced_motion="reduce" if reduced else "no-preference")
    sara.is_ready()
    sara.page.route(CONFIRM, lambda route: None)
    sara.pays()
    sara.sees("submitting")
    spinning = sara.page.locator(".spinner").evaluate("spinner => getComputedStyle(spinner).animationName")
    assert spinning == ("none" if reduced else "turn")


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
    sara.page.route("**/v3/", lambda route: None)
    sara.comes_to_pay()


def _is_declined(sara: Customer) -> None:
    sara.is_ready()
    sara.pays(POOR)
    sara.sees("declined")


def _waits(sara: Customer) -> None:
    sara.is_ready()
    sara.page.route(CONFIRM, lambda route: None)
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
    _is_cancelled(sara)
    sara.button.click()
    sara.sees("closed")


SCENES: dict[str, Callable[[Customer], None]] = {
    "loading": _loads_for_ever,
    "ready": Customer.is_ready,
    "submitting": _waits,
    "challenged": _is_asked,
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
    for scheme in ("light", "dark"):
        sara.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
        if shots := os.environ.get("SHOTS"):
            sara.page.screenshot(path=f"{shots}/{scene}-{scheme}.png", full_page=True)
    for scheme in ("light", "dark"):
        sara.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of the two
        assert _objections(sara.page) == []
