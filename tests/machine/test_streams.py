"""Each stream of events ends in one state, whatever the order, the duplicates and the losses."""

from __future__ import annotations

from functools import cache
from itertools import chain, permutations
from typing import TYPE_CHECKING

import pytest

from gulf_payments.machine import Dossier, OrderStatus, PaymentStatus, dump, read, step
from tests.machine.exploring import Ways, every_way
from tests.machine.news import ORDER, canceled_by_shop, fetched, known, placed, told
from tests.machine.streams import CONFIRM, STREAMS, UNCONFIRMED, Stream, alert

if TYPE_CHECKING:
    from collections.abc import Sequence

each_stream = pytest.mark.parametrize("stream", STREAMS, ids=[stream.name for stream in STREAMS])


def _open(stream: Stream) -> Dossier:
    return Dossier(ORDER, known(placed(), stream.rows))


def _canceled(stream: Stream) -> Dossier:
    return Dossier(ORDER, known(placed(), stream.rows, canceled_by_shop()))


def _states(dossiers: Sequence[Dossier]) -> set[tuple[OrderStatus, PaymentStatus, str]]:
    found = set()
    for dossier in dossiers:
        reading = read(dossier)
        found.add((reading.status, reading.accounts["pay_1"].status, dump(Dossier(ORDER, dossier.facts))))
    return found


@cache
def _ways(stream: Stream, *, canceled: bool = False) -> Ways:
    return every_way(_canceled(stream) if canceled else _open(stream), told(*stream.news))


def _ends(ways: Ways) -> list[Dossier]:
    return ways[max(ways, key=len)]


def _said(dossier: Dossier) -> set[str]:
    """What was announced, except requests to ask Stripe once more."""
    return {key for key in dossier.announced if not key.startswith("lookup:")}


@each_stream
def test_any_order_and_any_duplicates_end_in_the_state_of_the_table(stream: Stream) -> None:
    """Every permutation with any duplicates ends in one state, with all effects of one column and none beyond both."""
    ends = _ends(_ways(stream))
    ((order, payment, _facts),) = _states(ends)
    assert (payment, order) == (stream.ends, stream.order)
    for end in ends:
        assert stream.always <= _said(end) <= stream.always | stream.may


@each_stream
def test_each_effect_that_may_happen_does_in_some_order(stream: Stream) -> None:
    """The column "may" promises nothing that never happens."""
    ends = _ends(_ways(stream))
    assert set().union(*map(_said, ends)) == stream.always | stream.may


@each_stream
def test_money_is_never_left_without_a_word(stream: Stream) -> None:
    """With money in, every prefix of every permutation has announced the confirmation or an alert that says why not."""
    for dossier in chain.from_iterable(_ways(stream).values()):
        reading = read(dossier)
        reasons = UNCONFIRMED.union(*(alert(flag.key) for flag in reading.flags))
        assert not reading.gross or dossier.announced & (CONFIRM | reasons)


@each_stream
def test_a_canceled_order_is_never_confirmed(stream: Stream) -> None:
    """Once the shop canceled, money in any order of arrival ends in review and one alert, never in a confirmation."""
    ends = _ends(_ways(stream, canceled=True))
    ((order, payment, _facts),) = _states(ends)
    reading = read(ends[0])
    paid = [key for key, account in reading.accounts.items() if account.sums.gross]
    gone = stream.order is OrderStatus.DISPUTED or (paid and not reading.net)
    assert payment is stream.ends
    assert order is (stream.order if gone else OrderStatus.REVIEW if paid else OrderStatus.CANCELED)
    for end in ends:
        assert alert(*(f"paid_after_cancel:{key}" for key in paid)) <= end.announced
        assert end.announced.isdisjoint(CONFIRM)


@each_stream
def test_a_cancel_among_the_news_ends_the_same_way(stream: Stream) -> None:
    """The shop's cancel may come before, between and after the events: the end is that of a canceled order."""
    ((before, *_),) = _states(_ends(_ways(stream, canceled=True)))
    ((among, *_),) = _states(_ends(every_way(_open(stream), [*told(*stream.news), canceled_by_shop()])))
    assert among is before


