"""The control API: all that a Python test can do, for a test in another language, and for no web page."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from gulf_payments.testing.fake_stripe import FakeStripe, RunningClock
from gulf_payments.testing.fake_stripe.server.control.verbs import VERBS
from gulf_payments.testing.fake_stripe.server.incoming import LIMIT
from gulf_payments.testing.fake_stripe.server.loopback import Server
from tests.fake_stripe.receivers import Counter, Inbox
from tests.fake_stripe.serving import Got, ask, eventually, tell

JSON = dict[str, Any]
NO_KEY: dict[str, str] = {}


@pytest.fixture
def fake() -> FakeStripe:
    """A fake whose time passes, as in a server."""
    return FakeStripe(clock=RunningClock())


@pytest.fixture
def url(fake: FakeStripe) -> Iterator[str]:
    """A running server's address."""
    with Server(fake) as server:
        yield server.url


def intent(url: str, **form: object) -> str:
    """A new PaymentIntent's id."""
    made = ask(f"{url}/v1/payment_intents", form={"amount": 11500, "currency": "sar", **form})
    return str(made.json["id"])


def done(answer: Got) -> JSON:
    """What came back from a call that succeeded."""
    assert answer.status == 200, answer.body
    return answer.json


def verify(body: bytes, signature: str, secret: str) -> None:
    """Check a signature as the SDK does, whatever its age."""
    stripe.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=None)


def refused(answer: Got, status: int) -> str:
    """The sentence of an answer with this error status."""
    assert answer.status == status, answer.body
    assert set(answer.json) == {"error"}
    return str(answer.error["message"])


def test_ready(url: str) -> None:
    """Health is asked without a key, by GET or HEAD."""
    assert done(ask(f"{url}/_fake/health", headers=NO_KEY)) == {"status": "ok"}
    assert ask(f"{url}/_fake/health", method="HEAD", headers=NO_KEY).status == 200


def test_it_documents_itself(url: str) -> None:
    """The root lists every verb with a sentence and its fields, and each that is listed exists."""
    verbs = done(ask(f"{url}/_fake/"))["verbs"]
    assert verbs["POST /_fake/pay"]["fields"] == {
        "intent": "a string, required",
        "card": "a string",
        "three_d_secure": "one of pass, fail, leave",
    }
    for call, row in verbs.items():
        method, _, path = call.partition(" ")
        assert row["does"].endswith(".")
        answer = ask(f"{url}{path}", method=method, body=b'{"bogus": 1}' if method == "POST" else None)
        assert answer.status in (200, 400)


FACES = {"handle", "http_client", "transport", "respx_handler", "question", "answer_question", "saved_cards", "host_at"}
"""Ways to it, and what its own pages ask."""
HERE_ONLY = {"drive", "driving", "gateway", "release", "settle", "story", "on_delivery"}
"""What is about a shop's object in the same process, or told to it."""
ALWAYS = {"await_webhooks", "catch_up"}
"""What a server does all the time."""
NAMED = {
    "add_endpoint": "webhooks/add",
    "delay_webhooks": "webhooks/delay",
    "deliver_webhooks": "webhooks/deliver",
    "drop_webhooks": "webhooks/drop",
    "fail_next": "faults/fail_next",
    "fail_randomly": "faults/fail_randomly",
    "hold_webhooks": "webhooks/hold",
    "pending_webhooks": "webhooks",
    "refund_from_dashboard": "refund",
    "remove_endpoint": "webhooks/remove",
    "replay": "webhooks/replay",
    "rotate_secret": "webhooks/rotate",
    "signed": "webhooks/signed",
    "stop_failing": "faults/stop",
}


def test_what_python_can_do_it_can_do() -> None:
    """Whatever a FakeStripe is taught has a verb, or a reason not to."""
    taught = {name for name in dir(FakeStripe) if not name.startswith("_")} - FACES - HERE_ONLY - ALWAYS
    assert {NAMED.get(name, name) for name in taught} - VERBS.keys() == set()


