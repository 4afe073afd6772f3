"""The one HTTP contract: the same journeys over every shop, against the server of the fake Stripe.

What a customer does in the browser, confirming at Stripe and answering the bank, is done by the fake's driver.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import httpx
import pytest

from examples.storefront.attempts import MOST_DECLINES, RATES
from examples.storefront.links import LIFETIME
from examples.storefront.routes import ROUTES
from gulf_payments import customer_message
from gulf_payments.machine import OrderStatus, PaymentStatus
from gulf_payments.mail.links import retry_token
from tests.examples.shops import ADDRESS, GUEST, SIGNING_KEY, STAFF, Browser, OpenShop, order_id

FUNDS, DECLINED, EXPIRED, BANK = "4000000000009995", "4000000000000002", "4000000000000069", "4000002760003184"
OUD = 34500 + 2500  # one piece and its delivery, in halalas


def says(answer: httpx.Response, key: str) -> bool:
    """Whether a page holds the sentence of a key, in Arabic."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>|[\u2066-\u2069]", "", unescape(answer.text)))
    return customer_message(key, "ar") in text


# --- It is paid -------------------------------------------------------------------------------------------------------


def test_a_card_is_paid(shop: OpenShop, browser: Browser) -> None:
    """From the catalogue to the mail: the webhook is stored, the order confirmed, the cart empty, one mail sent."""
    order = browser.order()
    page = browser.get(f"/pay/{order}/")
    assert (page.status_code, browser.cart_count()) == (200, 1)
    browser.pay(order)
    assert browser.cart_count() == 1  # only the confirmation empties it
    shop.settle()
    seen = browser.seen(order)
    assert (seen.status, seen.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert seen.paid is not None
    assert (seen.paid.minor, seen.total.minor) == (OUD, OUD)
    assert not shop.fake.pending_webhooks
    assert browser.cart_count() == 0
    assert len(shop.mails_to(GUEST)) == 1
    assert says(browser.get(f"/orders/{order}/result/"), "page.paid")
    assert browser.status(order) == {
        "state": "paid",
        "message": customer_message("page.paid", "ar"),
        "url": f"/orders/{order}/result/",
        "settled": True,
        "not_charged": False,
    }


def test_the_script_gets_what_it_needs(browser: Browser) -> None:
    """The client secret, the public key, the amount as it is read, and where the bank sends the customer back."""
    order = browser.order()
    answer = browser.start(order)
    content = answer.json()
    assert content["client_secret"].startswith("pi_")
    assert content["publishable_key"].startswith("pk_test_")
    assert content["amount"] == "370.00\u00a0ر.س"
    assert content["return_url"] == f"{ADDRESS}/pay/{order}/return/"
    assert answer.headers["cache-control"] == "no-store"
    assert content["client_secret"] not in browser.get(f"/pay/{order}/").text


def test_the_bank_is_satisfied(shop: OpenShop, browser: Browser) -> None:
    """3-D Secure passed: the customer comes back, the server asks Stripe, and needs no webhook."""
    order = browser.order()
    browser.pay(order, BANK, three_d_secure="leave")
    assert browser.get(f"/pay/{order}/return/").headers["location"] == f"/pay/{order}/"
    shop.fake.challenge(browser.seen(order).payments[0].intent_id, "pass")
    back = browser.get(f"/pay/{order}/return/?redirect_status=succeeded")
    assert (back.status_code, back.headers["location"]) == (303, f"/orders/{order}/result/")
    assert says(browser.get(back.headers["location"]), "page.paid")
    shop.settle()
    assert len(shop.mails_to(GUEST)) == 1


@pytest.mark.parametrize("arrives", ["before the redirect", "late", "never"])
def test_the_webhook_may_come_when_it_likes(shop: OpenShop, browser: Browser, arrives: str) -> None:
    """Before the redirect, after it, or never: the result page says the same, and the shop hears once."""
    order = browser.order()
    browser.pay(order)
    if arrives == "before the redirect":
        shop.settle()
    assert browser.get(f"/pay/{order}/return/").headers["location"] == f"/orders/{order}/result/"
    assert says(browser.get(f"/orders/{order}/result/"), "page.paid")
    if arrives == "never":
        shop.fake.drop_webhooks()
    shop.settle()
    assert browser.seen(order).status is OrderStatus.CONFIRMED
    assert (browser.cart_count(), len(shop.mails_to(GUEST))) == (0, 1)


def test_a_result_that_was_not_heard_is_looked_up(shop: OpenShop, browser: Browser) -> None:
    """While a result page waits, its questions ask Stripe: a lost webhook costs seconds, not the order."""
    order = browser.order()
    browser.pay(order)
    shop.fake.drop_webhooks()
    assert browser.seen(order).status is OrderStatus.PENDING
    assert browser.status(order)["state"] == "paid"
    assert browser.seen(order).status is OrderStatus.CONFIRMED


def test_stripe_is_away_while_the_result_is_awaited(shop: OpenShop, browser: Browser) -> None:
    """A result page that cannot ask Stripe waits on, and says nothing that it does not know."""
    order = browser.order()
    browser.pay(order)
    shop.fake.fail_next("connection_reset", ("GET", "/v1/payment_intents"))
    waiting = browser.status(order)
    assert (waiting["state"], waiting["settled"]) == ("ready", False)
    assert browser.status(order)["state"] == "paid"


def test_pay_on_delivery(shop: OpenShop, browser: Browser) -> None:
    """The order is taken without money: the cart is empty, the mail says so, and no PaymentIntent was made."""
    browser.add()
    answer = browser.check_out(method="cash_on_delivery")
    order = order_id(answer)
    assert answer.headers["location"] == f"/orders/{order}/result/"
    shop.settle()
    assert browser.seen(order).status is OrderStatus.ACCEPTED
    assert says(browser.get(f"/orders/{order}/result/"), "page.accepted")
    assert (browser.cart_count(), len(shop.mails_to(GUEST)), browser.seen(order).payments) == (0, 1, ())


# --- It is not --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "key"),
    [(FUNDS, "insufficient_funds"), (DECLINED, "contact_bank"), (EXPIRED, "expired_card")],
    ids=["insufficient funds", "declined", "expired"],
)
def test_a_card_is_declined(shop: OpenShop, browser: Browser, card: str, key: str) -> None:
    """The payment failed, the order is still to be paid, the reason stands on the page, and the cart is untouched."""
    order = browser.order()
    browser.pay(order, card)
    shop.settle()
    seen = browser.seen(order)
    assert (seen.status, seen.payment_status) == (OrderStatus.PENDING, PaymentStatus.FAILED)
    page = browser.get(f"/pay/{order}/")
    assert says(page, f"decline.{key}")
    status = browser.status(order)
    assert status["state"] == "failed"
    assert (status["url"], status["message"]) == (f"/pay/{order}/", customer_message(f"decline.{key}", "ar"))
    assert (browser.cart_count(), shop.mails_to(GUEST)) == (1, [])


