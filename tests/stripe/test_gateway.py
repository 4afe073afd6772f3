"""What the gateway sends, what it makes of good answers, and how it is set up."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from gulf_payments.errors import ConfigurationError, GatewayRejected, GatewayUnavailable, OutcomeUnknown, SignatureStale
from gulf_payments.machine import Stage, sums
from gulf_payments.stripe import API_VERSION, StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.stripe.bodies import AT, charge, declined, dispute, event, intent, refund
from tests.stripe.parts import NOW, SECRET_KEY, WEBHOOK_SECRET, Script, signed
from tests.stripe.test_answers import REFUND, REQUEST

# --- What is sent


def test_create_sends_our_row_and_nothing_else() -> None:
    """Amount, currency, whose it is, automatic methods, our key and our own API version."""
    script = Script([(200, intent())])
    made = script.gateway().create(REQUEST)
    (sent,) = script.sent
    assert (sent.method, sent.path) == ("post", "/v1/payment_intents")
    assert sent.fields == {
        "amount": "34500",
        "currency": "sar",
        "metadata[shop]": "gulf-emperor",
        "metadata[order_id]": "1017",
        "metadata[payment_id]": "pay_1",
        "automatic_payment_methods[enabled]": "true",
        "expand[0]": "latest_charge",
    }
    assert sent.headers["Idempotency-Key"] == "pay_1"
    assert sent.headers["Stripe-Version"] == API_VERSION == "2025-03-31.basil"
    assert (made.status, made.client_secret) == ("requires_payment_method", "pi_1_secret_abc")
    assert made.sighting.facts.stage == Stage(int(NOW.timestamp()), 0, "api:req_1")


def test_further_parameters_go_along_but_never_instead() -> None:
    """capture_method and customer reach Stripe; an amount or metadata among them changes nothing of ours."""
    script = Script([(200, intent())])
    further = {
        "capture_method": "manual",
        "customer": "cus_1",
        "payment_method_types": ["card"],
        "amount": 1,
        "currency": "usd",
        "metadata": {"order_id": "999"},
        "method": "x",
        "key": "x",
    }
    script.gateway().create(replace(REQUEST, parameters=further))
    fields = script.sent[0].fields
    assert (fields["capture_method"], fields["customer"], fields["payment_method_types[0]"]) == (
        "manual",
        "cus_1",
        "card",
    )
    assert (fields["amount"], fields["currency"], fields["metadata[order_id]"]) == ("34500", "sar", "1017")
    assert "automatic_payment_methods[enabled]" not in fields


@pytest.mark.parametrize(
    "name",
    ["api_key", "stripe_account", "idempotency_key", "headers", "stripe_version", "base", "usage", "url_", "expand"],
)
def test_a_parameter_cannot_steer_the_sdk(name: str) -> None:
    """raw_request takes its options from the same mapping: such a name is refused, and nothing is sent."""
    script = Script([])
    with pytest.raises(GatewayRejected, match=name):
        script.gateway().create(replace(REQUEST, parameters={name: "acct_other"}))
    assert script.sent == []


@pytest.mark.parametrize(("verb", "status"), [("capture", "succeeded"), ("cancel", "canceled")])
def test_capture_and_cancel_name_their_intent_and_their_key(verb: str, status: str) -> None:
    """Each is sent under a key made of the PaymentIntent and the verb."""
    script = Script([(200, intent(status=status, amount_received=34500))])
    made = getattr(script.gateway(), verb)("pi_1")
    (sent,) = script.sent
    assert (sent.path, sent.fields) == (f"/v1/payment_intents/pi_1/{verb}", {"expand[0]": "latest_charge"})
    assert sent.headers["Idempotency-Key"] == f"pi_1:{verb}"
    assert made.status == status


@pytest.mark.parametrize("verb", ["capture", "cancel"])
def test_a_refusal_that_is_only_remembered_is_asked_for_anew(verb: str) -> None:
    """Cancel during `processing` is refused and remembered for a day; later it must be possible all the same."""
    remembered = (400, {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}})
    script = Script([remembered, (200, intent(status="canceled"))], headers={"idempotent-replayed": "true"})
    assert getattr(script.gateway(), verb)("pi_1").sighting.facts.canceled
    first, second = (sent.headers["Idempotency-Key"] for sent in script.sent)
    assert first == f"pi_1:{verb}"
    assert second not in ("", first)


def test_refund_sends_every_id_that_leads_back() -> None:
    """The metadata leads from Stripe's refund to our request, payment and order; the key is the request."""
    script = Script([(200, refund())])
    sighting = script.gateway().refund(replace(REFUND, reason="duplicate"))
    (sent,) = script.sent
    assert (sent.method, sent.path, sent.headers["Idempotency-Key"]) == ("post", "/v1/refunds", "rfd_1")
    assert sent.fields == {
        "payment_intent": "pi_1",
        "amount": "5000",
        "reason": "duplicate",
        "metadata[shop]": "gulf-emperor",
        "metadata[order_id]": "1017",
        "metadata[payment_id]": "pay_1",
        "metadata[refund_id]": "rfd_1",
    }
    assert (sighting.intent_id, sighting.facts.refunds["re_1"].request_id) == ("pi_1", "rfd_1")


