"""The outbox: each subscriber is told once, in order, until it succeeds; what fails for good is heard of."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import text

from gulf_payments import AlertRaised, ConfigurationError, OrderConfirmed, PaymentFailed, Payments, RefundIssued
from gulf_payments.errors import MailRejected, MailUnavailable
from gulf_payments.outbox import MOST_ATTEMPTS
from tests.shops import Shop, order


def test_only_the_subscriber_that_failed_is_told_again(shop: Shop) -> None:
    """Peer row 7: the second raises after the first ran; the retry runs the second alone."""
    first: list[str] = []
    second: list[str] = []
    shop.payments.on(OrderConfirmed, name="first")(lambda event: first.append(event.key))

    @shop.payments.on(OrderConfirmed, name="second")
    def fails_once(event: OrderConfirmed) -> None:
        second.append(event.key)
        if len(second) == 1:
            raise RuntimeError("the warehouse is closed")

    shop.paid()
    assert (len(first), len(second)) == (1, 1)
    shop.settle()
    assert len(second) == 1, "it waits before it tries again"
    shop.settle(seconds=11)
    assert (len(first), len(second)) == (1, 2)
    assert len(shop.subjects) == 1


def test_what_waits_for_its_turn_keeps_its_place(shop: Shop) -> None:
    """A refund is not told to a subscriber who has not yet heard of the confirmation."""
    heard: list[str] = []
    broken = [True]

    @shop.payments.on(OrderConfirmed, name="books")
    def confirmed(event: OrderConfirmed) -> None:
        if broken[0]:
            raise RuntimeError("not now")
        heard.append(event.key)

    @shop.payments.on(RefundIssued, name="books")
    def issued(event: RefundIssued) -> None:
        heard.append(event.key)

    shop.paid()
    refund = shop.payments.refund("1017", request_id="a")
    shop.settle(seconds=5)
    assert heard == []
    broken[0] = False
    shop.settle(seconds=60)
    assert heard == ["order:1017:confirm", f"refund:{refund.id}"]


def test_giving_up_is_loud(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """After its last try a delivery is dead, reported, alerted; others go on."""
    raised: list[str] = []
    shop.payments.on(AlertRaised, name="alarm")(lambda alert: raised.append(alert.flag))

    @shop.payments.on(OrderConfirmed, name="broken")
    def broken(_: OrderConfirmed) -> None:
        raise RuntimeError("sara@example.com, +966 50 123 4567: pi_1_secret_9 under sk_test_9 cannot be reached")

    shop.paid()
    for _ in range(MOST_ATTEMPTS):
        shop.settle(seconds=4000)
    assert raised == ["delivery_dead"]
    (row,) = [row for row in shop.payments.backlog() if row.subscriber == "broken"]
    assert (row.waiting, row.dead) == (0, 1)
    for word in ("sara@example.com", "4567", "secret_9", "sk_test_9"):
        assert word not in caplog.text, "neither people nor secrets reach a log"


def test_a_mail_that_can_never_arrive_is_given_up_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A permanent refusal is not repeated for hours; a passing one is."""
    tries: list[type[Exception]] = []
    answers: list[Exception] = [MailUnavailable("come back"), MailRejected("no such user")]

    def send(_sender: object, _message: object) -> None:
        tries.append(type(answers[0]))
        raise answers.pop(0)

    monkeypatch.setattr(type(shop.outbox), "send", send)
    shop.paid()
    shop.settle(seconds=20)
    shop.settle(seconds=4000)
    assert tries == [MailUnavailable, MailRejected]


def test_the_invitation_to_pay_is_checked_again_before_it_is_sent(shop: Shop) -> None:
    """Fifteen minutes after a decline the unpaid customer is invited back; one who paid meanwhile is not."""
    failures: list[str] = []
    shop.payments.on(PaymentFailed, name="ear")(lambda event: failures.append(event.decline_code))
    for order_id in ("paid", "unpaid"):
        shop.payments.place_order(order(order_id))
        shop.fake.pay(shop.payments.start_payment(order_id), card="4000000000009995")
    shop.settle()
    assert failures == ["insufficient_funds", "insufficient_funds"]
    assert shop.subjects == []
    shop.fake.pay(shop.payments.start_payment("paid"))
    shop.settle()
    shop.settle(seconds=900)
    assert len([subject for subject in shop.subjects if "unpaid" in subject]) == 1
    assert len(shop.subjects) == 2, "the receipt of one, the invitation of the other"


