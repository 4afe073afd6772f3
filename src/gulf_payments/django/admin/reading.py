"""From the room's rows to what the law says of them, and whose they are."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gulf_payments import machine
from gulf_payments.django import models, payments
from gulf_payments.errors import OrderNotFound
from gulf_payments.machine import Dossier, Facts
from gulf_payments.orders import Order
from gulf_payments.ports import Key, Record
from gulf_payments.readings import order_of
from gulf_payments.stores.documents import Person, join

REMEMBERED = 64  # payments of one order stand together in a list: its facts are read once


def database() -> str:
    """The alias of the database that holds the tables."""
    return str(getattr(payments.store, "using", "default"))


@lru_cache(maxsize=REMEMBERED)
def dossier_of(facts: str) -> Dossier:
    """The facts of a row; they hold no personal data."""
    return machine.load(facts)


def record_of(row: models.Order) -> Record:
    """The order of a row, as the store would read it."""
    person = Person(row.customer_email, row.customer_name, row.customer_phone, row.shipping_address)
    return Record(
        order=join(row.agreement, person),
        dossier=dossier_of(row.facts),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def read(row: models.Order) -> Order:
    """The order of a row, with everything its money says."""
    return order_of(record_of(row))


def is_ours(row: Any) -> bool:
    """Whether a row belongs to the shop and mode that this process speaks for; others are only read."""
    return str(row.scope) == payments.scope


def is_live(scope: str) -> bool:
    """Whether a scope is of the live mode."""
    return scope.endswith(":live")


def facts_now(order_id: str) -> Facts:
    """An order's facts as they stand now, read from the store. Raises OrderNotFound."""
    record = payments.store.get(payments.scope, Key("order", order_id))
    if record is None:
        raise OrderNotFound(f"there is no order {order_id!r} in {payments.scope}", subject_id=order_id)
    return record.dossier.facts
