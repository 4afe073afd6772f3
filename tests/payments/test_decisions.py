"""What staff decide: cancel, accept unpaid, book outside money, resolve what contradicts."""

from __future__ import annotations

import pytest

from gulf_payments import (
    CurrencyMismatch,
    InvalidInput,
    Money,
    OrderAccepted,
    OrderCanceled,
    OrderConfirmed,
    OrderLocked,
    OrderNeedsReview,
    OutcomeUnknown,
    TransitionRefused,
)
from tests.shops import Shop, order, sar


def heard(shop: Shop) -> list[str]:
    """The keys of the events a subscriber hears from now on."""
    keys: list[str] = []
    for event in (OrderConfirmed, OrderCanceled, OrderAccepted, OrderNeedsReview):
        shop.payments.on(event, name="ear")(lambda told: keys.append(told.key))
    return keys


def test_an_unpaid_order_is_cancelled_with_its_payment(shop: Shop) -> None:
    """Cancelling closes the PaymentIntent too: browser-back cannot pay a cancelled order."""
    keys = heard(shop)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    assert shop.payments.cancel("1017", reason="abandoned", actor="staff:1").status == "canceled"
    assert shop.fake.retrieve(attempt.intent_id)["status"] == "canceled"
    shop.settle()
    assert keys == ["order:1017:canceled"]
    assert shop.payments.cancel("1017").status == "canceled", "a second call changes nothing"
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.start_payment("1017")
    assert refused.value.why == "canceled"
    with pytest.raises(TransitionRefused):
        shop.payments.place_order(order(price="1.00"))


def test_a_payment_in_flight_beats_the_cancellation(shop: Shop) -> None:
    """The customer paid a moment before: Stripe says so, the order is paid and the cancel refused."""
    keys = heard(shop)
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    with pytest.raises(OrderLocked, match="refund it instead"):
        shop.payments.cancel("1017")
    assert shop.payments.order("1017").status == "confirmed"
    shop.settle()
    assert keys == ["order:1017:confirm"]


