"""The WSGI application by itself: under another server than ours, and before what servers make of requests."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.server.incoming import LIMIT
from gulf_payments.testing.fake_stripe.server.wsgi import wsgi_application
from tests.fake_stripe.serving import ask, head, read, say, tell, wsgiref_server

INTENT = {"amount": 11500, "currency": "sar"}


def call(
    fake: FakeStripe, method: str, path: str, body: bytes = b"", environ: Mapping[str, Any] | None = None
) -> tuple[str, dict[str, Any]]:
    """What the application answers to an environment of the bare PEP 3333, as the strictest servers make it."""
    said: list[str] = []
    asked = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_AUTHORIZATION": "Bearer sk_test_shop",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **(environ or {}),
    }
    pieces = wsgi_application(fake)(asked, lambda status, _headers: said.append(status))
    answer: dict[str, Any] = json.loads(b"".join(pieces))
    return said[0], answer


def test_another_server_carries_it(fake: FakeStripe) -> None:
    """The standard library's server, and its checks of the protocol, are content with it: API, control, preflight."""
    with wsgiref_server(wsgi_application(fake)) as url:
        made = ask(f"{url}/v1/payment_intents", form=INTENT)
        assert tell(url, "pay", intent=made.json["id"]).json["status"] == "succeeded"
        assert ask(f"{url}/v1/payment_intents/{made.json['id']}").json["amount_received"] == 11500
        assert ask(f"{url}/v1/charges/ch_%C3%A9").error["message"] == "No such charge: 'ch_é'"
        assert ask(f"{url}/v1/charges", method="OPTIONS").headers["Access-Control-Allow-Origin"] == "*"
        assert ask(f"{url}/v1/charges", method="HEAD").body == b""
        assert ask(f"{url}/nothing/here").status == 404


def test_lost_connections_under_another_server(fake: FakeStripe) -> None:
    """A fault closes the connection without an answer there, too, and the server goes on."""
    with wsgiref_server(wsgi_application(fake, hang_seconds=0.1)) as url:
        fake.fail_next("connection_reset")
        fake.fail_next("timeout_after")
        for _ in range(2):
            assert say(url, head("GET /v1/charges")) == b""
        assert ask(f"{url}/v1/charges").status == 200


@pytest.mark.parametrize("length", ["-5", "many", "1.5", "٣", "9" * 5000])
def test_a_length_that_is_none(fake: FakeStripe, length: str) -> None:
    """A server that passes on any Content-Length gets Stripe's 400 for nonsense."""
    status, answer = call(fake, "POST", "/v1/refunds", b"charge=ch_x", {"CONTENT_LENGTH": length})
    assert (status, answer["error"]["type"]) == ("400 Bad Request", "invalid_request_error")
    assert "Content-Length" in answer["error"]["message"]


def test_a_body_cut_short_is_not_carried_out(fake: FakeStripe) -> None:
    """Half a form would be another request: it is refused, and nothing is made of it."""
    status, answer = call(fake, "POST", "/v1/payment_intents", b"amount=11500&currency=sar", {"CONTENT_LENGTH": "99"})
    assert (status, "ended before" in answer["error"]["message"]) == ("400 Bad Request", True)
    assert fake.events() == []


def test_no_more_is_read_than_is_needed(fake: FakeStripe) -> None:
    """Of an endless body one byte more than the limit is read, whether its length is told or not."""
    for environ in ({"CONTENT_LENGTH": "9" * 12}, {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}):
        endless = io.BytesIO(b"a" * (2 * LIMIT))
        status, answer = call(fake, "POST", "/v1/refunds", environ={"wsgi.input": endless, **environ})
        assert (status, answer["error"]["type"]) == ("413 Request Entity Too Large", "invalid_request_error")
        assert endless.tell() == LIMIT + 1


def test_a_body_without_a_length_is_none(fake: FakeStripe) -> None:
    """Where the server cannot tell where the body ends, nothing is waited for."""
    status, answer = call(fake, "POST", "/v1/payment_intents", b"amount=11500", {"CONTENT_LENGTH": ""})
    assert (status, answer["error"]["param"]) == ("400 Bad Request", "amount")


