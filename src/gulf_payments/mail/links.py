"""Retry links: a token that names one order until an instant, signed so that nobody can make or change one.

The token holds the order's id and the instant, readable; its HMAC-SHA256 proves that the shop wrote it. It is no
secret of the customer's: whoever has it may pay that order, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from gulf_payments.errors import ConfigurationError, InvalidInput
from gulf_payments.orders import Order

_PURPOSE = b"gulf_payments retry link v1\n"  # a key used for something else too must not sign one of these by accident

SHORTEST_KEY = 16


class RetryLinkInvalid(InvalidInput):
    """A retry token that must not be honoured; `why` is malformed, forged or expired.

    Show `customer_message(error, locale)` and a way to order again.
    """

    message_key: ClassVar[str] = "page.session_expired"

    def __init__(self, why: Literal["malformed", "forged", "expired"]) -> None:
        super().__init__(f"the retry link is {why}")
        self.why = why


def retry_token(order_id: str, expires_at: datetime, key: str) -> str:
    """A url-safe token that lets its holder pay this order until `expires_at` (aware, whole seconds)."""
    return _sealed(f"{int(expires_at.timestamp())}:{order_id}".encode(), key)


def read_retry_token(token: str, key: str, now: datetime) -> str:
    """The order's id, if this key signed the token and it has not expired at `now`. Raises RetryLinkInvalid."""
    content = _content(token)
    if not hmac.compare_digest(token, _sealed(content, key)):
        raise RetryLinkInvalid("forged")
    expires_at, _, order_id = content.decode().partition(":")
    if now.timestamp() >= int(expires_at):
        raise RetryLinkInvalid("expired")
    return order_id


def _sealed(content: bytes, key: str) -> str:
    signature = hmac.digest(key.encode(), _PURPOSE + content, hashlib.sha256)
    return f"{_encode(content)}.{_encode(signature)}"


def _content(token: str) -> bytes:
    content, dot, _ = token.partition(".")
    try:
        if dot and token.isascii():
            return urlsafe_b64decode(content + "=" * (-len(content) % 4))
    except ValueError:
        pass
    raise RetryLinkInvalid("malformed")


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class RetryLinks:
    """Where a shop takes its customers back: a url with `{token}` in it, a signing key, and for how long a link lasts.

    Without a url there are no links. Raises ConfigurationError.
    """

    url: str
    key: str = field(repr=False)
    lifetime: timedelta

    def __post_init__(self) -> None:
        if not self.url:
            return
        if "{token}" not in self.url or not self.url.startswith(("https://", "http://")):
            raise ConfigurationError(f"retry_url is like 'https://shop.example/pay/{{token}}', not {self.url!r}")
        if len(self.key) < SHORTEST_KEY:
            raise ConfigurationError(
                f"retry links need a signing_key of at least {SHORTEST_KEY} characters; make one with "
                "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        if self.lifetime <= timedelta(0):
            raise ConfigurationError("retry_link_lifetime must be above zero")

    def until(self, order: Order, now: datetime) -> datetime:
        """When a link made now ends: after its lifetime, or with the order."""
        end = now + self.lifetime
        return min(end, order.expires_at) if order.expires_at else end

    def link(self, order: Order, until: datetime) -> str:
        """The link for this order, or nothing if the shop has none."""
        return self.url.replace("{token}", retry_token(order.id, until, self.key)) if self.url else ""
