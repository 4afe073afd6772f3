"""What a shop places and what it reads back: frozen data, checked when made.

An `Order` is an agreement: a snapshot of what is charged and mailed. The shop writes its first fields; the last ones
are filled by the library from the law, and are left out when two orders are compared.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import pairwise
from reprlib import repr as shown

from gulf_payments.errors import InvalidOrder, ZeroTotal
from gulf_payments.machine import OrderStatus, PaymentStatus
from gulf_payments.money import Money, rate_percent, total_of

ID_LENGTH = 120  # our longest effect key around it still fits Stripe's 255 characters and a database index
LONGEST = timedelta(days=3653)  # ten years: beyond it a slip is likelier than a wish

_EMAIL = re.compile(r"""(?=.{3,254}\Z)[^\s@,;:<>()\[\]\\"]+@[^\s@,;:<>()\[\]\\"]+""")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # break a mail header or a log line
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps NUL, and half a character is not UTF-8


def new_id(prefix: str) -> str:
    """A time-sortable id, `prefix_` and 128 bits in hex: 48 of milliseconds, 80 of chance."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who pays. `id` is the shop's own key, empty for a guest; `locale` chooses the language of mails and messages."""

    email: str = field(repr=False)
    id: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    locale: str = "ar"

    def __post_init__(self) -> None:
        _check_text(self, ("email", "id", "name", "phone", "locale"), _CONTROL)
        if self.email and not (_EMAIL.fullmatch(self.email) and self.email.isprintable()):
            raise InvalidOrder("the customer's email must be one plain address such as 'sara@example.com'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where it goes; every part is optional, and the Saudi national address has its own fields.

    `short_address` is the national short code (four letters, four digits); `additional_number` its secondary number.
    """

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    building_number: str = field(default="", repr=False)
    unit_number: str = field(default="", repr=False)
    district: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    additional_number: str = field(default="", repr=False)
    short_address: str = field(default="", repr=False)
    country: str = "SA"

    def __post_init__(self) -> None:
        _check_text(self, (part.name for part in fields(self)))


@dataclass(frozen=True, slots=True)
class Cart:
    """Which cart, at which version, this order empties once it is confirmed: never a newer one."""

    id: str
    version: int = 0

    def __post_init__(self) -> None:
        _check_text(self, ("id",), _CONTROL)


@dataclass(frozen=True, slots=True)
class LineItem:
    """One kind of thing: its title, the price of one, how many. `tax_rate` is a per cent such as "15"."""

    title: str
    price: Money
    quantity: int = 1
    sku: str = field(default="", kw_only=True)
    tax_rate: str | None = field(default=None, kw_only=True)
    url: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        _check_text(self, ("title", "sku", "url"))
        if not isinstance(self.price, Money):
            raise InvalidOrder(f"the price of {shown(self.title)} is a Money, not {type(self.price).__name__}")
        if type(self.quantity) is not int or self.quantity < 1:
            raise InvalidOrder(f"the quantity of {shown(self.title)} is an int above 0, not {shown(self.quantity)}")
        if self.tax_rate is not None:
            rate_percent(self.tax_rate)

    @property
    def total(self) -> Money:
        """Price times quantity."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund of a payment, asked for here (`request_id`) or in Stripe's dashboard (empty)."""

    id: str
    payment_id: str
    amount: Money
    status: str  # unknown until Stripe has answered, then its own: pending, succeeded, failed, canceled
    request_id: str = ""
    reason: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment of an order: Stripe's ids, the money, how it was tried. Read-only; made from the facts."""

    id: str
    order_id: str
    status: PaymentStatus
    amount: Money
    received: Money
    refunded: Money
    refundable: Money
    intent_id: str = ""
    charge_id: str = ""
    method: str = ""
    last4: str = field(default="", repr=False)
    attempts: int = 0
    failure_code: str = field(default="", repr=False)
    failure_message_key: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    paid_at: datetime | None = None
    refunds: tuple[Refund, ...] = ()

    @property
    def is_successful(self) -> bool:
        """Whether its money is in and undisputed, wholly or less a partial refund."""
        return self.status in (PaymentStatus.SUCCEEDED, PaymentStatus.PARTIALLY_REFUNDED)

    @property
    def can_refund(self) -> bool:
        """Whether anything of it can be refunded now."""
        return bool(self.refundable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is charged and mailed, and what its money says.

    `id` is the shop's own key, for ever; `number` is what people read (the id unless given). One currency throughout.
    `tax` is the amount the shop computed, or comes from each line's `tax_rate`; prices include it unless
    `prices_include_tax` is False. `expires_in` counts from placing; None never expires. Raises InvalidOrder,
    ZeroTotal or a MoneyError that names what is wrong.
    """

    id: str
    customer: Customer
    lines: Sequence[LineItem]
    number: str = ""
    discount: Money | None = None
    shipping: Money | None = None
    tax: Money | None = None
    shipping_tax_rate: str | None = None
    prices_include_tax: bool = True
    shipping_address: Address | None = None
    cart: Cart | None = None
    expires_in: timedelta | None = None
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    url: str = field(default="", repr=False)

    status: OrderStatus = field(default=OrderStatus.PENDING, compare=False)
    payment_status: PaymentStatus = field(default=PaymentStatus.PENDING, compare=False)
    paid: Money | None = field(default=None, compare=False)
    refunded: Money | None = field(default=None, compare=False)
    refundable: Money | None = field(default=None, compare=False)
    payments: tuple[Payment, ...] = field(default=(), compare=False)
    anomalies: tuple[str, ...] = field(default=(), compare=False)
    closing: bool = field(default=False, compare=False)  # somebody wants it closed, and Stripe has not answered yet
    created_at: datetime | None = field(default=None, compare=False)
    expires_at: datetime | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(self.lines))
        object.__setattr__(self, "number", self.number or self.id)
        _check_names(self)
        _check_parts(self)
        _check_sums(self)
        object.__setattr__(self, "metadata", dict(self.metadata))

    @property
    def currency(self) -> str:
        """The one currency, upper case."""
        return self.lines[0].price.currency

    @property
    def _nothing(self) -> Money:
        return Money.from_minor(0, self.currency)

    @property
    def item_count(self) -> int:
        """How many things, over all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> Money:
        """The lines, before discount and shipping."""
        return total_of((line.total for line in self.lines), self.currency)

    @property
    def tax_total(self) -> Money | None:
        """The tax as given, else computed line by line (each line after its share of the discount); None if unknown."""
        if self.tax is not None:
            return self.tax
        rates = [*(line.tax_rate for line in self.lines), self.shipping_tax_rate]
        if all(rate is None for rate in rates):
            return None
        amounts = [*self._discounted_lines(), self.shipping or self._nothing]
        parts = (self._tax_of(amount, rate) for amount, rate in zip(amounts, rates, strict=True) if rate is not None)
        return total_of(parts, self.currency)

    def _tax_of(self, amount: Money, rate: str) -> Money:
        numerator, whole = rate_percent(rate)
        return amount.share(numerator, whole + numerator if self.prices_include_tax else whole)

    def _discounted_lines(self) -> list[Money]:
        """Each line less its share of the discount; the shares add up to the discount exactly."""
        discount = self.discount or self._nothing
        running = [self._nothing]
        for line in self.lines:
            running.append(running[-1] + line.total)
        whole = running[-1].minor or 1
        cut = [discount.share(reached.minor, whole) for reached in running]
        shares = [after - before for before, after in pairwise(cut)]
        return [line.total - share for line, share in zip(self.lines, shares, strict=True)]

    @property
    def total(self) -> Money:
        """What is charged: lines less discount, plus shipping, plus the tax where prices leave it out."""
        added = self._nothing if self.prices_include_tax else self.tax_total or self._nothing
        return self.subtotal - (self.discount or self._nothing) + (self.shipping or self._nothing) + added


_AMOUNTS = ("discount", "shipping", "tax")
_PARTS = {"customer": Customer, "shipping_address": Address, "cart": Cart, "expires_in": timedelta, "metadata": Mapping}
_PARTS |= dict.fromkeys(_AMOUNTS, Money) | {"shipping_tax_rate": str}


def _check_text(owner: object, names: Iterable[str], forbidden: re.Pattern[str] = _UNSTORABLE) -> None:
    """Refuse what is not text or cannot be kept; the sentence leaves out the text, which may be personal."""
    for name in names:
        text = getattr(owner, name)
        if not isinstance(text, str) or forbidden.search(text):
            allowed = "a str without control characters or half characters, empty if unknown"
            raise InvalidOrder(f"{type(owner).__name__}.{name} is {allowed}; {type(text).__name__} given")


def _check_names(order: Order) -> None:
    for name in ("id", "number"):
        text = getattr(order, name)
        if not (isinstance(text, str) and text.isprintable() and 1 <= len(text.strip()) == len(text) <= ID_LENGTH):
            allowed = f"a str of 1 to {ID_LENGTH} printable characters with no space around it"
            raise InvalidOrder(f"an order's {name} is {allowed}, not {shown(text)}")


def _check_parts(order: Order) -> None:
    lines: Iterable[object] = order.lines
    if not order.lines or not all(isinstance(line, LineItem) for line in lines):
        raise InvalidOrder(f"order {order.id}: lines are one LineItem or more: say what is bought")
    for name, kind in _PARTS.items():
        part = getattr(order, name)
        if not isinstance(part, kind) and (part is not None or name in ("customer", "metadata")):
            raise InvalidOrder(f"order {order.id}: {name} is a {kind.__name__}, not {type(part).__name__}")
    texts: Iterable[object] = (order.url, *order.metadata, *order.metadata.values())
    if not all(isinstance(text, str) and not _UNSTORABLE.search(text) for text in texts):
        raise InvalidOrder(f"order {order.id}: url is a str, metadata maps str to str: write other values as text")
    if order.expires_in is not None and not timedelta(0) < order.expires_in <= LONGEST:
        raise InvalidOrder(f"order {order.id}: expires_in is above zero and at most ten years; None never expires")


def _check_sums(order: Order) -> None:
    total_of((amount for name in _AMOUNTS if (amount := getattr(order, name)) is not None), order.currency)
    if order.discount is not None and order.discount > order.subtotal:
        raise InvalidOrder(f"order {order.id}: the discount {order.discount} is above the price {order.subtotal}")
    if not order.total:
        raise ZeroTotal(f"order {order.id} costs nothing: there is nothing to charge; do not place it for payment")
    if order.tax_total is not None and order.tax_total > order.total:
        raise InvalidOrder(f"order {order.id}: the tax {order.tax_total} is above the total {order.total}")
    order.total.chargeable()