@pytest.mark.parametrize("reason", ["", "damaged", "العلبة مكسورة"])
def test_a_reason_of_the_shops_own_stays_with_the_shop(reason: str) -> None:
    """Stripe knows three reasons and refuses others."""
    script = Script([(200, refund())])
    script.gateway().refund(replace(REFUND, reason=reason))
    assert "reason" not in script.sent[0].fields


@pytest.mark.parametrize("intent_id", ["", "../charges", "pi_1/capture", "pi_1?x=1", "pi 1", "pí_1", "p" * 256])
@pytest.mark.parametrize("verb", ["retrieve", "capture", "cancel", "look_up"])
def test_an_id_never_becomes_another_path(verb: str, intent_id: str) -> None:
    """With the SDK an empty id reads the whole list; here nothing is sent."""
    script = Script([])
    with pytest.raises(GatewayRejected) as caught:
        getattr(script.gateway(), verb)(intent_id)
    assert (caught.value.code, script.sent) == ("resource_missing", [])


def test_nothing_about_the_machine_is_sent() -> None:
    """The SDK's telemetry and its description of the host stay here, and its global switch is not touched."""
    script = Script([(200, intent())] * 2)
    gateway, before = script.gateway(), stripe.enable_telemetry
    for _ in range(2):
        gateway.retrieve("pi_1")
    assert not [name for sent in script.sent for name in sent.headers if name.startswith("X-Stripe-Client")]
    assert stripe.enable_telemetry is before


# --- What is made of answers


def page(*items: object, has_more: bool = False) -> tuple[int, object]:
    """Write a page of a list."""
    return 200, {"object": "list", "data": list(items), "has_more": has_more, "url": "/v1/x"}


def test_look_up_gathers_everything_page_by_page() -> None:
    """The PaymentIntent, its charges over two pages, its refunds and its disputes become one sighting."""
    failed = charge(
        id="ch_0", status="failed", paid=False, captured=False, amount_captured=0, failure_code="card_declined"
    )
    script = Script(
        [
            (200, intent(status="succeeded", amount_received=34500, latest_charge=charge())),
            page(charge(), has_more=True),
            page(failed),
            page(refund(), refund(id="re_2", amount=1000, metadata={})),
            page(dispute(status="won")),
        ]
    )
    sighting = script.gateway().look_up("pi_1")
    assert [sent.path for sent in script.sent[1:]] == ["/v1/charges", "/v1/charges", "/v1/refunds", "/v1/disputes"]
    assert [sent.fields.get("starting_after") for sent in script.sent[1:3]] == [None, "ch_1"]
    assert all(sent.fields["payment_intent"] == "pi_1" for sent in script.sent[1:])
    facts = sighting.facts
    assert (set(facts.charges), set(facts.refunds), set(facts.disputes)) == (
        {"ch_0", "ch_1"},
        {"re_1", "re_2"},
        {"du_1"},
    )
    assert (sums(facts).gross, sums(facts).refunded) == (34500, 6000)
    assert (sighting.shop, sighting.order_id, sighting.payment_id) == ("gulf-emperor", "1017", "pay_1")


def test_look_up_twice_tells_the_same_but_for_its_stamp() -> None:
    """A failed try keeps its own time, so a second look adds no second failure."""
    broken = charge(id="ch_0", status="failed", paid=False, amount_captured=0, failure_code="card_declined")
    answers = [(200, intent(last_payment_error=declined(), latest_charge=broken)), page(broken), page(), page()]
    first = Script(list(answers)).gateway(clock=lambda: NOW).look_up("pi_1")
    second = Script(list(answers)).gateway(clock=lambda: NOW + timedelta(days=1)).look_up("pi_1")
    assert first != second
    assert first.facts.attempts == second.facts.attempts
    assert first.facts.attempts["ch_0"].at == AT + 10


