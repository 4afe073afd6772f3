"""What other libraries get wrong, end to end: duplicates from two processes, sudden death, abandoned carts, dinars."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import select

from gulf_payments import LineItem, Money
from gulf_payments.stores.sql import SQLStore
from tests.payments.neighbours import die_after_create, die_after_refund, receive_fifty, stripe_over_http
from tests.shops import Shop, order, sar

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def store(database_url: str) -> Iterator[SQLStore]:
    """Open an empty database, once of each kind."""
    store = SQLStore(database_url)
    store.create_tables()
    yield store
    store.close()


def test_one_event_a_hundred_times_from_two_processes_of_eight_threads(store: SQLStore, database_url: str) -> None:
    """Peer row 1: one transition, one confirmation to each subscriber, one mail, and a hundred times 200."""
    shop = Shop(store)
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    body, header = shop.fake.signed(shop.fake.events("payment_intent.succeeded")[0]["id"])
    with ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        runs = list(pool.map(receive_fifty, [database_url] * 2, [body] * 2, [header] * 2))
    assert [answer for answers, _ in runs for answer in answers] == [200] * 100
    assert sorted(deed for _, done in runs for deed in done) == ["mail", "order:1017:confirm"]
    assert shop.payments.order("1017").status == "confirmed"
    kinds = select(store.tables.delivery.c.kind).where(
        store.tables.delivery.c.subscriber.in_(("fulfil", "mail.customer"))
    )
    with store.engine.connect() as connection:
        assert list(connection.execute(kinds).scalars()) == ["OrderConfirmed"] * 2, "one for each subscriber"


def killed(work: Callable[[str, str], None], database_url: str, shop: Shop) -> None:
    """Run `work` in a process of its own, which must end by SIGKILL."""
    with stripe_over_http(shop.fake) as address:
        process = SPAWN.Process(target=work, args=(database_url, address))
        process.start()
        process.join(60)
    assert process.exitcode == -signal.SIGKILL


def test_a_process_killed_between_stripes_answer_and_our_commit(store: SQLStore, database_url: str) -> None:
    """Peer row 8: a process dies by SIGKILL with the PaymentIntent made and unrecorded: the next start finds it."""
    shop = Shop(store)
    shop.payments.place_order(order())
    killed(die_after_create, database_url, shop)
    assert [payment.intent_id for payment in shop.payments.order("1017").payments] == [""]
    shop.fake.drop_webhooks()
    attempt = shop.payments.start_payment("1017")
    made = shop.fake.events("payment_intent.created")
    assert [event["data"]["object"]["id"] for event in made] == [attempt.intent_id]
    shop.fake.pay(attempt)
    shop.settle()
    assert shop.payments.order("1017").paid == sar("325.00")


def test_a_process_killed_between_the_refund_and_our_commit(store: SQLStore, database_url: str) -> None:
    """Peer row 8, for refunds: the worker finds the refund by its key; nothing is given back twice."""
    shop = Shop(store)
    shop.paid()
    killed(die_after_refund, database_url, shop)
    shop.fake.drop_webhooks()
    assert [refund.status for refund in shop.payments.order("1017").payments[0].refunds] == ["unknown"]
    shop.settle(seconds=120)
    assert shop.payments.order("1017").refunded == sar("50.00")
    assert len(shop.fake.events("refund.created")) == 1
    again = shop.payments.refund("1017", sar("50.00"), request_id="form-1")
    assert again.status == "succeeded"
    assert len(shop.fake.events("refund.created")) == 1


def test_neither_an_abandoned_nor_a_cancelled_attempt_blocks_the_next(shop: Shop) -> None:
    """Peer row 13: left at the card form, left at the bank's page, closed at Stripe: each time there is a next one."""
    shop.payments.place_order(order())
    abandoned = shop.payments.start_payment("1017")
    shop.settle(days=3)
    assert shop.payments.start_payment("1017").intent_id == abandoned.intent_id
    shop.fake.pay(abandoned, card="4000002500003155", three_d_secure="leave")
    shop.settle(days=3)
    assert shop.payments.order("1017").payment_status == "requires_action"
    assert shop.payments.start_payment("1017").intent_id == abandoned.intent_id
    shop.gateway().cancel(abandoned.intent_id)
    shop.settle()
    assert shop.payments.order("1017").payment_status == "canceled"
    fresh = shop.payments.start_payment("1017")
    assert fresh.intent_id != abandoned.intent_id
    shop.fake.pay(fresh)
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_twelve_dinars_and_three_hundred_and_forty_fils(sql_shop: Shop) -> None:
    """Peer row 15: KWD 12.340 is 12340 at Stripe, 12.340 in the order, the receipt and the refund's mail."""
    shop = sql_shop
    paid = shop.paid(lines=[LineItem("عود", Money("12.340", "KWD"))], shipping=None, tax=Money("1.235", "KWD"))
    intent = shop.fake.retrieve(paid.payments[0].intent_id)
    assert (intent["amount"], intent["amount_received"], intent["currency"]) == (12340, 12340, "kwd")
    assert (paid.status, paid.paid) == ("confirmed", Money("12.340", "KWD"))
    shop.payments.refund("1017", Money("2.340", "KWD"), request_id="a")
    shop.settle()
    left = shop.payments.order("1017")
    assert (left.refunded, left.refundable) == (Money("2.340", "KWD"), Money("10.000", "KWD"))
    receipt, refund = (mail.text + mail.html for mail in shop.outbox.sent)
    assert "12.340" in receipt
    assert "2.340" in refund
    assert "12.34 " not in receipt
    assert [found.received for found in shop.payments.payments(reference=intent["id"])] == [Money("12.340", "KWD")]
