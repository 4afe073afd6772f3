"""No dead ends: whatever Stripe, a person or the clock did, an order can go on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gulf_payments import AlertRaised, OutcomeUnknown, RefundRefused, TransitionRefused
from gulf_payments.errors import GatewayError
from gulf_payments.stripe import signature
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.shops import SECRET, Shop, later, order, sar


def told(shop: Shop, intent_id: str, kind: str, **changes: Any) -> int:
    """A webhook about a PaymentIntent that says what Stripe itself does not think; how it was answered."""
    created = next(e for e in shop.fake.events("payment_intent.created") if e["data"]["object"]["id"] == intent_id)
    event = json.loads(shop.fake.signed(created["id"])[0])
    event |= {"id": f"evt_{kind}", "type": f"payment_intent.{kind}"}
    event["data"]["object"] |= changes
    body = json.dumps(event).encode()
    return shop.receive(body, signature.sign(body, SECRET, at=shop.fake.clock()))


def impatient(shop: Shop) -> None:
    """From now on a request is tried once."""
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))


def flags(shop: Shop) -> list[str]:
    """The flags of the alerts raised from now on."""
    raised: list[str] = []
    shop.payments.on(AlertRaised, name="alarm")(lambda alert: raised.append(alert.flag))
    return raised


def test_a_payment_that_was_dismissed_makes_room_for_another(shop: Shop) -> None:
    """A forgotten tab paid the old total, staff dismissed that money: the order can be paid again."""
    shop.payments.place_order(order())
    old = shop.payments.start_payment("1017")
    shop.payments.place_order(order(price="100.00"))
    shop.fake.pay(old)
    shop.settle()
    shop.payments.resolve("1017", "amount_mismatch", old.payment.id, verdict="dismiss", actor="staff:1")
    new = shop.payments.start_payment("1017")
    assert new.intent_id != old.intent_id
    shop.fake.pay(new)
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_a_dismissed_payment_of_the_right_amount_is_not_offered_again(shop: Shop) -> None:
    """Money in a wrong currency was dismissed: its PaymentIntent is done, and the next start makes another."""
    shop.payments.place_order(order())
    old = shop.payments.start_payment("1017")
    assert told(shop, old.intent_id, "succeeded", amount_received=32500, currency="usd") == 200
    shop.payments.resolve("1017", "currency_mismatch", old.payment.id, verdict="dismiss", actor="staff:1")
    assert shop.payments.start_payment("1017").intent_id != old.intent_id


def test_a_server_error_does_not_stop_the_checkout_for_a_day(shop: Shop) -> None:
    """Stripe repeats a 500 under its key for a day; the next start takes another key."""
    impatient(shop)
    shop.payments.place_order(order())
    shop.fake.fail_next("server_error", ("POST", "/v1/payment_intents"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.start_payment("1017")
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_a_wrong_key_makes_no_rows(shop: Shop) -> None:
    """While Stripe turns us away at the door, a hundred tries are one payment, and it goes through in the end."""
    shop.payments.place_order(order())
    with pytest.MonkeyPatch.context() as turned_away:
        turned_away.setattr(shop.payments.gateway, "create", refused_with("authentication"))
        for _ in range(3):
            with pytest.raises(GatewayError):
                shop.payments.start_payment("1017")
    shop.payments.start_payment("1017")
    assert len(shop.payments.order("1017").payments) == 1


def refused_with(code: str) -> Any:
    """A call that Stripe refuses."""
    from gulf_payments.errors import GatewayRejected

    def refuse(*_: object) -> None:
        raise GatewayRejected("refused", code=code)

    return refuse


def test_a_payment_intent_that_is_gone_is_replaced(shop: Shop) -> None:
    """Somebody deleted the test data or changed the account: the order is still payable, and can be cancelled."""
    for order_id in ("paid", "amended", "cancelled"):
        shop.payments.place_order(order(order_id))
        shop.payments.start_payment(order_id)
    shop.payments.place_order(order("amended", price="100.00"))
    elsewhere = FakeStripe(clock=shop.fake.clock)
    elsewhere.add_endpoint(shop.receive, secret=SECRET)
    shop.payments.use_gateway(shop.gateway(http_client=elsewhere.http_client()))
    for order_id in ("paid", "amended"):
        elsewhere.pay(shop.payments.start_payment(order_id))
        assert shop.payments.refresh(order_id).status == "confirmed"
    elsewhere.deliver_webhooks()
    assert [shop.payments.order(order_id).status for order_id in ("paid", "amended")] == ["confirmed", "confirmed"]
    assert shop.payments.cancel("cancelled").status == "canceled"


def test_an_order_that_ran_out_while_a_payment_was_in_flight_is_closed_once_that_failed(shop: Shop) -> None:
    """The clock looks again later: its stock is not held for ever."""
    shop.payments.place_order(order(expires_in=later(hours=1)))
    attempt = shop.payments.start_payment("1017")
    shop.settle()
    told(shop, attempt.intent_id, "processing", status="processing")
    shop.settle(seconds=3601)
    assert shop.payments.order("1017").status == "processing"
    shop.fake.pay(attempt, card="4000000000000002")
    shop.settle()
    assert shop.payments.order("1017").status == "pending"
    shop.settle(seconds=6 * 3600)
    assert shop.payments.order("1017").status == "canceled"
    shop.settle(days=1)
    assert [row.waiting for row in shop.payments.backlog()] == []


def test_an_accepted_order_can_be_paid_after_its_time(shop: Shop) -> None:
    """Who was to pay the courier may still pay by card: an accepted order does not run out."""
    shop.payments.place_order(order(expires_in=later(hours=1)))
    shop.payments.accept("1017", method="cash_on_delivery")
    shop.settle(days=1)
    assert shop.payments.order("1017").expires_at is None
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_a_refund_that_only_ever_got_server_errors_is_released_and_told(shop: Shop) -> None:
    """The worker goes on until the key is dead, finds no refund, frees the money and tells staff."""
    raised = flags(shop)
    shop.paid()
    impatient(shop)
    shop.fake.fail_next("server_error", ("POST", "/v1/refunds"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.refund("1017", sar("300.00"), request_id="a")
    for _ in range(22):
        shop.settle(seconds=3600)
    assert shop.payments.order("1017").refundable == sar("25.00"), "until then it may have been made"
    shop.settle(days=1)
    assert shop.payments.order("1017").refundable == sar("325.00")
    assert raised == ["refund_refused"]
    assert shop.payments.refund("1017", sar("300.00"), request_id="b").status == "succeeded"


def test_a_refusal_that_somebody_heard_is_the_end_of_it(shop: Shop) -> None:
    """Stripe refused while staff looked on: the worker neither tries for hours nor raises an alert."""
    raised = flags(shop)
    payment = shop.paid().payments[0]
    shop.fake.refund_from_dashboard(payment.intent_id)
    shop.fake.drop_webhooks()
    with pytest.raises(RefundRefused):
        shop.payments.refund("1017", sar("10.00"), request_id="a")
    shop.settle(seconds=61)
    assert raised == []
    assert [row.waiting for row in shop.payments.backlog()] == []
    with pytest.raises(RefundRefused):
        shop.payments.refund("1017", sar("10.00"), request_id="a")
    assert "refused" in {refund.status for refund in shop.payments.order("1017").payments[0].refunds}


def test_a_wrong_key_says_nothing_about_a_refund_whose_answer_was_lost(shop: Shop) -> None:
    """The refund was made, its answer lost, then the API key was wrong: it stays reserved, never refunded twice."""
    shop.paid()
    impatient(shop)
    shop.fake.fail_next("timeout_after", ("POST", "/v1/refunds"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.refund("1017", sar("300.00"), request_id="a")
    shop.fake.drop_webhooks()
    with pytest.MonkeyPatch.context() as turned_away:
        turned_away.setattr(shop.payments.gateway, "refund", refused_with("authentication"))
        with pytest.raises(OutcomeUnknown):
            shop.payments.refund("1017", sar("300.00"), request_id="a")
    with pytest.raises(RefundRefused):
        shop.payments.refund("1017", sar("300.00"), request_id="b")
    shop.settle(seconds=61)
    assert shop.payments.order("1017").refunded == sar("300.00")
    assert len(shop.fake.events("refund.created")) == 1


def test_an_authorisation_that_lapsed_is_not_captured_in_silence(shop: Shop) -> None:
    """Its webhook was lost: the capture says that nothing was taken, and the order can be paid anew."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017", capture_method="manual"))
    shop.settle()
    shop.fake.advance(days=8)
    shop.fake.drop_webhooks()
    with pytest.raises(TransitionRefused, match="nothing was captured"):
        shop.payments.capture("1017")
    assert shop.payments.start_payment("1017").payment.status == "pending"


def test_an_order_in_a_currency_nobody_knows_can_still_be_read(shop: Shop) -> None:
    """A stray PaymentIntent in a currency newer than our table does not make its order unreadable."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    assert told(shop, attempt.intent_id, "created", id="pi_stray", currency="zzz") == 200
    assert {payment.id for payment in shop.payments.order("1017").payments} == {attempt.payment.id, "pi_stray"}
