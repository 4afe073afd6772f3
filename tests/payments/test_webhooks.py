"""Webhooks: one transaction each, whatever arrives, however often and in whatever order."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable
from itertools import permutations
from typing import Any

import pytest

from gulf_payments import (
    AlertRaised,
    CurrencyMismatch,
    DisputeClosed,
    DisputeOpened,
    InvalidInput,
    Money,
    OrderConfirmed,
    StripeEvent,
)
from gulf_payments.endpoints import MOST_BYTES
from gulf_payments.errors import StoreUnavailable
from gulf_payments.stripe import signature
from tests.shops import SECRET, Shop, order, sar


def alerts(shop: Shop) -> list[str]:
    """The keys of the alerts raised from now on."""
    keys: list[str] = []
    shop.payments.on(AlertRaised, name="alarm")(lambda alert: keys.append(alert.key))
    return keys


def forged(shop: Shop, *, secret: str = SECRET, **changes: Any) -> tuple[bytes, str]:
    """The order's first event, changed and signed anew."""
    created = shop.fake.events("payment_intent.created")[0]
    body, _ = shop.fake.signed(created["id"])
    event = json.loads(body)
    inner = changes.pop("object", {})
    event |= changes
    event["data"]["object"] |= inner
    text = json.dumps(event).encode()
    return text, signature.sign(text, secret, at=shop.fake.clock())


def test_every_order_of_arrival_ends_the_same(shop: Shop) -> None:
    """A card payment's four events, in each of their orders, each twice: confirmed, mailed once, no alert."""
    for number, arrangement in enumerate(permutations(range(4))):
        raised = [] if number else alerts(shop)
        order_id = f"o{number}"
        shop.payments.place_order(order(order_id))
        shop.fake.pay(shop.payments.start_payment(order_id))
        waiting = [pending.event_id for pending in shop.fake.pending_webhooks]
        assert len(waiting) == 4, "created, charge.succeeded, succeeded, charge.updated"
        mails = len(shop.subjects)
        shop.fake.deliver_webhooks(order=[waiting[place] for place in arrangement], copies=2)
        shop.settle()
        assert shop.payments.order(order_id).status == "confirmed"
        assert len(shop.subjects) == mails + 1
        assert raised == []


def test_a_failure_told_after_the_success_changes_nothing(shop: Shop) -> None:
    """Peer row 2: payment_failed after paid is answered 200, kept as stale, and the order stays paid."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.fake.pay(attempt, card="4000000000000002")
    late = [pending.event_id for pending in shop.fake.pending_webhooks]
    shop.fake.pay(attempt)
    shop.fake.deliver_webhooks(order=[p.event_id for p in shop.fake.pending_webhooks if p.event_id not in late])
    assert shop.payments.order("1017").status == "confirmed"
    answers = shop.fake.deliver_webhooks(order=late)
    assert {answer.status_code for answer in answers} == {200}
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"
    body, header = shop.fake.signed(shop.fake.events("payment_intent.payment_failed")[0]["id"])
    assert shop.payments.receive_webhook(body, header).reason == "duplicate"


def test_a_stale_event_says_so(shop: Shop) -> None:
    """An event that tells nothing new is answered 200 and noted as stale."""
    shop.paid()
    body, header = forged(shop, id="evt_again")
    reply = shop.payments.receive_webhook(body, header)
    assert (reply.status_code, reply.reason) == (200, "stale")


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"{}", None),
        (b"{}", ""),
        (b"{}", "t=abc,v1=00"),
        (b"\xff\xfe", "t=1,v1=" + "0" * 64),
        (b"[]", "t=1"),
        (b"", "v1=é"),
    ],
)
def test_anything_hostile_is_400_and_leaves_no_trace(shop: Shop, body: bytes, header: str | None) -> None:
    """Peer row 16: bad bytes and bad headers are refused before anything is stored."""
    assert shop.payments.receive_webhook(body, header).status_code == 400
    assert list(shop.payments.orders()) == []
    assert shop.payments.backlog() == []


def test_a_webhook_signed_by_somebody_else_is_400(shop: Shop) -> None:
    """A right body under a wrong secret, and a right signature for another body, are refused."""
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    body, header = forged(shop, secret="whsec_other")
    assert shop.payments.receive_webhook(body, header).reason == "SignatureMismatch"
    body, header = forged(shop, id="evt_x")
    assert shop.payments.receive_webhook(body + b" ", header).reason == "SignatureMismatch"


def test_the_other_mode_and_other_accounts_are_counted_and_alerted_once(shop: Shop) -> None:
    """Peer row 6: a live event at a test endpoint, and a connected account's, are 200 and change nothing."""
    raised = alerts(shop)
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    for number in range(3):
        live = forged(shop, id=f"evt_live{number}", livemode=True)
        assert shop.payments.receive_webhook(*live).reason == "foreign"
        foreign = forged(shop, id=f"evt_acct{number}", account="acct_9")
        assert shop.payments.receive_webhook(*foreign).reason == "foreign"
    shop.settle()
    assert sorted(raised) == ["alert:foreign_account:acct_9", "alert:wrong_mode:live"]


