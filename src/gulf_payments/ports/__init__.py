"""What you may replace: small Protocols, and the data that crosses them.

A store keeps dossiers and deliveries; a gateway talks to the payment provider. Everything is synchronous. Instants are
aware UTC datetimes. A scope is a shop and its mode, such as "gulf-emperor:test": every call is bounded by one.
Conformance is shown by the `check_*` functions of `gulf_payments.testing.contracts`.
"""

from __future__ import annotations

from gulf_payments.ports.gateways import (
    Gateway,
    Intent,
    IntentRequest,
    Intents,
    Lookup,
    Notice,
    Refunding,
    RefundRequest,
    Sighting,
    WebhookReader,
)
from gulf_payments.ports.stores import (
    Archive,
    Backlog,
    Clock,
    Delivery,
    FoundPayment,
    Key,
    Outbox,
    Outcome,
    Page,
    Query,
    Record,
    Seen,
    Sight,
    Storage,
    Store,
    Transaction,
    Verdict,
)

__all__ = [
    "Archive",
    "Backlog",
    "Clock",
    "Delivery",
    "FoundPayment",
    "Gateway",
    "Intent",
    "IntentRequest",
    "Intents",
    "Key",
    "Lookup",
    "Notice",
    "Outbox",
    "Outcome",
    "Page",
    "Query",
    "Record",
    "RefundRequest",
    "Refunding",
    "Seen",
    "Sight",
    "Sighting",
    "Storage",
    "Store",
    "Transaction",
    "Verdict",
    "WebhookReader",
]
