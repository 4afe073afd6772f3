"""The gateway's settings, checked when it is made, so that a wrong one names itself before the first payment. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from gulf_payments.errors import ConfigurationError


def mode_of(name: str, key: str, kinds: Sequence[str]) -> str:
    """`test` or `live`, told by the key's beginning."""
    found = re.match(rf"(?:{'|'.join(kinds)})_(test|live)_[!-~]+$", key or "")
    if not found:
        shapes = " or ".join(f"{kind}_test_..., {kind}_live_..." for kind in kinds)
        raise ConfigurationError(f"{name} must look like {shapes}: copy it from Developers > API keys in the Dashboard")
    return found[1]


def same_mode(publishable_key: str, *, livemode: bool) -> str:
    """The publishable key, if it is of the secret key's mode; it may be left out."""
    mode = "live" if livemode else "test"
    if publishable_key and mode_of("publishable_key", publishable_key, ("pk",)) != mode:
        raise ConfigurationError(f"secret_key is a {mode} key and publishable_key is not: both must be of one mode")
    return publishable_key


def checked_secrets(secrets: Sequence[str]) -> tuple[str, ...]:
    """The webhook secrets without the blanks that copying adds; one at least, and no API key among them."""
    if isinstance(secrets, str):
        raise ConfigurationError("webhook_secrets must be a list, such as ['whsec_...'], not one string")
    known = tuple(secret.strip() for secret in secrets)
    wrong = [secret for secret in known if not re.fullmatch(r"[!-~]+", secret) or re.match(r"(sk|rk|pk)_", secret)]
    if wrong or not known:
        raise ConfigurationError(
            "webhook_secrets must hold the endpoint's signing secrets (whsec_...): "
            "Developers > Webhooks > the endpoint > Signing secret, or what `stripe listen` prints"
        )
    return known


def checked_address(address: str) -> str:
    """Where Stripe is to be found, if not at its own address."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError(f"base_address must be an http(s) address, not {address!r}")
    return address.rstrip("/")


def positive(name: str, seconds: float) -> float:
    """A number of seconds above 0."""
    if not seconds > 0:
        raise ConfigurationError(f"{name} must be above 0 seconds, not {seconds!r}")
    return seconds