def test_a_try_after_a_decline_is_the_same_payment(shop: OpenShop, browser: Browser) -> None:
    """The second card pays the same PaymentIntent, and nobody gets a mail about the first."""
    order = browser.order()
    first = browser.pay(order, FUNDS)
    shop.settle()
    second = browser.pay(order)
    shop.settle()
    assert first["id"] == second["id"]
    assert browser.seen(order).status is OrderStatus.CONFIRMED
    shop.later(seconds=3600)
    assert len(shop.mails_to(GUEST)) == 1


@pytest.mark.parametrize("outcome", ["fail", "leave"])
def test_the_bank_is_not_satisfied(shop: OpenShop, browser: Browser, outcome: str) -> None:
    """Failed or closed, the bank's page leads back to the payment page, where another try may be made."""
    order = browser.order()
    browser.pay(order, BANK, three_d_secure=outcome)
    back = browser.get(f"/pay/{order}/return/?redirect_status=succeeded")
    assert back.headers["location"] == f"/pay/{order}/"
    page = browser.get(f"/pay/{order}/")
    assert page.status_code == 200
    assert says(page, "decline.authenticate_again") is (outcome == "fail")
    assert browser.pay(order)["status"] == "succeeded"
    shop.settle()
    assert browser.seen(order).status is OrderStatus.CONFIRMED


def test_a_forged_return_proves_nothing(browser: Browser) -> None:
    """Whatever the address claims, an unpaid order is unpaid."""
    order = browser.order()
    browser.secret(order)
    back = browser.get(f"/pay/{order}/return/?redirect_status=succeeded&payment_intent=pi_1&paid=true")
    assert back.headers["location"] == f"/pay/{order}/"
    assert browser.status(order)["state"] == "ready"


