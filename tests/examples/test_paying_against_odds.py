"""The payment page when something is in the way: no form, no leave of the shop's, no connection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.examples.houses import House
from tests.examples.paying_customer import CONFIRM, GOOD, POOR, Comes, Customer

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


@pytest.mark.parametrize("late", ["**/v3/", "**/v1/payment_intents/*?*", "**/start/"])
def test_the_form_loads_slowly(customer: Comes, late: str) -> None:
    """After ten seconds without a form nobody waits in the dark; should it come all the same, it is shown."""
    sara = customer()
    release = sara.held(late)
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
    release()
    sara.sees("ready")


def test_without_script(customer: Comes) -> None:
    """The page says what it needs; the summary is there all the same."""
    sara = customer(java_script_enabled=False)
    sara.comes_to_pay()
    expect(sara.page.locator("noscript p")).to_have_text("يحتاج نموذج الدفع إلى تفعيل JavaScript في المتصفح.")
    expect(sara.page.locator("noscript p")).to_be_visible()
    expect(sara.page.locator(".summary")).to_contain_text("عود ملكي")


# --- the shop says no ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (Customer.changes_the_cart, "تغيّرت سلتك. راجع المبلغ قبل الدفع."),
        (Customer.is_cancelled, "انتهت جلسة الدفع. يرجى إنشاء طلب جديد."),
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


def test_the_session_is_gone_when_the_connection_is_back(customer: Comes) -> None:
    """Who may no longer see the order is told so, and is not left waiting for an answer that never comes."""
    sara = customer()
    sara.is_ready()
    sara.fills_in()
    sara.page.context.clear_cookies()
    sara.page.route("**/start/", lambda route: route.abort())
    sara.button.click()
    sara.sees("broken")
    sara.is_told("لم نجد هذا الطلب.")
