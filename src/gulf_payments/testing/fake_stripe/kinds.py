"""The kinds of object the fake keeps: their ids, their names in errors, what lists filter by, what expands. Data.

Sources: docs.stripe.com/api, one page for each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object.

    `label` is how "No such …" calls it, `indexed` are the fields that lists filter by, and `expands` says which
    kinds of object the id in a field may stand for.
    """

    name: str
    prefix: str
    label: str
    indexed: tuple[str, ...] = ()
    expands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _kind(name: str, prefix: str, *indexed: str, label: str = "", **expands: str | tuple[str, ...]) -> Kind:
    targets = {spot: (kinds,) if isinstance(kinds, str) else kinds for spot, kinds in expands.items()}
    return Kind(name, prefix, label or name, indexed, targets)


_BOOKED = ("charge", "dispute", "payout", "refund")

_ALL = (
    _kind(
        "balance_transaction",
        "txn",
        "source",
        "type",
        "currency",
        label="balance transaction",
        source=_BOOKED,
    ),
    _kind("bank_account", "ba", "currency", label="external account"),
    _kind("card", "card", "customer", label="source", customer="customer"),
    _kind(
        "charge",
        "ch",
        "customer",
        "payment_intent",
        "transfer_group",
        balance_transaction="balance_transaction",
        customer="customer",
        dispute="dispute",
        failure_balance_transaction="balance_transaction",
        payment_intent="payment_intent",
        review="review",
    ),
    _kind(
        "checkout.session",
        "cs",
        "customer",
        "payment_intent",
        "status",
        customer="customer",
        payment_intent="payment_intent",
        setup_intent="setup_intent",
        **{"shipping_cost.shipping_rate": "shipping_rate"},
    ),
    _kind(
        "customer",
        "cus",
        "email",
        default_source="card",
        **{"invoice_settings.default_payment_method": "payment_method"},
    ),
    _kind("customer_cash_balance_transaction", "ccsbtxn", "customer", label="customer cash balance transaction"),
    _kind("customer_session", "cuss", customer="customer"),
    _kind(
        "dispute",
        "du",
        "charge",
        "payment_intent",
        charge="charge",
        payment_intent="payment_intent",
    ),
    _kind("event", "evt", "type", "pending_webhooks"),
    _kind("item", "li", label="line item", price="price"),
    _kind("mandate", "mandate", payment_method="payment_method"),
    _kind(
        "payment_intent",
        "pi",
        "customer",
        customer="customer",
        latest_charge="charge",
        payment_method="payment_method",
        review="review",
    ),
    _kind("payment_method", "pm", "customer", label="PaymentMethod", customer="customer"),
    _kind(
        "payout",
        "po",
        "status",
        "destination",
        balance_transaction="balance_transaction",
        destination="bank_account",
        failure_balance_transaction="balance_transaction",
        original_payout="payout",
        reversed_by="payout",
    ),
    _kind("price", "price", "product", "active", "currency", "lookup_key", "type", product="product"),
    _kind("product", "prod", "active", "id", "shippable", "type", "url", default_price="price"),
    _kind(
        "radar.early_fraud_warning",
        "issfr",
        "charge",
        "payment_intent",
        label="early fraud warning",
        charge="charge",
        payment_intent="payment_intent",
    ),
    _kind(
        "refund",
        "re",
        "charge",
        "payment_intent",
        balance_transaction="balance_transaction",
        charge="charge",
        customer="customer",
        failure_balance_transaction="balance_transaction",
        payment_intent="payment_intent",
        payment_method=("payment_method", "card"),
    ),
    _kind("review", "prv", "open", charge="charge", payment_intent="payment_intent"),
    _kind(
        "setup_attempt",
        "setatt",
        "setup_intent",
        customer="customer",
        payment_method="payment_method",
        setup_intent="setup_intent",
    ),
    _kind(
        "setup_intent",
        "seti",
        "customer",
        "payment_method",
        label="setupintent",
        customer="customer",
        latest_attempt="setup_attempt",
        mandate="mandate",
        payment_method="payment_method",
    ),
    _kind("shipping_rate", "shr", "active", label="shipping rate"),
    _kind("token", "tok"),
    _kind("webhook_endpoint", "we", label="webhook endpoint"),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
BY_PREFIX: Mapping[str, Kind] = {kind.prefix: kind for kind in _ALL}
