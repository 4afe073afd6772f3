"""The checkout: who buys, where it goes, how it is paid; it places the order."""

from __future__ import annotations

from collections.abc import Mapping

from examples.storefront import forms
from examples.storefront.answers import Answer, Moved
from examples.storefront.carts import Basket
from examples.storefront.forms import Errors
from examples.storefront.front import TRY_AGAIN, Front, page
from examples.storefront.ordering import ON_DELIVERY, BeingPaid, Buyer, CartChanged
from examples.storefront.visits import Visit
from gulf_payments import Address, OrderLocked, OrderNotFound, TransitionRefused

METHODS = ("card", ON_DELIVERY)
CLOSED = ("canceled", "being_canceled")


class CheckoutPages(Front):
    """From a cart to an order."""

    @page
    def checkout(self, visit: Visit) -> Answer:
        """`/checkout/`: the form; a POST places the order and goes on to its payment, or to its result."""
        basket = self.carts.read(visit.cart_id)
        if visit.form is None:
            return self._asked(visit, basket) if basket.items else Moved("/cart/")
        token = visit.form.get("token", "")
        if not basket.items:
            return self._bought_already(visit, token)
        if token != self.ordering.token(basket):
            return self._asked(visit, basket, notice="page.cart_changed")
        buyer, errors = self._buyer(visit, visit.form)
        if visit.form.get("method") not in METHODS:
            errors["method"] = "required"
        if errors or buyer is None:
            return self._asked(visit, basket, errors=errors)
        if not self.allows(visit):
            return self.present.notice(visit, "page.too_many_tries", status=429, extra=TRY_AGAIN)
        return self._placed(visit, basket, buyer, visit.form["method"])

    def _asked(self, visit: Visit, basket: Basket, *, errors: Errors | None = None, notice: str = "") -> Answer:
        """The form, with what was typed into it before."""
        addresses = self.ordering.addresses(visit.customer) if visit.customer else {}
        return self.present.checkout(
            visit,
            basket,
            addresses=addresses,
            token=self.ordering.token(basket),
            errors=errors or {},
            notice=notice,
        )

    def _bought_already(self, visit: Visit, token: str) -> Answer:
        """An old form, sent again after its cart was bought and emptied, leads to its order."""
        try:
            return Moved(f"/orders/{self.ordering.own(visit, token).id}/result/")
        except OrderNotFound:
            return Moved("/cart/")

    def _buyer(self, visit: Visit, form: Mapping[str, str]) -> tuple[Buyer | None, Errors]:
        address, errors = self._address(visit, form)
        customer = visit.customer
        if customer is None:
            customer, wrong = forms.guest(form, visit.language)
            errors = {**wrong, **errors}
        return (Buyer(customer=customer, address=address) if customer and not errors else None), errors

    def _address(self, visit: Visit, form: Mapping[str, str]) -> tuple[Address, Errors]:
        """One of the customer's own earlier addresses, or the one that was typed in."""
        chosen = form.get("address", "new")
        if visit.customer is not None and chosen != "new":
            address = self.ordering.addresses(visit.customer).get(chosen)
            return (address, {}) if address else (Address(), {"address": "required"})
        return forms.new_address(form)

    def _placed(self, visit: Visit, basket: Basket, buyer: Buyer, method: str) -> Answer:
        """Place the order; a closed one of this very cart makes way for a new one."""
        try:
            order = self.ordering.place(basket, buyer, method=method)
        except CartChanged:
            return self._asked(visit, self.carts.read(visit.cart_id), notice="page.cart_changed")
        except BeingPaid as earlier:
            return Moved(f"/orders/{earlier.order_id}/result/")
        except OrderLocked:
            return Moved(f"/orders/{self.ordering.token(basket)}/result/")
        except TransitionRefused as refusal:
            if refusal.why not in CLOSED:
                return Moved(f"/orders/{self.ordering.token(basket)}/result/")
            return self._placed(visit, self.ordering.renew(basket), buyer, method)
        if not order.customer.id:
            visit.remember_guest_order(order.id)
        return Moved(f"/orders/{order.id}/result/" if method == ON_DELIVERY else f"/pay/{order.id}/")