def test_stripe_is_away(shop: OpenShop, browser: Browser) -> None:
    """The page hears 503 and when to ask again; the same question is the retry."""
    order = browser.order()
    shop.fake.fail_next("connection_reset", ("POST", "/v1/payment_intents"))
    answer = browser.start(order)
    assert (answer.status_code, answer.json()["message"]) == (503, customer_message("page.checking", "ar"))
    assert int(answer.headers["retry-after"]) > 0
    assert browser.pay(order)["status"] == "succeeded"


def test_an_order_that_ran_out_offers_a_new_one(shop: OpenShop, browser: Browser) -> None:
    """The plan's sentence, and a way on: the same cart becomes another order."""
    order = browser.order()
    browser.secret(order)
    shop.later(seconds=2 * 3600)
    assert browser.seen(order).status is OrderStatus.CANCELED
    assert says(browser.get(f"/pay/{order}/"), "page.session_expired")
    refused = browser.start(order)
    assert (refused.status_code, refused.json()["state"], refused.json()["url"]) == (409, "closed", "/checkout/")
    assert refused.json()["message"] == customer_message("page.session_expired", "ar")
    again = order_id(browser.check_out())
    assert again != order
    browser.pay(again)
    shop.settle()
    assert (browser.seen(again).status, browser.cart_count()) == (OrderStatus.CONFIRMED, 0)


# --- The customer clicks ----------------------------------------------------------------------------------------------


def test_a_double_click_places_one_order(shop: OpenShop, browser: Browser) -> None:
    """The checkout's form sent twice at once leads twice to one order."""
    browser.add()
    token = browser.token()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: browser.check_out(token=token), range(2)))
    assert len({order_id(answer) for answer in answers}) == 1
    assert len(shop.payments.orders().items) == 1


def test_a_double_click_starts_one_payment(shop: OpenShop, browser: Browser) -> None:
    """The page asks twice at once and gets one PaymentIntent."""
    order = browser.order()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: browser.start(order), range(2)))
    secrets = {answer.json()["client_secret"] for answer in answers if answer.status_code == 200}
    assert len(secrets) == 1
    assert len([payment for payment in browser.seen(order).payments if payment.intent_id]) == 1
    shop.fake.pay(secrets.pop())
    shop.settle()
    assert browser.seen(order).status is OrderStatus.CONFIRMED


def test_two_tabs_pay_one_order(shop: OpenShop, browser: Browser) -> None:
    """The tab that is slower hears that the order is paid, and is led to the result."""
    order = browser.order()
    first, second = browser.secret(order), browser.secret(order)
    assert first == second
    shop.fake.pay(first)
    shop.settle()
    late = browser.start(order)
    assert (late.status_code, late.json()["state"], late.json()["url"]) == (409, "paid", f"/orders/{order}/result/")


def test_the_back_button_after_paying(shop: OpenShop, browser: Browser) -> None:
    """The payment page leads to the result, and the old checkout form to its order; nothing is ordered again."""
    browser.add()
    token = browser.token()
    order = order_id(browser.check_out(token=token))
    browser.pay(order)
    shop.settle()
    assert browser.get(f"/pay/{order}/").headers["location"] == f"/orders/{order}/result/"
    assert order_id(browser.check_out(token=token)) == order
    assert len(shop.payments.orders().items) == 1


def test_the_form_is_sent_again_before_the_worker_emptied_the_cart(shop: OpenShop, browser: Browser) -> None:
    """The order is paid and the cart still there: the form leads to the result, not to a second order."""
    browser.add()
    token = browser.token()
    order = order_id(browser.check_out(token=token))
    browser.pay(order)
    shop.fake.deliver_webhooks()
    again = browser.check_out(token=token)
    assert again.headers["location"] == f"/orders/{order}/result/"