def test_customers_pay_and_are_declined(url: str) -> None:
    """Paying, declining and the 3-D Secure question give the PaymentIntent as it then stands."""
    first = intent(url)
    assert done(tell(url, "decline", intent=first, code="expired_card"))["status"] == "requires_payment_method"
    waiting = done(tell(url, "pay", intent=first, card="4000002500003155", three_d_secure="leave"))
    assert waiting["status"] == "requires_action"
    assert done(tell(url, "challenge", intent=first, outcome="pass"))["amount_received"] == 11500
    assert done(tell(url, "pay", intent=intent(url)))["status"] == "succeeded"
    assert done(ask(f"{url}/_fake/retrieve?id={first}"))["status"] == "succeeded"


def test_banks_and_staff(url: str) -> None:
    """Refunds, disputes and late failures come from outside the API, too."""
    paid, disputed, late = (intent(url, confirm="true", payment_method="pm_card_visa") for _ in range(3))
    assert done(tell(url, "refund", intent=paid, amount=500, reason="fraudulent"))["amount"] == 500
    dispute = done(tell(url, "dispute", intent=disputed, reason="product_not_received"))
    assert (dispute["status"], dispute["reason"]) == ("needs_response", "product_not_received")
    assert done(tell(url, "close_dispute", dispute=dispute["id"], outcome="won"))["status"] == "won"
    assert done(tell(url, "fail_payment_late", intent=late))["status"] == "requires_payment_method"
    types = [event["type"] for event in done(ask(f"{url}/_fake/events"))["data"]]
    assert types[0] == "payment_intent.created"
    assert {"refund.created", "charge.dispute.created", "charge.dispute.closed", "charge.failed"} <= set(types)
    created = done(ask(f"{url}/_fake/events?types=refund.created&types=charge.dispute.created"))["data"]
    assert [event["type"] for event in created] == ["refund.created", "charge.dispute.created"]


def test_the_back_office(url: str) -> None:
    """Evidence, inquiries, refunds that fail, payouts, reviews and warnings of fraud: each by its own verb."""
    asked, disputed, refunded, held = (intent(url, confirm="true", payment_method="pm_card_visa") for _ in range(4))
    inquiry = done(tell(url, "dispute", intent=asked, inquiry=True))["id"]
    assert done(tell(url, "escalate_inquiry", dispute=inquiry))["status"] == "needs_response"
    dispute = done(tell(url, "dispute", intent=disputed))["id"]
    staged = done(tell(url, "answer_dispute", dispute=dispute, evidence={"customer_name": "سارة"}, submit=False))
    assert (staged["status"], staged["evidence"]["customer_name"]) == ("needs_response", "سارة")
    assert done(tell(url, "answer_dispute", dispute=dispute, evidence="winning_evidence"))["status"] == "won"
    refund = done(tell(url, "refund", intent=refunded, amount=500))["id"]
    assert done(tell(url, "fail_refund", refund=refund, reason="lost_or_stolen_card"))["status"] == "failed"
    assert done(tell(url, "open_review", intent=held, reason="manual"))["object"] == "review"
    assert done(tell(url, "warn_of_fraud", intent=held))["object"] == "radar.early_fraud_warning"
    assert done(tell(url, "advance_to_settlement"))["now"] > staged["created"]
    payout = done(tell(url, "pay_out", currency="sar"))["id"]
    assert done(tell(url, "fail_payout", payout=payout, code="account_closed"))["status"] == "failed"
    pending = intent(url, confirm="true", payment_method="pm_card_pendingRefund")
    waiting = done(tell(url, "refund", intent=pending))["id"]
    assert done(tell(url, "hold_refund", refund=waiting))["status"] == "requires_action"


