"""What the shop does when money is news: found by the library in each app, performed by its worker."""

from __future__ import annotations

from examples.django_shop.models import Carts, ShopOrder
from examples.storefront.attempts import close_if_tested
from gulf_payments import OrderAccepted, OrderConfirmed, PaymentFailed
from gulf_payments.django import payments


@payments.on(OrderConfirmed, name="shop.goods", transactional=True)
@payments.on(OrderAccepted, name="shop.goods", transactional=True)
def pack(event: OrderConfirmed | OrderAccepted, handle: object) -> None:
    """Empty the cart that was bought, and begin the shop's own order: in one transaction with the library's mark."""
    if event.order.cart:
        Carts().empty(event.order.cart, handle)
    ShopOrder.objects.get_or_create(key=event.order_id)


payments.on(PaymentFailed, name="shop.card_testing")(lambda event: close_if_tested(payments, event.order))
