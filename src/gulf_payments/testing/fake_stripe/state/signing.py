"""The secrets that webhooks are signed with: one for each endpoint, two while one is being replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """One secret of an endpoint; it signs up to the second `until`, or for good."""

    value: str = field(repr=False)
    until: int | None = None


def in_force(secrets: Iterable[SigningSecret], now: int) -> tuple[SigningSecret, ...]:
    """Those that still sign."""
    return tuple(secret for secret in secrets if secret.until is None or now < secret.until)
