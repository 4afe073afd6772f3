"""A fake drives shops' own objects: several at once, for a while, and all comes to rest when asked."""

from __future__ import annotations

import json
import unittest
from datetime import UTC, datetime

import pytest

from gulf_payments import OrderConfirmed, Payments
from gulf_payments.errors import ConfigurationError
from gulf_payments.mail import Mail, MailMessage, MemorySender
from gulf_payments.stores.memory import MemoryStore
from gulf_payments.stripe import StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.ready_made import STAFF, ready_made_shop
from tests.shops import order


def _gateway(mode: str = "test") -> StripeGateway:
    """The gateway that a shop has in production, or on its staging site."""
    return StripeGateway(secret_key=f"sk_{mode}_own", publishable_key=f"pk_{mode}_own", webhook_secrets=["whsec_own"])


def _shop(name: str = "emperor", mode: str = "test") -> Payments:
    return Payments(shop=name, gateway=_gateway(mode), store=MemoryStore())


def test_a_driven_shop_takes_a_payment(fake: FakeStripe) -> None:
    """The shop's own object, its gateway swapped, goes from order to confirmation."""
    payments = _shop()
    fake.drive(payments)
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    fake.settle()
    assert payments.order("1017").status == "confirmed"


def test_two_shops_share_one_stripe(fake: FakeStripe) -> None:
    """Each shop has an endpoint and a secret of its own, hears of all that happens, and believes what is its own."""
    emperor, princess = _shop("emperor"), _shop("princess")
    fake.drive(emperor)
    fake.drive(princess)
    for payments in (emperor, princess):
        payments.place_order(order())
    fake.pay(princess.start_payment("1017"))
    answered = fake.settle()
    assert {one.status_code for one in answered} == {200}
    assert len({one.endpoint_id for one in answered}) == 2
    assert (emperor.order("1017").status, princess.order("1017").status) == ("pending", "confirmed")


def test_one_shop_does_not_believe_the_others_signature(fake: FakeStripe) -> None:
    """What is signed for the first shop is refused by the second, which was given a secret by the test."""
    emperor, princess = _shop("emperor"), _shop("princess")
    fake.drive(emperor)
    fake.drive(princess, secret="whsec_princess")
    emperor.place_order(order())
    emperor.start_payment("1017")
    (created,) = fake.events("payment_intent.created")
    assert emperor.receive_webhook(*fake.signed(created["id"])).status_code == 200
    assert princess.receive_webhook(*fake.signed(created["id"])).status_code == 400
    assert princess.receive_webhook(*fake.signed(created["id"], secret="whsec_princess")).status_code == 200


def test_driving_twice_is_driving_once(fake: FakeStripe) -> None:
    """A second `drive` adds no endpoint, and takes the shop back if somebody gave it another gateway meanwhile."""
    payments = _shop()
    fake.drive(payments)
    payments.use_gateway(_gateway())
    fake.drive(payments)
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    assert len({one.endpoint_id for one in fake.settle()}) == 1
    assert payments.order("1017").status == "confirmed"


def test_a_shop_with_live_keys_is_not_driven(fake: FakeStripe) -> None:
    """Live keys in a test are a mistake of the settings, and the error says so before anything is swapped."""
    payments = _shop(mode="live")
    before = payments.gateway
    with pytest.raises(ConfigurationError, match="emperor:live has live keys"):
        fake.drive(payments)
    assert payments.gateway is before
    assert fake.pending_webhooks == []


def test_only_a_shop_is_driven(fake: FakeStripe) -> None:
    """Passing something else, say the gateway, names what was passed by its type alone."""
    with pytest.raises(TypeError, match=r"takes a gulf_payments\.Payments, not StripeGateway$"):
        fake.drive(_gateway())  # type: ignore[arg-type]


def test_a_shop_is_driven_for_a_while(fake: FakeStripe) -> None:
    """After the `with` the shop has its gateway and its clock again, and hears nothing more of the fake."""
    payments = _shop()
    gateway, clock = payments.gateway, payments.clock
    with fake.driving(payments) as driving:
        assert driving is fake
        assert payments.clock is fake.clock
        payments.place_order(order())
        fake.pay(payments.start_payment("1017"))
        assert fake.pending_webhooks != []
    assert payments.gateway is gateway
    assert payments.clock is clock
    assert fake.pending_webhooks == []
    assert fake.settle() == []


def test_one_fake_after_another(fake: FakeStripe) -> None:
    """A fake that takes a shop from another gives it back to that one."""
    payments, inner = _shop(), FakeStripe()
    fake.drive(payments)
    driven = payments.gateway
    with inner.driving(payments):
        assert payments.gateway is not driven
    assert payments.gateway is driven


def test_a_driven_shop_may_be_driven_anew(fake: FakeStripe) -> None:
    """Once released, a shop can be taken over again, with an endpoint of its own."""
    payments = _shop()
    with fake.driving(payments):
        pass
    fake.drive(payments)
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    fake.settle()
    assert payments.order("1017").status == "confirmed"


def test_webhooks_take_the_way_that_the_test_gives(fake: FakeStripe) -> None:
    """With a receiver of the test's own, every webhook goes there and nowhere else, rightly signed."""
    payments, seen = _shop(), list[str]()

    def view(body: bytes, signature: str) -> int:
        seen.append(json.loads(body)["type"])
        return payments.receive_webhook(body, signature).status_code

    fake.drive(payments, receiver=view)
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    answered = fake.settle()
    assert seen == [one.type for one in answered]
    assert payments.order("1017").status == "confirmed"


