"""An order as it is stored: a JSON document of the agreement, and the person apart, so that people can be erased.

The document holds ids, lines, amounts and links; the person is the customer's email, name and phone and the shipping
address. What the law derives (statuses, sums, payments) is in neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from gulf_payments.money import Money
from gulf_payments.orders import Address, Cart, Customer, LineItem, Order

T = TypeVar("T")
FORM = 1  # of the document
_MICROSECOND = timedelta(microseconds=1)
_AMOUNTS = ("discount", "shipping", "tax")
_DEFAULTS: Mapping[type[Any], Mapping[str, Any]] = {
    kind: {part.name: part.default for part in fields(kind) if part.default is not MISSING}
    for kind in (Order, Customer, Address, LineItem)
}


class Person(NamedTuple):
    """The personal data of one order; `address` is JSON, empty when there is none. All empty once erased."""

    email: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "Person(...)"


def split(order: Order) -> tuple[str, Person]:
    """The order's document as JSON, and its person; `join` puts them together again."""
    customer = order.customer
    address = _json(asdict(order.shipping_address)) if order.shipping_address else ""
    return _json(_document(order)), Person(customer.email, customer.name, customer.phone, address)


def join(document: str, person: Person) -> Order:
    """The order that `split` took apart, equal to it. Raises ValueError for a form this version does not know."""
    data = json.loads(document)
    if data.get("v") != FORM:
        raise ValueError(f"this order has form {data.get('v')!r}; this version reads {FORM}: upgrade first")
    return _restored(Order, {**_agreement(data), **_people(data["customer"], person)})


def _agreement(data: Mapping[str, Any]) -> dict[str, Any]:
    currency, lifetime, cart = data["currency"], data.get("expires_in_microseconds"), data.get("cart")
    return {
        **{name: data[name] for name in ("id", "number", "prices_include_tax", "metadata", "url")},
        **{name: Money.from_minor(data[name], currency) for name in _AMOUNTS if name in data},
        "lines": tuple(_line_read(line, currency) for line in data["lines"]),
        "shipping_tax_rate": data.get("shipping_tax_rate"),
        "cart": Cart(*cart) if cart else None,
        "expires_in": None if lifetime is None else lifetime * _MICROSECOND,
    }


def _people(customer: Mapping[str, Any], person: Person) -> dict[str, Any]:
    named = {"email": person.email, "name": person.name, "phone": person.phone}
    return {
        "customer": _restored(Customer, {**customer, **named}),
        "shipping_address": _restored(Address, json.loads(person.address)) if person.address else None,
    }


def _restored(kind: type[T], values: Mapping[str, Any]) -> T:
    """Build without the checks: it passed those of its day, and must stay readable when later ones are stricter."""
    restored = object.__new__(kind)
    for name, value in {**_DEFAULTS[kind], **values}.items():
        object.__setattr__(restored, name, value)
    return restored


def _document(order: Order) -> dict[str, Any]:
    amounts = {name: getattr(order, name) for name in _AMOUNTS}
    optional = {
        **{name: amount.minor for name, amount in amounts.items() if amount is not None},
        "shipping_tax_rate": order.shipping_tax_rate,
        "cart": [order.cart.id, order.cart.version] if order.cart else None,
        "expires_in_microseconds": None if order.expires_in is None else order.expires_in // _MICROSECOND,
    }
    return {
        "v": FORM,
        "id": order.id,
        "number": order.number,
        "currency": order.currency,
        "customer": {"id": order.customer.id, "locale": order.customer.locale},
        "lines": [_line(line) for line in order.lines],
        "prices_include_tax": order.prices_include_tax,
        "metadata": dict(order.metadata),
        "url": order.url,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _line(line: LineItem) -> dict[str, Any]:
    optional = {"sku": line.sku, "tax_rate": line.tax_rate, "url": line.url}
    written = {name: value for name, value in optional.items() if value not in ("", None)}
    return {"title": line.title, "price": line.price.minor, "quantity": line.quantity, **written}


def _line_read(data: Mapping[str, Any], currency: str) -> LineItem:
    return _restored(LineItem, {**data, "price": Money.from_minor(data["price"], currency)})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
