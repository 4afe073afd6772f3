"""Carts, in the shop's own database. Every change makes a new version; an order names the one it was made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import JSON, Column, Connection, Engine, Integer, MetaData, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from gulf_payments import Cart


@dataclass(frozen=True, slots=True)
class Basket:
    """A cart as it stands. `order_id` is the one order that may be paid for it, empty if none was placed yet."""

    id: str
    version: int = 0
    items: Mapping[str, int] = field(default_factory=dict)
    order_id: str = ""

    @property
    def count(self) -> int:
        """How many pieces."""
        return sum(self.items.values())

    @property
    def cart(self) -> Cart:
        """What an order made of it names."""
        return Cart(self.id, self.version)


class Carts(Protocol):
    """Where carts are kept."""

    def read(self, cart_id: str, /) -> Basket:
        """A cart; empty, at version 0, if there is none yet."""

    def change(self, cart_id: str, edit: Callable[[Mapping[str, int]], Mapping[str, int]], /) -> Basket:
        """Edit a cart's pieces by sku; the version goes up, even if nothing else changed."""

    def claim(self, basket: Basket, order_id: str, /) -> bool:
        """Make this the order that may be paid for the cart; False if the cart is no longer as `basket` says."""

    def empty(self, cart: Cart, handle: Any, /) -> None:  # noqa: ANN401 - the store's own handle
        """Empty the version that was bought, within the store's transaction; what came since stays."""


TABLES = MetaData()
CARTS = Table(
    "shop_cart",
    TABLES,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("items", JSON, nullable=False),
    Column("order_id", String(64), nullable=False, default=""),
)


class SQLCarts:
    """Carts in the database that the orders are in: emptying one and confirming its order are one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def create_tables(self) -> None:
        """Make the table, if it is not there."""
        TABLES.create_all(self.engine)

    def read(self, cart_id: str, /) -> Basket:
        """A cart; empty, at version 0, if there is none yet."""
        with self.engine.connect() as connection:
            return _read(connection, cart_id)

    def change(self, cart_id: str, edit: Callable[[Mapping[str, int]], Mapping[str, int]], /) -> Basket:
        """Edit a cart's pieces by sku; the version goes up, even if nothing else changed."""
        while True:
            before = self.read(cart_id)
            after = Basket(cart_id, before.version + 1, edit(before.items), before.order_id)
            if self._put(before, after):
                return after

    def claim(self, basket: Basket, order_id: str, /) -> bool:
        """Make this the order that may be paid for the cart; False if the cart is no longer as `basket` says."""
        return self._put(basket, Basket(basket.id, basket.version, basket.items, order_id))

    def empty(self, cart: Cart, handle: Any, /) -> None:  # noqa: ANN401 - the store's own handle
        """Empty the version that was bought, within the store's transaction; what came since stays."""
        bought = (CARTS.c.id == cart.id) & (CARTS.c.version == cart.version)
        handle.execute(update(CARTS).where(bought).values(items={}, version=cart.version + 1))

    def _put(self, before: Basket, after: Basket) -> bool:
        """Write a cart if it is still as it was read."""
        values = {"version": after.version, "items": dict(after.items), "order_id": after.order_id}
        as_read = (CARTS.c.id == before.id) & (CARTS.c.version == before.version)
        as_read &= CARTS.c.order_id == before.order_id
        try:
            with self.engine.begin() as connection:
                if before.version:
                    return connection.execute(update(CARTS).where(as_read).values(**values)).rowcount == 1
                connection.execute(insert(CARTS).values(id=after.id, **values))
        except IntegrityError:  # its twin made it first
            return False
        return True


def _read(connection: Connection, cart_id: str) -> Basket:
    row = connection.execute(select(CARTS).where(CARTS.c.id == cart_id)).one_or_none()
    return Basket(row.id, row.version, row.items, row.order_id) if row else Basket(cart_id)
