"""From a cart to an order, whose order it is, and whether it may still be paid as it stands.

A cart has at most one order that may be paid: the cart names it, and an order that it no longer names is cancelled at
Stripe too. So two tabs, a double click and a changed mind never lead to two payments for the same things.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from examples.storefront.carts import Basket, Carts
from examples.storefront.catalogue import VAT_RATE, lines_of, shipping_for
from examples.storefront.links import GuestLinks
from examples.storefront.visits import Visit
from gulf_payments import Address, Customer, Order, OrderLocked, OrderNotFound, Payments, progress_of
from gulf_payments.money import total_of
from gulf_payments.progress import Progress, State

TIME_TO_PAY = timedelta(minutes=60)
REPLACED = "replaced"
ON_DELIVERY = "cash_on_delivery"
_ORDER_ID = re.compile("[a-z2-7]{16}")


class CartChanged(Exception):
    """The cart is not what the customer was shown."""


class OrderClosed(Exception):
    """The order of this version of the cart was cancelled, or ran out of time."""


class BeingPaid(Exception):
    """An earlier order of this cart is paid, or is being paid right now."""

    def __init__(self, order_id: str) -> None:
        super().__init__(order_id)
        self.order_id = order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys, and where it goes."""

    customer: Customer
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """The orders of the shop, over `Payments` and the carts."""

    payments: Payments
    carts: Carts
    links: GuestLinks
    base_url: str
    signing_key: str = field(repr=False)

    # --- whose it is ---------------------------------------------------------------------------------------------

    def own(self, visit: Visit, order_id: str) -> Order:
        """The order, if it is this visitor's. Raises OrderNotFound, the same whether it is another's or nobody's."""
        if not _ORDER_ID.fullmatch(order_id):
            raise OrderNotFound("no such order")
        order = self.payments.order(order_id)
        owner = order.customer.id
        visitor = visit.customer.id if visit.customer else ""
        if not (visitor == owner if owner else order_id in visit.guest_orders):
            raise OrderNotFound("no such order")
        return order

    def progress(self, order: Order) -> Progress:
        """What the order says to its customer now."""
        return progress_of(order, now=self.payments.clock())

    def is_current(self, order: Order) -> bool:
        """Whether the cart is still the one that this order was made of. What is taken on delivery left its cart."""
        if order.cart is None or self.progress(order).state is State.ACCEPTED:
            return True
        basket = self.carts.read(order.cart.id)
        return (basket.cart, basket.order_id) == (order.cart, order.id)

    # --- placing -------------------------------------------------------------------------------------------------

    def token(self, basket: Basket) -> str:
        """The id of the order that this version of the cart becomes: the same however often the form is sent."""
        digest = hmac.digest(self.signing_key.encode(), f"order:{basket.id}:{basket.version}".encode(), hashlib.sha256)
        return base64.b32encode(digest[:10]).decode().lower()

    def place(self, basket: Basket, buyer: Buyer, *, method: str) -> Order:
        """Place the order of this version of a cart, in the place of any earlier one.

        Raises CartChanged; BeingPaid, OrderClosed, OrderLocked or TransitionRefused if this very order is paid or
        closed; a GatewayError if Stripe could not be asked to give up the earlier one.
        """
        order_id = self.token(basket)
        if not self.carts.claim(basket, order_id):
            now = self.carts.read(basket.id)
            if (now.version, now.order_id) != (basket.version, order_id):  # its twin, a double click, claimed the same
                raise CartChanged
        if basket.order_id not in ("", order_id):
            self._replace(basket, order_id)
        order = self.payments.place_order(self._order(order_id, basket, buyer))
        if self.carts.read(basket.id).order_id != order_id:  # another tab was faster, and could not see this order yet
            self.payments.cancel(order_id, reason=REPLACED, actor="shop")
            raise CartChanged
        self._must_be_open(order)
        return self.payments.accept(order.id, method=method) if method == ON_DELIVERY else order

    def _must_be_open(self, order: Order) -> None:
        """An order that was placed before comes back as it is now: it may be paid, on its way, or closed."""
        progress = self.progress(order)
        if progress.state is State.CLOSED:
            raise OrderClosed
        if not progress.may_pay:
            raise BeingPaid(order.id)

    def _replace(self, basket: Basket, order_id: str) -> None:
        """Close the cart's earlier order at Stripe; if Stripe says that it is being paid, it stays the cart's order."""
        earlier = basket.order_id
        try:
            if self.progress(self.payments.order(earlier)).state is not State.ACCEPTED:
                self.payments.cancel(earlier, reason=REPLACED, actor="shop")
        except OrderNotFound:  # claimed, and never placed
            return
        except OrderLocked:
            if self.progress(self.payments.order(earlier)).state is State.PROCESSING:
                self.carts.claim(Basket(basket.id, basket.version, basket.items, order_id), earlier)
                raise BeingPaid(earlier) from None

    def renew(self, basket: Basket) -> Basket:
        """The same cart as a new version, for when the order of this one is closed. Raises CartChanged."""
        newer = self.carts.change(basket.id, lambda items: items)
        if newer.items != basket.items:  # another tab was faster: the customer has not seen this
            raise CartChanged
        return newer

    def _order(self, order_id: str, basket: Basket, buyer: Buyer) -> Order:
        lines = lines_of(basket.items, buyer.customer.locale)
        subtotal = total_of((line.total for line in lines), lines[0].price.currency)
        path = f"/orders/{order_id}/" if buyer.customer.id else f"/guest/{self.links.token(order_id)}/"
        return Order(
            id=order_id,
            number=f"GE-{order_id[:10].upper()}",
            customer=buyer.customer,
            lines=lines,
            shipping=shipping_for(subtotal),
            shipping_tax_rate=VAT_RATE,
            shipping_address=buyer.address,
            cart=basket.cart,
            expires_in=TIME_TO_PAY,
            url=self.base_url + path,
        )

    # --- afterwards ----------------------------------------------------------------------------------------------

    def addresses(self, customer: Customer) -> dict[str, Address]:
        """Where this customer's earlier orders went, each once, newest first, by an id to choose it by."""
        found: dict[str, Address] = {}
        for order in self.payments.orders(customer_id=customer.id, limit=20).items:
            if order.shipping_address is not None:
                text = "\n".join(asdict(order.shipping_address).values())
                found.setdefault(hashlib.sha256(text.encode()).hexdigest()[:12], order.shipping_address)
        return found
