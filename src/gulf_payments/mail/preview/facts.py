"""What a mail must tell, as a machine would compare it: plain decimals, nothing isolated, nothing shortened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gulf_payments.money import Money
from gulf_payments.orders import Refund


def _amount(event: Any) -> Money:  # noqa: ANN401 - any event
    """What the mail is about: the refund if there is one, else the whole order."""
    ours: list[Refund] = [event.refund] if hasattr(event, "refund") else []
    found = ours or [refund for paid in event.order.payments for refund in paid.refunds]
    total: Money = event.order.total
    return found[0].amount if found else total


_READERS: Mapping[str, Callable[[Any], Money | str]] = {
    "order_number": lambda event: event.order.number,
    "total": lambda event: event.order.total,
    "subtotal": lambda event: event.order.subtotal,
    "shipping": lambda event: event.order.shipping,
    "tax": lambda event: event.order.tax_total,
    "phone": lambda event: event.order.shipping_address.phone,
    "amount": _amount,
    "refund": lambda event: event.refund.amount,
}


def facts_of(event: object, tells: tuple[str, ...]) -> dict[str, str]:
    """The facts of these names, as strings: an amount as `1234.50`, all of its currency's decimals and no more."""
    return {name: _plain(_READERS[name](event)) for name in tells}


def _plain(value: Money | str) -> str:
    return f"{value.amount:f}" if isinstance(value, Money) else value
