"""Refunds: one for each request, never more than there is, never forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gulf_payments import (
    CurrencyMismatch,
    InvalidInput,
    LineItem,
    Money,
    NotChargeable,
    OutcomeUnknown,
    PaymentNotFound,
    RefundFailed,
    RefundIssued,
    RefundRefused,
)
from tests.shops import Shop, order, sar


def refunds_at_stripe(shop: Shop) -> int:
    """How many refunds Stripe has."""
    return len(shop.fake.events("refund.created"))


def test_two_partial_refunds_add_up(shop: Shop) -> None:
    """Peer row 4: two refunds of 30 are 60, and the order is partially refunded, never partially paid."""
    shop.paid()
    for number in ("first", "second"):
        shop.payments.refund("1017", sar("30.00"), request_id=number)
    shop.settle()
    seen = shop.payments.order("1017")
    assert (seen.status, seen.refunded, seen.refundable) == ("partially_refunded", sar("60.00"), sar("265.00"))
    assert [refund.amount for refund in seen.payments[0].refunds] == [sar("30.00"), sar("30.00")]
    assert len(shop.subjects) == 3


def test_the_whole_rest_is_refunded_when_no_amount_is_named(shop: Shop) -> None:
    """Without an amount everything left goes back."""
    shop.paid()
    shop.payments.refund("1017", sar("25.00"), request_id="a")
    assert shop.payments.refund("1017", request_id="b").amount == sar("300.00")
    assert shop.payments.order("1017").status == "refunded"


def test_two_people_at_one_form_make_one_refund(shop: Shop) -> None:
    """Peer row 10: the form's token is the same for both; the second is told of the first's refund."""
    shop.paid()
    tokens = {shop.payments.refund_token("1017") for _ in range(2)}
    assert len(tokens) == 1
    token = tokens.pop()
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: shop.payments.refund("1017", sar("50.00"), request_id=token).id, range(4)))
    assert len(found) == 1
    assert refunds_at_stripe(shop) == 1
    assert shop.payments.refund_token("1017") != token, "the order looks different now, so the next form is another"


def test_the_same_request_cannot_change_its_amount(shop: Shop) -> None:
    """A request id is one refund: asking for another amount under it is refused."""
    shop.paid()
    shop.payments.refund("1017", sar("50.00"), request_id="a")
    for other in (sar("60.00"), Money("50.00", "AED")):
        with pytest.raises(InvalidInput, match="another amount"):
            shop.payments.refund("1017", other, request_id="a")


def test_the_same_request_id_on_two_orders_is_two_refunds(shop: Shop) -> None:
    """A form token that repeats across orders does not mix them up at Stripe."""
    shop.paid("1")
    shop.paid("2")
    first, second = (shop.payments.refund(order_id, sar("5.00"), request_id="same") for order_id in ("1", "2"))
    assert first.id != second.id


@pytest.mark.parametrize("amount", ["325.01", "500.00"])
def test_more_than_there_is_never_reaches_stripe(shop: Shop, amount: str) -> None:
    """Peer row 11: 500 of 325 is refused before the gateway is called."""
    shop.paid()
    with pytest.raises(RefundRefused, match="more than"):
        shop.payments.refund("1017", sar(amount), request_id="a")
    assert refunds_at_stripe(shop) == 0


def test_sixty_and_sixty_of_a_hundred_at_once(shop: Shop) -> None:
    """Peer row 11: of two concurrent refunds that do not fit together, one is made."""
    shop.paid(price="37.50")

    def ask(number: int) -> str:
        try:
            return shop.payments.refund("1017", sar("60.00"), request_id=str(number)).status
        except RefundRefused:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == ["refused", "succeeded"]
    assert shop.payments.order("1017").refunded == sar("60.00")


def test_bad_requests_are_refused_by_name(shop: Shop) -> None:
    """Nothing, another currency, no request id, an unknown payment: each says what is wrong."""
    shop.paid()
    with pytest.raises(InvalidInput, match="nothing"):
        shop.payments.refund("1017", sar("0"), request_id="a")
    with pytest.raises(CurrencyMismatch):
        shop.payments.refund("1017", Money("5.00", "AED"), request_id="a")
    with pytest.raises(InvalidInput, match="request_id"):
        shop.payments.refund("1017", sar("5.00"), request_id=" ")
    with pytest.raises(PaymentNotFound):
        shop.payments.refund("1017", sar("5.00"), request_id="a", payment_id="pay_none")
    assert refunds_at_stripe(shop) == 0


def test_a_refund_of_dinars_ends_in_nought(shop: Shop) -> None:
    """Peer row 14: KWD 1.235 cannot be refunded, and is not rounded."""
    shop.paid(lines=[LineItem("عود", Money("12.340", "KWD"))], shipping=None, tax=None)
    with pytest.raises(NotChargeable):
        shop.payments.refund("1017", Money("1.235", "KWD"), request_id="a")
    assert shop.payments.refund("1017", Money("1.230", "KWD"), request_id="b").amount == Money("1.230", "KWD")


def test_an_unpaid_order_has_nothing_to_refund(shop: Shop) -> None:
    """Before the money is in there is nothing to give back."""
    shop.payments.place_order(order())
    with pytest.raises(RefundRefused, match="nothing"):
        shop.payments.refund("1017", request_id="a")


def test_a_lost_answer_stays_reserved_until_it_is_known(shop: Shop) -> None:
    """Peer row 9: a refund whose answer was lost is unknown and reserved; the worker finds out what became of it."""
    shop.paid()
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.fake.fail_next("timeout_after", ("POST", "/v1/refunds"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.refund("1017", sar("300.00"), request_id="a")
    seen = shop.payments.order("1017")
    assert seen.refundable == sar("25.00")
    assert [refund.status for refund in seen.payments[0].refunds] == ["unknown"]
    with pytest.raises(RefundRefused):
        shop.payments.refund("1017", sar("300.00"), request_id="b")
    shop.fake.drop_webhooks()
    shop.settle(seconds=61)
    assert shop.payments.order("1017").refunded == sar("300.00")
    assert refunds_at_stripe(shop) == 1


def test_a_refund_that_never_arrived_is_sent_with_the_same_key(shop: Shop) -> None:
    """The call died on its way: within the key's life the worker sends it again, and it is one refund."""
    shop.paid()
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.fake.fail_next("timeout_before", ("POST", "/v1/refunds"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.refund("1017", sar("300.00"), request_id="a")
    shop.settle(seconds=61)
    assert shop.payments.order("1017").refunded == sar("300.00")
    assert refunds_at_stripe(shop) == 1


def test_a_refund_that_never_arrived_in_a_day_is_released(shop: Shop) -> None:
    """Past the key's life it is only looked for; not found, its money is refundable again."""
    shop.paid()
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.fake.fail_next("timeout_before", ("POST", "/v1/refunds"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.refund("1017", sar("300.00"), request_id="a")
    shop.settle(days=2)
    assert refunds_at_stripe(shop) == 0
    assert shop.payments.order("1017").refundable == sar("325.00")
    with pytest.raises(RefundRefused):
        shop.payments.refund("1017", sar("300.00"), request_id="a")


def test_stripes_refusal_is_final_for_that_request_and_teaches(shop: Shop) -> None:
    """Somebody refunded all of it in the dashboard, unheard of here: refused, and now it is known."""
    attempt = shop.paid().payments[0]
    shop.fake.refund_from_dashboard(attempt.intent_id)
    shop.fake.drop_webhooks()
    with pytest.raises(RefundRefused, match="Stripe refused"):
        shop.payments.refund("1017", sar("10.00"), request_id="a")
    assert shop.payments.order("1017").status == "refunded"


def test_a_refund_from_the_dashboard_is_seen(shop: Shop) -> None:
    """A refund without our request counts the same, and is mailed."""
    attempt = shop.paid().payments[0]
    shop.fake.refund_from_dashboard(attempt.intent_id, 5000)
    shop.settle()
    assert shop.payments.order("1017").refunded == sar("50.00")
    assert len(shop.subjects) == 2


def test_a_refund_that_fails_weeks_later_comes_back_to_the_shop(shop: Shop) -> None:
    """It succeeded, was mailed, then failed: the order is in review, staff are told, the mail is not repeated."""
    issued: list[RefundIssued] = []
    failed: list[RefundFailed] = []
    shop.payments.on(RefundIssued, name="issued")(issued.append)
    shop.payments.on(RefundFailed, name="failed")(failed.append)
    shop.paid(card="4000000000005126")
    refund = shop.payments.refund("1017", request_id="a")
    shop.settle()
    assert shop.payments.order("1017").status == "refunded"
    shop.settle(days=10)
    seen = shop.payments.order("1017")
    assert (seen.status, seen.refunded, seen.anomalies) == ("review", sar("0"), (f"refund_failed:{refund.id}",))
    assert ([event.refund.id for event in issued], [event.customer_was_told for event in failed]) == (
        [refund.id],
        [True],
    )
    resolved = shop.payments.resolve("1017", "refund_failed", refund.id, verdict="dismiss", actor="staff:1")
    assert (resolved.status, resolved.anomalies) == ("confirmed", ())


def test_nothing_is_refundable_while_a_dispute_is_open(shop: Shop) -> None:
    """Refunding a disputed charge risks paying twice: it is refused here until the dispute ends."""
    attempt = shop.paid().payments[0]
    dispute = shop.fake.dispute(attempt.intent_id)
    shop.settle()
    with pytest.raises(RefundRefused, match="nothing"):
        shop.payments.refund("1017", sar("5.00"), request_id="a")
    shop.fake.close_dispute(dispute["id"], "won")
    shop.settle()
    assert shop.payments.refund("1017", sar("5.00"), request_id="b").status == "succeeded"
