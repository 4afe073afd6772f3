"""Keys, modes, routes, headers, versions and malformed requests."""

from __future__ import annotations

import json
import re

from gulf_payments.testing.fake_stripe import FaultKind
from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Answered, Client

URL = "/v1/payment_intents"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def raw(client: Client, method: str, path: str, body: bytes, **headers: str) -> Answered:
    """A request whose body is written by hand."""
    sent = {"authorization": f"Bearer {client.key}", **FORM, **headers}
    status, answered, content = client.handle(method, path, "", sent, body)
    return Answered(status, answered, json.loads(content))


@behaviour
def without_a_key(client: Client) -> None:
    """401, and the sentence says how to give one."""
    status, headers, body = client.handle("GET", URL, "", {}, b"")
    error = json.loads(body)["error"]
    assert (status, error["type"], "code" in error) == (401, "invalid_request_error", False)
    assert error["message"].startswith(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer "
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    )
    assert headers["www-authenticate"] == 'Bearer realm="Stripe"'


@behaviour
def with_a_wrong_key(client: Client) -> None:
    """401; the key is repeated with its middle hidden."""
    answered = client.ask("GET", URL, authorization="Bearer nonsense_key_1234")
    assert (answered.status, answered.error["type"]) == (401, "invalid_request_error")
    assert re.fullmatch(r"Invalid API Key provided: \S*\*+1234", answered.error["message"])


@behaviour
def a_publishable_key_is_not_enough(client: Client) -> None:
    """What a browser may not do asks for the secret key."""
    answered = client.ask("POST", URL, {"amount": 2000, "currency": "usd"}, authorization="Bearer pk_test_1")
    assert answered.status in {401, 403}
    assert answered.error["code"] == "secret_key_required"
    assert answered.error["message"].startswith(
        "This API call cannot be made with a publishable API key. Please use a secret API key."
    )


@behaviour
def a_key_may_be_a_user_name(client: Client) -> None:
    """Basic authentication, as curl -u sends it."""
    assert client.ask("GET", URL, authorization="Basic c2tfdGVzdF8xOg==").status == 200


@behaviour
def a_browser_reads_with_the_client_secret(client: Client) -> None:
    """The publishable key and the right client secret open a PaymentIntent; a wrong one does not."""
    intent = client.intent()
    path, key = f"{URL}/{intent['id']}", "Bearer pk_test_1"
    answered = client.ask("GET", path, {"client_secret": intent["client_secret"]}, authorization=key)
    assert (answered.status, answered.body["id"]) == (200, intent["id"])
    assert client.ask("GET", path, {"client_secret": "pi_x_secret_y"}, authorization=key).status == 400


@behaviour
def the_modes_are_apart(client: Client) -> None:
    """An object of the test mode is unknown in live mode, and the sentence says why."""
    intent = client.intent()
    answered = client.ask("GET", f"{URL}/{intent['id']}", authorization="Bearer sk_live_1")
    assert (answered.status, answered.error["code"]) == (404, "resource_missing")
    assert answered.error["message"] == (
        f"No such payment_intent: '{intent['id']}'; a similar object exists in test mode, but a live mode key was "
        "used to make this request."
    )


@behaviour
def an_unknown_route(client: Client) -> None:
    """404 with method and path."""
    error = client.refused("/v1/nope", "GET")
    assert (error["status"], error["type"]) == (404, "invalid_request_error")
    assert error["message"] == (
        "Unrecognized request URL (GET: /v1/nope). Please see https://stripe.com/docs or we can help at "
        "https://support.stripe.com/."
    )


@behaviour
def a_method_that_a_route_lacks(client: Client) -> None:
    """The same for a route that exists with another method."""
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.refused(URL, method)["message"].startswith(f"Unrecognized request URL ({method}: {URL}).")


