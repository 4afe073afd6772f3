"""One request, as far as the shop cares: whose session, from where, in which language, with which form."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from gulf_payments import Customer

LANGUAGES = ("ar", "en")
MOST_GUEST_ORDERS = 20  # a session remembers the newest


@dataclass(slots=True, kw_only=True)
class Visit:
    """A request. `session` is the framework's own, `address` the client's, `customer` who is logged in.

    `form` holds the fields of a POST and is None for a GET. `address` must be the real client's: behind a proxy, what
    the framework says only once it has been told to trust that proxy.
    """

    session: MutableMapping[str, Any]
    address: str
    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    customer: Customer | None = None

    def __post_init__(self) -> None:
        if self.query.get("lang") in LANGUAGES:
            self.session["language"] = self.query["lang"]

    @property
    def language(self) -> str:
        """Arabic, unless the visitor chose English."""
        return "en" if self.session.get("language") == "en" else "ar"

    @property
    def cart_id(self) -> str:
        """The id of this session's cart, made when it is first asked for."""
        if "cart" not in self.session:
            self.session["cart"] = secrets.token_urlsafe(16)
        return str(self.session["cart"])

    @property
    def guest_orders(self) -> list[str]:
        """Orders without an account that this session placed, or opened by a link of their mail."""
        return list(self.session.get("guest_orders", []))

    def remember_guest_order(self, order_id: str) -> None:
        """Let this session see an order that belongs to no account."""
        if order_id not in self.guest_orders:
            self.session["guest_orders"] = [*self.guest_orders, order_id][-MOST_GUEST_ORDERS:]

    def enter(self, customer: Customer) -> None:
        """Log in. A guest's cart and orders stay with them; what another customer had in this session is gone."""
        kept: dict[str, Any] = {"language": self.language}
        if self.customer is None or self.customer.id == customer.id:
            kept |= {"cart": self.cart_id, "guest_orders": self.guest_orders}
        self.session.clear()
        self.session.update({**kept, "customer": customer.id})
        self.customer = customer

    def leave(self) -> None:
        """Log out: the session forgets everything but the language."""
        language = self.language
        self.session.clear()
        self.session["language"] = language
        self.customer = None