@pytest.mark.parametrize(
    ("environ", "identifier"),
    [
        ({"PATH_INFO": "/v1/charges/ch_\xd8\xb9?#%2F"}, "ch_ع?#%2F"),
        ({"REQUEST_URI": "/v1/charges/ch_%D8%B9%3F%23%252F?expand[]=customer"}, "ch_ع?#%2F"),
        ({"RAW_URI": "/v1/charges/ch_\xd8\xb9"}, "ch_ع"),
        ({"REQUEST_URI": "http://api.stripe.com/v1/charges/ch_1"}, "ch_1"),
        ({"REQUEST_URI": "/stripe/v1/charges/ch_2", "SCRIPT_NAME": "/stripe"}, "ch_2"),
        ({"PATH_INFO": "/v1/charges/\xff"}, "\ufffd"),
    ],
)
def test_ids_in_any_servers_spelling(fake: FakeStripe, environ: dict[str, str], identifier: str) -> None:
    """Escaped or not, under a prefix or with a host: the same id arrives."""
    status, answer = call(fake, "GET", "/v1/charges", environ=environ)
    assert (status, answer["error"]["message"]) == ("404 Not Found", f"No such charge: '{identifier}'")


def test_other_machines_may_not_drive_it(fake: FakeStripe) -> None:
    """Carried by a server that listens to the world, the control API still is for this machine alone."""
    for remote, status in {"192.0.2.7": "403 Forbidden", "::1": "200 OK", "127.0.0.1": "200 OK", "": "200 OK"}.items():
        environ = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": remote}
        assert call(fake, "GET", "/_fake/health", environ=environ)[0] == status
        assert call(fake, "GET", "/v1/charges", environ=environ)[0] == "200 OK"


def test_raw_bytes_in_a_query_are_utf8(fake: FakeStripe) -> None:
    """A query that was never escaped is read as UTF-8, or refused."""
    assert (
        call(fake, "GET", "/v1/charges", environ={"QUERY_STRING": "charge=\xd8\xb9"})[1]["error"]["param"] == "charge"
    )
    answer = call(fake, "GET", "/v1/charges", environ={"QUERY_STRING": "limit=\xff"})[1]
    assert answer["error"]["message"] == "Invalid request: the parameters are not valid UTF-8."


def test_bare_sockets_before_another_server(fake: FakeStripe) -> None:
    """What goes on the wire is the same as from our own server: status, JSON, CORS."""
    with wsgiref_server(wsgi_application(fake)) as url:
        answer = read(say(url, head("GET /v1/nope")))
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (404, "*")
    assert answer.error["message"].startswith("Unrecognized request URL (GET: /v1/nope).")


METHODS = st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS"])
PATHS = (
    "payment_intents",
    "charges",
    "refunds",
    "events",
    "search",
    "confirm",
    "{}",
    "pi_x",
    "%2F",
    "..",
    "%00",
    "%ff",
)
MARKS = (
    "amount",
    "metadata",
    "expand",
    "[]",
    "[a]",
    "[",
    "=",
    "&",
    "?",
    "#",
    "%",
    "%ff",
    "+",
    "\xff",
    "\x00",
    "limit",
    "-1",
)
WORDS = st.sampled_from([*PATHS, *MARKS])
TEXT = st.lists(WORDS | st.text(st.characters(max_codepoint=255), max_size=3), max_size=12)


@given(METHODS, TEXT, TEXT, TEXT, st.binary(max_size=20))
@settings(max_examples=400, deadline=None)
def test_no_bytes_break_it(method: str, path: list[str], query: list[str], form: list[str], noise: bytes) -> None:
    """Whatever a client sends as path, query and body, the answer is never the fake's own failure."""
    said, errors = list[str](), io.StringIO()
    body = "".join(form).encode("latin-1") + noise
    asked = {
        "REQUEST_METHOD": method,
        "REQUEST_URI": "/v1/" + "/".join(path),
        "QUERY_STRING": "".join(query),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": "Bearer sk_test_shop",
        "HTTP_HOST": "localhost",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": errors,
    }
    list(wsgi_application(FakeStripe())(asked, lambda status, _headers: said.append(status)))
    assert int(said[0][:3]) < 500, errors.getvalue()
