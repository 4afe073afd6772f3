"""The bank's page as a server answers it: who may see it, what it says, where it leads, what it lets nobody do."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.browser import serve
from tests.fake_stripe.shop import Shop

RETURN_URL = "https://shop.example/complete?order=7"


@pytest.fixture
def fake() -> FakeStripe:
    """A fake whose pages are at an address of its own."""
    return FakeStripe(hosted_at="http://fake.test")


def _asking(fake: FakeStripe, **params: Any) -> dict[str, Any]:
    wanted = {"return_url": RETURN_URL, **params}
    return Shop(fake).paid("pm_card_threeDSecureRequired", **wanted)


def _page_of(intent: dict[str, Any]) -> tuple[str, str]:
    parts = urlsplit(intent["next_action"]["redirect_to_url"]["url"])
    return parts.path, parts.query


def _get(fake: FakeStripe, path: str, query: str, **headers: str) -> tuple[int, dict[str, str], str]:
    answer = serve(fake, "GET", path, query, b"", headers)
    assert answer is not None
    return answer[0], answer[1], answer[2].decode()


def _post(fake: FakeStripe, path: str, query: str, outcome: str) -> tuple[int, dict[str, str], str]:
    answer = serve(fake, "POST", path, query, urlencode({"outcome": outcome}).encode())
    assert answer is not None
    return answer[0], answer[1], answer[2].decode()


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("", {"Accept-Language": "ar-SA,ar;q=0.9,en;q=0.8"}, "ar"),
        ("", {"accept-language": "fr, en;q=0.5, ar;q=0.3"}, "en"),
        ("&locale=ar", {"accept-language": "en"}, "ar"),
        ("&locale=auto", {"accept-language": "ar"}, "ar"),
    ],
)
def test_the_language(fake: FakeStripe, query: str, headers: dict[str, str], language: str) -> None:
    """The locale that the script names decides, else what the browser likes to read."""
    path, about = _page_of(_asking(fake))
    _, _, page = _get(fake, path, about + query, **headers)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (11500, "sar", '<span dir="ltr">115.00</span>\u00a0ر.س'),
        (12340, "kwd", '<span dir="ltr">12.340</span>\u00a0د.ك'),
        (5000, "jpy", '<span dir="ltr">5,000</span>\u00a0JPY'),
    ],
)
def test_the_amount(fake: FakeStripe, amount: int, currency: str, written: str) -> None:
    """It has the decimals of its currency and Latin figures of a direction of their own."""
    path, about = _page_of(_asking(fake, amount=amount, currency=currency))
    _, _, page = _get(fake, path, f"{about}&locale=ar")
    assert written in page


def test_pass_and_come_back(fake: FakeStripe) -> None:
    """The answer is a redirect to the shop, with the intent, its secret and the outcome after the shop's own query."""
    intent = _asking(fake)
    status, headers, _ = _post(fake, *_page_of(intent), "pass")
    assert status == 303
    assert headers["location"] == (
        f"{RETURN_URL}&payment_intent={intent['id']}"
        f"&payment_intent_client_secret={intent['client_secret']}&redirect_status=succeeded"
    )
    assert fake.retrieve(intent["id"])["status"] == "succeeded"


def test_a_payment_that_is_only_held_counts_as_succeeded(fake: FakeStripe) -> None:
    """With manual capture the customer's part is done once the amount is held."""
    intent = _asking(fake, capture_method="manual")
    _, headers, _ = _post(fake, *_page_of(intent), "pass")
    assert parse_qs(urlsplit(headers["location"]).query)["redirect_status"] == ["succeeded"]
    assert fake.retrieve(intent["id"])["status"] == "requires_capture"


def test_answering_twice(fake: FakeStripe) -> None:
    """The second answer changes nothing and leads to the same place; the page itself is gone."""
    intent = _asking(fake)
    page = _page_of(intent)
    first, second = _post(fake, *page, "fail"), _post(fake, *page, "pass")
    assert first[1]["location"] == second[1]["location"]
    assert fake.retrieve(intent["id"])["status"] == "requires_payment_method"
    assert len(fake.events("payment_intent.payment_failed")) == 1
    status, _, text = _get(fake, *page)
    assert status == 410
    assert "Already answered" in text


def test_an_old_page_cannot_answer_a_new_question(fake: FakeStripe) -> None:
    """After a retry only the newest page counts."""
    shop = Shop(fake)
    intent = _asking(fake)
    old = _page_of(intent)
    _post(fake, *old, "fail")
    card = "pm_card_threeDSecureRequired"
    again = shop.post(f"/v1/payment_intents/{intent['id']}/confirm", payment_method=card, return_url=RETURN_URL)
    _post(fake, *old, "pass")
    assert _get(fake, *old)[0] == 410
    assert fake.retrieve(intent["id"])["status"] == "requires_action"
    _post(fake, *_page_of(dict(again)), "pass")
    assert fake.retrieve(intent["id"])["status"] == "succeeded"