def test_another_shops_payment_is_foreign(shop: Shop) -> None:
    """Two shops on one Stripe account hear each other's events: 200, and nothing is bound."""
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    other = forged(shop, id="evt_1", object={"id": "pi_other", "metadata": {"shop": "other", "order_id": "1017"}})
    assert shop.payments.receive_webhook(*other).reason == "foreign"
    plain = forged(shop, id="evt_2", object={"id": "pi_plain", "metadata": {}})
    assert shop.payments.receive_webhook(*plain).reason == "foreign"
    assert len(shop.payments.order("1017").payments) == 1


def test_our_own_shops_unknown_order_raises_an_alert(shop: Shop) -> None:
    """Peer row 6: an order of ours that we do not have is 200, an alert, and a look at Stripe; never an exception."""
    raised = alerts(shop)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    lost = {"metadata": {"shop": "gulf-emperor", "order_id": "gone", "payment_id": "pay_gone"}, "id": "pi_gone"}
    assert shop.payments.receive_webhook(*forged(shop, id="evt_1", object=lost)).reason == "lookup"
    shop.settle()
    assert raised == ["alert:unknown_order:gone"]
    assert [row.waiting for row in shop.payments.backlog()] == [], "Stripe has no such payment: there is no more to ask"
    assert shop.payments.order("1017").payments[0].intent_id == attempt.intent_id


def test_a_cheap_payment_that_names_a_dear_order_confirms_nothing(shop: Shop) -> None:
    """The amount attack: money of a stray PaymentIntent is seen, flagged, and never confirms."""
    confirmed: list[str] = []
    shop.payments.on(OrderConfirmed, name="fulfil")(lambda event: confirmed.append(event.key))
    raised = alerts(shop)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    cheap = {"id": "pi_cheap", "amount": 100, "amount_received": 100, "status": "succeeded"}
    assert shop.receive(*forged(shop, id="evt_1", type="payment_intent.succeeded", object=cheap)) == 200
    shop.settle()
    seen = shop.payments.order("1017")
    assert seen.status == "review"
    assert "alert:wrong_binding:pi_cheap" in raised
    assert confirmed == []
    assert attempt.intent_id in {payment.intent_id for payment in seen.payments}


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"amount_received": 32501}, "amount_mismatch"),
        ({"amount_received": 1}, "amount_mismatch"),
        ({"amount_received": 32500, "currency": "usd"}, "currency_mismatch"),
        ({"amount_received": 32500, "metadata": {"shop": "gulf-emperor", "order_id": "other"}}, "wrong_binding"),
    ],
)
def test_money_that_does_not_fit_waits_for_a_person(shop: Shop, change: dict[str, Any], flag: str) -> None:
    """Peer row 5: too much, too little, another currency, another order: one alert, and no confirmation."""
    raised = alerts(shop)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    wrong = forged(shop, id="evt_1", type="payment_intent.succeeded", object={"status": "succeeded"} | change)
    assert shop.receive(*wrong) == 200
    shop.payments.deliver_effects()
    assert shop.payments.order("1017").status == "review"
    assert raised == [f"alert:{flag}:{attempt.payment.id}"]
    assert shop.subjects == []


