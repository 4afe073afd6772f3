"""What is refused: parameters, amounts, keys, routes and bodies, each in Stripe's own words."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe
from tests.fake_stripe.shop import Shop

KEY = {"Authorization": "Bearer sk_test_shop"}
REFUSED: list[tuple[dict[str, Any], str | None, str, str]] = [
    ({"currency": "sar"}, "parameter_missing", "amount", "Missing required param: amount."),
    ({"amount": 500}, "parameter_missing", "currency", "Missing required param: currency."),
    ({"bogus": 1}, "parameter_unknown", "bogus", "Received unknown parameter: bogus"),
    ({"shipping": {"planet": "x"}}, "parameter_unknown", "shipping[planet]", "Received unknown parameter"),
    ({"amount": "abc"}, "parameter_invalid_integer", "amount", "Invalid integer: abc"),
    ({"amount": 10.5}, "parameter_invalid_integer", "amount", "Invalid integer: 10.5"),
    ({"amount": ""}, "parameter_invalid_empty", "amount", "You passed an empty string for 'amount'."),
    ({"amount": 0}, "parameter_invalid_integer", "amount", "The amount must be greater than or equal to the minimum"),
    ({"amount": -1}, "parameter_invalid_integer", "amount", "This value must be greater than or equal to 1."),
    ({"amount": 49, "currency": "usd"}, "amount_too_small", "amount", "Amount must be at least $0.50 usd"),
    ({"amount": 100_000_000}, "amount_too_large", "amount", "Amount must be no more than 999,999.99 SAR sar"),
    ({"amount": 5124, "currency": "kwd"}, "parameter_invalid_integer", "amount", "Invalid integer: 5124."),
    ({"amount": 150, "currency": "isk"}, "parameter_invalid_integer", "amount", "Invalid integer: 150."),
    ({"currency": "xyz"}, None, "currency", "Invalid currency: xyz."),
    ({"confirm": "maybe"}, None, "confirm", "Invalid boolean: maybe"),
    ({"capture_method": "later"}, None, "capture_method", "Invalid capture_method: must be one of automatic,"),
    ({"receipt_email": "sara"}, "email_invalid", "receipt_email", "Invalid email address: sara"),
    ({"statement_descriptor": "x" * 23}, None, "statement_descriptor", "Invalid string"),
    ({"metadata": {"k" * 41: "v"}}, None, "metadata", "Metadata keys can have up to 40 characters"),
    ({"metadata": {"k": "v" * 501}}, None, "metadata[k]", "Metadata values can have up to 500 characters"),
    ({"metadata": {str(n): "v" for n in range(51)}}, None, "metadata", "Metadata can have at most 50 keys"),
    ({"metadata": "text"}, None, "metadata", "Invalid object"),
    ({"shipping": {"name": "سارة"}}, "parameter_missing", "shipping[address]", "Missing required param"),
    ({"customer": "cus_x"}, "resource_missing", "customer", "No such customer: 'cus_x'"),
    ({"payment_method": "pm_x"}, "resource_missing", "payment_method", "No such PaymentMethod: 'pm_x'"),
    ({"return_url": "https://x.example"}, None, "return_url", "The parameter `return_url` cannot be passed"),
    ({"off_session": True}, None, "off_session", "The parameter `off_session` cannot be passed"),
    ({"expand": ["bogus"]}, None, "expand", "This property cannot be expanded (bogus)."),
    ({"transfer_data": {"destination": "acct_1"}}, None, "transfer_data", "FakeStripe does not carry out"),
    (
        {"automatic_payment_methods": {"enabled": True}, "payment_method_types": ["card"]},
        "parameters_exclusive",
        "automatic_payment_methods",
        "You may only specify one of these parameters",
    ),
]


@pytest.mark.parametrize(("params", "code", "param", "message"), REFUSED)
def test_a_wrong_parameter_is_refused(
    shop: Shop,
    params: dict[str, Any],
    code: str | None,
    param: str,
    message: str,
) -> None:
    """Each wrong parameter answers 400 with its name and code, and nothing is created."""
    complete = {"amount": 11500, "currency": "sar", **params}
    asked = params if code == "parameter_missing" and param in {"amount", "currency"} else complete
    error = shop.refused("post", "/v1/payment_intents", **asked)
    assert (error["status"], error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)
    assert error["message"].startswith(message)
    assert shop.fake.events() == []


def test_three_decimal_amounts_that_end_in_zero_are_taken(shop: Shop) -> None:
    """5.120 KWD can be charged."""
    assert shop.intent(amount=5120, currency="KWD")["currency"] == "kwd"


@pytest.mark.parametrize(
    ("path", "param", "message"),
    [
        ("/v1/payment_intents/pi_x", "intent", "No such payment_intent: 'pi_x'"),
        ("/v1/charges/ch_x", "id", "No such charge: 'ch_x'"),
        ("/v1/refunds/re_x", "id", "No such refund: 're_x'"),
        ("/v1/customers/cus_x", "id", "No such customer: 'cus_x'"),
        ("/v1/payment_methods/pm_x", "payment_method", "No such PaymentMethod: 'pm_x'"),
    ],
)
def test_an_unknown_id_is_404(shop: Shop, path: str, param: str, message: str) -> None:
    """What does not exist is said by name."""
    error = shop.refused("get", path)
    assert (error["status"], error["code"]) == (404, "resource_missing")
    assert (error["param"], error["message"]) == (param, message)


@pytest.mark.parametrize(("method", "path"), [("get", "/v1/nope"), ("delete", "/v1/payment_intents/pi_1")])
def test_an_unknown_route_is_404(shop: Shop, method: str, path: str) -> None:
    """Neither unknown paths nor wrong methods are answered."""
    error = shop.refused(method, path)
    assert error["status"] == 404
    assert error["message"].startswith(f"Unrecognized request URL ({method.upper()}: {path}).")


@pytest.mark.parametrize(
    ("method", "path"), [("get", "/v1/charges/"), ("post", "/v1/refunds/"), ("get", "/v1//charges")]
)
def test_slashes_count(shop: Shop, method: str, path: str) -> None:
    """A path that ends before its id is no list, and Stripe's hint says why; nor is a doubled slash."""
    error = shop.refused(method, path)
    assert error["message"].startswith(f"Unrecognized request URL ({method.upper()}: {path}).")
    assert ("remove the trailing slash" in error["message"]) is path.endswith("/")


