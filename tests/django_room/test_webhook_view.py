"""The webhook's view, behind Django's own middleware."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from io import BytesIO
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve

from gulf_payments.django import payments
from gulf_payments.django.views import BAD_SIGNATURES, stripe_webhook
from gulf_payments.endpoints import MOST_BYTES
from gulf_payments.stripe.signature import sign
from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.receivers import asgi_receiver, wsgi_receiver
from tests.django_room.rooms import SECRET, in_memory
from tests.shops import order

PATH = "/payments/webhook/stripe/"
FORGED = f"t={int(datetime.now(UTC).timestamp())},v1={'0' * 64}"
EVERYTHING = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]


@pytest.fixture(autouse=True)
def shop() -> Iterator[None]:
    """Open a shop in memory, with an empty cache of its own."""
    with in_memory(MIDDLEWARE=EVERYTHING):
        cache.clear()
        yield
        cache.clear()


def post(body: bytes, signature: str, **more: Any) -> Any:
    """Post a webhook as Stripe does, with CSRF checks enforced."""
    headers = {"Stripe-Signature": signature, **more}
    return Client(enforce_csrf_checks=True).post(PATH, body, "application/json", headers=headers)


def signed(body: bytes) -> str:
    """Stripe's signature of this moment."""
    return sign(body, SECRET, at=datetime.now(UTC))


def an_event(event_id: str = "evt_1") -> bytes:
    """An event that the shop has no use for: verified, recorded, answered with 200."""
    return json.dumps(
        {
            "id": event_id,
            "object": "event",
            "type": "plan.created",
            "created": int(datetime.now(UTC).timestamp()),
            "livemode": False,
            "api_version": "2025-03-31.basil",
            "data": {"object": {"id": "plan_1", "object": "plan"}},
        }
    ).encode()


def test_an_order_is_confirmed_through_all_middleware(fake_stripe: FakeStripe) -> None:
    """As Stripe sends it: no cookie, no CSRF token, nobody logged in, LoginRequiredMiddleware in the way."""
    fake_stripe.drive(payments, receiver=wsgi_receiver(get_wsgi_application(), PATH))
    payments.place_order(order())
    fake_stripe.pay(payments.start_payment("1017"))
    deliveries = fake_stripe.settle()
    assert {delivery.status_code for delivery in deliveries} == {200}
    assert payments.order("1017").status == "confirmed"


def test_under_asgi_too(fake_stripe: FakeStripe) -> None:
    """Django runs the view in a thread of its own there."""
    fake_stripe.drive(payments, receiver=asgi_receiver(get_asgi_application(), PATH))
    payments.place_order(order())
    fake_stripe.pay(payments.start_payment("1017"))
    fake_stripe.settle()
    assert payments.order("1017").status == "confirmed"


