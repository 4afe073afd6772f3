"""Card payments for shops of the Gulf: the public names, nothing else.

Importing this loads no third party. The parts with a dependency of their own are imported from their rooms:
`gulf_payments.stripe` (StripeGateway), `gulf_payments.stores.sql` (SQLStore), `gulf_payments.mail` (Mail, senders).
"""

from __future__ import annotations

import logging

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
from gulf_payments.progress import Progress, progress_of
from gulf_payments.webhooks import Reply

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
    "Progress",
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
    "progress_of",
]


def from_env(env_file: str | None = ".env") -> Payments:
    """A ready `Payments` from the environment and a `.env` file; docs/settings.md has the settings.

    Raises ConfigurationError that names every setting that is missing or wrong, or the extra that is.
    """
    try:
        from gulf_payments import bootstrap
    except ModuleNotFoundError as missing:
        raise ConfigurationError(
            f"from_env() needs {missing.name}: pip install 'gulf_payments[settings,sql]'"
        ) from missing
    return bootstrap.from_env(env_file)
