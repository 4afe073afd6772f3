"""What each page shows: plain data for its template, decided before it; nothing here decides about money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from gulf_payments import Address, Money, Order
from gulf_payments.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all pages share. `csrf_input` is the framework's hidden field as HTML, empty where none is needed."""

    language: str
    path: str  # of this page, for the link to the other language
    customer_name: str = field(default="", repr=False)
    cart_count: int = 0
    csrf_input: str = field(default="", repr=False)
    csrf_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One product as it is offered, or as it lies in a cart."""

    sku: str
    title: str
    description: str
    price: Money
    quantity: int = 0
    total: Money | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What a cart or an order costs. `tax` is contained in `total`."""

    subtotal: Money
    shipping: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePage:
    """What is sold. Delivery is free from `free_from`."""

    template: ClassVar[str] = "catalogue.html"
    items: Sequence[Item]
    free_from: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPage:
    """What is in the cart; `sums` is None when it is empty. `invalid`: what was posted could not be understood."""

    template: ClassVar[str] = "cart.html"
    items: Sequence[Item]
    sums: Sums | None
    most_pieces: int
    invalid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """Who are you? `failed`: name or password were wrong. `is_demo`: the demonstration's customers may be told."""

    template: ClassVar[str] = "login.html"
    next_path: str
    username: str = ""
    failed: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPage:
    """Where it goes and how it is paid. `addresses` are earlier ones by an id; `values` what was typed before.

    `errors` has a word for each wrong field: `required` or `invalid`. `notice` is a sentence about the whole form.
    """

    template: ClassVar[str] = "checkout.html"
    items: Sequence[Item]
    sums: Sums
    token: str
    is_guest: bool
    addresses: Mapping[str, Address]
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPage:
    """The payment page. `message` says what stands in the way, or why the last try failed; empty when all is well.

    `reasons` are the sentences for Stripe's decline and error codes, for the page's script; `unknown_reason` is for
    any other code. `cart_changed`: the order is no longer what the cart holds.
    """

    template: ClassVar[str] = "pay.html"
    order: Order
    progress: Progress
    stripe_js: str
    start_url: str
    status_url: str
    result_url: str
    message: str = ""
    cart_changed: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)
    unknown_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """What became of the payment, as the server knows it."""

    template: ClassVar[str] = "result.html"
    order: Order
    progress: Progress
    message: str
    status_url: str


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of a list of orders."""

    order: Order
    progress: Progress
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """A customer's orders, newest first."""

    template: ClassVar[str] = "orders.html"
    rows: Sequence[OrderRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One order. `is_current` is False when its cart has changed since, so that it should be ordered anew."""

    template: ClassVar[str] = "order.html"
    order: Order
    progress: Progress
    message: str
    may_cancel: bool = False
    is_current: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One sentence: not found, an expired link, too many tries, trouble. `next_path` is where to go on."""

    template: ClassVar[str] = "notice.html"
    message: str
    next_path: str = "/"
    is_error: bool = False


Page = CataloguePage | CartPage | LoginPage | CheckoutPage | PayPage | ResultPage | OrdersPage | OrderPage | NoticePage
