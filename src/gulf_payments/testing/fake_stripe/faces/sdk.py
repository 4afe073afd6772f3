"""The SDK's face of the fake: a `stripe.HTTPClient` that carries each request to the core, without a network.

Only the SDK's public extension point is used, so the same class serves stripe 12 to 16, sync and async.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.errors import ConnectionLostError

Handle = Callable[[str, str, str, Mapping[str, str], bytes], Answer]


class FakeHTTPClient(stripe.HTTPClient):
    """Give it to `stripe.StripeClient(key, http_client=…)`.

    Any number of clients, threads and event loops may share one.
    """

    name = "fake_stripe"

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self._handle = handle

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 - the SDK's signature
        **_usage: Any,  # noqa: ANN401
    ) -> tuple[str, int, Mapping[str, str]]:
        """Carry one request to the core; APIConnectionError if a fault swallows it or its answer."""
        parts = urlsplit(url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        try:
            status, answered, content = self._handle(method, parts.path, parts.query, headers or {}, body)
        except ConnectionLostError as lost:
            message = f"FakeStripe lost the connection: {lost}"
            error: Exception = stripe.APIConnectionError(message, should_retry=True)  # type: ignore[no-untyped-call]
            raise error from lost
        return content.decode(), status, answered

    async def request_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: Any = None,  # noqa: ANN401
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """The same; nothing is awaited, the core answers at once."""
        content, status, answered = self.request(method, url, headers, post_data)
        return content.encode(), status, answered

    async def sleep_async(self, secs: float) -> None:
        """Return at once: tests do not wait between retries."""

    def close(self) -> None:
        """Nothing to close."""

    async def close_async(self) -> None:
        """Nothing to close."""

    def _sleep_time_seconds(self, *_args: Any, **_kwargs: Any) -> float:  # noqa: ANN401
        # The sync retry loop offers no public hook for its pause. Should the SDK rename this one, retries merely
        # take half a second.
        return 0.0