def test_a_checkout_page_is_paid(url: str) -> None:
    """A customer pays on the page of a Checkout Session, and answers what it asks."""
    form = {
        "mode": "payment",
        "success_url": "https://shop.example/thanks",
        "line_items[0][quantity]": 1,
        "line_items[0][price_data][currency]": "sar",
        "line_items[0][price_data][unit_amount]": 11500,
        "line_items[0][price_data][product_data][name]": "عود",
        "custom_fields[0][key]": "engraving",
        "custom_fields[0][label][type]": "custom",
        "custom_fields[0][label][custom]": "Engraving",
        "custom_fields[0][type]": "text",
    }
    session = ask(f"{url}/v1/checkout/sessions", form=form).json["id"]
    paid = done(tell(url, "pay_session", session=session, email="sara@example.com", answers={"engraving": "سارة"}))
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    assert paid["custom_fields"][0]["text"]["value"] == "سارة"


def test_time_moves_when_told(url: str) -> None:
    """A refund that is pending settles when the days are let pass; the new moment comes back."""
    paid = intent(url, confirm="true", payment_method="pm_card_pendingRefund")
    refund = done(tell(url, "refund", intent=paid))
    assert refund["status"] == "pending"
    now = done(tell(url, "advance", days=1.5, seconds=30))["now"]
    assert 0 <= now - refund["created"] - (86_400 * 1.5 + 30) < 30
    assert done(ask(f"{url}/_fake/retrieve?id={refund['id']}"))["status"] == "succeeded"


def test_webhooks_by_hand(fake: FakeStripe, url: str) -> None:
    """What waits is listed, sent in an order and number, lost, or sent again."""
    inbox = Inbox()
    fake.add_endpoint(inbox)
    paid = intent(url, confirm="true", payment_method="pm_card_visa")
    waiting = done(ask(f"{url}/_fake/webhooks"))["data"]
    assert [row["attempts"] for row in waiting] == [0] * 4
    sent = done(tell(url, "webhooks/deliver", order=[waiting[2]["event"]], copies=2))["data"]
    assert [(row["event"], row["status"]) for row in sent] == [(waiting[2]["event"], 200)] * 2
    assert done(tell(url, "webhooks/drop", events=[waiting[0]["event"]])) == {"dropped": 1}
    done(tell(url, "webhooks/deliver", order="reversed"))
    assert [event["id"] for event in inbox.events[2:]] == [waiting[3]["event"], waiting[1]["event"]]
    assert done(tell(url, "webhooks/replay", event=waiting[0]["event"]))["data"][0]["type"] == "payment_intent.created"
    assert inbox.events[-1]["data"]["object"]["id"] == paid
    intent(url)
    assert done(tell(url, "webhooks/drop")) == {"dropped": 1}


def test_webhooks_that_are_held() -> None:
    """A server sends at once; held, its webhooks wait to be sent in disorder, forged, in a burst; released, they go."""
    with Counter() as counter, Server(FakeStripe(clock=RunningClock(), deliver="immediately")) as server:
        made = ask(f"{server.url}/v1/webhook_endpoints", form={"url": counter.url, "enabled_events[]": "*"}).json
        intent(server.url)
        eventually(lambda: len(counter.got) == 1)
        assert done(tell(server.url, "webhooks/hold")) == {}
        intent(server.url, confirm="true", payment_method="pm_card_visa")
        sent = done(tell(server.url, "webhooks/deliver", order="shuffled", copies=2, signature="wrong", threads=4))
        assert [row["status"] for row in sent["data"]] == [200] * 8
        with pytest.raises(stripe.SignatureVerificationError):
            verify(counter.got[-1].body, counter.got[-1].signature, made["secret"])
        intent(server.url)
        assert len(counter.got) == 9
        assert done(tell(server.url, "webhooks/release")) == {}
        eventually(lambda: len(counter.got) == 10)
        verify(counter.got[-1].body, counter.got[-1].signature, made["secret"])


def test_webhooks_that_are_delayed(fake: FakeStripe, url: str) -> None:
    """Events of some kinds are held back for a while by the clock, the others not."""
    inbox = Inbox()
    fake.add_endpoint(inbox)
    assert done(tell(url, "webhooks/delay", seconds=3600, types=["charge.*"])) == {}
    intent(url, confirm="true", payment_method="pm_card_visa")
    sent = done(tell(url, "webhooks/deliver"))["data"]
    assert [row["type"] for row in sent] == ["payment_intent.created", "payment_intent.succeeded"]
    assert [row["ready"] - row["due"] for row in done(ask(f"{url}/_fake/webhooks"))["data"]] == [0, 0]
    done(tell(url, "advance", seconds=3600))
    assert len(done(tell(url, "webhooks/deliver"))["data"]) == 2