def test_webhooks_are_sent_at_once_if_that_is_wished() -> None:
    """An answer on the page is a change like any other: an endpoint that hears at once hears of it."""
    fake = FakeStripe(hosted_at="http://fake.test", deliver="immediately")
    heard: list[bytes] = []

    def endpoint(body: bytes, _signature: str) -> int:
        heard.append(body)
        return 200

    fake.add_endpoint(endpoint)
    _post(fake, *_page_of(_asking(fake)), "pass")
    assert b"payment_intent.succeeded" in heard[-1] + heard[-2]


@pytest.mark.parametrize("tampered", ["source=payatt_0", "", "payment_intent=pi_other&source={source}"])
def test_a_page_of_nothing(fake: FakeStripe, tampered: str) -> None:
    """An unknown source, none at all, or that of another payment is a friendly 404, for answers too."""
    path, about = _page_of(_asking(fake))
    query = tampered.format(source=parse_qs(about)["source"][0])
    status, _, page = _get(fake, path, f"{query}&locale=ar")
    assert status == 404
    assert "لا يوجد تحقق كهذا" in page
    assert _post(fake, path, query, "pass")[0] == 404


def test_an_answer_that_is_none(fake: FakeStripe) -> None:
    """Anything but the three buttons is refused, and the question stays open."""
    intent = _asking(fake)
    path, query = _page_of(intent)
    for body in (b"", b"outcome=maybe", b"\xff\xfe=%00", b"outcome=pass" * 5000):
        answer = serve(fake, "POST", path, query, body)
        assert answer is not None
        assert answer[0] == 400
    assert _get(fake, path, query)[0] == 200
    answer = serve(fake, "DELETE", path, query, b"")
    assert answer is not None
    assert answer[0] == 405


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example/x"])
def test_what_is_no_address_never_gets_so_far(fake: FakeStripe, address: str) -> None:
    """The API itself takes only addresses with a scheme and a place."""
    with pytest.raises(stripe.InvalidRequestError, match="Invalid URL"):
        _asking(fake, return_url=address)


@pytest.mark.parametrize("address", ["javascript://%0aalert(1)", "shop-app://paid", "data://text/html,x"])
def test_only_pages_are_gone_back_to(fake: FakeStripe, address: str) -> None:
    """A return_url that is no http address leads nowhere: the customer reads that it is over."""
    status, headers, page = _post(fake, *_page_of(_asking(fake, return_url=address)), "pass")
    assert status == 200
    assert "location" not in headers
    assert address not in page


def test_nothing_on_the_page_is_a_tag_of_someone_else(fake: FakeStripe) -> None:
    """What the shop, or an address, brings along is text."""
    path, about = _page_of(_asking(fake, return_url="https://shop.example/"))
    query = urlencode({"shop": "<script>alert(1)</script>", "locale": '"><script>'})
    _, _, page = _get(fake, path, f"{about}&{query}")
    assert "&lt;script&gt;alert(1)" in page
    assert re.findall(r"<script[^>]*>", page) == ['<script src="../bank/bank.js" defer>']


def test_what_browsers_are_told(fake: FakeStripe) -> None:
    """Nothing inline, nothing from elsewhere, not kept, and not in another site's frame."""
    _, headers, page = _get(fake, *_page_of(_asking(fake)))
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert headers["referrer-policy"] == "no-referrer"
    assert re.search(r"\son\w+=|style=|<style|<script>", page) is None


def test_the_page_in_a_frame(fake: FakeStripe) -> None:
    """The one that Stripe.js shows may stand in any shop's page, and its answer goes back to that page."""
    shop = Shop(fake)
    intent = shop.intent(automatic_payment_methods={"enabled": True, "allow_redirects": "never"})
    fake.pay(intent["id"], card="4000000000003220", three_d_secure="leave")
    found = fake.retrieve(intent["id"])
    parts = urlsplit(found["next_action"]["use_stripe_sdk"]["stripe_js"])
    status, headers, page = _get(fake, parts.path, parts.query)
    assert (status, "frame-ancestors *" in headers["content-security-policy"]) == (200, True)
    assert "../../bank/bank.js" in page
    status, headers, page = _post(fake, parts.path, parts.query, "pass")
    assert (status, "location" in headers) == (200, False)
    assert 'data-answered="yes"' in page


def test_the_driver_knows_the_page_too(fake: FakeStripe) -> None:
    """A question can be looked up and answered by its source, in either mode."""
    for key in ("sk_test_shop", "sk_live_shop"):
        shop = Shop(fake, key)
        made = shop.intent()
        fake.pay(made["id"], card="4000000000003220", three_d_secure="leave")
        source = fake.retrieve(made["id"])["next_action"]["use_stripe_sdk"]["source"]
        question = fake.question(source)
        assert question is not None
        assert (question.about["id"], question.open, question.passed) == (made["id"], True, False)
        answered = fake.answer_question(source, "pass")
        assert answered is not None
        assert (answered.open, answered.passed) == (False, True)
    assert fake.question("payatt_0") is None
    assert fake.answer_question("payatt_0", "pass") is None