def test_any_segment_may_be_an_id(shop: Shop) -> None:
    """Braces, the name of a method, or an escaped slash are ids like others: they name nothing."""
    for segment, identifier in (("{}", "{}"), ("POST", "POST"), ("ch_%2F..", "ch_/.."), ("%ff", "\ufffd")):
        assert shop.refused("get", f"/v1/charges/{segment}")["message"] == f"No such charge: '{identifier}'"


@pytest.mark.parametrize("body", [b"=1", b"&&=&", b"[]=1", b"a[[b]=1", b"a[b=1", b"]=[", b"a" + b"[b]" * 500 + b"=1"])
def test_names_that_are_none(fake: FakeStripe, body: bytes) -> None:
    """A parameter without a name, or with brackets that do not pair, is Stripe's 400."""
    status, _, answer = fake.handle("POST", "/v1/refunds", "", {"authorization": "Bearer sk_test_1"}, body)
    error = json.loads(answer)["error"]
    assert (status, error["type"]) == (400, "invalid_request_error")
    assert error["message"].startswith("Invalid request: malformed parameter name")


@pytest.mark.parametrize("key", ["sk_wrong", "pk_test_1", "nonsense"])
def test_a_bad_key_is_401(fake: FakeStripe, key: str) -> None:
    """A malformed key, or a publishable one where a secret is needed, opens nothing."""
    error = Shop(fake, key).refused("get", "/v1/payment_intents")
    assert (error["status"], error["type"]) == (401, "invalid_request_error")


