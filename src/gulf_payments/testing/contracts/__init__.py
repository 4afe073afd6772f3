"""What adapters must keep, as plain `check_*` functions: copy nothing, inherit nothing, call them from any test."""

from __future__ import annotations

from gulf_payments.testing.contracts.archive import ARCHIVE_CHECKS
from gulf_payments.testing.contracts.gateways import GATEWAY_CHECKS
from gulf_payments.testing.contracts.outbox import OUTBOX_CHECKS
from gulf_payments.testing.contracts.senders import SENDER_CHECKS
from gulf_payments.testing.contracts.stores import STORE_CHECKS

__all__ = ["ARCHIVE_CHECKS", "GATEWAY_CHECKS", "OUTBOX_CHECKS", "SENDER_CHECKS", "STORE_CHECKS"]
