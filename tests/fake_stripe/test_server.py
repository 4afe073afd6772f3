"""The fake as a server: for the SDK with its base address changed, for plain HTTP, and for what is no HTTP at all."""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe, FaultKind, RunningClock, routes
from gulf_payments.testing.fake_stripe.server.incoming import LIMIT
from gulf_payments.testing.fake_stripe.server.loopback import Server
from gulf_payments.testing.fake_stripe.server.wsgi import Served
from tests.fake_stripe.serving import AUTHORIZATION, ask, eventually, head, port_of, read, say

INTENT = {"amount": 11500, "currency": "sar"}


@pytest.fixture
def fake() -> FakeStripe:
    """A fake whose time passes, as in a server."""
    return FakeStripe(clock=RunningClock())


@pytest.fixture
def told() -> list[Served]:
    """What the server said of its requests."""
    return []


@pytest.fixture
def url(fake: FakeStripe, told: list[Served]) -> Iterator[str]:
    """A running server's address."""
    with Server(fake, report=told.append) as server:
        yield server.url


class Connect(Protocol):
    """Makes an SDK client for a server."""

    def __call__(self, url: str, *, timeout: float = ..., retries: int = ...) -> Any:
        """The SDK's services, as a shop has them; only the address differs."""
        ...


@pytest.fixture
def sdk() -> Iterator[Connect]:
    """The unmodified SDK, whose connections are closed after the test."""
    with ExitStack() as stack:

        def connect(url: str, *, timeout: float = 80, retries: int = 0) -> Any:
            http_client = stripe.RequestsClient(timeout=timeout)
            stack.callback(http_client.close)
            return stripe.StripeClient(
                "sk_test_shop", base_addresses={"api": url}, http_client=http_client, max_network_retries=retries
            ).v1

        yield connect


def serves(url: str) -> bool:
    """Whether the server goes on serving."""
    return ask(f"{url}/v1/charges").status == 200


def test_the_sdk_with_its_base_address_changed(url: str, sdk: Connect) -> None:
    """A whole payment by the unmodified SDK: created, declined, paid, refunded, listed, not found."""
    client = sdk(url)
    intent = client.payment_intents.create(INTENT | {"metadata": {"order": "طلب ١٠١٧"}}, {"idempotency_key": "pay_1"})
    with pytest.raises(stripe.CardError) as declined:
        client.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "generic_decline"
    paid = client.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.metadata["order"]) == ("succeeded", "طلب ١٠١٧")
    assert client.refunds.create({"payment_intent": paid.id, "amount": 500}).status == "succeeded"
    assert [charge.paid for charge in client.charges.list({"payment_intent": paid.id}).data] == [True, False]
    again = client.payment_intents.create(INTENT | {"metadata": {"order": "طلب ١٠١٧"}}, {"idempotency_key": "pay_1"})
    assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (intent.id, "true")
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_/x'"):
        client.payment_intents.retrieve("pi_/x")


def test_the_async_sdk(url: str) -> None:
    """The SDK's async calls go over httpx, several at once."""

    async def pay_three() -> list[str]:
        """Pay at once, then look each up."""
        http_client: Any = stripe.HTTPXClient()
        client: Any = stripe.StripeClient("sk_test_shop", base_addresses={"api": url}, http_client=http_client).v1
        params = INTENT | {"confirm": True, "payment_method": "pm_card_visa"}
        made = await asyncio.gather(*(client.payment_intents.create_async(params) for _ in range(3)))
        statuses = [str((await client.payment_intents.retrieve_async(one.id)).status) for one in made]
        await http_client.close_async()
        return statuses

    assert asyncio.run(pay_three()) == ["succeeded"] * 3


def test_plain_http(url: str) -> None:
    """Another language needs nothing but HTTP: form in, JSON out, with the headers that Stripe sends."""
    made = ask(f"{url}/v1/payment_intents", form=INTENT | {"confirm": "true", "payment_method": "pm_card_visa"})
    assert (made.status, made.json["status"]) == (200, "succeeded")
    assert made.headers["Request-Id"].startswith("req_")
    assert (made.headers["Content-Type"], made.headers["Server"]) == ("application/json", "nginx")
    found = ask(f"{url}/v1/charges?payment_intent={made.json['id']}&expand%5B%5D=data.payment_intent")
    assert found.json["data"][0]["payment_intent"]["id"] == made.json["id"]
    basic = {"Authorization": "Basic c2tfdGVzdF9zaG9wOg=="}
    assert ask(f"{url}/v1/payment_intents/{made.json['id']}", headers=basic).json["amount"] == 11500


