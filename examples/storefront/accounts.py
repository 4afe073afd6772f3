"""The customers of the demonstration. A shop of your own asks its table of users here, and never keeps a password."""

from __future__ import annotations

from hmac import compare_digest
from typing import Protocol

from gulf_payments import Customer


class Accounts(Protocol):
    """Who may log in."""

    def check(self, username: str, password: str, /) -> Customer | None:
        """The customer whose password this is."""

    def find(self, customer_id: str, /) -> Customer | None:
        """A customer by the id that the session kept."""


DEMO_CUSTOMERS = (
    Customer(id="sara", email="sara@example.com", name="سارة العتيبي", phone="+966501234567", locale="ar"),
    Customer(id="omar", email="omar@example.com", name="Omar Haddad", phone="+966559876543", locale="en"),
)


class DemoAccounts:
    """Two customers, whose passwords are their names."""

    def check(self, username: str, password: str, /) -> Customer | None:
        """The customer whose password this is."""
        return self.find(username) if compare_digest(username.encode(), password.encode()) else None

    def find(self, customer_id: str, /) -> Customer | None:
        """A customer by the id that the session kept."""
        return next((customer for customer in DEMO_CUSTOMERS if customer.id == customer_id), None)