def test_look_up_is_stamped_with_the_moment_of_asking() -> None:
    """A webhook that overtakes a slow answer must win over it."""
    moments = iter([NOW, NOW + timedelta(hours=1)] + [NOW + timedelta(hours=2)] * 9)
    script = Script([(200, intent(latest_charge="ch_0")), page(), page(refund()), page()])
    facts = script.gateway(clock=lambda: next(moments)).look_up("pi_1").facts
    asked_at = int(NOW.timestamp())
    assert facts.stage == Stage(asked_at, 4, "api:req_1")
    assert facts.refunds["re_1"].at == asked_at


def test_endless_lists_end() -> None:
    """A list that never ends is refused instead of being read for ever."""
    script = Script([(200, intent()), *[page(charge(), has_more=True)] * 60])
    with pytest.raises(GatewayRejected, match="more than 5000 charges"):
        script.gateway().look_up("pi_1")


def test_an_empty_page_ends_a_list() -> None:
    """`has_more` with nothing on the page is the end."""
    script = Script([(200, intent()), page(has_more=True), page(has_more=True), page(has_more=True)])
    assert script.gateway().look_up("pi_1").facts.charges == {}


def test_a_repeated_answer_is_as_old_as_what_it_announced() -> None:
    """Stripe repeats the first answer for a day: read as news it would undo all that happened since."""
    script = Script([(200, intent()), (200, refund(status="pending"))], headers={"Idempotent-Replayed": "true"})
    gateway = script.gateway()
    assert gateway.create(REQUEST).sighting.facts.stage == Stage(AT, 0, "api:req_1")
    assert gateway.refund(REFUND).facts.refunds["re_1"].at == AT + 20


# --- Webhooks


def test_read_verifies_then_reads() -> None:
    """A right signature within the tolerance is read, with its body kept; the same an hour later is stale."""
    body = event("payment_intent.succeeded", intent(status="succeeded", amount_received=34500), livemode=True)
    gateway = Script([]).gateway()
    notice = gateway.read(body, signed(body), now=NOW)
    assert (notice.event_id, notice.livemode, notice.body) == ("evt_1", True, body.decode())
    assert notice.sighting is not None
    assert notice.sighting.facts.received == 34500
    with pytest.raises(SignatureStale):
        gateway.read(body, signed(body), now=NOW + timedelta(hours=1))


# --- Set up


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"secret_key": ""}, "secret_key must look like sk_test_"),
        ({"secret_key": "pk_test_1"}, "secret_key must look like"),
        ({"secret_key": "sk_test_"}, "secret_key must look like"),
        ({"secret_key": "sk_test_a b"}, "secret_key must look like"),
        ({"publishable_key": "sk_test_1"}, "publishable_key must look like pk_test_"),
        ({"publishable_key": "pk_live_1"}, "secret_key is a test key and publishable_key is not"),
        ({"secret_key": "rk_live_1", "publishable_key": "pk_test_1"}, "secret_key is a live key"),
        ({"webhook_secrets": []}, "webhook_secrets must hold"),
        ({"webhook_secrets": ["whsec_1", " "]}, "webhook_secrets must hold"),
        ({"webhook_secrets": ["sk_test_1"]}, "webhook_secrets must hold"),
        ({"webhook_secrets": "whsec_1"}, "must be a list"),
        ({"timeout_seconds": 0, "http_client": None}, "timeout_seconds must be above 0"),
        ({"tolerance_seconds": 0}, "tolerance_seconds must be above 0"),
        ({"base_address": "127.0.0.1:8420"}, "base_address must be an http"),
    ],
)
def test_a_wrong_setting_names_itself(options: dict[str, Any], sentence: str) -> None:
    """It says which setting is wrong and where a right one is found, and repeats no secret."""
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        Script([]).gateway(**options)
    assert "Zz9hidden" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1", "sk_live_1", "rk_live_1"])
def test_the_mode_is_the_keys(key: str) -> None:
    """Test or live is told by the key alone."""
    livemode = "live" in key
    public = "pk_live_1" if livemode else "pk_test_1"
    gateway = Script([]).gateway(secret_key=key, publishable_key=public, accounts=["acct_1"])
    assert (gateway.livemode, gateway.publishable_key, gateway.accounts) == (livemode, public, frozenset({"acct_1"}))


def test_a_blank_around_a_webhook_secret_is_copying() -> None:
    """A newline that came along with the secret does not break every webhook."""
    gateway = Script([]).gateway(webhook_secrets=[f" {WEBHOOK_SECRET}\n"])
    body = event("customer.created", {"id": "cus_1", "object": "customer"})
    assert gateway.read(body, signed(body), now=NOW).type == "customer.created"