def test_a_payment_takes_milliseconds(url: str, sdk: Connect) -> None:
    """Create and confirm are quick enough to sit in every test of a suite."""
    client = sdk(url)
    began = time.monotonic()
    for _ in range(20):
        intent = client.payment_intents.create(INTENT)
        client.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (time.monotonic() - began) / 20 < 0.1


def test_one_connection_serves_many_requests(url: str) -> None:
    """Connections are kept alive, after errors too."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(url))
    sockets = set()
    for path, status in [("/v1/charges", 200), ("/v1/nope", 404), ("/v1/charges/ch_x", 404), ("/v1/charges", 200)] * 5:
        connection.request("GET", path, headers=AUTHORIZATION)
        answer = connection.getresponse()
        answer.read()
        sockets.add(connection.sock)
        assert answer.status == status
    assert len(sockets) == 1
    connection.close()


def test_fifty_clients_at_once(url: str) -> None:
    """Fifty clients, each with its own connection, get each its own answer; one key makes one intent."""

    def work(number: int) -> tuple[str, int]:
        mine = ask(f"{url}/v1/payment_intents", form=INTENT | {"metadata[number]": number}).json
        shared = ask(f"{url}/v1/payment_intents", form=INTENT, headers=AUTHORIZATION | {"Idempotency-Key": "one"}).json
        return shared["id"], int(mine["metadata"]["number"]) - number

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(work, range(200)))
    assert len({shared for shared, _ in answers}) == 1
    assert {difference for _, difference in answers} == {0}


# What is refused


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"garbage\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"get /v1/charges HTTP/1.1\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
        (b"GET /v1/charges/\xff\xfe HTTP/1.1\r\n\r\n", 400),
        (head("GET /v1/charges", X_Long="a" * 100_000), 431),
        (head("POST /v1/refunds", Content_Length=-5), 400),
        (head("POST /v1/refunds", Content_Length="many"), 400),
        (head("POST /v1/refunds", Content_Length="9" * 5000), 400),
        (head("POST /v1/refunds", Content_Length=LIMIT + 1), 413),
        (head("POST /v1/refunds", Content_Length=LIMIT + 1, Expect="100-continue"), 413),
        (head("POST /v1/refunds", Transfer_Encoding="chunked") + b"zz\r\namount\r\n", 400),
        (head("POST /v1/refunds", Transfer_Encoding="gzip"), 501),
        (head("GET //v1/charges"), 404),
        (head("GET /v1/charges/%00%ff%zz"), 404),
        (head("GET /v1/charges?limit=%ff"), 400),
        (head("GET /v1/charges?limit=%zz"), 400),
        (head("PATCH /v1/charges"), 404),
        (head("BREW /v1/charges"), 404),
        (head("GET /"), 404),
        (head("GET *"), 404),
    ],
)
def test_nonsense_is_refused_in_stripes_words(url: str, sent: bytes, status: int) -> None:
    """Whatever the bytes, the answer is an error object, and the next client is served."""
    answer = read(say(url, sent))
    assert (answer.status, answer.error["type"]) == (status, "api_error" if status > 499 else "invalid_request_error")
    assert answer.error["message"].startswith(("Invalid ", "Unrecognized request URL", "No such charge"))
    assert answer.headers["Content-Type"] == "application/json"
    assert serves(url)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"amount": 11500, "currency": "sar"}', "application/json"),
        (
            b'--x\r\nContent-Disposition: form-data; name="amount"\r\n\r\n11500\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"amount=%ff&currency=sar", "application/x-www-form-urlencoded"),
        (b"amount=1%00", "application/x-www-form-urlencoded"),
        (b"&".join(b"p%d=1" % number for number in range(10_000)), "application/x-www-form-urlencoded"),
        (b"a" + b"[b]" * 10_000 + b"=1", "application/x-www-form-urlencoded"),
        (b"metadata[[a]=1&]=[", "application/x-www-form-urlencoded"),
    ],
)
def test_bodies_that_are_no_form(url: str, body: bytes, content_type: str) -> None:
    """JSON, multipart, broken encodings, a flood of parameters: each is a 400 with a sentence."""
    answer = ask(f"{url}/v1/payment_intents", body=body, headers=AUTHORIZATION | {"Content-Type": content_type})
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert answer.error["message"].startswith("Invalid request")
    assert serves(url)


def test_a_body_that_is_too_large_is_refused_at_once(url: str) -> None:
    """413 comes before the body is read, and a client that sends it all the same still gets to read it."""
    answer = ask(f"{url}/v1/refunds", body=b"a" * 20_000_000)
    assert (answer.status, answer.headers["Connection"]) == (413, "close")
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    answer = read(say(url, head("POST /v1/refunds", Transfer_Encoding="chunked"), *[chunk] * 20))
    assert (answer.status, "too large" in answer.error["message"]) == (413, True)
    assert serves(url)


def test_a_form_in_chunks(url: str) -> None:
    """A body without a length, in pieces, is a body."""
    pieces = (b"5\r\namoun\r\n", b"f\r\nt=1000&currency\r\n", b"4\r\n=sar\r\n", b"0\r\n\r\n")
    answer = read(say(url, head("POST /v1/payment_intents", Transfer_Encoding="chunked"), *pieces))
    assert (answer.status, answer.json["amount"]) == (200, 1000)


def test_a_slow_client_holds_nobody_up(url: str) -> None:
    """While bodies trickle in, more of them than there are threads, others are served; then the slow get theirs."""
    form = b"amount=1000&currency=sar"
    slow = [socket.create_connection(("127.0.0.1", port_of(url)), timeout=10) for _ in range(40)]
    for connection in slow:
        connection.sendall(head("POST /v1/payment_intents", Content_Length=len(form)) + form[:7])
    assert serves(url)
    for connection in slow:
        connection.sendall(form[7:])
        with connection:
            answer = b"".join(iter(lambda one=connection: one.recv(65_536), b""))  # type: ignore[misc]
        assert read(answer).json["amount"] == 1000


def test_a_client_that_has_said_all_gets_its_answer(url: str) -> None:
    """A client may close its own side after the request, and one may leave in the middle of it."""
    assert read(say(url, head("GET /v1/charges"), half_close=True)).status == 200
    assert say(url, head("POST /v1/refunds", Content_Length=100) + b"amount", half_close=True) == b""
    assert serves(url)


# What browsers ask


def test_head(url: str) -> None:
    """HEAD is GET without the body, length and all."""
    answer = read(say(url, head("HEAD /v1/charges")))
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(ask(f"{url}/v1/charges").body)


def test_a_page_of_any_origin_may_call_the_api(url: str) -> None:
    """The preflight allows what the page asks for, and answers and errors alike are readable by it."""
    wanted = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-stripe-demo",
    }
    preflight = ask(f"{url}/v1/payment_intents/pi_x/confirm", method="OPTIONS", headers=wanted)
    assert (preflight.status, preflight.body) == (200, b"")
    assert preflight.headers["Access-Control-Allow-Headers"] == "authorization,content-type,x-stripe-demo"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert int(preflight.headers["Access-Control-Max-Age"]) > 0
    for answer in (preflight, ask(f"{url}/v1/charges"), ask(f"{url}/v1/nope"), read(say(url, b"x\r\n\r\n"))):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Request-Id" in answer.headers["Access-Control-Expose-Headers"]


def test_the_bank_is_at_the_same_address(url: str, sdk: Connect) -> None:
    """A 3-D Secure question leads to a page of this server."""
    params = {"confirm": True, "payment_method": "pm_card_threeDSecure2Required", "return_url": "https://shop.example/"}
    intent = sdk(url).payment_intents.create(INTENT | params)
    assert intent.next_action.redirect_to_url.url.startswith(f"{url}/")


# What goes wrong on purpose, and by mistake


def test_a_reset_is_a_reset(fake: FakeStripe, url: str, sdk: Connect, told: list[Served]) -> None:
    """The connection is cut without a byte, the SDK's retry gets through, and the log names the fault."""
    fake.fail_next("connection_reset")
    with pytest.raises(ConnectionResetError):
        say(url, head("GET /v1/charges"))
    fake.fail_next("connection_reset")
    assert sdk(url, retries=1).payment_intents.create(INTENT).amount == 11500
    assert [one.outcome for one in told] == ["connection_reset", "connection_reset", 200]


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after"])
def test_a_timeout_lasts_until_the_client_gives_up(
    fake: FakeStripe, url: str, sdk: Connect, told: list[Served], fault: FaultKind
) -> None:
    """No answer comes; the client's own time-out ends it, and the effect is there or not, as the fault says."""
    fake.fail_next(fault)
    client = sdk(url, timeout=0.2)
    with pytest.raises(stripe.APIConnectionError, match="timed out"):
        client.payment_intents.create(INTENT)
    assert len(client.payment_intents.list().data) == (fault == "timeout_after")
    assert told[0] == Served("POST", "/v1/payment_intents", fault)