def test_a_cart_that_changed_is_ordered_anew(shop: OpenShop, browser: Browser) -> None:
    """The old order cannot be paid, a new one takes its place, and what was placed never changes by itself."""
    order = browser.order()
    secret = browser.secret(order)
    browser.add("bakhoor")
    assert says(browser.get(f"/pay/{order}/"), "page.cart_changed")
    refused = browser.start(order)
    assert (refused.status_code, refused.json()["state"], refused.json()["url"]) == (409, "cart_changed", "/checkout/")
    assert browser.seen(order).total.minor == OUD
    again = order_id(browser.check_out())
    assert again != order
    assert (browser.seen(order).status, browser.seen(again).total.minor) == (OrderStatus.CANCELED, OUD + 7900)
    with pytest.raises(Exception, match="canceled"):
        shop.fake.pay(secret)
    shop.settle()
    assert shop.mails_to(GUEST) == []  # nobody mourns the first


def test_what_came_into_the_cart_while_paying_stays(shop: OpenShop, browser: Browser) -> None:
    """A confirmation empties the version that was paid and no other."""
    order = browser.order()
    browser.pay(order)
    browser.add("bakhoor")
    shop.settle()
    assert browser.seen(order).status is OrderStatus.CONFIRMED
    assert browser.cart_count() == 2


def test_a_form_of_a_cart_that_changed_asks_again(browser: Browser) -> None:
    """Another tab changed the cart: the form comes back with the new sum and the sentence, and nothing is placed."""
    browser.add()
    token = browser.token()
    browser.add("bakhoor")
    answer = browser.check_out(token=token)
    assert (answer.status_code, says(answer, "page.cart_changed")) == (422, True)
    assert browser.shop.payments.orders().items == ()


def test_an_order_that_is_being_paid_is_not_ordered_again(shop: OpenShop, browser: Browser) -> None:
    """With its money on the way, a changed cart's checkout leads to the result that is awaited."""
    order = browser.order()
    browser.pay(order)
    shop.fake.drop_webhooks()
    browser.add("bakhoor")
    answer = browser.check_out()
    assert browser.seen(order).status is OrderStatus.CONFIRMED
    assert order_id(answer) != order  # Stripe was asked: it is paid, and what came since is another order


def test_the_customer_cancels(shop: OpenShop, browser: Browser) -> None:
    """An unpaid order is closed, and can no longer be paid."""
    order = browser.order()
    browser.secret(order)
    assert browser.post(f"/orders/{order}/cancel/").status_code == 303
    assert browser.status(order)["state"] == "closed"
    assert browser.start(order).status_code == 409
    shop.settle()
    assert len(shop.mails_to(GUEST)) == 1


def test_money_was_faster_than_the_cancel(shop: OpenShop, browser: Browser) -> None:
    """The customer paid in one tab and cancels in the other: the result says that it is paid."""
    order = browser.order()
    browser.pay(order)
    shop.fake.drop_webhooks()
    assert browser.post(f"/orders/{order}/cancel/").headers["location"] == f"/orders/{order}/result/"
    assert browser.status(order)["state"] == "paid"


# --- Whose order it is ------------------------------------------------------------------------------------------------

PAGES = [(path, methods) for path, _name, methods in ROUTES if "<order_id>" in path]  # a new one cannot be forgotten


def _asked(browser: Browser, path: str, methods: tuple[str, ...], order: str) -> httpx.Response:
    address = path.replace("<order_id>", order)
    return browser.get(address) if "GET" in methods else browser.post(address)


@pytest.mark.parametrize("owner", ["sara", "guest"])
def test_an_order_of_another_customer_is_not_there(shop: OpenShop, browser: Browser, owner: str) -> None:
    """For a stranger, a guest and another customer alike it reads like one that never was, on every page."""
    if owner == "sara":
        browser.log_in("sara")
    order = browser.order()
    stranger, omar = Browser(shop), Browser(shop)
    omar.log_in("omar")
    for visitor in (stranger, omar):
        visitor.get("/login/")
        for path, methods in PAGES:
            theirs, nobodys = (_asked(visitor, path, methods, one) for one in (order, "a" * 16))
            assert (theirs.status_code, nobodys.status_code) == (404, 404), path
            assert _told(theirs).replace(order, "a" * 16) == _told(nobodys)
    assert browser.seen(order).status is OrderStatus.PENDING
    assert browser.get(f"/orders/{order}/").status_code == 200


def _told(answer: httpx.Response) -> str:
    """What a page says; a framework's token in its forms is another each time."""
    return re.sub(r'value="\w{64}"', "", answer.text)