def test_no_key_is_401(fake: FakeStripe) -> None:
    """Without a key the answer says how to give one; it still has its request id."""
    status, headers, body = fake.handle("GET", "/v1/charges", "", {}, b"")
    assert (status, headers["request-id"][:4]) == (401, "req_")
    assert json.loads(body)["error"]["message"].startswith("You did not provide an API key.")


def test_a_browser_reads_only_with_the_client_secret(shop: Shop, fake: FakeStripe) -> None:
    """The publishable key alone opens no intent; with the right secret it does."""
    intent = shop.intent()
    path, headers = f"/v1/payment_intents/{intent['id']}", {"Authorization": "Bearer pk_test_1"}
    assert fake.handle("GET", path, "", headers, b"")[0] == 400
    assert fake.handle("GET", path, f"client_secret={intent['client_secret']}", headers, b"")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe=1",
        b"amount=%FF",
        b"a[b=1",
        b"[x]=1",
        b"a[][b]=1",
        b"amount=1&amount[x]=2",
        b"amount=1%00",
        b"a&" * 2000,
    ],
)
def test_a_malformed_body_is_400(fake: FakeStripe, body: bytes) -> None:
    """Whatever comes as a body, the answer is an error of Stripe's kind and never a traceback."""
    status, _, answer = fake.handle("POST", "/v1/payment_intents", "", KEY, body)
    assert status == 400
    assert json.loads(answer)["error"]["type"] == "invalid_request_error"


def test_json_is_not_a_form(fake: FakeStripe) -> None:
    """v1 takes forms only."""
    headers = {**KEY, "Content-Type": "application/json"}
    status, _, answer = fake.handle("POST", "/v1/payment_intents", "", headers, b'{"amount": 1}')
    assert status == 400
    assert "check that your POST content type" in json.loads(answer)["error"]["message"]


def test_the_version_is_echoed(fake: FakeStripe) -> None:
    """The answer carries the version that was asked for, or the fake's own; too old a one is refused."""
    asked = {**KEY, "Stripe-Version": "2025-03-31.basil"}
    assert fake.handle("GET", "/v1/charges", "", asked, b"")[1]["stripe-version"] == "2025-03-31.basil"
    assert fake.handle("GET", "/v1/charges", "", KEY, b"")[1]["stripe-version"] == "2026-10-28.endive"
    for version in ("2024-06-20", "latest"):
        assert fake.handle("GET", "/v1/charges", "", {**KEY, "Stripe-Version": version}, b"")[0] == 400


def test_every_answer_has_its_headers(shop: Shop) -> None:
    """Success and failure carry a request id of their own, the version, and the time."""
    response = shop.call("post", "/v1/payment_intents", amount=11500, currency="sar", idempotency_key="k1")
    assert response.headers["idempotency-key"] == "k1"
    assert response.headers["original-request"] == response.headers["request-id"]
    assert response.headers["date"] == "Sun, 01 Nov 2026 12:00:00 GMT"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.call("get", "/v1/charges/ch_x")
    assert str(caught.value.request_id).startswith("req_")


def test_both_ways_to_write_an_array(shop: Shop, fake: FakeStripe) -> None:
    """`expand[]=` and `expand[0]=` mean the same; deeper hashes are read as hashes."""
    body = b"amount=11500&currency=sar&metadata[order]=1017&shipping[name]=Sara&shipping[address][city]=Riyadh"
    confirmed = body + b"&payment_method=pm_card_visa&confirm=true&expand[]=latest_charge&expand[]=customer"
    status, _, answer = fake.handle("POST", "/v1/payment_intents", "", KEY, confirmed)
    intent = json.loads(answer)
    assert (status, intent["latest_charge"]["object"]) == (200, "charge")
    assert (intent["shipping"]["name"], intent["shipping"]["address"]["city"]) == ("Sara", "Riyadh")
    assert intent["shipping"]["address"]["line1"] is None
    assert shop.get(f"/v1/payment_intents/{intent['id']}")["metadata"] == {"order": "1017"}


