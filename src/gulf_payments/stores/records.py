"""From what crosses the ports to rows of plain values, and back: shared by every store."""

from __future__ import annotations

from typing import Any, Protocol

from gulf_payments.errors import InvalidInput, StoreError
from gulf_payments.machine import Dossier, load
from gulf_payments.orders import Order
from gulf_payments.ports import Delivery, Record
from gulf_payments.stores.documents import Person, join, split
from gulf_payments.stores.rows import instant, seconds

PERSONAL = ("customer_email", "customer_name", "customer_phone", "shipping_address")
AGREED = ("number", "customer_id", "locale", *PERSONAL, "agreement")
COPIED = ("scope", "key", "subscriber", "kind", "order_id", "payment_id", "object_id", "detail", "after", "body",
          "transient", "attempt")  # fmt: skip


class Row(Protocol):
    """Values by column: a dict, or a database's row."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - each column has its own type


WAITING, CLAIMED, DEAD = "waiting", "claimed", "dead"


def agreement_row(order: Order) -> dict[str, Any]:
    """The columns of an order that the shop decides: found by number and customer, the person in columns apart."""
    document, person = split(order)
    return {
        "number": order.number,
        "customer_id": order.customer.id,
        "locale": order.customer.locale,
        **dict(zip(PERSONAL, person, strict=True)),
        "agreement": document,
    }


def record_from(row: Row) -> Record:
    """A stored order. Raises StoreError for a form of a newer version."""
    person = Person(*(row[name] for name in PERSONAL))
    try:
        order = join(row["agreement"], person)
    except ValueError as error:
        raise StoreError(f"order {row['id']} cannot be read: {error}") from error
    return Record(
        order=order,
        dossier=dossier_from(row["facts"]),
        created_at=instant(row["created_at"]),
        updated_at=instant(row["updated_at"]),
    )


def dossier_from(facts: str) -> Dossier:
    """A stored dossier. Raises StoreError for a form of a newer version."""
    try:
        return load(facts)
    except ValueError as error:
        raise StoreError(str(error)) from error


def delivery_row(delivery: Delivery, scope: str) -> dict[str, Any]:
    """A delivery as it first waits. Raises InvalidInput for one of another scope."""
    if delivery.scope != scope:
        raise InvalidInput(f"delivery {delivery.key} is of {delivery.scope!r}, its transaction of {scope!r}")
    due_at = seconds(delivery.due_at)
    return {
        **{name: getattr(delivery, name) for name in COPIED},
        "recorded_at": seconds(delivery.recorded_at),
        "due_at": due_at,
        "state": WAITING,
        "next_try_at": due_at,
        "settled_at": None,
        "last_error": "",
    }


def delivery_from(row: Row) -> Delivery:
    """A stored delivery."""
    copied = {name: row[name] for name in COPIED}
    return Delivery(id=row["id"], recorded_at=instant(row["recorded_at"]), due_at=instant(row["due_at"]), **copied)


def check_order(order: Order, dossier: Dossier) -> None:
    """Refuse an agreement beside another order's facts. Raises InvalidInput."""
    if order.id != dossier.order_id:
        raise InvalidInput(f"order {order.id} and the dossier of {dossier.order_id} are two orders")


def not_locked(order_id: str) -> StoreError:
    """The error for saving what this transaction does not hold."""
    return StoreError(
        f"order {order_id} is not locked in this transaction: lock it before saving, or give the order to insert it"
    )
