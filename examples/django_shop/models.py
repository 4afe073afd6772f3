"""What the shop itself keeps: carts, and what becomes of an order's goods. Money is the library's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models, transaction

from examples.storefront.carts import Basket
from gulf_payments import Cart as Bought

Items = Mapping[str, int]


class Cart(models.Model):
    """A visitor's cart. Its version grows with each change: a payment empties the version that was paid."""

    id = models.CharField(max_length=64, primary_key=True)
    version = models.PositiveIntegerField(default=0)
    items = models.JSONField(default=dict)  # pieces by sku
    order_id = models.CharField(max_length=64, blank=True)  # the one order that may be paid for it

    def __str__(self) -> str:
        return self.id

    @property
    def basket(self) -> Basket:
        """The cart as the storefront knows it."""
        return Basket(self.id, self.version, self.items, self.order_id)


class Carts:
    """Where the storefront keeps its carts: `examples.storefront.carts.Carts` over Django's ORM."""

    def read(self, cart_id: str, /) -> Basket:
        """A cart; empty, at version 0, if there is none yet."""
        return (Cart.objects.filter(id=cart_id).first() or Cart(id=cart_id)).basket

    @transaction.atomic
    def change(self, cart_id: str, edit: Callable[[Items], Items], /) -> Basket:
        """Edit a cart under its lock."""
        cart, _ = Cart.objects.select_for_update().get_or_create(id=cart_id)
        cart.items, cart.version = edit(cart.items), cart.version + 1
        cart.save()
        return cart.basket

    def claim(self, basket: Basket, order_id: str, /) -> bool:
        """Make this the order that may be paid for the cart; False if the cart is no longer as `basket` says."""
        as_read = Cart.objects.filter(id=basket.id, version=basket.version, order_id=basket.order_id)
        return as_read.update(order_id=order_id) == 1

    def empty(self, bought: Bought, _handle: Any = None, /) -> None:  # noqa: ANN401 - Django knows its own connection
        """Empty the version that was bought; what came since stays."""
        version = models.F("version") + 1
        Cart.objects.filter(id=bought.id, version=bought.version).update(items={}, version=version)


class ShopOrder(models.Model):
    """The shop's own order: what becomes of the goods. The library knows its key, and never reads or writes it."""

    key = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=10, default="to_pack")

    class Meta:
        verbose_name, verbose_name_plural = "طلب للتجهيز", "طلبات للتجهيز"

    def __str__(self) -> str:
        return self.key