def test_a_cancellation_whose_answer_was_lost_is_finished_by_the_worker(shop: Shop) -> None:
    """The wish is kept: nothing can be started, accepted or amended meanwhile, and the outbox carries it out."""
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.fake.fail_next("timeout_after", ("POST", f"/v1/payment_intents/{attempt.intent_id}/cancel"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.cancel("1017")
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.start_payment("1017")
    assert refused.value.why == "being_canceled"
    with pytest.raises(TransitionRefused, match="being canceled"):
        shop.payments.accept("1017", method="cash_on_delivery")
    with pytest.raises(TransitionRefused, match="being canceled"):
        shop.payments.place_order(order(price="100.00"))
    shop.settle(seconds=61)
    assert shop.payments.order("1017").status == "canceled"


def test_paid_after_cancel_waits_for_a_person(shop: Shop) -> None:
    """Money for a cancelled order never confirms by itself; accepting it does, once."""
    keys = heard(shop)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    body = _paid_event(shop, attempt.intent_id)
    shop.payments.cancel("1017")
    assert shop.receive(*body) == 200
    shop.settle()
    seen = shop.payments.order("1017")
    assert seen.status == "review"
    assert f"paid_after_cancel:{attempt.payment.id}" in seen.anomalies
    assert "order:1017:confirm" not in keys
    shop.payments.resolve("1017", "paid_after_cancel", attempt.payment.id, verdict="accept", actor="staff:1")
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"
    assert keys.count("order:1017:confirm") == 1


def _paid_event(shop: Shop, intent_id: str) -> tuple[bytes, str]:
    """A webhook that says a PaymentIntent succeeded, signed as Stripe signs; at Stripe it stays open."""
    import json

    from gulf_payments.stripe import signature
    from tests.shops import SECRET

    created = next(event for event in shop.fake.events("payment_intent.created"))
    body, _ = shop.fake.signed(created["id"])
    event = json.loads(body)
    event |= {"id": "evt_forced", "type": "payment_intent.succeeded"}
    event["data"]["object"] |= {"status": "succeeded", "amount_received": event["data"]["object"]["amount"]}
    forced = json.dumps(event).encode()
    assert event["data"]["object"]["id"] == intent_id
    return forced, signature.sign(forced, SECRET, at=shop.fake.clock())


def test_cash_on_delivery(shop: Shop) -> None:
    """An order taken without money is accepted, never expires, and is confirmed when the cash is booked."""
    from tests.shops import later

    keys = heard(shop)
    shop.payments.place_order(order(expires_in=later(hours=1)))
    assert shop.payments.accept("1017", method="cash_on_delivery", actor="staff:1").status == "accepted"
    shop.payments.accept("1017", method="cash_on_delivery")
    shop.settle(days=2)
    assert shop.payments.order("1017").status == "accepted"
    booked = shop.payments.record_outside_payment("1017", sar("325.00"), method="cash", reference="courier-9")
    assert (booked.status, booked.payment_status, booked.paid) == ("confirmed", "succeeded", sar("325.00"))
    shop.settle()
    assert keys == ["order:1017:accepted", "order:1017:confirm"]


def test_a_transfer_is_booked_once_and_can_be_voided(shop: Shop) -> None:
    """The same reference counts once; another amount under it, another currency and nothing are refused."""
    shop.payments.place_order(order())
    for _ in range(2):
        shop.payments.record_outside_payment("1017", sar("325.00"), method="transfer", reference="IBAN-1")
    assert shop.payments.order("1017").paid == sar("325.00")
    with pytest.raises(InvalidInput, match="another amount"):
        shop.payments.record_outside_payment("1017", sar("5.00"), method="transfer", reference="IBAN-1")
    with pytest.raises(CurrencyMismatch):
        shop.payments.record_outside_payment("1017", Money("5.00", "AED"), method="transfer", reference="x")
    with pytest.raises(InvalidInput, match="reference"):
        shop.payments.record_outside_payment("1017", sar("5.00"), method="transfer", reference=" ")
    with pytest.raises(InvalidInput, match="to void"):
        shop.payments.record_outside_payment("1017", sar("5.00"), method="transfer", reference="y", voided=True)
    gone = shop.payments.record_outside_payment("1017", sar("325.00"), method="t", reference="IBAN-1", voided=True)
    assert (gone.paid, gone.status) == (sar("0"), "pending")


def test_a_voided_reference_is_not_booked_again_in_silence(shop: Shop) -> None:
    """Voided is for ever: booking it again says so, instead of returning an order that is still unpaid."""
    shop.payments.place_order(order())
    for voided in (False, True, True):
        shop.payments.record_outside_payment("1017", sar("325.00"), method="t", reference="IBAN-1", voided=voided)
    with pytest.raises(InvalidInput, match="another reference"):
        shop.payments.record_outside_payment("1017", sar("325.00"), method="t", reference="IBAN-1")
    assert shop.payments.record_outside_payment("1017", sar("325.00"), method="t", reference="b").status == "confirmed"


def test_too_little_from_outside_waits_for_the_rest(shop: Shop) -> None:
    """Half a transfer is in review; the other half confirms."""
    shop.payments.place_order(order())
    assert shop.payments.record_outside_payment("1017", sar("100.00"), method="t", reference="a").status == "review"
    assert shop.payments.record_outside_payment("1017", sar("225.00"), method="t", reference="b").status == "confirmed"


def test_a_payment_made_in_the_dashboard_is_adopted(shop: Shop) -> None:
    """A PaymentIntent of Stripe's dashboard, named as reference, pays the order and is counted once."""
    from gulf_payments.ports import IntentRequest

    shop.payments.place_order(order())
    request = IntentRequest(payment_id="by-hand", order_id="", shop="", amount=32500, currency="SAR")
    intent = shop.gateway().create(request)
    shop.fake.pay(intent)
    shop.settle()
    assert shop.payments.order("1017").status == "pending"
    reference = intent.sighting.intent_id
    for _ in range(2):
        seen = shop.payments.record_outside_payment("1017", sar("325.00"), method="stripe", reference=reference)
        assert (seen.status, seen.paid) == ("confirmed", sar("325.00"))
    shop.payments.place_order(order("1018"))
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.record_outside_payment("1018", sar("325.00"), method="stripe", reference=reference)
    assert refused.value.why == "intent_taken"


def test_another_shops_payment_is_not_adopted(shop: Shop) -> None:
    """Two shops on one Stripe account: what pays one cannot be booked in the other."""
    from gulf_payments.ports import IntentRequest

    shop.payments.place_order(order())
    request = IntentRequest(payment_id="pay_9", order_id="9", shop="other", amount=32500, currency="SAR")
    intent = shop.gateway().create(request)
    shop.fake.pay(intent)
    reference = intent.sighting.intent_id
    with pytest.raises(TransitionRefused, match="another shop") as refused:
        shop.payments.record_outside_payment("1017", sar("325.00"), method="stripe", reference=reference)
    assert refused.value.why == "intent_taken"


def test_only_what_is_flagged_can_be_resolved_and_the_first_verdict_stands(shop: Shop) -> None:
    """An unknown flag is refused with the list of open ones; a verdict is for ever."""
    shop.payments.place_order(order())
    with pytest.raises(TransitionRefused, match="none"):
        shop.payments.resolve("1017", "amount_mismatch", "pay_1", verdict="accept", actor="staff:1")
    with pytest.raises(InvalidInput, match="accept"):
        shop.payments.resolve("1017", "amount_mismatch", "pay_1", verdict="maybe", actor="staff:1")
    shop.payments.record_outside_payment("1017", sar("100.00"), method="t", reference="a")
    shop.payments.resolve("1017", "underpaid", "1017", verdict="accept", actor="staff:1", note="a friend")
    assert shop.payments.resolve("1017", "underpaid", "1017", verdict="dismiss", actor="staff:2").status == "confirmed"


def test_an_order_whose_wrong_payment_was_dismissed_can_be_cancelled(shop: Shop) -> None:
    """Money that a person said is not this order's does not hold its cancellation back, nor the stock."""
    keys = heard(shop)
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.payments.place_order(order(price="100.00"))
    shop.fake.pay(attempt)
    shop.settle()
    assert shop.payments.order("1017").status == "review"
    shop.payments.resolve("1017", "amount_mismatch", attempt.payment.id, verdict="dismiss", actor="staff:1")
    assert shop.payments.cancel("1017", actor="staff:1").status == "canceled"
    shop.settle()
    assert "order:1017:canceled" in keys
    assert shop.payments.refund("1017", request_id="a").amount == sar("325.00"), "and the money can still go back"