def test_hostile_order_ids_are_not_there(browser: Browser) -> None:
    """Whatever stands in the address."""
    for odd in ("x", "%00", "a" * 5000, "..%2f..", "' OR 1=1"):
        assert browser.get(f"/orders/{odd}/").status_code == 404, odd


def test_a_customer_sees_their_own_orders(shop: OpenShop, browser: Browser) -> None:
    """The list holds one's own orders only, and a visitor without any is asked to log in."""
    assert browser.get("/orders/").headers["location"] == "/login/?next=/orders/"
    browser.log_in("sara")
    order = browser.order()
    number = browser.seen(order).number
    assert number in browser.get("/orders/").text
    omar = Browser(shop)
    omar.log_in("omar")
    assert number not in omar.get("/orders/").text
    browser.post("/logout/")
    assert browser.get(f"/orders/{order}/").status_code == 404


def test_an_earlier_address_is_chosen_again(shop: OpenShop, browser: Browser) -> None:
    """A customer's earlier addresses are offered to them, and to nobody else."""
    browser.log_in("sara")
    browser.pay(browser.order())
    shop.settle()
    browser.add()
    found = re.search(r'name="address"[^>]* value="([0-9a-f]{12})"', browser.get("/checkout/").text)
    assert found
    order = order_id(browser.check_out(address=found[1]))
    address = browser.seen(order).shipping_address
    assert address is not None
    assert (address.street, address.phone) == ("طريق الملك فهد 12", "0501234567")
    omar = Browser(shop)
    omar.log_in("omar")
    omar.add()
    assert omar.check_out(address=found[1]).status_code == 422


def test_the_login_leads_nowhere_else(browser: Browser) -> None:
    """After the login the customer is on this shop's pages, whatever the address asked for."""
    browser.get("/login/")
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
        answer = browser.post("/login/", username="sara", password="sara", next=target)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.post("/login/", username="sara", password="omar", next="/").status_code == 422


def test_the_guests_link_opens_the_order(shop: OpenShop, browser: Browser) -> None:
    """The link of the mail opens it in another browser, until it has lasted its time; a forged one opens nothing."""
    order = browser.order()
    browser.pay(order)
    shop.settle()
    (mail,) = shop.mails_to(GUEST)
    link = re.search(rf"{ADDRESS}(/guest/\S+/)", mail)
    assert link, mail
    other = Browser(shop)
    assert other.get(link[1]).headers["location"] == f"/orders/{order}/"
    assert browser.seen(order).number in other.get(f"/orders/{order}/").text
    assert Browser(shop).get(link[1][:-2] + "/").status_code == 404
    assert Browser(shop).get(f"/guest/{order}/").status_code == 404
    shop.later(days=LIFETIME / timedelta(days=1))
    late = Browser(shop).get(link[1])
    assert (late.status_code, says(late, "page.session_expired")) == (410, True)


def test_the_retry_link_leads_to_the_payment(shop: OpenShop, browser: Browser) -> None:
    """A quarter of an hour after a decline a mail brings the customer back, in any browser; not a forger."""
    order = browser.order()
    browser.pay(order, FUNDS)
    shop.settle()
    shop.later(seconds=1000)
    (mail,) = shop.mails_to(GUEST)
    link = re.search(rf"{ADDRESS}(/pay/r/\S+/)", mail)
    assert link, mail
    other = Browser(shop)
    assert other.get(link[1]).headers["location"] == f"/pay/{order}/"
    other.get("/login/")
    other.pay(order)
    shop.settle()
    assert browser.seen(order).status is OrderStatus.CONFIRMED
    forged = retry_token(order, shop.fake.clock() + timedelta(days=1), SIGNING_KEY + "x")
    assert Browser(shop).get(f"/pay/r/{forged}/").status_code == 404
    stale = retry_token(order, shop.fake.clock() - timedelta(seconds=1), SIGNING_KEY)
    assert Browser(shop).get(f"/pay/r/{stale}/").status_code == 410


def test_the_retry_link_of_an_account_asks_for_the_login(shop: OpenShop, browser: Browser) -> None:
    """A forwarded mail opens no customer's order."""
    browser.log_in("sara")
    order = browser.order()
    token = retry_token(order, shop.fake.clock() + timedelta(days=1), SIGNING_KEY)
    assert Browser(shop).get(f"/pay/r/{token}/").headers["location"] == f"/login/?next=/pay/{order}/"
    omar = Browser(shop)
    omar.log_in("omar")
    assert omar.get(omar.get(f"/pay/r/{token}/").headers["location"]).status_code == 404


