"""Starting and retrying a payment: the same call, whatever became of the last attempt."""

from __future__ import annotations

from typing import Any

import pytest

from gulf_payments import (
    Customer,
    GatewayUnavailable,
    OrderLocked,
    OrderNotFound,
    OutcomeUnknown,
    ParameterRefused,
    TransitionRefused,
)
from tests.shops import Shop, later, order, sar


def intents(shop: Shop) -> list[dict[str, Any]]:
    """Every PaymentIntent Stripe has, oldest first."""
    created = shop.fake.events("payment_intent.created")
    return [shop.fake.retrieve(event["data"]["object"]["id"]) for event in created]


def test_starting_twice_is_one_payment(shop: Shop) -> None:
    """A double click and a second tab see one PaymentIntent and one payment."""
    shop.payments.place_order(order())
    first = shop.payments.start_payment("1017")
    second = shop.payments.start_payment("1017")
    assert (first.intent_id, first.client_secret) == (second.intent_id, second.client_secret)
    assert len(intents(shop)) == 1
    assert len(shop.payments.order("1017").payments) == 1


def test_the_payment_intent_says_whose_it_is(shop: Shop) -> None:
    """Amount, currency and metadata come from the order; further parameters are passed on."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017", description="عود", setup_future_usage="off_session")
    intent = shop.fake.retrieve(attempt.intent_id)
    assert (intent["amount"], intent["currency"]) == (32500, "sar")
    assert intent["metadata"] == {"shop": "gulf-emperor", "order_id": "1017", "payment_id": attempt.payment.id}
    assert (intent["description"], intent["setup_future_usage"]) == ("عود", "off_session")


@pytest.mark.parametrize("name", ["amount", "currency", "metadata", "confirm", "idempotency_key", "stripe_account"])
def test_what_belongs_to_the_order_is_refused_as_a_parameter(shop: Shop, name: str) -> None:
    """A caller cannot change what is charged or whose it is; nothing reaches Stripe."""
    shop.payments.place_order(order())
    with pytest.raises(ParameterRefused, match=name):
        shop.payments.start_payment("1017", **{name: "x"})
    assert intents(shop) == []
    assert shop.payments.order("1017").payments == ()


def test_a_declined_card_is_retried_on_the_same_payment(shop: Shop) -> None:
    """A decline leaves the order payable, and the next start gives the same PaymentIntent."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.fake.pay(attempt, card="4000000000009995")
    shop.settle()
    failed = shop.payments.order("1017")
    assert (failed.status, failed.payment_status) == ("pending", "failed")
    assert failed.payments[0].failure_message_key == "insufficient_funds"
    again = shop.payments.start_payment("1017")
    assert again.intent_id == attempt.intent_id
    shop.fake.pay(again)
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_a_changed_order_gets_a_new_payment_and_the_old_one_is_closed(shop: Shop) -> None:
    """After the total changed, the old PaymentIntent can no longer be paid by a forgotten tab."""
    shop.payments.place_order(order())
    old = shop.payments.start_payment("1017")
    changed = shop.payments.place_order(order(price="100.00"))
    assert changed.total == sar("225.00")
    new = shop.payments.start_payment("1017")
    assert new.intent_id != old.intent_id
    assert shop.fake.retrieve(old.intent_id)["status"] == "canceled"
    assert shop.fake.retrieve(new.intent_id)["amount"] == 22500
    shop.fake.pay(new)
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_the_old_tab_that_was_faster_wins(shop: Shop) -> None:
    """The old PaymentIntent was paid before it could be closed: its money is seen, not charged again."""
    shop.payments.place_order(order())
    old = shop.payments.start_payment("1017")
    shop.payments.place_order(order(price="100.00"))
    shop.fake.pay(old)
    with pytest.raises(TransitionRefused, match="already paid") as refused:
        shop.payments.start_payment("1017")
    assert refused.value.why == "already_paid"
    assert len(intents(shop)) == 1
    assert shop.payments.order("1017").status == "review", "325 came in for an order of 225"