def test_a_late_subscriber_hears_nothing_old(shop: Shop) -> None:
    """Who subscribes after an order was confirmed is not told of it."""
    heard: list[str] = []
    shop.paid("old")
    shop.payments.on(OrderConfirmed, name="late")(lambda event: heard.append(event.order_id))
    shop.settle()
    shop.paid("new")
    assert heard == ["new"]


def test_rows_of_a_subscriber_nobody_loads_wait_and_are_reported(shop: Shop) -> None:
    """A worker without the shop's subscribers leaves their rows alone and says so."""
    shop.payments.on(OrderConfirmed, name="fulfil")(lambda _: None)
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.fake.deliver_webhooks()
    bare = Payments(shop=shop.name, gateway=shop.gateway(), store=shop.store, clock=shop.fake.clock)
    bare.deliver_effects()
    assert set(bare.unloaded_subscribers()) == {"fulfil", "mail.customer"}
    shop.payments.deliver_effects()
    assert bare.unloaded_subscribers() == ()


def test_a_transactional_subscriber_writes_with_the_mark_or_not_at_all(sql_shop: Shop) -> None:
    """Its rows and its delivery's end are one transaction: a failure leaves neither, a success both, once."""
    shop = sql_shop
    with shop.store.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text("create table stock (order_id varchar(20))"))
    tries: list[str] = []

    @shop.payments.on(OrderConfirmed, name="stock", transactional=True)
    def take(event: OrderConfirmed, connection: Any) -> None:
        connection.execute(text("insert into stock values (:order_id)"), {"order_id": event.order_id})
        tries.append(event.key)
        if len(tries) == 1:
            raise RuntimeError("power cut")

    def taken() -> int:
        with shop.store.engine.begin() as connection:  # type: ignore[attr-defined]
            return int(connection.execute(text("select count(*) from stock")).scalar_one())

    shop.paid()
    assert (len(tries), taken()) == (1, 0)
    shop.settle(seconds=11)
    shop.settle(seconds=11)
    assert (len(tries), taken()) == (2, 1)


def test_names_are_checked(shop: Shop) -> None:
    """A name that is taken, empty or ours, and an event that is none, are refused at start-up."""
    shop.payments.on(OrderConfirmed, name="fulfil")(lambda _: None)
    with pytest.raises(ConfigurationError, match="fulfil"):
        shop.payments.on(OrderConfirmed, name="fulfil")(lambda _: None)
    for name in ("", "mail.staff", "gulf.lookup"):
        with pytest.raises(ConfigurationError):
            shop.payments.on(OrderConfirmed, name=name)
    with pytest.raises(ConfigurationError, match="not an event"):
        shop.payments.on(dict, name="x")  # type: ignore[type-var]


def test_an_async_subscriber_is_refused(shop: Shop) -> None:
    """Nobody would await it: its events would be marked done and never performed."""

    async def fulfil(_: OrderConfirmed) -> None:
        """Nobody would await this."""

    with pytest.raises(ConfigurationError, match="async"):
        shop.payments.on(OrderConfirmed, name="fulfil")(fulfil)


def test_staff_are_mailed_an_alert(shop: Shop) -> None:
    """An alert reaches the shop's own addresses."""
    attempt = shop.paid().payments[0]
    shop.fake.dispute(attempt.intent_id)
    shop.settle()
    staff = [mail for mail in shop.outbox.sent if "staff@" in str(mail["To"])]
    assert len(staff) == 1


def test_nothing_is_logged_that_should_not_be(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """Keys, secrets, client secrets, addresses and names stay out of every log line of a whole order."""
    with caplog.at_level(logging.DEBUG):
        shop.payments.place_order(order())
        attempt = shop.payments.start_payment("1017")
        shop.fake.pay(attempt)
        shop.settle()
        shop.payments.receive_webhook(b"{}", "t=1,v1=0")
    for secret in ("sk_test_123", "whsec_test", attempt.client_secret, "sara@example.com", "سارة"):
        assert secret not in caplog.text
        assert secret not in repr(shop.payments) + repr(attempt) + repr(shop.gateway())


def test_mails_are_dated_by_the_shops_clock(shop: Shop) -> None:
    """A mail a month ahead carries that day, so the retry link in it lives as long as it says."""
    shop.fake.advance(days=30)
    shop.paid()
    assert shop.outbox.sent[-1].date == shop.fake.clock()
