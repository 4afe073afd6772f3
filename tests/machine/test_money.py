"""How one payment's money adds up, and that it is never promised twice."""

from __future__ import annotations

import pytest
from hypothesis import given

from gulf_payments.machine import Charge, Dispute, Dossier, Facts, OrderStatus, Payment, Sums, merge, read, sums
from tests.machine.generated import facts, generously
from tests.machine.news import (
    ORDER,
    News,
    an_order,
    charge_authorized,
    charge_failed,
    charge_refunded,
    charge_succeeded,
    dispute,
    known,
    of_payment,
    placed,
    refund,
    refund_asked,
    succeeded,
    told,
)


def _sums(*story: News, also: Facts | None = None) -> Sums:
    return read(an_order(*told(*story), also or Facts())).accounts["pay_1"].sums


@generously
@given(facts)
def test_money_is_never_given_twice(news: Facts) -> None:
    """What may be refunded, with all that is gone, promised or asked for, never exceeds what came in."""
    for account in read(Dossier(ORDER, merge(placed(), news))).accounts.values():
        total = account.sums
        gone = total.refunded + total.pending + total.reserved + total.reversed
        assert 0 <= total.refundable <= max(0, total.gross - gone)
        assert total.refunded <= total.gross
        assert total.reversed <= total.gross


def test_two_refunds_that_timed_out_never_exceed_the_money() -> None:
    """Two refunds of 60 were asked for and Stripe has not answered: of 100, one leaves 40 and two leave nothing."""
    one = refund_asked("rfd_1", 60)
    assert _sums(succeeded(), also=one).refundable == 40
    assert _sums(succeeded(), also=known(one, refund_asked("rfd_2", 60))).refundable == 0


def test_a_refused_refund_is_free_again() -> None:
    """What Stripe refused is no longer reserved."""
    assert _sums(succeeded(), also=refund_asked("rfd_1", 60, refused=True)).refundable == 100


@pytest.mark.parametrize("status", ["pending", "succeeded", "a_status_of_tomorrow"])
def test_a_refund_that_was_seen_is_counted_once(status: str) -> None:
    """Once Stripe shows the refund, by our request's id or by its own, it is no longer reserved as well."""
    by_request = _sums(succeeded(), refund("re_1", 60, status, request="rfd_1"), also=refund_asked("rfd_1", 60))
    by_refund = _sums(succeeded(), refund("re_1", 60, status), also=refund_asked("rfd_1", 60, refund="re_1"))
    assert by_request == by_refund
    assert (by_request.reserved, by_request.refundable) == (0, 40)


def test_a_request_reserves_money_of_its_own_payment_only() -> None:
    """Without the order's requests, or for another payment, nothing is reserved."""
    payment = an_order(*told(succeeded())).facts.payments["pay_1"]
    asked = refund_asked("rfd_1", 60).asked
    assert sums(payment, payment_id="pay_1", asked=asked).reserved == 60
    assert sums(payment, payment_id="pay_2", asked=asked).reserved == sums(payment).reserved == 0


def test_an_authorisation_is_not_money() -> None:
    """A charge that is only authorised holds nothing, and refunds said of it take nothing."""
    total = _sums(charge_authorized(), charge_refunded(100, captured=0), refund("re_1", 40))
    assert (total.gross, total.refunded, total.unattributed, total.refundable) == (0, 0, 0, 0)


def test_charges_and_payment_intent_tell_of_the_same_money() -> None:
    """The PaymentIntent's amount and its charge's are one amount, not two."""
    assert _sums(succeeded()) == _sums(charge_succeeded()) == _sums(succeeded(), charge_succeeded())


def test_a_running_total_tells_only_of_refunds_not_yet_seen() -> None:
    """A charge's total of 60 with one refund of 40 seen leaves 20 unattributed; the total may fall again."""
    total = _sums(succeeded(), charge_refunded(60), refund("re_1", 40))
    assert (total.refunded, total.unattributed, total.claimed, total.refundable) == (60, 20, 60, 40)
    fallen = _sums(succeeded(), charge_refunded(60), charge_refunded(0), refund("re_1", 60, "failed"))
    assert (fallen.refunded, fallen.unattributed, fallen.claimed, fallen.refundable) == (0, 0, 60, 100)


def test_a_refund_under_way_cannot_be_asked_for_again() -> None:
    """Pending refunds count neither as refunded nor as refundable."""
    total = _sums(succeeded(), refund("re_1", 30, "pending"), refund("re_2", 30, "requires_action"))
    assert (total.refunded, total.pending, total.net, total.refundable) == (0, 60, 100, 40)


def test_nothing_is_refundable_while_a_dispute_is_open() -> None:
    """Refunding disputed money may pay the customer twice."""
    assert _sums(succeeded(), dispute("needs_response", amount=10)).refundable == 0
    assert _sums(succeeded(), dispute("needs_response"), dispute("won")).refundable == 100


def test_a_lost_dispute_takes_its_amount_once() -> None:
    """Two disputes of one charge take at most the charge; a late failure of that charge takes nothing more."""
    part = _sums(charge_succeeded(), dispute("lost", amount=40))
    assert (part.reversed, part.net) == (40, 60)
    both = (charge_succeeded(), dispute("lost", amount=80), dispute("lost", "dp_2", amount=80))
    assert _sums(*both).reversed == 100
    assert _sums(*both, charge_failed()).reversed == 100
    assert _sums(charge_succeeded(amount=60), charge_succeeded("ch_2", 40), *both[1:]).reversed == 60


def test_a_dispute_in_another_currency_takes_its_whole_charge() -> None:
    """An amount in dirhams cannot be taken from halalas: the whole charge is gone, whoever named its currency."""
    foreign = dispute("lost", amount=10, currency="aed")
    assert _sums(charge_succeeded(), foreign).reversed == 100
    assert _sums(succeeded(), foreign).reversed == 100
    assert _sums(succeeded(), dispute("lost", amount=10)).reversed == 10
    (news,) = told(foreign)
    assert sums(Payment(received=100, disputes=news.payments["pay_1"].disputes)).reversed == 100


def test_a_dispute_may_overtake_the_capture_of_its_charge() -> None:
    """A charge whose capture we have not seen is disputed for what the PaymentIntent received."""
    total = _sums(succeeded(), charge_authorized(), dispute("lost"))
    assert (total.gross, total.reversed) == (100, 100)


def test_a_dispute_without_a_state_is_not_open() -> None:
    """An empty record of a dispute, as merging starts from, holds nothing up."""
    total = sums(Payment(received=100, disputes={"dp_1": Dispute()}))
    assert (total.disputed, total.reversed) == (False, 0)


def test_the_order_adds_its_payments_up() -> None:
    """The order's amounts are those of the payments that count, and what it still holds."""
    story = told(succeeded(), refund("re_1", 30), dispute("lost", amount=20))
    reading = read(an_order(*story))
    assert (reading.gross, reading.refunded, reading.reversed, reading.net) == (100, 30, 20, 50)
    assert reading.refundable == 50
    assert reading.status is OrderStatus.REVERSED


def test_two_captures_of_one_payment_intent_add_up() -> None:
    """The charges of one PaymentIntent are added; one that was never paid adds nothing and takes nothing."""
    captures = {"ch_1": Charge(paid=True, captured=60), "ch_2": Charge(paid=True, captured=40)}
    payment = Payment(charges={**captures, "ch_3": Charge(failed=True, captured=9)})
    reading = read(an_order(of_payment(payment)))
    assert (reading.gross, reading.reversed) == (100, 0)
