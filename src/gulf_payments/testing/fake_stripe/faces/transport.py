"""The face for code that builds its own httpx client: a transport, sync and async, and a handler for respx."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.errors import ConnectionLostError

try:
    import httpx
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError("this face of FakeStripe needs httpx: pip install httpx", name="httpx") from missing

Handle = Callable[[str, str, str, Mapping[str, str], bytes], Answer]


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Give it to `httpx.Client(transport=…)` or `httpx.AsyncClient(transport=…)`, whatever host they ask.

    Any number of clients, threads and event loops may share one. A lost connection is httpx.ReadTimeout where the
    answer never comes, httpx.ConnectError where the connection is reset.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request to the core and its answer back."""
        return answered(self._handle, request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same; only a streamed body is awaited, the core answers at once."""
        return answered(self._handle, request, await request.aread())


def respx_handler(handle: Handle) -> Callable[[httpx.Request], httpx.Response]:
    """A side effect for `respx.route(host="api.stripe.com").mock(side_effect=…)`, for sync and async clients."""
    return lambda request: answered(handle, request, request.content)


def answered(handle: Handle, request: httpx.Request, body: bytes) -> httpx.Response:
    """The core's answer to an httpx request; httpx.TransportError if a fault swallows it."""
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    try:
        status, headers, content = handle(request.method, path, query, request.headers, body)
    except ConnectionLostError as lost:
        error = httpx.ConnectError if lost.fault == "connection_reset" else httpx.ReadTimeout
        raise error(f"FakeStripe lost the connection: {lost}", request=request) from lost
    # An idempotency key comes back as it was sent, in any script.
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return httpx.Response(status, headers=raw, content=content, request=request)