@pytest.mark.parametrize(
    "body", [b"expand[]=a&expand[x]=b", b"expand[x]=b&expand[]=a", b"a[b]=1&a[b][c]=2", b"a[b][c]=1&a[b]=2"]
)
def test_one_name_has_one_form(fake: FakeStripe, body: bytes) -> None:
    """The same name as a value, an array and a hash is refused."""
    status, _, answer = fake.handle("POST", "/v1/payment_intents", "", KEY, body)
    assert (status, "both as a value" in json.loads(answer)["error"]["message"]) == (400, True)


def test_basic_authentication(fake: FakeStripe) -> None:
    """The key may come as a user name, as curl -u sends it; rubbish there is no key."""
    good = {"Authorization": f"Basic {b64encode(b'sk_test_shop:').decode()}"}
    assert fake.handle("GET", "/v1/charges", "", good, b"")[0] == 200
    assert fake.handle("GET", "/v1/charges", "", {"Authorization": "Basic ???"}, b"")[0] == 401


@pytest.mark.parametrize(
    ("path", "params", "param"),
    [
        ("/v1/payment_intents", {"amount": 11500, "currency": "sar", "metadata": {"k": {"x": "y"}}}, "metadata[k]"),
        (
            "/v1/payment_intents",
            {"amount": 11500, "currency": "sar", "payment_method_types": "card"},
            "payment_method_types",
        ),
        ("/v1/payment_intents", {"amount": 11500, "currency": "sar", "shipping": "Riyadh"}, "shipping"),
        ("/v1/payment_intents", {"amount": {"x": 1}, "currency": "sar"}, "amount"),
        ("/v1/refunds", {"charge": "ch_x"}, "charge"),
        ("/v1/refunds", {"charge": "ch_x", "amount": 0}, "amount"),
        ("/v1/refunds", {"charge": "ch_x", "reason": "bored"}, "reason"),
    ],
)
def test_a_parameter_of_the_wrong_shape(shop: Shop, path: str, params: dict[str, Any], param: str) -> None:
    """A hash, an array and a single value are not each other."""
    error = shop.refused("post", path, **params)
    assert (error["status"], error["param"]) == (400, param)


def test_another_account_is_out_of_reach(shop: Shop, fake: FakeStripe) -> None:
    """A Stripe-Account header must name the account itself: nothing is made on it by mistake."""
    status, _, answer = fake.handle(
        "POST", "/v1/payment_intents", "", {**KEY, "Stripe-Account": "acct_123"}, b"amount=1000&currency=sar"
    )
    assert (status, json.loads(answer)["error"]["code"]) == (403, "account_invalid")
    assert shop.get("/v1/payment_intents")["data"] == []


def test_where_to_come_back_to_is_an_address(shop: Shop) -> None:
    """A `return_url` without a scheme is refused; an app's own scheme is not."""
    paying = {"amount": 1000, "currency": "sar", "payment_method": "pm_card_visa", "confirm": True}
    error = shop.refused("post", "/v1/payment_intents", **paying, return_url="nope")
    assert (error["code"], error["param"]) == ("url_invalid", "return_url")
    assert shop.post("/v1/payment_intents", **paying, return_url="oudshop://back")["status"] == "succeeded"


def test_there_is_one_capture(shop: Shop) -> None:
    """Asking to keep an authorisation open after a part of it is refused, and nothing is released."""
    held = shop.paid(capture_method="manual")
    url = f"/v1/payment_intents/{held['id']}"
    error = shop.refused("post", f"{url}/capture", amount_to_capture=500, final_capture=False)
    assert error["param"] == "final_capture"
    assert shop.get(url)["amount_capturable"] == 11500


def test_a_day_that_never_was_is_no_api_version(fake: FakeStripe) -> None:
    """A typo in a pinned version is found."""
    status, _, _ = fake.handle("GET", "/v1/balance", "", {**KEY, "Stripe-Version": "2026-13-01.dahlia"}, b"")
    assert status == 400