def test_settling_goes_on_until_nothing_moves(fake: FakeStripe) -> None:
    """A subscriber that refunds makes new webhooks: these are delivered too, and their mails sent."""
    payments = ready_made_shop(fake)

    @payments.on(OrderConfirmed, name="regret")
    def regret(event: OrderConfirmed) -> None:
        payments.refund(event.order.id, request_id="regret")

    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    fake.settle()
    assert payments.order("1017").status == "refunded"
    assert [mail.name for mail in _mails(payments)] == ["order_confirmation", "refund_confirmation"]
    assert fake.pending_webhooks == []


def test_settling_lets_time_pass_after_the_present_is_done(fake: FakeStripe) -> None:
    """An order that is paid now and would expire tomorrow is confirmed: its webhooks arrive before the days pass."""
    payments = ready_made_shop(fake)
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"), card="pendingRefund")
    fake.settle(days=2)
    payments.refund("1017", request_id="r1")
    fake.settle()
    assert payments.order("1017").payments[0].refunds[0].status == "pending"
    fake.settle(days=1)
    assert payments.order("1017").payments[0].refunds[0].status == "succeeded"


def test_settling_ends_where_an_endpoint_refuses(fake: FakeStripe) -> None:
    """A webhook that is answered 503 waits on, told among the attempts; settling does not go round for ever."""
    fake.add_endpoint(lambda _body, _signature: 503)
    fake.drive(payments := _shop())
    payments.place_order(order())
    payments.start_payment("1017")
    assert {one.status_code for one in fake.settle()} == {200, 503}
    assert [one.type for one in fake.pending_webhooks] == ["payment_intent.created"]


def test_settling_what_never_rests_says_so(fake: FakeStripe) -> None:
    """A receiver that makes a new payment for each it hears of is found out, and the error tells the story."""
    client = fake.gateway()

    def restless(_body: bytes, _signature: str) -> int:
        payments.place_order(order(f"{len(fake.events())}"))
        payments.start_payment(f"{len(fake.events())}")
        return 200

    payments = Payments(shop="emperor", gateway=client, store=MemoryStore(), clock=fake.clock)
    fake.drive(payments, receiver=restless)
    payments.place_order(order())
    payments.start_payment("1017")
    with pytest.raises(RuntimeError, match=r"nothing came to rest(.|\n)*POST /v1/payment_intents: 200"):
        fake.settle()


def test_a_failing_subscriber_is_tried_again_when_its_time_comes(fake: FakeStripe) -> None:
    """What a subscriber raises puts its work off; settling later performs it."""
    payments, tries = _shop(), list[str]()

    @payments.on(OrderConfirmed, name="fulfil")
    def fulfil(event: OrderConfirmed) -> None:
        tries.append(event.order.id)
        if len(tries) == 1:
            raise OSError("the warehouse is closed")

    fake.drive(payments)
    payments.place_order(order())
    fake.pay(payments.start_payment("1017"))
    fake.settle()
    assert tries == ["1017"]
    fake.settle(seconds=60)
    assert tries == ["1017", "1017"]


def test_the_ready_made_shop_writes_to_everyone(fake: FakeStripe) -> None:
    """Its customers get a link to pay again in Arabic, and its staff hear of a dispute."""
    payments = ready_made_shop(fake)
    payments.place_order(order())
    fake.decline(payments.start_payment("1017"))
    fake.settle(days=1)
    (failed,) = _mails(payments)
    assert "https://shop.example/pay/" in failed.text
    assert failed.language == "ar"
    payments.place_order(order("1018"))
    fake.pay(payments.start_payment("1018"))
    fake.dispute("1018")
    fake.settle()
    assert (STAFF,) in [mail.recipients for mail in _mails(payments)]


def _mails(payments: Payments) -> list[MailMessage]:
    assert isinstance(payments.mail, Mail)
    assert isinstance(payments.mail.sender, MemorySender)
    return payments.mail.sender.sent


SHOP = _shop("a-shop-of-the-module")
"""What an application has: one object for as long as it runs."""


class PlainTestCase(unittest.TestCase):
    """The driver in a plain TestCase: taken over in setUp, put back by itself."""

    __test__ = False  # it runs below, by unittest's own means

    def setUp(self) -> None:
        """Drive the application's own shop."""
        self.fake = self.enterContext(FakeStripe().driving(SHOP))

    def test_a_payment(self) -> None:
        """An order is paid."""
        SHOP.place_order(order("unittest"))
        self.fake.pay(SHOP.start_payment("unittest"), card="mastercard")
        self.fake.settle()
        self.assertEqual(SHOP.order("unittest").status, "confirmed")  # noqa: PT009 - as a unittest does it

    def test_a_decline(self) -> None:
        """An order is not paid."""
        SHOP.place_order(order("declined"))
        self.fake.decline(SHOP.start_payment("declined"), "stolen_card")
        self.fake.settle()
        self.assertEqual(SHOP.order("declined").status, "pending")  # noqa: PT009


def test_unittest_drives_a_shop_too() -> None:
    """Unittest's own runner passes those tests on one shop that remembers both, and leaves the shop as it was."""
    gateway, clock = SHOP.gateway, SHOP.clock
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(PlainTestCase)
    result = unittest.TestResult()
    suite.run(result)
    assert (result.testsRun, result.errors, result.failures) == (2, [], [])
    assert SHOP.gateway is gateway
    assert SHOP.clock is clock
    assert SHOP.clock() > datetime(2026, 1, 1, tzinfo=UTC)
