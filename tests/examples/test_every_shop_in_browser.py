"""Every shop in both languages, on a desk: one payment that succeeds, and one that is declined."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.examples.houses import HOUSES, House
from tests.examples.paying_customer import POOR, Comes

DESK = {"width": 1280, "height": 900}
PAID = {"ar": "تم الدفع بنجاح. شكراً لطلبك!", "en": "Your payment was successful. Thank you for your order!"}
POOR_SAID = {"ar": "الرصيد غير كافٍ", "en": "Not enough funds"}


@pytest.fixture(scope="module", params=list(HOUSES))
def shop_name(request: pytest.FixtureRequest) -> str:
    """Each shop in turn."""
    name: str = request.param
    return name


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_payment_succeeds(customer: Comes, house: House, language: str) -> None:
    """Ordered, paid, and shown as paid with its number; the order is confirmed and the cart empty."""
    sara = customer(viewport=DESK)
    sara.is_ready(language)
    sara.pays()
    sara.sees_result()
    expect(sara.page.locator("main")).to_contain_text(PAID[language])
    expect(sara.page.locator("main")).to_contain_text(house.shop.payments.order(sara.order_id).number)
    assert sara.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_payment_is_declined(customer: Comes, house: House, language: str) -> None:
    """The bank says no: the reason is told in the customer's language, and the order still waits."""
    sara = customer(viewport=DESK)
    sara.is_ready(language)
    sara.pays(POOR)
    sara.sees("declined")
    expect(sara.alert).to_contain_text(POOR_SAID[language])
    assert house.shop.payments.order(sara.order_id).status == "pending"
