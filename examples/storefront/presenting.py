"""From what the shop knows to what its pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from examples.storefront.answers import Shown
from examples.storefront.carts import Basket, Carts
from examples.storefront.catalogue import FREE_SHIPPING_FROM, MOST_PIECES, PRODUCTS, lines_of, sums_of
from examples.storefront.pages import (
    CartPage,
    CataloguePage,
    CheckoutPage,
    Frame,
    Item,
    LoginPage,
    NoticePage,
    OrderPage,
    OrderRow,
    OrdersPage,
    Page,
    PayPage,
    ResultPage,
)
from examples.storefront.visits import Visit
from gulf_payments import Address, Order, customer_message
from gulf_payments.messages.declines import MESSAGE_KEYS
from gulf_payments.progress import Progress, State

REVALIDATED = {"Cache-Control": "private, no-cache"}
STATES_TO_CANCEL = (State.READY, State.FAILED, State.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presenter:
    """Makes each page's data."""

    carts: Carts
    stripe_js: str
    is_demo: bool  # its customers are those of the demonstration, and their names may be told

    def _shown(self, visit: Visit, page: Page, status: int = 200, extra: Mapping[str, str] | None = None) -> Shown:
        frame = Frame(
            language=visit.language,
            path=visit.path,
            customer_name=visit.customer.name if visit.customer else "",
            cart_count=self.carts.read(visit.cart_id).count if "cart" in visit.session else 0,
        )
        return Shown(page, frame, status, extra=extra or {})

    # --- before the order ----------------------------------------------------------------------------------------

    def catalogue(self, visit: Visit) -> Shown:
        """What is sold: the one page that search engines may find."""
        language = visit.language
        items = [
            Item(product.sku, product.title(language), product.description(language), product.price)
            for product in PRODUCTS.values()
        ]
        return self._shown(visit, CataloguePage(items=items, free_from=FREE_SHIPPING_FROM), extra=REVALIDATED)

    def cart(self, visit: Visit, *, invalid: bool = False) -> Shown:
        """What is in the cart."""
        basket = self.carts.read(visit.cart_id)
        items = _items(basket, visit.language)
        sums = sums_of(basket.items) if items else None
        page = CartPage(items=items, sums=sums, most_pieces=MOST_PIECES, invalid=invalid)
        return self._shown(visit, page, 422 if invalid else 200)

    def login(self, visit: Visit, *, next_path: str, username: str = "", failed: bool = False) -> Shown:
        """Who are you?"""
        return self._shown(
            visit,
            LoginPage(next_path=next_path, username=username, failed=failed, is_demo=self.is_demo),
            422 if failed else 200,
        )

    def checkout(
        self,
        visit: Visit,
        basket: Basket,
        *,
        token: str,
        addresses: Mapping[str, Address],
        errors: Mapping[str, str],
        notice: str,
    ) -> Shown:
        """Where it goes and how it is paid."""
        page = CheckoutPage(
            items=_items(basket, visit.language),
            sums=sums_of(basket.items),
            token=token,
            is_guest=visit.customer is None,
            addresses=addresses,
            values=visit.form or {},
            errors=errors,
            notice=customer_message(notice, visit.language) if notice else "",
        )
        return self._shown(visit, page, 422 if errors or notice else 200)

    # --- the payment ---------------------------------------------------------------------------------------------

    def payment(self, visit: Visit, order: Order, progress: Progress, *, cart_changed: bool) -> Shown:
        """The payment page, or why there is nothing to pay."""
        speaks = progress.state in (State.FAILED, State.CLOSED)
        key = "page.cart_changed" if cart_changed else progress.message_key if speaks else ""
        page = PayPage(
            order=order,
            progress=progress,
            stripe_js=self.stripe_js,
            start_url=f"/pay/{order.id}/start/",
            status_url=f"/orders/{order.id}/status/",
            result_url=f"/orders/{order.id}/result/",
            message=customer_message(key, visit.language) if key else "",
            cart_changed=cart_changed,
            reasons=reasons(visit.language),
            unknown_reason=customer_message("contact_bank", visit.language),
        )
        return self._shown(visit, page)

    def result(self, visit: Visit, order: Order, progress: Progress) -> Shown:
        """What became of it."""
        message = customer_message(progress.message_key, visit.language)
        page = ResultPage(order=order, progress=progress, message=message, status_url=f"/orders/{order.id}/status/")
        return self._shown(visit, page)

    # --- orders --------------------------------------------------------------------------------------------------

    def orders(self, visit: Visit, found: Sequence[tuple[Order, Progress]]) -> Shown:
        """What this customer ordered."""
        rows = [
            OrderRow(order, progress, customer_message(progress.message_key, visit.language))
            for order, progress in found
        ]
        return self._shown(visit, OrdersPage(rows=rows))

    def order(self, visit: Visit, order: Order, progress: Progress, *, is_current: bool) -> Shown:
        """One order."""
        page = OrderPage(
            order=order,
            progress=progress,
            message=customer_message(progress.message_key, visit.language),
            may_cancel=progress.state in STATES_TO_CANCEL,
            is_current=is_current,
        )
        return self._shown(visit, page)

    # --- nothing to show -----------------------------------------------------------------------------------------

    def notice(
        self,
        visit: Visit,
        problem: str | Exception,
        *,
        status: int,
        next_path: str = "/",
        extra: Mapping[str, str] | None = None,
    ) -> Shown:
        """One sentence about a problem: a key of the catalogues, or an error."""
        message = customer_message(problem, visit.language)
        return self._shown(visit, NoticePage(message=message, next_path=next_path, is_error=True), status, extra)


def _items(basket: Basket, language: str) -> list[Item]:
    return [
        Item(
            line.sku,
            line.title,
            PRODUCTS[line.sku].description(language),
            line.price,
            quantity=line.quantity,
            total=line.total,
        )
        for line in lines_of(basket.items, language)
    ]


@cache
def reasons(language: str) -> dict[str, str]:
    """The sentence for each of Stripe's codes that has one of its own; what the bank will not say is not among them."""
    unknown = customer_message("contact_bank", language)
    said = {code: customer_message(code, language) for code in MESSAGE_KEYS}
    return {code: sentence for code, sentence in said.items() if sentence != unknown}