def test_it_alone_is_exempt_from_csrf_checks() -> None:
    """A form of the shop's own is still refused."""
    assert Client(enforce_csrf_checks=True).post("/forms/").status_code == 403
    assert post(an_event(), signed(an_event())).status_code == 200


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options", "patch"])
def test_it_is_posted_to_and_nothing_else(method: str) -> None:
    """Any other verb is 405, which says so."""
    answer = getattr(Client(), method)(PATH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_the_answer_is_a_status_alone() -> None:
    """Nothing is told to whoever asks."""
    for signature in (FORGED, signed(an_event())):
        answer = post(an_event(), signature)
        assert answer.content == b""
        assert not answer.cookies


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
def test_djangos_own_limit_does_not_count_here() -> None:
    """An event larger than the shop lets its forms be is taken."""
    assert post(an_event(), signed(an_event())).status_code == 200


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=None)
def test_a_body_that_is_too_large_is_not_read() -> None:
    """What declares more than a megabyte is refused before a byte is read, signed or not."""

    class Unread(BytesIO):
        """A body that must not be asked for."""

        def read(self, *_: Any) -> bytes:
            """Fail."""
            raise AssertionError("it was read")

    request = RequestFactory().post(PATH, b"", "application/json")
    request.META["CONTENT_LENGTH"] = str(MOST_BYTES + 1)
    request._stream = Unread()
    assert stripe_webhook(request).status_code == 413


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 400), (MOST_BYTES + 1, 413)])
def test_a_body_may_have_a_megabyte(size: int, status: int) -> None:
    """At the limit the signature decides, above it nothing does."""
    assert post(b"x" * size, FORGED).status_code == status


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """Serve the shop by a WSGI server that takes chunked bodies, and says where they end."""
    application = get_wsgi_application()

    def dechunking(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("HTTP_TRANSFER_ENCODING") != "chunked":
            return application(environ, start_response)
        chunks = Chunks(environ["wsgi.input"])
        del environ["CONTENT_LENGTH"]
        answer = application(environ | {"wsgi.input": chunks, "wsgi.input_terminated": True}, start_response)
        chunks.read()  # so that the client may write to its end, and then hear the answer
        return answer

    class Silent(WSGIRequestHandler):
        """Writes no log."""

        def log_message(self, *_: Any) -> None:
            """Write nothing."""

    with make_server("127.0.0.1", 0, dechunking, handler_class=Silent) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield ("127.0.0.1", server.server_port)
        server.shutdown()
        serving.join()


class Chunks:
    """What Gunicorn makes of a chunked body: a stream that ends by itself."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.rest, self.ended = stream, b"", False

    readline = None  # looked for, never called

    def read(self, most: int = -1) -> bytes:
        """Read up to so many bytes, over as many chunks as it takes."""
        while not self.ended and (most < 0 or len(self.rest) < most):
            size = int(self.stream.readline(), 16)
            self.rest += self.stream.read(size)
            self.stream.readline()
            self.ended = not size
        taken, self.rest = (self.rest, b"") if most < 0 else (self.rest[:most], self.rest[most:])
        return taken


def test_a_chunked_body_is_read_whole(address: tuple[str, int]) -> None:
    """Without a length, from a server that knows where it ends, as behind some proxies."""
    assert posted_in_chunks(address, [an_event()[:40], an_event()[40:]], signed(an_event())) == 200


def test_a_chunked_body_has_the_same_limit(address: tuple[str, int]) -> None:
    """It is refused after a megabyte, however long it would go on."""
    parts = [b"x" * 100_000] * 11
    assert posted_in_chunks(address, parts, signed(b"".join(parts))) == 413


def posted_in_chunks(address: tuple[str, int], parts: list[bytes], signature: str) -> int:
    """Post a body without declaring its length; the status."""
    connection = HTTPConnection(*address, timeout=30)
    try:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        connection.request("POST", PATH, iter(parts), headers, encode_chunked=True)
        return connection.getresponse().status
    finally:
        connection.close()


def test_whoever_hangs_up_is_no_bug(address: tuple[str, int], caplog: pytest.LogCaptureFixture) -> None:
    """A body that ends before its declared length is a bad request, with no traceback in the log."""
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{{".encode())
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).startswith(b"HTTP/1.0 400")
    assert [record for record in caplog.records if record.exc_info] == []


# --- Floods


def flood(times: int, **more: Any) -> list[int]:
    """Post that many forged webhooks; the statuses."""
    return [post(b"{}", FORGED, **more).status_code for _ in range(times)]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the limit's clock stand 12 seconds into a minute."""
    limit = replace(BAD_SIGNATURES, clock=lambda: 60_000_012.0)
    monkeypatch.setattr("gulf_payments.django.views.BAD_SIGNATURES", limit)


@pytest.mark.usefixtures("still")
def test_a_flood_of_bad_signatures_is_told_to_wait() -> None:
    """Thirty in a minute are answered 400, the next ones 429 with the rest of the minute."""
    assert flood(30) == [400] * 30
    answer = post(b"{}", FORGED)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "48")


@pytest.mark.usefixtures("still")
def test_a_good_event_is_taken_after_a_flood(fake_stripe: FakeStripe) -> None:
    """The signature is judged first: from the very address of the flood, an order is confirmed."""
    assert flood(40)[-1] == 429
    fake_stripe.drive(payments, receiver=lambda body, signature: int(post(body, signature).status_code))
    payments.place_order(order())
    fake_stripe.pay(payments.start_payment("1017"))
    assert {delivery.status_code for delivery in fake_stripe.settle()} == {200}
    assert payments.order("1017").status == "confirmed"


@pytest.mark.usefixtures("still")
def test_what_is_well_signed_is_never_limited() -> None:
    """Unreadable, or signed too long ago: refused each time, and never counted."""
    stale = sign(b"{}", SECRET, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert [post(b"{}", signed(b"{}")).status_code for _ in range(35)] == [400] * 35
    assert [post(b"{}", stale).status_code for _ in range(35)] == [400] * 35
    assert flood(1) == [400]


@pytest.mark.usefixtures("still")
def test_a_flood_stops_at_its_address() -> None:
    """Behind a trusted proxy each client is counted by itself; without one, what it claims counts for nothing."""
    with in_memory(GULF_PAYMENTS={"PAYMENTS": "tests.django_room.rooms.shop_in_memory", "TRUSTED_PROXIES": 1}):
        assert flood(31, **{"X-Forwarded-For": "203.0.113.9"})[-1] == 429
        assert flood(1, **{"X-Forwarded-For": "203.0.113.10"}) == [400]
    with in_memory():
        statuses = [flood(1, **{"X-Forwarded-For": f"203.0.113.{host}"})[0] for host in range(31)]
    assert statuses[-1] == 429


@override_settings(CACHES={"default": {"BACKEND": "tests.django_room.caches.Down"}})
def test_a_cache_that_is_down_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Good events are taken, bad ones refused; the log tells."""
    assert post(an_event(), signed(an_event())).status_code == 200
    assert flood(35) == [400] * 35
    assert "the cache fails: ConnectionError" in caplog.text


def test_a_flood_asks_nothing_of_the_database() -> None:
    """pytest-django refuses any use of a database here, so a forged webhook made none."""
    with in_memory(MIDDLEWARE=settings.MIDDLEWARE):
        assert flood(3) == [400] * 3


def test_no_database_makes_the_view_atomic() -> None:
    """ATOMIC_REQUESTS wraps every other view, of any database."""
    view: Any = resolve(PATH).func
    assert view._non_atomic_requests >= set(connections)
