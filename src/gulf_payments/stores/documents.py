"""An order as it is stored: a JSON document of the agreement, and the person apart, so that people can be erased.

The document holds ids, lines, amounts and links; the person is the customer's email, name and phone and the shipping
address. What the law derives (statuses, sums, payments) is in neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, NamedTuple

from gulf_payments.money import Money
from gulf_payments.orders import Address, Cart, Customer, LineItem, Order

FORM = 1  # of the document
_MICROSECOND = timedelta(microseconds=1)
_AMOUNTS = ("discount", "shipping", "tax")


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
    currency = data["currency"]
    amounts: dict[str, Any] = {name: Money.from_minor(data[name], currency) for name in _AMOUNTS if name in data}
    cart, lifetime = data.get("cart"), data.get("expires_in_microseconds")
    return Order(
        id=data["id"],
        number=data["number"],
        customer=Customer(email=person.email, name=person.name, phone=person.phone, **data["customer"]),
        lines=[_line_read(line, currency) for line in data["lines"]],
        **amounts,
        shipping_tax_rate=data.get("shipping_tax_rate"),
        prices_include_tax=data["prices_include_tax"],
        shipping_address=Address(**json.loads(person.address)) if person.address else None,
        cart=Cart(*cart) if cart else None,
        expires_in=None if lifetime is None else lifetime * _MICROSECOND,
        metadata=data["metadata"],
        url=data["url"],
    )


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
    return LineItem(**{**data, "price": Money.from_minor(data["price"], currency)})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