# --- What is refused --------------------------------------------------------------------------------------------------


def test_trying_too_often(shop: OpenShop, browser: Browser) -> None:
    """After so many tries for one order the page is told to wait, and for how long; other orders go on."""
    order = browser.order()
    answers = [browser.start(order) for _ in range(RATES["order"].amount + 1)]
    assert [answer.status_code for answer in answers[:-1]] == [200] * RATES["order"].amount
    last = answers[-1]
    assert (last.status_code, last.json()["message"]) == (429, customer_message("page.too_many_tries", "ar"))
    assert int(last.headers["retry-after"]) > 0
    other = Browser(shop)
    assert other.pay(other.order())["status"] == "succeeded"


def test_trying_too_often_from_one_address(shop: OpenShop) -> None:
    """A thief with many carts is stopped by the address; the webhook and the other pages are not."""
    refused = 0
    for _ in range(RATES["address"].amount // 15 + 1):
        browser = Browser(shop)
        browser.add()
        answer = browser.check_out()
        if answer.status_code == 303:
            refused += sum(browser.start(order_id(answer)).status_code == 429 for _ in range(15))
        else:
            assert answer.status_code == 429
            refused += 1
    assert refused > 0
    assert Browser(shop).get("/").status_code == 200


@pytest.mark.parametrize("path", ["/cart/", "/checkout/", "/login/", "/logout/", "/pay/x/start/", "/orders/x/cancel/"])
def test_a_form_of_another_site_is_refused(browser: Browser, path: str) -> None:
    """A POST that another site's page sends changes nothing here."""
    browser.add()
    fields = {"sku": "oud-royal", "quantity": "9"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert browser.client.post(path, data=fields, headers=headers).status_code == 403
    assert browser.cart_count() == 1


def test_quantities_are_counted_by_the_shop(browser: Browser) -> None:
    """Prices are the catalogue's; Arabic digits count; whatever is no number changes nothing."""
    browser.add(quantity="٢")
    for hostile in ("-5", "1e9", "9" * 4000, "two", "", "0x1", "NaN"):
        assert browser.add(quantity=hostile).status_code == 422, hostile
    assert browser.post("/cart/", sku="oud-royal", quantity="1", add="1", price="0.01").status_code == 303
    assert browser.post("/cart/", sku="nothing", quantity="1").status_code == 422
    assert browser.cart_count() == 3
    browser.post("/cart/", sku="oud-royal", quantity="99999", add="0")
    assert browser.cart_count() == 3
    browser.post("/cart/", sku="oud-royal", quantity="1")
    order = order_id(browser.check_out(price="1", total="1", quantity="50"))
    assert browser.seen(order).total.minor == OUD
    browser.post("/cart/", sku="oud-royal", quantity="0")
    assert browser.get("/checkout/").headers["location"] == "/cart/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"street": ""}, {"phone": "call me"}, {"email": "none"}, {"email": ""}, {"method": "barter"}, {"method": ""},
        {"address": "0123456789ab", "street": ""},
    ],
)  # fmt: skip
def test_a_form_with_mistakes_comes_back(browser: Browser, wrong: dict[str, str]) -> None:
    """422, what was typed is kept, nothing is placed."""
    browser.add()
    answer = browser.check_out(**{"city": "الدمام <b>", **wrong})
    assert answer.status_code == 422
    assert "<b>" not in answer.text.replace("<body", "")
    assert browser.shop.payments.orders().items == ()


def test_a_huge_form_is_refused(browser: Browser) -> None:
    """Before a byte of it is read."""
    browser.add()
    assert browser.post("/cart/", sku="x" * 50_000).status_code in (403, 413)