@each_stream
def test_an_order_placed_last_ends_the_same_way(stream: Stream) -> None:
    """Events may overtake the order itself: nothing is due before it is placed, and then everything is."""
    news = [*told(*stream.news), placed()]
    ways = every_way(Dossier(ORDER, stream.rows), news)
    for seen, dossiers in ways.items():
        if len(news) - 1 not in seen:
            assert {dossier.announced for dossier in dossiers} == {frozenset()}
    ends = _ends(ways)
    ((order, payment, _facts),) = _states(ends)
    assert (payment, order) == (stream.ends, stream.order)
    for end in ends:
        assert stream.always <= _said(end) <= stream.always | stream.may


@each_stream
@pytest.mark.parametrize("canceled", [False, True], ids=["open", "canceled"])
def test_a_lost_event_is_healed_by_asking_stripe(stream: Stream, *, canceled: bool) -> None:
    """With any one event lost for ever and Stripe asked later, state, alerts and effects are those of the whole."""
    ways = _ways(stream, canceled=canceled)
    answer = fetched(known(stream.rows, *told(*stream.news)))
    everything, (whole, *_) = max(ways, key=len), _ends(ways)
    expected = read(whole)
    for lost in everything:
        for dossier in ways[everything - {lost}]:
            healed, _ = step(dossier, answer)
            reading = read(healed)
            assert (reading.status, reading.flags, reading.net) == (expected.status, expected.flags, expected.net)
            assert reading.accounts["pay_1"].status is stream.ends
            assert _alerts(healed) - UNCONFIRMED == _alerts(whole) - UNCONFIRMED
            assert canceled or stream.always - stream.passing <= healed.announced


def _alerts(dossier: Dossier) -> set[str]:
    return {key for key in dossier.announced if key.startswith("alert:")}


@each_stream
def test_everything_in_one_second_ends_the_same_way(stream: Stream) -> None:
    """When Stripe stamps a whole story with one second, rank decides, and the state is that of the table."""
    ((order, payment, _facts),) = _states(_ends(every_way(_open(stream), told(*stream.news, pace=0))))
    assert (payment, order) == (stream.ends, stream.order)


@each_stream
@pytest.mark.parametrize("pace", [-1, -5])
def test_skewed_clocks_still_end_in_one_state(stream: Stream, pace: int) -> None:
    """Even if the events' times run backwards, every order of arrival ends in one and the same state."""
    assert len(_states(_ends(every_way(_open(stream), told(*stream.news, start=100, pace=pace))))) == 1


def test_the_facts_of_a_stream_say_as_much_together_as_one_by_one() -> None:
    """One answer that holds a whole story, as a sweep gives it, ends where the single events end."""
    for stream in STREAMS:
        at_once, _ = step(_open(stream), known(*told(*stream.news)))
        assert _states([at_once]) == _states(_ends(_ways(stream)))


def test_every_status_is_reached() -> None:
    """No status of a payment or an order is a dead word: the streams and the shop's own news reach them all."""
    orders, payments = {OrderStatus.ACCEPTED, OrderStatus.CANCELED}, set()
    for stream in STREAMS:
        for dossier in chain.from_iterable(_ways(stream).values()):
            orders.add(read(dossier).status)
            payments |= {account.status for account in read(dossier).accounts.values()}
    assert orders == set(OrderStatus)
    assert payments == set(PaymentStatus)


def test_the_exploration_misses_no_permutation() -> None:
    """Told one by one, the permutations of a stream end in just the dossiers that the exploration found."""
    stream = next(stream for stream in STREAMS if stream.name == "a refund fails later")
    ends = []
    for order in permutations(told(*stream.news)):
        dossier = _open(stream)
        for news in order:
            dossier, _ = step(dossier, news)
        ends.append(dump(dossier))
    assert len(ends) == 120
    assert set(ends) == {dump(dossier) for dossier in _ends(_ways(stream))}
