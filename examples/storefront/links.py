"""The link in a guest's mail: a signed token that names one order, and ends some weeks after it was placed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from gulf_payments import Order, OrderNotFound, Payments

LIFETIME = timedelta(days=30)


class GuestLinkInvalid(Exception):
    """A guest's link that opens nothing; `why` is forged or expired."""

    def __init__(self, why: Literal["forged", "expired"]) -> None:
        super().__init__(f"the guest's link is {why}")
        self.why = why


class GuestLinks:
    """Makes and reads the tokens. One order has one token, so that placing it again changes nothing."""

    def __init__(self, signing_key: str, payments: Payments) -> None:
        self._serializer = URLSafeSerializer(signing_key, salt="guest-order")
        self._payments = payments

    def token(self, order_id: str) -> str:
        """The token that opens this order."""
        return str(self._serializer.dumps(order_id))

    def read(self, token: str, *, now: datetime) -> Order:
        """The guest's order that this token opens. Raises GuestLinkInvalid."""
        try:
            order = self._payments.order(str(self._serializer.loads(token)))
        except (BadSignature, OrderNotFound):
            raise GuestLinkInvalid("forged") from None
        if order.created_at is None or order.created_at + LIFETIME <= now or order.customer.id:
            raise GuestLinkInvalid("expired")
        return order
