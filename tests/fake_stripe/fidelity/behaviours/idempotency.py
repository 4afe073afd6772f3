"""Idempotency keys: what is answered again, and what is not kept."""

from __future__ import annotations

from tests.fake_stripe.fidelity.behaviours.book import behaviour
from tests.fake_stripe.fidelity.client import Client
from tests.fake_stripe.fidelity.published import JSON

URL = "/v1/payment_intents"
LEAST: JSON = {"amount": 2000, "currency": "usd", "payment_method_types": ["card"]}


@behaviour
def the_same_answer_is_given_again(client: Client) -> None:
    """A second POST with the same key makes nothing and answers the first body."""
    first = client.ask("POST", URL, LEAST, idempotency_key="k1")
    again = client.ask("POST", URL, LEAST, idempotency_key="k1")
    assert (again.status, again.body) == (200, first.body)
    assert len(client.get(URL)["data"]) == 1


@behaviour
def a_replay_says_so(client: Client) -> None:
    """Idempotent-Replayed marks the replay; Original-Request names the first request, Request-Id the present one."""
    first = client.ask("POST", URL, LEAST, idempotency_key="k1")
    again = client.ask("POST", URL, LEAST, idempotency_key="k1")
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["original-request"] == first.headers["request-id"]
    assert again.headers["idempotency-key"] == "k1"


@behaviour
def other_parameters_are_refused(client: Client) -> None:
    """The same key with other parameters is an idempotency_error."""
    client.ask("POST", URL, LEAST, idempotency_key="k1")
    answered = client.ask("POST", URL, {**LEAST, "amount": 2500}, idempotency_key="k1")
    assert (answered.status, answered.error["type"]) == (400, "idempotency_error")
    assert answered.error["message"] == (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using "
        "a key other than 'k1' if you meant to execute a different request."
    )


@behaviour
def another_endpoint_is_refused(client: Client) -> None:
    """The same key at another route is an idempotency_error that names the first one."""
    client.ask("POST", URL, LEAST, idempotency_key="k1")
    answered = client.ask("POST", "/v1/customers", {}, idempotency_key="k1")
    assert (answered.status, answered.error["type"]) == (400, "idempotency_error")
    assert answered.error["message"] == (
        "Keys for idempotent requests can only be used for the same endpoint they were first used for "
        f"('/v1/customers' vs '{URL}'). Try using a key other than 'k1' if you meant to execute a different request."
    )


@behaviour
def a_decline_is_kept(client: Client) -> None:
    """A 402 is answered again too: nobody is charged twice."""
    asked = {**LEAST, "payment_method": "pm_card_chargeDeclined", "confirm": True}
    first = client.ask("POST", URL, asked, idempotency_key="k1")
    again = client.ask("POST", URL, asked, idempotency_key="k1")
    assert (first.status, again.status, again.body) == (402, 402, first.body)
    assert len(client.get("/v1/charges")["data"]) == 1


@behaviour
def a_wrong_request_is_not_kept(client: Client) -> None:
    """What fails validation does not use the key up."""
    assert client.ask("POST", URL, {"amount": 2000}, idempotency_key="k1").status == 400
    assert client.ask("POST", URL, LEAST, idempotency_key="k1").status == 200


@behaviour
def a_key_in_use_is_a_conflict(client: Client) -> None:
    """While a first request runs, a second with its key gets 409."""
    client.fake.fail_next("conflict")
    answered = client.ask("POST", URL, LEAST, idempotency_key="k1")
    assert (answered.status, answered.error["type"]) == (409, "idempotency_error")
    assert answered.error["code"] == "idempotency_key_in_use"
    assert client.ask("POST", URL, LEAST, idempotency_key="k1").status == 200


@behaviour
def a_server_error_is_kept(client: Client) -> None:
    """A 500 is answered again for its key."""
    client.fake.fail_next("server_error")
    first = client.ask("POST", URL, LEAST, idempotency_key="k1")
    again = client.ask("POST", URL, LEAST, idempotency_key="k1")
    assert (first.status, first.error["type"]) == (500, "api_error")
    assert (again.status, again.body) == (500, first.body)


@behaviour
def a_rate_limit_is_not_kept(client: Client) -> None:
    """A 429 leaves the key free."""
    client.fake.fail_next("rate_limit")
    refused = client.ask("POST", URL, LEAST, idempotency_key="k1")
    assert (refused.status, refused.error["code"]) == (429, "rate_limit")
    assert client.ask("POST", URL, LEAST, idempotency_key="k1").status == 200


@behaviour
def a_bad_api_key_is_not_kept(client: Client) -> None:
    """A 401 leaves the key free."""
    assert client.ask("POST", URL, LEAST, idempotency_key="k1", authorization="Bearer nonsense").status == 401
    assert client.ask("POST", URL, LEAST, idempotency_key="k1").status == 200


@behaviour
def keys_are_forgotten_after_a_day(client: Client) -> None:
    """After 24 hours the same key is a new request."""
    first = client.ask("POST", URL, LEAST, idempotency_key="k1")
    client.fake.advance(days=1.01)
    later = client.ask("POST", URL, LEAST, idempotency_key="k1")
    assert later.body["id"] != first.body["id"]


@behaviour
def the_two_modes_do_not_share_keys(client: Client) -> None:
    """The same key in live mode is another key."""
    test = client.ask("POST", URL, LEAST, idempotency_key="k1")
    live = client.ask("POST", URL, LEAST, idempotency_key="k1", authorization="Bearer sk_live_1")
    assert (live.status, live.body["id"] == test.body["id"], live.body["livemode"]) == (200, False, True)


@behaviour
def a_key_has_255_characters(client: Client) -> None:
    """A longer key is refused."""
    assert client.ask("POST", URL, LEAST, idempotency_key="k" * 255).status == 200
    assert client.ask("POST", URL, LEAST, idempotency_key="k" * 256).status == 400


@behaviour
def reading_has_no_key(client: Client) -> None:
    """For GET the key means nothing: the answer is the present state."""
    intent = client.intent()
    path = f"{URL}/{intent['id']}"
    client.ask("GET", path, idempotency_key="k1")
    client.post(path, amount=2500)
    assert client.ask("GET", path, idempotency_key="k1").body["amount"] == 2500