def test_money_of_another_currency_is_never_shown_as_the_orders(shop: Shop) -> None:
    """325 dollars for 325 riyals: the order shows no riyals paid, its payment shows the dollars, and they go back."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    dollars = {"status": "succeeded", "amount_received": 32500, "currency": "usd"}
    shop.receive(*forged(shop, id="evt_1", type="payment_intent.succeeded", object=dollars))
    seen = shop.payments.order("1017")
    assert (seen.status, seen.paid, seen.refundable) == ("review", sar("0"), sar("0"))
    assert seen.payments[0].received == seen.payments[0].refundable == Money("325.00", "USD")
    with pytest.raises(CurrencyMismatch):
        shop.payments.refund("1017", sar("325.00"), request_id="a", payment_id=attempt.payment.id)


def test_our_own_failure_is_503_and_forgets_the_event(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database is away Stripe is asked to come back, and its next try is not a duplicate."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    with monkeypatch.context() as broken:

        def away(*_: object, **__: object) -> None:
            raise StoreUnavailable("the database is away")

        broken.setattr(shop.store, "begin", away)
        assert {answer.status_code for answer in shop.fake.deliver_webhooks()} == {503}
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_a_lost_webhook_is_healed_by_the_customers_return(shop: Shop) -> None:
    """Peer row 18, by hand: every webhook is lost; asking Stripe confirms, and a late webhook changes nothing."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    late = [pending.event_id for pending in shop.fake.pending_webhooks]
    shop.fake.drop_webhooks()
    assert shop.payments.refresh("1017", customer_id="7").status == "confirmed"
    for event_id in late:
        shop.fake.replay(event_id)
    shop.settle()
    assert len(shop.subjects) == 1


def test_a_refund_before_its_payment_counts_once_the_payment_is_seen(shop: Shop) -> None:
    """Peer row 3: the refund arrives first, is kept, and shows as soon as the money does."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.settle()
    shop.fake.pay(attempt)
    shop.fake.refund_from_dashboard(attempt.intent_id)
    shop.fake.deliver_webhooks(order="reversed")
    shop.settle()
    seen = shop.payments.order("1017")
    assert (seen.status, seen.refunded) == ("refunded", sar("325.00"))


def test_a_dispute_is_told_with_its_date_and_its_outcome(shop: Shop) -> None:
    """Peer row 17: opened, money withdrawn, won: recorded, told, and the order is what it was."""
    told: list[Any] = []
    shop.payments.on(DisputeOpened, name="desk")(told.append)
    shop.payments.on(DisputeClosed, name="desk")(told.append)
    attempt = shop.paid().payments[0]
    dispute = shop.fake.dispute(attempt.intent_id)
    shop.settle()
    assert shop.payments.order("1017").status == "disputed"
    assert told[0].due_by is not None
    shop.fake.close_dispute(dispute["id"], "won")
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"
    assert told[1].outcome == "won"


def test_a_lost_dispute_takes_the_money_back(shop: Shop) -> None:
    """A lost dispute reverses the order; nothing of it can be refunded."""
    attempt = shop.paid().payments[0]
    dispute = shop.fake.dispute(attempt.intent_id)
    shop.fake.close_dispute(dispute["id"], "lost")
    shop.settle()
    seen = shop.payments.order("1017")
    assert (seen.status, seen.refundable) == ("reversed", sar("0"))


def test_two_attempts_that_both_pay_are_flagged(shop: Shop) -> None:
    """Peer row 12: the first attempt succeeds late, after the second paid: both recorded, one alert, one mail."""
    raised = alerts(shop)
    shop.payments.place_order(order())
    first = shop.payments.start_payment("1017")
    events = shop.fake.events("payment_intent.created")
    shop.payments.start_payment("1017", description="second")
    second = shop.payments.order("1017").payments[-1]
    shop.fake.pay(second.intent_id)
    shop.settle()
    late = {"status": "succeeded", "amount_received": 32500}
    assert events[0]["data"]["object"]["id"] == first.intent_id
    assert shop.receive(*forged(shop, id="evt_late", type="payment_intent.succeeded", object=late)) == 200
    shop.settle()
    seen = shop.payments.order("1017")
    assert (seen.paid, seen.status) == (sar("650.00"), "confirmed")
    assert "alert:paid_twice:1017" in raised
    assert len(shop.subjects) == 1


def test_any_stripe_event_can_be_subscribed_to(shop: Shop) -> None:
    """A type the library does not use is kept with its JSON until its subscriber is done with it."""
    heard: list[StripeEvent] = []
    shop.payments.on_stripe("customer.created", name="crm")(heard.append)
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    event = forged(shop, id="evt_c", type="customer.created", object={"object": "customer", "id": "cus_1"})
    assert shop.payments.receive_webhook(*event).status_code == 200
    assert shop.payments.receive_webhook(*event).reason == "duplicate"
    shop.settle()
    assert [(told.id, told.data["data"]["object"]["id"]) for told in heard] == [("evt_c", "cus_1")]


def test_another_shops_event_is_not_handed_to_subscribers(shop: Shop) -> None:
    """Whoever subscribed to a type hears of what names this shop or nobody, never of another shop's customer."""
    heard: list[str] = []
    shop.payments.on_stripe("payment_intent.succeeded", name="crm")(lambda event: heard.append(event.id))
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    for name, metadata in {"other": {"shop": "other"}, "nobody": {}}.items():
        about = {"id": f"pi_{name}", "metadata": metadata}
        assert shop.receive(*forged(shop, id=f"evt_{name}", type="payment_intent.succeeded", object=about)) == 200
    shop.settle()
    assert heard == ["evt_nobody"]


