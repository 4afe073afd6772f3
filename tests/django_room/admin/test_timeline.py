"""The timeline, told by facts alone: their order, who caused them, and what each did to the status."""

from __future__ import annotations

from gulf_payments.django.admin.timeline import history, merged, source_of
from gulf_payments.ports import Key
from tests.shops import Shop, order, sar


def told(shop: Shop) -> list[tuple[str, str, str]]:
    """What happened, and the status before and after."""
    record = shop.store.get(shop.payments.scope, Key("order", "1017"))
    assert record is not None
    return [(line.what, line.before, line.after) for line in history(record.dossier)]


def test_each_fact_changes_the_status_as_the_law_says() -> None:
    """Declined, paid, partly refunded, disputed: the last status is the order's own."""
    shop = Shop()
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017"), card="4000000000009995")
    shop.settle(seconds=60)
    shop.fake.pay(shop.payments.start_payment("1017"), card="4242424242424242")
    shop.settle(seconds=60)
    shop.payments.refund("1017", sar("50.00"), request_id="a", actor="staff:7")
    shop.settle(seconds=60)
    shop.fake.dispute(shop.payments.order("1017").payments[0].intent_id)
    shop.settle()
    lines = told(shop)
    assert [line[0] for line in lines] == [
        "order_placed", "payment_started", "payment_declined", "payment_succeeded", "refund_asked",
        "refund_succeeded", "dispute_needs_response",
    ]  # fmt: skip
    assert lines[0] == ("order_placed", "", "pending")
    assert lines[3] == ("payment_succeeded", "pending", "confirmed")
    assert lines[5] == ("refund_succeeded", "confirmed", "partially_refunded")
    assert lines[-1][2] == shop.payments.order("1017").status == "disputed"


def test_a_cancellation_is_told_with_whoever_wanted_it() -> None:
    """Its actor is kept; the order ends cancelled."""
    shop = Shop()
    shop.payments.place_order(order())
    shop.payments.cancel("1017", actor="staff:7")
    assert told(shop)[-1] == ("order_canceled", "pending", "canceled")
    assert [source_of(actor) for actor in ("staff:7", "clock", "", "import")] == ["staff", "clock", "shop", "shop"]


def test_two_histories_become_one() -> None:
    """Oldest first; what has no instant comes last."""
    shop = Shop()
    shop.paid()
    record = shop.store.get(shop.payments.scope, Key("order", "1017"))
    assert record is not None
    lines = history(record.dossier)
    undated = lines[0]._replace(at=0)
    assert merged([undated], reversed(lines))[-1] == undated
    assert merged(reversed(lines))[0].at == min(line.at for line in lines)
