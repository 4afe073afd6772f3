"""An order for tests of orders, changed as a test wants it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gulf_payments import Customer, LineItem, Money, Order

SARA = "sara@example.com"


def sar(amount: str | Decimal) -> Money:
    """Saudi riyals."""
    return Money(amount, "SAR")


def order(**changes: Any) -> Order:
    """Two pieces of oud for SAR 300, nothing else."""
    given: dict[str, Any] = {
        "id": "1017",
        "customer": Customer(email=SARA),
        "lines": [LineItem("عود ملكي", sar("150.00"), quantity=2)],
    }
    return Order(**given | changes)
