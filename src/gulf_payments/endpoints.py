"""The ready webhook endpoints: one function for WSGI, one for ASGI; POST only, and a limit on the body."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol

MOST_BYTES = 1_000_000  # Stripe's events are a few kilobytes; whatever is larger is not from Stripe

Environ = dict[str, Any]
Message = MutableMapping[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
AsgiApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

PHRASES = {
    200: "OK",
    400: "Bad Request",
    405: "Method Not Allowed",
    413: "Content Too Large",
    503: "Service Unavailable",
}


class Answer(Protocol):
    """What receiving a webhook returns."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""


_EMPTY = (("Content-Type", "text/plain"), ("Content-Length", "0"))
Receive = Callable[[bytes, str | None], Answer]


def wsgi_endpoint(receive: Receive) -> WsgiApp:
    """A WSGI application that hands each POSTed body to `receive` and answers with its status alone."""

    def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status = _wsgi_status(receive, environ)
        start_response(f"{status} {PHRASES.get(status, '')}", [*_EMPTY, *_allow(status)])
        return [b""]

    return application


def _wsgi_status(receive: Receive, environ: Environ) -> int:
    if environ["REQUEST_METHOD"] != "POST":
        return 405
    declared = environ.get("CONTENT_LENGTH") or "0"
    length = int(declared) if re.fullmatch("[0-9]{1,9}", declared) else MOST_BYTES + 1
    if length > MOST_BYTES:
        return 413
    body: bytes = environ["wsgi.input"].read(length)
    return receive(body, environ.get("HTTP_STRIPE_SIGNATURE")).status_code


def _allow(status: int) -> list[tuple[str, str]]:
    return [("Allow", "POST")] if status == 405 else []  # noqa: PLR2004 - the status itself


def asgi_endpoint(receive: Receive) -> AsgiApp:
    """An ASGI application that does the same; `receive` runs in a thread, so the loop goes on."""

    async def application(
        scope: Message, pull: Callable[[], Awaitable[Message]], push: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            return
        status = await _asgi_status(receive, scope, pull)
        headers = [(name.lower().encode(), value.encode()) for name, value in (*_EMPTY, *_allow(status))]
        await push({"type": "http.response.start", "status": status, "headers": headers})
        await push({"type": "http.response.body", "body": b""})

    return application


async def _asgi_status(receive: Receive, scope: Message, pull: Callable[[], Awaitable[Message]]) -> int:
    import asyncio  # an ASGI server has loaded it; a shop under WSGI need not

    if scope["method"] != "POST":
        return 405
    body = await _read(pull)
    if body is None:
        return 413
    header = next((value for name, value in scope["headers"] if name.lower() == b"stripe-signature"), None)
    signature = header.decode("latin-1") if header is not None else None
    return (await asyncio.to_thread(receive, body, signature)).status_code


async def _read(pull: Callable[[], Awaitable[Message]]) -> bytes | None:
    """The whole body; None as soon as it is too large."""
    body = bytearray()
    more = True
    while more:
        message = await pull()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