def test_a_timeout_has_an_end(fake: FakeStripe) -> None:
    """A patient client is cut off after a while, and a server that stops waits for none of them."""
    with Server(fake, hang_seconds=0.2) as server:
        fake.fail_next("timeout_before")
        with pytest.raises(ConnectionResetError):
            say(server.url, head("GET /v1/charges"))
    told: list[Served] = []
    with Server(fake, hang_seconds=600, report=told.append) as server, ThreadPoolExecutor(3) as pool:
        fake.fail_next("timeout_after", times=3)
        patient = [pool.submit(say, server.url, head("GET /v1/charges")) for _ in range(3)]
        eventually(lambda: len(told) == len(patient))
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 3
        assert [type(one.exception()) for one in patient] == [ConnectionResetError] * 3


def test_a_bug_in_the_fake_is_one_answer(
    url: str, sdk: Connect, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The answer says whose bug it is, standard error has the traceback without the card, and the server goes on."""
    find = routes.find
    monkeypatch.setattr(routes, "find", lambda _method, _path: {"": 1}["4242424242424242"])
    with pytest.raises(stripe.APIError, match="FakeStripe itself is wrong here") as caught:
        sdk(url, retries=2).charges.list()
    assert caught.value.http_status == 500
    said = capfd.readouterr().err
    assert said.count("Traceback") == said.count("KeyError") == 2  # the cause and the bug, and no retry
    assert "4242" not in said
    monkeypatch.setattr(routes, "find", find)
    assert serves(url)


def test_what_is_told_of_a_request_holds_no_secret(url: str, told: list[Served]) -> None:
    """A key, a client secret or a card number that was pasted into a path does not reach the log."""
    for segment in ("sk_test_shop", "pi_1_secret_abc", "4242424242424242", "4242%204242%204242%204242", "whsec_abc"):
        ask(f"{url}/v1/payment_intents/{segment}?client_secret=pi_1_secret_abc")
    assert [one.path.rpartition("/")[2] for one in told] == ["sk_test_…", "pi_1_secret_…", "…", "…", "whsec_…"]
    assert {one.request_id[:4] for one in told} == {"req_"}


def test_time_passes_in_a_server(sdk: Connect) -> None:
    """What falls due happens without anybody asking: a pending refund settles once its hour is over."""
    now = [datetime(2026, 11, 1, tzinfo=UTC)]
    fake = FakeStripe(clock=lambda: now[0])
    fake.add_endpoint(lambda _body, _signature: 200)
    with Server(fake) as server:
        client = sdk(server.url)
        client.payment_intents.create(INTENT | {"confirm": True, "payment_method": "pm_card_pendingRefund"})
        charge = client.charges.list().data[0]
        client.refunds.create({"charge": charge.id})
        fake.drop_webhooks()
        now[0] += timedelta(hours=1)
        eventually(lambda: "refund.updated" in [waiting.type for waiting in fake.pending_webhooks])


def test_a_clock_that_runs() -> None:
    """It goes with the system's, and further when it is moved, also to where it has been already."""
    clock = RunningClock()
    before = clock()
    eventually(lambda: clock() > before)
    assert clock.advance(timedelta(days=1)) >= before + timedelta(days=1)
    assert clock.move_to(before) >= before + timedelta(days=1)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="time goes forward only"):
        FakeStripe(clock=clock).advance(days=-1)
    start = datetime(2030, 1, 1, tzinfo=UTC)
    assert timedelta() <= RunningClock(start)() - start < timedelta(seconds=5)


def test_a_port_that_is_taken(url: str, fake: FakeStripe) -> None:
    """A second server on the same port is refused; one that has stopped can be started again where it was."""
    with pytest.raises(OSError, match="in use"):
        Server(fake, port=port_of(url)).start()
    server = Server(fake)
    for _ in range(2):
        with server:
            assert serves(server.url)


def test_only_this_machine_is_served(url: str) -> None:
    """It listens on the loopback, in both versions of IP where there are two, and on nothing else."""
    families = {family for family, *_ in socket.getaddrinfo("localhost", port_of(url), type=socket.SOCK_STREAM)}
    assert ask(f"http://localhost:{port_of(url)}/v1/charges").status == 200
    assert socket.AF_INET in families
    outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with outside:
        outside.connect(("203.0.113.1", 9))  # sends nothing: only asks which address would
        address = outside.getsockname()[0]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, port_of(url)), timeout=5)