def test_other_parameters_make_another_payment(shop: Shop) -> None:
    """Asking for an authorisation instead of a charge cannot reuse the open charge."""
    shop.payments.place_order(order())
    old = shop.payments.start_payment("1017")
    new = shop.payments.start_payment("1017", capture_method="manual")
    assert new.intent_id != old.intent_id
    assert shop.fake.retrieve(old.intent_id)["status"] == "canceled"
    assert shop.fake.retrieve(new.intent_id)["capture_method"] == "manual"


def test_a_payment_cancelled_in_the_dashboard_is_replaced(shop: Shop) -> None:
    """A PaymentIntent that somebody closed at Stripe does not block the order."""
    shop.payments.place_order(order())
    old = shop.payments.start_payment("1017")
    shop.gateway().cancel(old.intent_id)
    new = shop.payments.start_payment("1017")
    assert new.intent_id != old.intent_id
    shop.fake.pay(new)
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_a_paid_order_is_not_paid_again(shop: Shop) -> None:
    """With the money in, a second start is refused, even before the webhook told us."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.fake.drop_webhooks()
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.start_payment("1017")
    assert refused.value.why == "already_paid"
    assert shop.payments.order("1017").status == "confirmed"


def test_an_order_whose_time_ran_out_cannot_be_paid(shop: Shop) -> None:
    """After its lifetime no payment starts, and the worker closes order and PaymentIntent."""
    shop.payments.place_order(order(expires_in=later(hours=24)))
    attempt = shop.payments.start_payment("1017")
    shop.fake.advance(days=1)
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.start_payment("1017")
    assert refused.value.why == "expired"
    shop.settle(seconds=1)
    assert shop.payments.order("1017").status == "canceled"
    assert shop.fake.retrieve(attempt.intent_id)["status"] == "canceled"


def test_an_order_paid_in_its_last_second_is_not_cancelled(shop: Shop) -> None:
    """Stripe is asked before the clock closes an order: the payment whose webhook is late wins."""
    shop.payments.place_order(order(expires_in=later(hours=1)))
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.fake.drop_webhooks()
    shop.settle(seconds=3601)
    assert shop.payments.order("1017").status == "confirmed"


def test_a_lost_answer_is_asked_again_with_the_same_key(shop: Shop) -> None:
    """The PaymentIntent was made but its answer lost: unknown, not failed; the retry finds the same one."""
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.payments.place_order(order())
    shop.fake.fail_next("timeout_after", ("POST", "/v1/payment_intents"))
    with pytest.raises(OutcomeUnknown) as unknown:
        shop.payments.start_payment("1017")
    assert unknown.value.safe_to_retry
    attempt = shop.payments.start_payment("1017")
    assert [intent["id"] for intent in intents(shop)] == [attempt.intent_id]


def test_a_webhook_that_overtakes_the_start_binds_the_payment(shop: Shop) -> None:
    """Stripe's event arrives before our own call returned: it finds the row by its metadata, once."""
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.payments.place_order(order())
    shop.fake.fail_next("timeout_after", ("POST", "/v1/payment_intents"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.start_payment("1017")
    shop.settle()
    (payment,) = shop.payments.order("1017").payments
    assert payment.intent_id == intents(shop)[0]["id"]
    assert shop.payments.start_payment("1017").payment.id == payment.id


def test_a_key_older_than_stripe_remembers_is_never_sent_again(shop: Shop) -> None:
    """A row that Stripe never answered is given up after 23 hours: its key would make a second charge."""
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.payments.place_order(order())
    shop.fake.fail_next("timeout_before", ("POST", "/v1/payment_intents"))
    with pytest.raises(OutcomeUnknown):
        shop.payments.start_payment("1017")
    shop.fake.advance(days=1)
    attempt = shop.payments.start_payment("1017")
    assert len(shop.payments.order("1017").payments) == 2
    assert [intent["id"] for intent in intents(shop)] == [attempt.intent_id]


def test_a_busy_stripe_changes_nothing(shop: Shop) -> None:
    """A rate limit is a refusal to act: the same call goes through later, on the same row."""
    shop.payments.use_gateway(shop.gateway(max_network_retries=0))
    shop.payments.place_order(order())
    shop.fake.fail_next("rate_limit", ("POST", "/v1/payment_intents"))
    with pytest.raises(GatewayUnavailable):
        shop.payments.start_payment("1017")
    assert shop.payments.start_payment("1017").payment.status == "pending"
    assert len(shop.payments.order("1017").payments) == 1


def test_three_d_secure_failed_then_passed(shop: Shop) -> None:
    """A failed bank check is a failed attempt, not a dead order."""
    shop.payments.place_order(order())
    attempt = shop.payments.start_payment("1017")
    shop.fake.pay(attempt, card="4000002500003155", three_d_secure="fail")
    shop.settle()
    failed = shop.payments.order("1017").payments[0]
    assert (failed.status, failed.failure_message_key) == ("failed", "authenticate_again")
    shop.fake.pay(shop.payments.start_payment("1017"), card="4000002500003155", three_d_secure="pass")
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_placing_again_and_amending(shop: Shop) -> None:
    """The same order is returned, a changed one replaces it while unpaid, and is locked once paid."""
    first = shop.payments.place_order(order())
    assert shop.payments.place_order(order()).created_at == first.created_at
    shop.paid("1017", price="100.00")
    with pytest.raises(OrderLocked):
        shop.payments.place_order(order(price="90.00"))
    assert shop.payments.place_order(order(price="100.00")).status == "confirmed", "the same order is still returned"


def test_an_authorisation_is_announced_captured_and_confirmed(shop: Shop) -> None:
    """Money held on a card confirms nothing until it is captured."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017", capture_method="manual"))
    shop.settle()
    held = shop.payments.order("1017")
    assert (held.status, held.paid) == ("authorized", sar("0"))
    with pytest.raises(OrderLocked):
        shop.payments.place_order(order(price="1.00"))
    assert shop.payments.capture("1017").status == "confirmed"
    with pytest.raises(TransitionRefused) as refused:
        shop.payments.capture("1017")
    assert refused.value.why == "not_authorized"


def test_an_authorisation_that_lapsed_leaves_the_order_payable(shop: Shop) -> None:
    """After seven days Stripe releases the money; the order waits for a new payment."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017", capture_method="manual"))
    shop.settle()
    shop.settle(days=8)
    assert shop.payments.order("1017").status == "pending"
    shop.fake.pay(shop.payments.start_payment("1017"))
    shop.settle()
    assert shop.payments.order("1017").status == "confirmed"


