"""The face for code that brings its own httpx: a transport and a respx handler, sync and async."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import respx
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe, FakeStripeBug, FaultKind, routes

API = "https://api.stripe.com"
KEY = {"Authorization": "Bearer sk_test_shop"}
FORM = {"amount": "11500", "currency": "sar"}


@pytest.fixture
def client(fake: FakeStripe) -> Iterator[httpx.Client]:
    """A shop's own httpx client, carried to the fake."""
    with httpx.Client(transport=fake.transport(), base_url=API, headers=KEY) as client:
        yield client


def sdk(**options: Any) -> Any:
    """The unmodified SDK over its own httpx client."""
    http = stripe.HTTPXClient(allow_sync_methods=True)
    return stripe.StripeClient("sk_test_shop", http_client=http, **options).v1


@pytest.fixture
def mocked(fake: FakeStripe) -> Iterator[respx.MockRouter]:
    """Respx in place of the network, the fake behind it."""
    with respx.mock(base_url=API, assert_all_called=False) as router:
        router.route().mock(side_effect=fake.respx_handler())
        yield router


def test_a_client_of_the_shops_own(fake: FakeStripe, client: httpx.Client) -> None:
    """Form in, JSON and Stripe's headers out; what one request made, the next one reads, filtered by its query."""
    made = client.post("/v1/payment_intents", data=FORM | {"metadata[order]": "عود"}, headers={"Idempotency-Key": "k1"})
    assert (made.status_code, made.json()["amount"]) == (200, 11500)
    assert made.headers["Request-Id"].startswith("req_")
    assert made.headers["Idempotency-Key"] == "k1"
    fake.pay(made.json()["id"])
    listed = client.get("/v1/charges", params={"payment_intent": made.json()["id"]})
    assert [charge["metadata"] for charge in listed.json()["data"]] == [{"order": "عود"}]


def test_errors_are_answers(client: httpx.Client) -> None:
    """A refusal is a response with Stripe's body, as over the network, not an exception."""
    missing = client.get("/v1/payment_intents/pi_%2Fx")
    assert (missing.status_code, missing.json()["error"]["message"]) == (404, "No such payment_intent: 'pi_/x'")
    assert client.get("/v1/charges", headers={"Authorization": ""}).status_code == 401
    assert client.post("/v1/payment_intents", json=FORM).status_code == 400


def test_any_header_comes_back_as_it_was_sent(client: httpx.Client) -> None:
    """A key in Arabic letters is echoed, not choked on."""
    key = "طلب-1017".encode()
    made = client.post("/v1/payment_intents", data=FORM, headers=[(b"Idempotency-Key", key)])
    assert (made.status_code, dict(made.headers.raw)[b"idempotency-key"]) == (200, key)


def test_one_transport_serves_sync_and_async(fake: FakeStripe, client: httpx.Client) -> None:
    """An async client, in one event loop after another, shares the account with a sync one; bodies may be streamed."""
    transport = fake.transport()

    async def body() -> Any:
        """A form in two pieces."""
        yield b"amount=11500"
        yield b"&currency=sar"

    async def create() -> str:
        """Make one PaymentIntent."""
        async with httpx.AsyncClient(transport=transport, base_url=API, headers=KEY) as asynchronous:
            return str((await asynchronous.post("/v1/payment_intents", content=body())).json()["id"])

    ids = [asyncio.run(create()) for _ in range(2)]
    assert [row["id"] for row in client.get("/v1/payment_intents").json()["data"]] == ids[::-1]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("timeout_before", httpx.ReadTimeout),
        ("timeout_after", httpx.ReadTimeout),
        ("connection_reset", httpx.ConnectError),
    ],
)
def test_lost_connections_are_httpx_errors(
    fake: FakeStripe, client: httpx.Client, fault: FaultKind, error: type[httpx.TransportError]
) -> None:
    """Each fault is the error that a real network would raise, and knows its request."""
    fake.fail_next(fault)
    with pytest.raises(error, match=fault) as caught:
        client.post("/v1/payment_intents", data=FORM)
    assert caught.value.request.url.path == "/v1/payment_intents"
    assert len(client.get("/v1/payment_intents").json()["data"]) == (1 if fault == "timeout_after" else 0)


def test_a_bug_in_the_fake_passes_through(
    fake: FakeStripe, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fake that breaks is never taken for a network error: it stops the test."""
    monkeypatch.setattr(routes, "find", lambda _method, _path: 1 / 0)
    with pytest.raises(FakeStripeBug, match="ZeroDivisionError"):
        client.get("/v1/charges")
    with respx.mock(base_url=API, assert_all_called=False) as router:
        router.route().mock(side_effect=fake.respx_handler())
        with pytest.raises(FakeStripeBug, match="ZeroDivisionError"):
            sdk(max_network_retries=2).charges.list()


@pytest.mark.usefixtures("mocked")
def test_the_sdks_own_httpx_client_over_respx(fake: FakeStripe) -> None:
    """The SDK with its real HTTPXClient creates, pays, refunds and lists; a decline is its CardError."""
    client = sdk()
    intent = client.payment_intents.create({"amount": 11500, "currency": "sar"}, {"idempotency_key": "pay_1"})
    assert intent.last_response.idempotency_key == "pay_1"
    with pytest.raises(stripe.CardError) as declined:
        client.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    assert declined.value.request_id.startswith("req_")  # type: ignore[union-attr]
    paid = client.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert client.refunds.create({"payment_intent": paid.id, "amount": 500}).status == "succeeded"
    assert [charge.amount_refunded for charge in client.charges.list().data] == [500, 0]
    fake.fail_next("timeout_before")
    with pytest.raises(stripe.APIConnectionError) as lost:
        client.charges.list()
    assert isinstance(lost.value.__cause__, httpx.ReadTimeout)


@pytest.mark.usefixtures("mocked")
def test_the_sdks_async_calls_over_respx() -> None:
    """The async half of the SDK goes the same way."""

    async def pay() -> str:
        """Create, confirm and look up."""
        client = sdk()
        params = {"amount": 11500, "currency": "sar", "confirm": True, "payment_method": "pm_card_visa"}
        intent = await client.payment_intents.create_async(params)
        return str((await client.payment_intents.retrieve_async(intent.id)).status)

    assert asyncio.run(pay()) == "succeeded"


def test_without_httpx_it_says_how_to_get_it() -> None:
    """Httpx is no dependency of the library: where it is missing, both faces name it."""
    program = (
        "import sys; sys.modules['httpx'] = None\n"
        "from gulf_payments.testing.fake_stripe import FakeStripe\n"
        "for face in (FakeStripe().transport, FakeStripe().respx_handler):\n"
        "    try:\n        face()\n"
        "    except ModuleNotFoundError as missing:\n        print(missing)\n"
    )
    said = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert said.splitlines() == ["this face of FakeStripe needs httpx: pip install httpx"] * 2


def test_respx_sees_every_call(fake: FakeStripe, mocked: respx.MockRouter) -> None:
    """A handler is an ordinary side effect, so respx counts what went through it."""
    handler: Callable[[httpx.Request], httpx.Response] = fake.respx_handler()
    assert handler(httpx.Request("GET", f"{API}/v1/charges", headers=KEY)).status_code == 200
    httpx.get(f"{API}/v1/charges", headers=KEY)
    assert mocked.calls.call_count == 1