def test_every_page_is_guarded(shop: OpenShop, browser: Browser) -> None:
    """Security headers everywhere; what shows a cart or an order is kept by no cache and found by no search engine."""
    order = browser.order()
    private = ["/checkout/", f"/pay/{order}/", f"/orders/{order}/", f"/orders/{order}/result/"]
    private += [f"/orders/{order}/status/", "/cart/", "/login/", "/nowhere/", "/guest/x/"]
    for path in ["/", *private]:
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert f"script-src 'self' {shop.setting.stripe};" in policy, path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY"), path
        assert "referrer-policy" in headers, path
        if path != "/":
            assert "no-store" in headers["cache-control"], path
            assert headers["x-robots-tag"] == "noindex", path


def test_the_webhook_is_the_librarys_own(shop: OpenShop, browser: Browser) -> None:
    """POST only, no session, no token of a form; without a signature nothing is believed."""
    path = "/payments/webhook/stripe/"
    assert browser.client.get(path).status_code == 405
    forged = browser.client.post(path, content=b"{}", headers={"Stripe-Signature": "t=1,v1=00"})
    assert (forged.status_code, "set-cookie" in forged.headers) == (400, False)
    assert shop.fake.deliver_webhooks() == []


def test_the_language_is_chosen_and_kept(browser: Browser) -> None:
    """Arabic at first; `?lang=en` on any page changes it for the session, and for the order's mails."""
    assert "عود ملكي" in browser.get("/").text
    assert "Royal oud" in browser.get("/?lang=en").text
    order = browser.order()
    assert browser.seen(order).customer.locale == "en"
    assert browser.status(order)["message"] == customer_message("page.awaiting_payment", "en")
    assert browser.get("/?lang=xx").status_code == 200


def test_a_second_payment_never_becomes_possible(shop: OpenShop, browser: Browser) -> None:
    """Two tabs change and order one cart at once: of all its orders at most one can be paid."""
    browser.add()
    other = Browser(shop)
    other.client.cookies = browser.client.cookies

    def change_and_order(visitor: Browser, sku: str) -> None:
        for _ in range(3):
            visitor.add(sku)
            visitor.check_out()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(change_and_order, (browser, other), ("bakhoor", "dallah")))
    placed = shop.payments.orders(limit=50).items
    payable = [order for order in placed if browser.start(order.id).status_code == 200]
    assert placed
    assert len(payable) <= 1


def test_a_canceled_order_that_is_paid_late_reaches_the_staff(shop: OpenShop, browser: Browser) -> None:
    """Money that comes for a cancelled order is reviewed: its customer reads of no success, the staff get mail."""
    order = browser.order()
    browser.post(f"/orders/{order}/cancel/")
    assert says(browser.get(f"/orders/{order}/result/"), "page.canceled")
    intent = shop.setting.late_intent(order, OUD)
    shop.fake.pay(intent)
    shop.settle()
    assert browser.seen(order).status is OrderStatus.REVIEW
    assert says(browser.get(f"/orders/{order}/result/"), "page.confirming")
    assert shop.mails_to(STAFF)
    assert not [mail for mail in shop.mails_to(GUEST) if customer_message("page.paid", "ar") in mail]


def test_who_tries_cards_loses_the_order(shop: OpenShop, browser: Browser) -> None:
    """A thief who has the secret asks the shop no more: after so many declines the PaymentIntent itself is closed."""
    order = browser.order()
    secret = browser.secret(order)
    for _ in range(MOST_DECLINES):
        shop.fake.pay(secret, card=DECLINED)
    shop.settle()
    assert browser.seen(order).status is OrderStatus.CANCELED
    assert shop.fake.retrieve(browser.seen(order).payments[0].intent_id)["status"] == "canceled"


def test_a_guest_who_logs_in_keeps_cart_and_orders(shop: OpenShop, browser: Browser) -> None:
    """Whoever orders as a guest and logs in afterwards still sees that order, and what lies in the cart."""
    order = browser.order()
    browser.pay(order)
    browser.log_in("sara")
    assert says(browser.get(f"/orders/{order}/result/"), "page.paid")
    assert shop.payments.order(order).number in browser.get("/orders/").text
    assert browser.cart_count() == 1


def test_another_customer_in_the_same_browser_begins_anew(browser: Browser) -> None:
    """Who logs in where another was logged in is that customer from then on, and finds neither cart nor orders."""
    browser.log_in("sara")
    order = browser.order()
    browser.log_in("omar")
    assert browser.get("/orders/").status_code == 200
    assert browser.get(f"/orders/{order}/").status_code == 404
    assert browser.cart_count() == 0
