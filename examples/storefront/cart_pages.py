"""The catalogue, the cart, and who is logged in."""

from __future__ import annotations

from collections.abc import Mapping

from examples.storefront import forms
from examples.storefront.answers import Answer, Moved, Shown
from examples.storefront.catalogue import MOST_PIECES
from examples.storefront.front import Front, page
from examples.storefront.visits import Visit


class CartPages(Front):
    """Everything before an order."""

    @page
    def home(self, visit: Visit) -> Answer:
        """`/`: what is sold."""
        return self.present.catalogue(visit)

    @page
    def cart(self, visit: Visit) -> Answer:
        """`/cart/`: what is in the cart; a POST changes how many pieces of one product there are."""
        if visit.form is None:
            return self.present.cart(visit)
        sku, count = forms.known_sku(visit.form.get("sku", "")), forms.piece_count(visit.form.get("quantity", "1"))
        if sku is None or count is None:
            return self.present.cart(visit, invalid=True)
        adds = visit.form.get("add") == "1"
        self.carts.change(visit.cart_id, lambda items: _with(items, sku, count, adds=adds))
        return Moved("/cart/")

    @page
    def login(self, visit: Visit) -> Answer:
        """`/login/`: the form; a POST logs in and goes on to where the customer wanted to go."""
        form = visit.form
        if form is None:
            return self.present.login(visit, next_path=forms.own_path(visit.query.get("next", "/")))
        next_path = forms.own_path(form.get("next", "/"))
        customer = self.accounts.check(form.get("username", ""), form.get("password", ""))
        if customer is None:
            return self.present.login(
                visit, next_path=next_path, username=forms.plain(form.get("username", "")), failed=True
            )
        visit.enter(customer)
        return Moved(next_path)

    @page
    def logout(self, visit: Visit) -> Answer:
        """POST `/logout/`."""
        visit.leave()
        return Moved("/")

    def not_found(self, visit: Visit) -> Shown:
        """Any address that leads nowhere."""
        return self.missing(visit)


def _with(items: Mapping[str, int], sku: str, count: int, *, adds: bool) -> dict[str, int]:
    """The pieces with so many of one product, or so many more; none is left out."""
    pieces = min((items.get(sku, 0) if adds else 0) + count, MOST_PIECES)
    return {name: number for name, number in {**items, sku: pieces}.items() if number}
