"""Searches over plain rows: what SQLStore asks of its database, in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from gulf_payments.ports import FoundPayment, Page, Query, Record
from gulf_payments.stores.paging import Place, page, page_size, place_before
from gulf_payments.stores.records import record_from
from gulf_payments.stores.rows import ObjectRow, seconds

Row = dict[str, Any]
T = TypeVar("T")


def orders(rows: Sequence[Row], objects: Iterable[ObjectRow], query: Query) -> Page[Record]:
    """A page of orders, newest first."""
    owners = {thing.order_id for thing in objects if thing.reference == query.reference}
    fitting = [
        row
        for row in rows
        if _order_fits(row, query)
        and _is_within(row["created_at"], query)
        and query.status in (None, row["status"])
        and (query.reference is None or row["id"] in owners)
    ]
    found = _newest_first(fitting, query, lambda row: Place(row["created_at"], row["id"]))
    return Page(tuple(map(record_from, found)), found.next_cursor)


def payments(rows: Sequence[Row], objects: Sequence[ObjectRow], query: Query) -> Page[FoundPayment]:
    """A page of payments, newest first."""
    owners = {thing.payment_id for thing in objects if thing.reference == query.reference}
    of_orders = {row["id"]: row for row in rows if _order_fits(row, query)}
    fitting = [
        thing
        for thing in objects
        if thing.kind == "payment"
        and thing.order_id in of_orders
        and _is_within(thing.created_at, query)
        and query.status in (None, thing.status)
        and (query.reference is None or thing.payment_id in owners)
    ]
    found = _newest_first(fitting, query, lambda thing: Place(thing.created_at, thing.reference))
    items = (FoundPayment(payment_id=thing.reference, record=record_from(of_orders[thing.order_id])) for thing in found)
    return Page(tuple(items), found.next_cursor)


def _order_fits(row: Row, query: Query) -> bool:
    email = query.email.lower() if query.email is not None else None
    return (
        query.customer_id in (None, row["customer_id"])
        and query.number in (None, row["number"])
        and email in (None, row["customer_email"].lower())
    )


def _is_within(created_at: int, query: Query) -> bool:
    return (query.created_from is None or created_at >= seconds(query.created_from)) and (
        query.created_before is None or created_at < seconds(query.created_before)
    )


def _newest_first(rows: Iterable[T], query: Query, place: Callable[[T], Place]) -> Page[T]:
    last = place_before(query)
    following = (row for row in rows if last is None or place(row) < last)
    return page(sorted(following, key=place, reverse=True)[: page_size(query) + 1], query, place)