def test_no_repr_shows_a_secret() -> None:
    """Neither the gateway nor what it returns shows a key or a client secret."""
    script = Script([(200, intent())])
    gateway = script.gateway()
    shown = repr(gateway) + str(gateway) + repr(gateway.create(REQUEST))
    assert shown.startswith("StripeGateway(livemode=False")
    for secret in (SECRET_KEY, WEBHOOK_SECRET, "_secret_abc"):
        assert secret not in shown


def test_the_sdks_debug_log_holds_no_client_secret(caplog: pytest.LogCaptureFixture) -> None:
    """With the whole process at DEBUG the SDK logs every answer: its secrets are blotted out."""
    with caplog.at_level(logging.DEBUG):
        Script([(200, intent())]).gateway().retrieve("pi_1")
    assert "pi_1_secret_[hidden]" in caplog.text
    assert "pi_1_secret_abc" not in caplog.text
    assert SECRET_KEY not in caplog.text


def test_the_folder_loads_the_sdk_only_for_the_gateway() -> None:
    """Signatures need the standard library alone, reading events needs pydantic, and neither needs the SDK."""
    code = (
        "import sys, gulf_payments.stripe.signature; assert not {'stripe', 'pydantic'} & set(sys.modules);"
        "import gulf_payments.stripe.translate; assert 'stripe' not in sys.modules;"
        "from gulf_payments.stripe import StripeGateway; assert 'stripe' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_of_the_folder_is_an_attribute_error() -> None:
    """Lazy names do not hide a misspelling."""
    from gulf_payments import stripe as folder

    with pytest.raises(AttributeError, match="StripeGatewy"):
        folder.StripeGatewy  # noqa: B018


# --- Over a real socket


class Network(BaseHTTPRequestHandler):
    """FakeStripe behind HTTP; a PaymentIntent of 1.00 hangs until the test is over."""

    fake: FakeStripe
    over: threading.Event

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if b"amount=100&" in body:
            self.over.wait(10)
            return
        path, _, query = self.path.partition("?")
        status, headers, content = self.fake.handle(self.command.lower(), path, query, dict(self.headers), body)
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(fake: FakeStripe) -> Iterator[str]:
    """Serve the fake on a local port."""
    over = threading.Event()
    handler = type("Handler", (Network,), {"fake": fake, "over": over})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_sdks_own_client_carries_it_all(address: str, fake: FakeStripe) -> None:
    """Over a real connection: create, pay, refund, look up; then a time-out, which is unknown, and a dead port."""
    options: dict[str, Any] = {"secret_key": SECRET_KEY, "webhook_secrets": [WEBHOOK_SECRET], "max_network_retries": 0}
    gateway = StripeGateway(**options, base_address=address, timeout_seconds=0.5)
    made = gateway.create(REQUEST)
    fake.pay(made)
    gateway.refund(replace(REFUND, intent_id=made.sighting.intent_id))
    facts = gateway.look_up(made.sighting.intent_id).facts
    assert (sums(facts).gross, sums(facts).refunded) == (34500, 5000)
    with pytest.raises(OutcomeUnknown, match="gave no answer when asked to create a PaymentIntent"):
        gateway.create(replace(REQUEST, payment_id="pay_slow", amount=100))
    gateway.close()
    dead = StripeGateway(**options, base_address="http://127.0.0.1:9", timeout_seconds=0.5)
    with pytest.raises(GatewayUnavailable):
        dead.retrieve("pi_1")
    dead.close()


def test_threads_do_not_mix_their_losses(fake: FakeStripe) -> None:
    """One gateway serves many threads: each sees its own PaymentIntent."""
    gateway = Script([]).gateway(http_client=fake.http_client(), clock=fake.clock)
    made: dict[str, str] = {}

    def make(number: int) -> None:
        payment_id = f"pay_{number}"
        made[payment_id] = gateway.create(replace(REQUEST, payment_id=payment_id)).sighting.payment_id

    threads = [threading.Thread(target=make, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {f"pay_{number}": f"pay_{number}" for number in range(16)}


def test_the_kept_body_is_the_json_that_stripe_sent() -> None:
    """A subscriber to the raw event reads the very document, Arabic included."""
    body = event("customer.created", {"id": "cus_1", "object": "customer", "name": "سارة"})
    kept = Script([]).gateway().read(body, signed(body), now=NOW).body
    assert json.loads(kept)["data"]["object"]["name"] == "سارة"
