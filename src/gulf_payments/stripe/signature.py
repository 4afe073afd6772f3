"""Stripe's webhook signature: who sent these bytes, and when. Pure; the time is passed in.

The header reads `t=<seconds>,v1=<hex>[,v1=<hex>...]`, where each v1 is the HMAC-SHA256 of `<t>.<body>` under one of the
endpoint's secrets (two while a secret is being rolled). Source: docs.stripe.com/webhooks, "Verify manually".
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from gulf_payments.errors import ConfigurationError, SignatureMismatch, SignatureMissing, SignatureStale

TOLERANCE_SECONDS = 300

_TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}")  # ASCII only: int() would also take "+1", "1_0" and Arabic digits
_SIGNATURE = re.compile(r"[0-9a-f]{64}")


def verify(
    body: bytes,
    header: str | None,
    secrets: Sequence[str],
    *,
    now: datetime,
    tolerance_seconds: float = TOLERANCE_SECONDS,
) -> None:
    """Return if the header signs exactly this body under one of the secrets, within the tolerance of `now`.

    Whatever the bytes, only a WebhookError is raised: SignatureMissing for a header that is absent or unreadable,
    SignatureMismatch if no signature fits, SignatureStale for one that fits but is too old or from the future.
    Blank secrets fit nothing. Raises ConfigurationError for a tolerance that is not above 0.
    """
    if not tolerance_seconds > 0:
        raise ConfigurationError(f"the signature's tolerance must be above 0 seconds, not {tolerance_seconds!r}")
    timestamp, signatures = _parse(header)
    if not _fits(body, timestamp, signatures, secrets):
        raise SignatureMismatch("no signature in the header fits this body under any of the webhook secrets")
    age_seconds = now.timestamp() - int(timestamp)
    if abs(age_seconds) > tolerance_seconds:
        raise SignatureStale(f"signed {age_seconds:.0f} s ago; {tolerance_seconds:g} s either way are tolerated")


def sign(body: bytes, secret: str, *, at: datetime) -> str:
    """The `Stripe-Signature` header that Stripe would send with this body at this time."""
    timestamp = str(int(at.timestamp()))
    return f"t={timestamp},v1={_signature(body, timestamp, secret)}"


def _parse(header: str | None) -> tuple[str, list[str]]:
    """The one timestamp and the well-formed v1 signatures; other schemes and spaces around a comma are ignored."""
    if not header:
        raise SignatureMissing("there is no Stripe-Signature header")
    parts = [part.strip(" ").partition("=") for part in header.split(",")]
    timestamps = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1" and _SIGNATURE.fullmatch(value)]
    if len(timestamps) != 1 or not _TIMESTAMP.fullmatch(timestamps[0]) or not signatures:
        raise SignatureMissing("the Stripe-Signature header must hold one t=<seconds> and a v1=<64 hex digits>")
    return timestamps[0], signatures


def _fits(body: bytes, timestamp: str, signatures: Sequence[str], secrets: Sequence[str]) -> bool:
    expected = [_signature(body, timestamp, secret) for secret in secrets if secret.strip()]
    # A list: every pair is compared, so that the time taken tells nothing.
    return any([hmac.compare_digest(ours, theirs) for ours in expected for theirs in signatures])  # noqa: C419


def _signature(body: bytes, timestamp: str, secret: str) -> str:
    return hmac.digest(secret.encode(), b"%b.%b" % (timestamp.encode(), body), "sha256").hex()
