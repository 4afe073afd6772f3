"""What becomes due, for whom, and for how long."""

from __future__ import annotations

import pytest

from gulf_payments.machine import (
    Dossier,
    Effect,
    Facts,
    Kind,
    OrderStatus,
    PaymentStatus,
    effects,
    read,
    step,
    still_due,
)
from tests.machine.news import (
    ORDER,
    News,
    an_order,
    cancel_requested,
    canceled,
    canceled_by_shop,
    capturable,
    charge_expired,
    charge_failed,
    charge_refunded,
    dismissed,
    dispute,
    elsewhere,
    known,
    paid_outside,
    payment_failed,
    processing,
    refund,
    requires_action,
    retired,
    started,
    succeeded,
    taken_without_money,
    told,
)

RETRY = "pay:pay_1:failed"
two_rows = known(started(), started("pay_2", "pi_2", at=2))
declined = told(charge_failed(), payment_failed())


def _due(dossier: Dossier, kind: Kind) -> list[Effect]:
    return [effect for effect in effects(dossier) if effect.kind is kind]


def test_a_declined_card_is_told_at_once_and_mailed_later() -> None:
    """PaymentFailed is immediate, once per attempt; the mail waits a quarter of an hour and is checked again."""
    dossier = an_order(*declined)
    assert _due(dossier, Kind.PAYMENT_FAILED) == [Effect("pay:pay_1:failed:ch_1", Kind.PAYMENT_FAILED, "pay_1", "ch_1")]
    assert _due(dossier, Kind.PAYMENT_RETRY_DUE) == [
        Effect(RETRY, Kind.PAYMENT_RETRY_DUE, "pay_1", delay_seconds=900, transient=True)
    ]


def test_a_second_decline_is_news_but_no_second_mail() -> None:
    """Each attempt is told; the mail is keyed once per PaymentIntent."""
    dossier, _ = step(an_order(), known(*declined))
    _, due = step(dossier, known(*told(charge_failed("ch_2"), payment_failed("ch_2"), start=20)))
    assert [effect.key for effect in due] == ["pay:pay_1:failed:ch_2"]


@pytest.mark.parametrize(
    "since",
    [
        *told(succeeded(), requires_action, processing, canceled(), start=50),
        *told(elsewhere(capturable()), elsewhere(succeeded()), start=50),
        retired(),
        canceled_by_shop(),
        paid_outside(),
        taken_without_money(),
    ],
    ids=["paid", "trying again", "processing", "canceled", "authorised elsewhere", "paid elsewhere", "retired",
         "order canceled", "paid outside", "taken without money"],
)  # fmt: skip
def test_the_mail_is_dropped_when_it_has_become_wrong(since: Facts) -> None:
    """Between the decline and its mail the customer may have paid, or need not: then the mail is not due."""
    dossier = an_order(two_rows, *declined)
    assert still_due(dossier, RETRY)
    assert not still_due(step(dossier, since)[0], RETRY)


def test_unattributed_refunds_are_looked_up_once_for_each_sum() -> None:
    """A total that tells of unseen refunds asks Stripe again; a further one, later, asks once more."""
    dossier, due = step(step(an_order(), *told(succeeded()))[0], *told(charge_refunded(40)))
    assert due == (
        Effect("lookup:pay_1:refunds:40", Kind.LOOKUP_DUE, "pay_1", "pi_1", delay_seconds=30, transient=True),
    )
    dossier, _ = step(dossier, *told(refund("re_1", 40)))
    assert not still_due(dossier, "lookup:pay_1:refunds:40")
    _, due = step(dossier, *told(charge_refunded(80), start=30))
    assert [effect.key for effect in due] == ["lookup:pay_1:refunds:80"]


def test_without_a_payment_intent_there_is_nothing_to_look_up() -> None:
    """A charge known before its PaymentIntent cannot be asked for by it."""
    bare = Dossier(ORDER, known(an_order().facts, *told(elsewhere(charge_refunded(40)))))
    assert _due(bare, Kind.LOOKUP_DUE) == []


def test_a_failed_refund_is_told_to_those_who_heard_of_it() -> None:
    """RefundFailed follows RefundIssued: whoever was not told of the refund is not told of its end."""
    dossier = an_order(*told(succeeded(), refund("re_1", 40, "failed")))
    assert _due(dossier, Kind.REFUND_FAILED) == [
        Effect("refund:re_1:failed", Kind.REFUND_FAILED, "pay_1", "re_1", after="refund:re_1")
    ]


@pytest.mark.parametrize(
    ("status", "issued"), [("requires_action", False), ("pending", True), ("one_of_tomorrow", False)]
)
def test_a_refund_is_issued_once_stripe_works_on_it(status: str, *, issued: bool) -> None:
    """Pending and succeeded refunds are news; one that needs an action, or has a status new to us, is not yet."""
    dossier = an_order(*told(succeeded(), refund("re_1", 40, status)))
    assert bool(_due(dossier, Kind.REFUND_ISSUED)) is issued