def test_a_kept_event_holds_no_client_secret(shop: Shop) -> None:
    """Who subscribes to a PaymentIntent's own events gets them without the secret that opens it."""
    heard: list[StripeEvent] = []
    shop.payments.on_stripe("payment_intent.created", name="crm")(heard.append)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.settle()
    assert heard[0].data["data"]["object"]["id"] == attempt.intent_id
    assert attempt.client_secret not in str(heard[0].data)


def test_a_type_nobody_asked_for_is_unused(shop: Shop) -> None:
    """Everything else is answered 200 and counted."""
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    event = forged(shop, id="evt_c", type="customer.created", object={"object": "customer", "id": "cus_1"})
    assert shop.payments.receive_webhook(*event).reason == "unused"


def test_an_old_api_version_is_not_trusted_but_looked_up(shop: Shop) -> None:
    """Before basil a cancel looked like a refund: such events only make us ask Stripe; one alert for each version."""
    raised = alerts(shop)
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.fake.drop_webhooks()
    for number in range(2):
        old = forged(shop, id=f"evt_{number}", type="payment_intent.succeeded", api_version="2020-08-27")
        assert shop.payments.receive_webhook(*old).reason == "lookup"
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"
    assert raised == ["alert:api_version_old:2020-08-27"]


def test_a_decoded_body_is_named(shop: Shop) -> None:
    """The commonest mistake, passing text, is a sentence and not a signature that never fits."""
    with pytest.raises(InvalidInput, match="raw body as bytes"):
        shop.payments.receive_webhook("{}", "t=1")  # type: ignore[arg-type]


def test_the_wsgi_endpoint(shop: Shop) -> None:
    """POST only, a limit on the body, and the status as the whole answer."""
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    body, header = forged(shop, id="evt_w")
    answered: list[str] = []

    def call(**environ: Any) -> str:
        list(shop.payments.wsgi()(environ, lambda status, _headers: answered.append(status)))
        return answered[-1]

    def post(content: bytes, signed: str) -> str:
        stream = io.BytesIO(content)
        length = str(len(content))
        return call(
            REQUEST_METHOD="POST", CONTENT_LENGTH=length, HTTP_STRIPE_SIGNATURE=signed, **{"wsgi.input": stream}
        )

    assert post(body, header) == "200 OK"
    assert post(body, "t=1,v1=0") == "400 Bad Request"
    assert post(b"x" * (MOST_BYTES + 1), header) == "413 Content Too Large"
    for declared in ("many", "9" * 5000):
        assert call(REQUEST_METHOD="POST", CONTENT_LENGTH=declared).startswith("413")
    assert call(REQUEST_METHOD="GET") == "405 Method Not Allowed"


async def _await(answer: Awaitable[None]) -> None:
    await answer


def test_the_asgi_endpoint(shop: Shop) -> None:
    """The same through ASGI, with the body in pieces."""
    shop.payments.place_order(order())
    shop.payments.start_payment("1017")
    body, header = forged(shop, id="evt_a")

    def call(method: str, pieces: list[bytes], signed: str = header) -> int:
        sent: list[Any] = []
        waiting = [{"body": piece, "more_body": True} for piece in pieces] + [{"body": b"", "more_body": False}]

        async def pull() -> Any:
            """Give the next piece of the body."""
            return waiting.pop(0)

        async def push(message: Any) -> None:
            """Keep what is answered."""
            sent.append(message)

        scope = {"type": "http", "method": method, "headers": [(b"Stripe-Signature", signed.encode())]}
        asyncio.run(_await(shop.payments.asgi()(scope, pull, push)))
        return int(sent[0]["status"])

    assert call("POST", [body[:100], body[100:]]) == 200
    assert call("POST", [body], "t=1,v1=0") == 400
    assert call("POST", [b"x" * MOST_BYTES, b"x"]) == 413
    assert call("GET", []) == 405
