"""Ways to a webhook view for `FakeStripe.add_endpoint` and `drive`: through the whole web application, no network.

A receiver is any function from a raw body and the `Stripe-Signature` header to an HTTP status, so a web framework's
test client makes one in a line. These two need no framework: they carry the request as Stripe sends it, without cookies
or CSRF token, so a view that a real delivery would not reach is not reached here either.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

if TYPE_CHECKING:
    from gulf_payments.endpoints import AsgiApp, Message, WsgiApp
    from gulf_payments.testing.fake_stripe import Receiver

PATIENCE_SECONDS = 10.0  # until an application that asks for more than the body hears that nobody is there

_HOST = "localhost"
_TYPE = "application/json; charset=utf-8"
_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"


def wsgi_receiver(app: WsgiApp, path: str) -> Receiver:
    """A receiver that posts to `path` of a WSGI application: Flask's, Django's `get_wsgi_application()`, any other."""

    def receive(body: bytes, signature: str) -> int:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": _TYPE,
            "HTTP_HOST": _HOST,
            "HTTP_STRIPE_SIGNATURE": signature,
            "HTTP_USER_AGENT": _AGENT,
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "https",
        }
        setup_testing_defaults(environ)
        started: list[str] = []
        answer = app(environ, lambda status, _headers, _error=None: started.append(status))
        try:
            for _ in answer:
                pass
        finally:
            getattr(answer, "close", lambda: None)()
        return int(started[-1].partition(" ")[0])

    return receive


def asgi_receiver(app: AsgiApp, path: str) -> Receiver:
    """A receiver that posts to `path` of an ASGI application: FastAPI's, Starlette's, Django's.

    Each delivery runs in an event loop of its own, in a thread, so it may be asked for within a running loop too.
    """

    def receive(body: bytes, signature: str) -> int:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _post(app, path, body, signature)).result()

    return receive


async def _post(app: AsgiApp, path: str, body: bytes, signature: str) -> int:
    named = {"host": _HOST, "content-type": _TYPE, "stripe-signature": signature, "user-agent": _AGENT}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-length", str(len(body)).encode())]
        + [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 0),
        "server": (_HOST, 443),
    }
    statuses: list[int] = []
    sent = False

    async def pull() -> Message:
        nonlocal sent
        if sent:
            await asyncio.sleep(PATIENCE_SECONDS)  # whoever sent it waits for its answer
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def push(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, pull, push)
    return statuses[-1]