def test_secrets_and_signatures(fake: FakeStripe, url: str) -> None:
    """A secret is rotated while both sign; any event can be signed for any moment with any secret."""
    inbox = Inbox()
    endpoint = fake.add_endpoint(inbox, secret="whsec_old")
    gone = done(tell(url, "webhooks/add", url="http://127.0.0.1:9/hook", enabled_events=["charge.failed"]))["endpoint"]
    assert ask(f"{url}/v1/webhook_endpoints/{gone}").json["enabled_events"] == ["charge.failed"]
    assert done(tell(url, "webhooks/remove", endpoint=gone)) == {}
    fresh = done(tell(url, "webhooks/rotate", endpoint=endpoint))["secret"]
    intent(url)
    (event,) = (row["event"] for row in done(tell(url, "webhooks/deliver"))["data"])
    for secret in ("whsec_old", fresh):
        verify(*inbox.got[0], secret)
    signed = done(tell(url, "webhooks/signed", event=event, at=1_700_000_000, secret="whsec_mine"))
    assert signed["signature"].startswith("t=1700000000,v1=")
    verify(signed["body"].encode(), signed["signature"], "whsec_mine")
    replayed = done(tell(url, "webhooks/replay", event=event, endpoint=endpoint, signature="missing"))["data"]
    assert (replayed[0]["endpoint"], inbox.got[-1][1]) == (endpoint, "")


def test_bad_luck(url: str) -> None:
    """A share of the requests fails until it is told to stop."""
    assert done(tell(url, "faults/fail_randomly", share=1, kinds=["server_error"], path="/v1/refunds")) == {}
    for _ in range(3):
        assert ask(f"{url}/v1/refunds", form={"charge": "ch_x"}).status == 500
    assert ask(f"{url}/v1/charges").status == 200
    assert done(tell(url, "faults/stop")) == {}
    assert ask(f"{url}/v1/refunds", form={"charge": "ch_x"}).error["code"] == "resource_missing"


def test_a_slow_answer(url: str) -> None:
    """An answer takes as long as was asked, and others do not wait for it."""
    done(tell(url, "faults/fail_next", kind="slow", path="/v1/charges", seconds=0.5))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, f"{url}/v1/charges")
        while not slow.done():
            assert ask(f"{url}/v1/events").status == 200
    assert slow.result().status == 200


def test_faults(url: str) -> None:
    """The next request that matches goes wrong, as often as was asked."""
    assert done(tell(url, "faults/fail_next", kind="rate_limit", method="post", path="/v1/refunds", times=2)) == {}
    assert ask(f"{url}/v1/charges").status == 200
    for _ in range(2):
        assert ask(f"{url}/v1/refunds", form={"charge": "ch_x"}).error["code"] == "rate_limit"
    assert ask(f"{url}/v1/refunds", form={"charge": "ch_x"}).error["code"] == "resource_missing"


def test_a_fresh_account(fake: FakeStripe, url: str) -> None:
    """A reset forgets objects, events, keys, faults and what waits; endpoints go on hearing."""
    inbox = Inbox()
    endpoint = fake.add_endpoint(inbox, secret="whsec_kept")
    keyed = {"Authorization": "Bearer sk_test_shop", "Idempotency-Key": "one"}
    form = {"amount": 11500, "currency": "sar"}
    first = ask(f"{url}/v1/payment_intents", form=form, headers=keyed).json["id"]
    tell(url, "faults/fail_next", kind="server_error", times=5)
    assert done(tell(url, "reset")) == {}
    assert f"has no payment_intent '{first}'; it has none" in refused(ask(f"{url}/_fake/retrieve?id={first}"), 404)
    assert done(ask(f"{url}/_fake/events"))["data"] == done(ask(f"{url}/_fake/webhooks"))["data"] == []
    assert ask(f"{url}/v1/payment_intents", form=form, headers=keyed).json["id"] != first
    done(tell(url, "webhooks/deliver"))
    assert inbox.types == ["payment_intent.created"]
    verify(*inbox.got[0], "whsec_kept")
    assert ask(f"{url}/v1/webhook_endpoints").json["data"][0]["id"] == endpoint