def test_a_dispute_is_told_with_each_outcome() -> None:
    """Opened, lost and won late are three pieces of news, even before we know of the payment."""
    dossier = an_order(*told(dispute("needs_response"), dispute("lost"), dispute("won")))
    assert [effect.key for effect in _due(dossier, Kind.DISPUTE_OPENED)] == ["dispute:dp_1:opened"]
    assert [effect.detail for effect in _due(dossier, Kind.DISPUTE_CLOSED)] == ["lost", "won"]


def test_an_order_taken_without_money_is_accepted_once() -> None:
    """Cash on delivery is announced with its method, and not for an order that is closed."""
    taken = an_order(taken_without_money())
    assert read(taken).status is OrderStatus.ACCEPTED
    assert _due(taken, Kind.ORDER_ACCEPTED) == [
        Effect(f"order:{ORDER}:accepted", Kind.ORDER_ACCEPTED, detail="cash_on_delivery")
    ]
    assert _due(an_order(taken_without_money(), canceled_by_shop()), Kind.ORDER_ACCEPTED) == []


@pytest.mark.parametrize("reason", ["requested", "expired"])
def test_stock_is_released_by_our_own_cancel_only(reason: str) -> None:
    """OrderCanceled says why the shop closed it; a lapsed authorisation or a mere wish leaves the order payable."""
    assert _due(an_order(canceled_by_shop(reason=reason)), Kind.ORDER_CANCELED) == [
        Effect(f"order:{ORDER}:canceled", Kind.ORDER_CANCELED, detail=reason)
    ]
    for open_still in (
        an_order(cancel_requested()),
        an_order(*told(capturable(), charge_expired(), canceled("expired"))),
    ):
        assert read(open_still).status is OrderStatus.PENDING
        assert _due(open_still, Kind.ORDER_CANCELED) == []


def test_an_authorisation_is_announced_for_capture() -> None:
    """OrderAuthorized names the payment to capture, and not on a closed order."""
    held = told(capturable())
    assert _due(an_order(*held), Kind.ORDER_AUTHORIZED) == [
        Effect("pay:pay_1:authorized", Kind.ORDER_AUTHORIZED, "pay_1")
    ]
    assert _due(an_order(*held, canceled_by_shop()), Kind.ORDER_AUTHORIZED) == []


def test_the_same_refund_told_of_two_payments_is_announced_once() -> None:
    """A key is given out once even if the facts repeat themselves."""
    news = told(succeeded(), refund("re_1", 10), elsewhere(succeeded()), elsewhere(refund("re_1", 10)))
    _, due = step(an_order(two_rows), known(*news))
    keys = [effect.key for effect in due]
    assert keys.count("refund:re_1") == 1
    assert len(keys) == len(set(keys))


def test_confirmation_reaches_a_subscriber_before_what_follows_it() -> None:
    """In one step the order is confirmed before its refund is issued, and alerts come last."""
    _, due = step(an_order(two_rows), known(*told(succeeded(), refund("re_1", 10), elsewhere(succeeded()))))
    kinds = [effect.kind for effect in due]
    assert kinds == [Kind.ORDER_CONFIRMED, Kind.REFUND_ISSUED, Kind.ALERT_RAISED]


@pytest.mark.parametrize(
    ("story", "leading"),
    [
        ((), PaymentStatus.PENDING),
        ((requires_action,), PaymentStatus.PENDING),
        ((elsewhere(requires_action),), PaymentStatus.REQUIRES_ACTION),
        ((succeeded(), elsewhere(payment_failed())), PaymentStatus.SUCCEEDED),
        ((succeeded(), elsewhere(capturable())), PaymentStatus.SUCCEEDED),
        ((succeeded(), elsewhere(succeeded()), dispute("needs_response")), PaymentStatus.DISPUTED),
    ],
)
def test_one_payment_speaks_for_the_order(story: tuple[News, ...], leading: PaymentStatus) -> None:
    """The order's payment status is that of its weightiest payment, else of the newest attempt."""
    assert read(an_order(two_rows, *told(*story))).payment_status is leading


def test_the_payment_in_use_speaks_before_a_newer_one_that_was_retired() -> None:
    """A retired attempt speaks only if there is no other; without any the order is pending, or paid outside."""
    both = an_order(two_rows, retired("pay_2"), *told(payment_failed(), elsewhere(requires_action)))
    assert read(both).payment_status is PaymentStatus.FAILED
    assert read(an_order(paid_outside())).payment_status is PaymentStatus.SUCCEEDED
    nothing = Dossier(ORDER, Facts(terms=an_order().facts.terms))
    assert read(nothing).payment_status is PaymentStatus.PENDING
    assert read(Dossier(ORDER, known(nothing.facts, paid_outside()))).payment_status is PaymentStatus.SUCCEEDED


def test_dismissed_money_does_not_speak_for_the_order() -> None:
    """Once a person says that a payment is none of the order's, its success is not the order's."""
    dossier = an_order(*told(succeeded(70)), dismissed("amount_mismatch:pay_1"))
    assert read(dossier).payment_status is PaymentStatus.PENDING
