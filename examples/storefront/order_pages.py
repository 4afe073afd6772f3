"""A customer's orders, and the link that opens a guest's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from examples.storefront.answers import Answer, Moved
from examples.storefront.front import Front, page
from examples.storefront.links import GuestLinkInvalid
from examples.storefront.visits import Visit
from gulf_payments import Order, OrderLocked, OrderNotFound

MOST_ORDERS = 50


class OrderPages(Front):
    """What was ordered."""

    @page
    def orders(self, visit: Visit) -> Answer:
        """`/orders/`: the customer's own, and those that this session placed as a guest."""
        if visit.customer is None and not visit.guest_orders:
            return Moved("/login/?next=/orders/")
        mine = [*self._as_guest(visit), *self._as_customer(visit)]
        return self.present.orders(visit, [(order, self.ordering.progress(order)) for order in mine])

    def _as_guest(self, visit: Visit) -> Iterator[Order]:
        for order_id in reversed(visit.guest_orders):
            with suppress(OrderNotFound):  # of another mode, or of a database that was made anew
                yield self.payments.order(order_id)

    def _as_customer(self, visit: Visit) -> Iterable[Order]:
        return self.payments.orders(customer_id=visit.customer.id, limit=MOST_ORDERS) if visit.customer else ()

    @page
    def order(self, visit: Visit, order_id: str) -> Answer:
        """`/orders/<order>/`: one order with its payments."""
        order = self.ordering.own(visit, order_id)
        return self._shown(visit, order)

    def _shown(self, visit: Visit, order: Order) -> Answer:
        return self.present.order(
            visit, order, self.ordering.progress(order), is_current=self.ordering.is_current(order)
        )

    @page
    def cancel(self, visit: Visit, order_id: str) -> Answer:
        """POST `/orders/<order>/cancel/`: the customer no longer wants it. If money was faster, the result says so."""
        order = self.ordering.own(visit, order_id)
        try:
            self.payments.cancel(order.id, actor=order.customer.id or "guest")
        except OrderLocked:
            return Moved(f"/orders/{order.id}/result/")
        return Moved(f"/orders/{order.id}/")

    @page
    def guest(self, visit: Visit, token: str) -> Answer:
        """`/guest/<token>/`: the link in a guest's mail."""
        try:
            order = self.links.read(token, now=self.payments.clock())
        except GuestLinkInvalid as invalid:
            if invalid.why == "forged":
                return self.missing(visit)
            return self.present.notice(visit, "page.session_expired", status=410)
        visit.remember_guest_order(order.id)
        return Moved(f"/orders/{order.id}/")