def test_mistakes_are_explained(url: str) -> None:
    """Each error says in a sentence what to do; nothing is done by half."""
    pi = intent(url)
    assert refused(tell(url, "pay", intent=pi, crad="4242"), 400) == (
        "there is no field 'crad' here: it takes intent, card, three_d_secure"
    )
    assert refused(tell(url, "pay"), 400) == "the field 'intent' is missing: give a string"
    assert refused(tell(url, "reset", all=True), 400) == "there is no field 'all' here: it takes no fields"
    assert refused(tell(url, "pay", intent=pi, three_d_secure="maybe"), 400).endswith("one of pass, fail, leave")
    assert refused(tell(url, "refund", intent=pi, amount=0), 400).startswith(
        "the field 'amount' must be a whole number"
    )
    assert refused(tell(url, "advance", days=float("nan")), 400).endswith("a number from 0 to 36500")
    assert refused(tell(url, "advance", days=True), 400).endswith("a number from 0 to 36500")
    assert refused(tell(url, "retrieve", id="\ud800"), 400) == "the field 'id' must be a string"
    assert refused(tell(url, "webhooks/deliver", order="sideways"), 400).endswith("or a list of strings")
    assert refused(tell(url, "webhooks/deliver", order=["evt_x"]), 400) == "no webhook waits for evt_x"
    assert refused(tell(url, "faults/fail_next", kind="earthquake"), 400).startswith("the field 'kind' must be one of")
    assert f"has no payment_intent 'pi_x'; its newest: {pi}" in refused(tell(url, "pay", intent="pi_x"), 404)
    assert refused(tell(url, "challenge", intent=pi), 409).startswith(f"cannot challenge {pi}: it is requires_payment")
    assert refused(tell(url, "nothing"), 404) == "there is no /_fake/nothing: GET /_fake/ lists what there is"
    assert refused(ask(f"{url}/_fake/pay"), 405) == "call it as POST /_fake/pay"


def test_a_real_card_is_refused_and_not_repeated(url: str) -> None:
    """A number that is no test card's goes no further, not even into the error."""
    answer = tell(url, "pay", intent=intent(url), card="4111111111111111")
    assert "not a test card" in refused(answer, 400)
    assert b"4111" not in answer.body


@pytest.mark.parametrize("body", [b"intent=pi_x", b"[]", b'"x"', b"{", b"\xff", b"[" * 100_000, b" " * (LIMIT + 1)])
def test_what_is_no_json_object_is_refused(url: str, body: bytes) -> None:
    """Forms, lists, broken and bottomless JSON get a sentence, and the server goes on."""
    assert ask(f"{url}/_fake/pay", body=body).status in (400, 413)
    assert done(ask(f"{url}/_fake/health")) == {"status": "ok"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "shop.example"},
        {"Host": "127.0.0.1.shop.example:12111"},
        {"Host": "[::1"},
        {"Host": "192.0.2.1"},
        {"Origin": "https://shop.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_web_page_can_drive_it(url: str, headers: dict[str, str]) -> None:
    """A page of another origin, or a name that was bent to this address, is refused, and told nothing by CORS."""
    answer = ask(f"{url}/_fake/reset", body=b"{}", headers=headers)
    assert refused(answer, 403).startswith("the control API ")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert ask(f"{url}/_fake/reset", method="OPTIONS", headers=headers).status == 403


def test_its_own_pages_may_drive_it(url: str) -> None:
    """A page that the server itself serves, and a test under any loopback name, may."""
    for host in (url.removeprefix("http://"), "localhost:12111", "[::1]:12111", "shop.localhost"):
        own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert ask(f"{url}/_fake/reset", body=b"{}", headers=own).status == 200