@behaviour
def a_post_answers_with_its_headers(client: Client) -> None:
    """Request id, original request, key, version and whether to retry."""
    made = client.ask("POST", URL, {"amount": 2000, "currency": "usd"}, idempotency_key="k1")
    assert made.headers["request-id"].startswith("req_")
    assert made.headers["original-request"] == made.headers["request-id"]
    assert (made.headers["idempotency-key"], made.headers["stripe-should-retry"]) == ("k1", "false")
    assert made.headers["content-type"] == "application/json"


@behaviour
def every_request_has_an_id_of_its_own(client: Client) -> None:
    """Also those that fail."""
    answers = [client.ask("GET", path) for path in (URL, URL, "/v1/nope", f"{URL}/pi_x")]
    assert len({answered.headers["request-id"] for answered in answers}) == 4


@behaviour
def an_error_links_to_its_log(client: Client) -> None:
    """request_log_url leads to this request; doc_url to its code."""
    answered = client.ask("GET", f"{URL}/pi_x")
    assert answered.error["request_log_url"].endswith(answered.headers["request-id"])
    assert answered.error["doc_url"] == "https://stripe.com/docs/error-codes/resource-missing"


@behaviour
def the_version_is_answered(client: Client) -> None:
    """The version that was asked for, or else the account's."""
    assert client.ask("GET", URL, stripe_version="2025-03-31.basil").headers["stripe-version"] == "2025-03-31.basil"
    assert client.ask("GET", URL).headers["stripe-version"] == "2026-10-28.endive"


@behaviour
def a_version_that_never_was(client: Client) -> None:
    """400 with the version in the sentence."""
    answered = client.ask("GET", URL, stripe_version="latest")
    assert (answered.status, answered.error["type"]) == (400, "invalid_request_error")
    assert answered.error["message"].startswith("Invalid Stripe API version: latest")


@behaviour
def both_notations_of_arrays(client: Client) -> None:
    """expand[]=… and expand[0]=… are the same."""
    for body in (b"expand[]=customer", b"expand[0]=customer", b"expand%5B%5D=customer"):
        answered = raw(client, "POST", URL, b"amount=2000&currency=usd&" + body)
        assert answered.status == 200


@behaviour
def parameters_may_stand_in_the_query(client: Client) -> None:
    """A POST takes parameters from its URL too."""
    status, _, body = client.handle(
        "POST", URL, "amount=2000&currency=usd", {"authorization": f"Bearer {client.key}"}, b""
    )
    assert (status, json.loads(body)["amount"]) == (200, 2000)


@behaviour
def json_is_refused(client: Client) -> None:
    """v1 takes forms only."""
    answered = raw(client, "POST", URL, b'{"amount": 2000}', **{"content-type": "application/json"})
    assert (answered.status, answered.error["type"]) == (400, "invalid_request_error")
    assert "application/x-www-form-urlencoded" in answered.error["message"]


@behaviour
def rubbish_is_refused(client: Client) -> None:
    """Malformed names, bytes that are no text, contradictory forms: 400 each."""
    for body in (b"\xff\xfe=1", b"amount=%FF", b"a[b=1", b"amount=1&amount[x]=2", b"amount=1%00"):
        answered = raw(client, "POST", URL, body)
        assert (answered.status, answered.error["type"]) == (400, "invalid_request_error"), body


@behaviour
def an_error_is_no_longer_than_it_may_be(client: Client) -> None:
    """A parameter whose name is a book is refused without repeating the book."""
    error = client.refused(URL, **{"x" * 100_000: "1"})
    assert (error["status"], error["code"]) == (400, "parameter_unknown")
    assert (len(error["param"]), len(error["message"])) == (5_000, 40_000)


@behaviour
def a_rate_limit_is_429(client: Client) -> None:
    """Too many requests, and an object that is locked."""
    faults: tuple[FaultKind, ...] = ("rate_limit", "lock_timeout")
    for fault in faults:
        client.fake.fail_next(fault)
        answered = client.ask("POST", URL, {"amount": 2000, "currency": "usd"})
        assert (answered.status, answered.error["code"], answered.error["type"]) == (
            429,
            fault,
            "invalid_request_error",
        )
