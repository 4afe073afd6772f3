"""The whole shop: one method for each page, whatever the framework."""

from __future__ import annotations

from examples.storefront.cart_pages import CartPages
from examples.storefront.checkout_pages import CheckoutPages
from examples.storefront.order_pages import OrderPages
from examples.storefront.paying import Paying


class Storefront(CartPages, CheckoutPages, Paying, OrderPages):
    """Each method takes a `Visit` and what the address names, and returns an `Answer`."""
