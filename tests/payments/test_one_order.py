"""The main job, end to end: an Arabic order is placed, paid, confirmed once and mailed."""

from __future__ import annotations

from gulf_payments import OrderConfirmed, OrderStatus, PaymentStatus
from tests.shops import Shop, order, sar


def test_an_order_is_paid_confirmed_and_mailed_once(sql_shop: Shop) -> None:
    """From the cart to the mail on each database: one charge, one confirmation, one receipt."""
    shop = sql_shop
    confirmed: list[OrderConfirmed] = []
    shop.payments.on(OrderConfirmed, name="fulfil")(confirmed.append)

    placed = shop.payments.place_order(order())
    assert (placed.status, placed.total) == (OrderStatus.PENDING, sar("325.00"))

    attempt = shop.payments.start_payment("1017")
    assert attempt.client_secret.startswith(attempt.intent_id)
    assert attempt.publishable_key == "pk_test_123"
    assert attempt.client_secret not in repr(attempt)

    shop.fake.pay(attempt, card="4242424242424242")
    assert shop.payments.order("1017").status is OrderStatus.PENDING, "nothing is believed before Stripe says so"

    shop.settle()
    paid = shop.payments.order("1017")
    assert (paid.status, paid.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.SUCCEEDED)
    assert (paid.paid, paid.refundable) == (sar("325.00"), sar("325.00"))
    (payment,) = paid.payments
    assert (payment.last4, payment.method, payment.is_successful, payment.can_refund) == ("4242", "visa", True, True)
    assert payment.paid_at is not None

    assert [event.key for event in confirmed] == ["order:1017:confirm"]
    assert confirmed[0].order.customer.name == "سارة"
    (receipt,) = shop.subjects
    assert "1017" in receipt
    shop.settle()
    assert (len(confirmed), len(shop.subjects)) == (1, 1)
