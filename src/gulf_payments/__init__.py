"""Card payments for shops of the Gulf: the public names, nothing else.

Importing this loads no third party. The parts with a dependency of their own are imported from their rooms:
`gulf_payments.stripe` (StripeGateway), `gulf_payments.stores.sql` (SQLStore), `gulf_payments.mail` (Mail, senders).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gulf_payments.checkout import PaymentAttempt
from gulf_payments.errors import (
    ConcurrentUpdate,
    ConfigurationError,
    CurrencyMismatch,
    GatewayError,
    GatewayRejected,
    GatewayUnavailable,
    GulfPaymentsError,
    InvalidInput,
    InvalidOrder,
    MailError,
    MoneyError,
    NotChargeable,
    OrderLocked,
    OrderNotFound,
    OutcomeUnknown,
    ParameterRefused,
    PaymentError,
    PaymentNotFound,
    RefundRefused,
    StoreError,
    StoreUnavailable,
    TransitionRefused,
    WebhookError,
)
from gulf_payments.events import (
    AlertRaised,
    DisputeClosed,
    DisputeOpened,
    OrderAccepted,
    OrderAuthorized,
    OrderCanceled,
    OrderConfirmed,
    OrderNeedsReview,
    PaymentFailed,
    PaymentRetryDue,
    RefundFailed,
    RefundIssued,
    StripeEvent,
)
from gulf_payments.machine import OrderStatus, PaymentStatus
from gulf_payments.messages import customer_message
from gulf_payments.money import Money
from gulf_payments.orders import Address, Cart, Customer, LineItem, Order, Payment, Refund
from gulf_payments.payments import Payments
from gulf_payments.ports import Page, Query
from gulf_payments.webhooks import Reply

if TYPE_CHECKING:
    from gulf_payments.bootstrap import from_env

__version__ = "0.1.0"

logging.getLogger(__name__).addHandler(logging.NullHandler())  # a library is silent unless the shop listens

__all__ = [
    "Address",
    "AlertRaised",
    "Cart",
    "ConcurrentUpdate",
    "ConfigurationError",
    "CurrencyMismatch",
    "Customer",
    "DisputeClosed",
    "DisputeOpened",
    "GatewayError",
    "GatewayRejected",
    "GatewayUnavailable",
    "GulfPaymentsError",
    "InvalidInput",
    "InvalidOrder",
    "LineItem",
    "MailError",
    "Money",
    "MoneyError",
    "NotChargeable",
    "Order",
    "OrderAccepted",
    "OrderAuthorized",
    "OrderCanceled",
    "OrderConfirmed",
    "OrderLocked",
    "OrderNeedsReview",
    "OrderNotFound",
    "OrderStatus",
    "OutcomeUnknown",
    "Page",
    "ParameterRefused",
    "Payment",
    "PaymentAttempt",
    "PaymentError",
    "PaymentFailed",
    "PaymentNotFound",
    "PaymentRetryDue",
    "PaymentStatus",
    "Payments",
    "Query",
    "Refund",
    "RefundFailed",
    "RefundIssued",
    "RefundRefused",
    "Reply",
    "StoreError",
    "StoreUnavailable",
    "StripeEvent",
    "TransitionRefused",
    "WebhookError",
    "customer_message",
    "from_env",
]


def __getattr__(name: str) -> object:
    """`from_env` is fetched when asked for: it needs the settings extra, and importing us must not."""
    if name != "from_env":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from gulf_payments.bootstrap import from_env
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            f"from_env() needs {missing.name}: pip install 'gulf_payments[settings,sql]'"
        ) from missing
    return from_env
