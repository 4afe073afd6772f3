"""One webhook over HTTP, to an endpoint's URL. Whatever goes wrong there is an answer too, never an exception.

Only this machine and private networks are written to: a suite that registers `https://example.com/hook`, as examples
do, must not send anything out into the world.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Answered = tuple[int | None, str | None]
"""The status, or None and the reason why there is none."""

_HEADERS = {
    "Accept": "*/*; q=0.5, application/xml",
    "Cache-Control": "no-cache",
    "Connection": "close",
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
}
_NEAR = tuple(map(ip_network, ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")))
_PRIVATE_NAMES = (".internal", ".lan", ".local", ".localhost", ".test")
_ELSEWHERE = "not sent: FakeStripe writes to this machine and to private networks only"


def post(url: str, body: bytes, signature: str, *, timeout_seconds: float) -> Answered:
    """Post a body and its signature, and follow no redirect."""
    parts = urlsplit(url)
    if not _is_near(parts.hostname or ""):
        return None, _ELSEWHERE
    headers = {**_HEADERS, "Stripe-Signature": signature} if signature else _HEADERS
    connection = _connection(parts, timeout_seconds)
    try:
        return _exchange(connection, parts, body, headers), None
    except (OSError, http.client.HTTPException, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def _is_near(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        # A name without a dot is "localhost", or a neighbour in a network of containers.
        return "." not in host or host.endswith(_PRIVATE_NAMES)
    return any(address in network for network in _NEAR)


def _connection(parts: SplitResult, timeout_seconds: float) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=timeout_seconds)


def _exchange(
    connection: http.client.HTTPConnection, parts: SplitResult, body: bytes, headers: Mapping[str, str]
) -> int:
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection.request("POST", target, body, headers)
    return connection.getresponse().status