def test_an_unknown_order_is_told_by_name(shop: Shop) -> None:
    """Every call about an order that is not there says so."""
    for call in (shop.payments.start_payment, shop.payments.refresh, shop.payments.cancel, shop.payments.capture):
        with pytest.raises(OrderNotFound, match="nowhere"):
            call("nowhere")


def test_customers_see_only_their_own(shop: Shop) -> None:
    """Another customer's order, a guest's order and a missing one look the same."""
    shop.payments.place_order(order())
    assert shop.payments.order("1017", customer_id="7").id == "1017"
    for stranger in ("8", ""):
        with pytest.raises(OrderNotFound):
            shop.payments.order("1017", customer_id=stranger)
        with pytest.raises(OrderNotFound):
            shop.payments.refresh("1017", customer_id=stranger)
    assert [found.id for found in shop.payments.orders(customer_id="7")] == ["1017"]
    assert len(shop.payments.orders(customer_id="8")) == 0


def test_guests_do_not_see_each_other(shop: Shop) -> None:
    """Nobody is logged in: a search for the empty customer finds nothing, and not every guest's order."""
    shop.payments.place_order(order(customer=Customer(email="guest@example.com")))
    shop.payments.start_payment("1017")
    assert len(shop.payments.orders()) == len(shop.payments.payments()) == 1
    assert len(shop.payments.orders(customer_id="")) == len(shop.payments.payments(customer_id="")) == 0
