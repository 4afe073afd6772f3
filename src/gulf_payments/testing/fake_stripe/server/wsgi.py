"""The server's face: the fake as one WSGI application, which any WSGI server can carry.

`/v1/…` is Stripe's API, `/_fake/…` drives the fake from another language, the rest is what a browser loads.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any, NoReturn

from gulf_payments.testing.fake_stripe import browser
from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.errors import ApiError, ConnectionLostError, FakeStripeBug
from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.masking import masked
from gulf_payments.testing.fake_stripe.server import control
from gulf_payments.testing.fake_stripe.server.answers import refusal
from gulf_payments.testing.fake_stripe.server.incoming import Incoming

CLIENT_GONE = "gulf_payments.client_gone"
"""Where a server may leave a callable that says whether the client has given up."""
HANG_SECONDS = 30.0

CORS = {
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, "
        "X-Stripe-Privileged-Session-Required"
    ),
    "access-control-max-age": "300",
    "cache-control": "no-cache, no-store",
    "vary": "Origin",
}
"""What every answer of the API tells browsers: pages of any origin may call it, with a publishable key."""

_POLL_SECONDS = 0.05
_UNSAID = frozenset(("server", "content-length"))  # the carrying server says these


@dataclass(frozen=True, slots=True)
class Served:
    """One request: `outcome` is the status of its answer, or the fault that lost it. Nothing secret is in it."""

    method: str
    path: str
    outcome: int | str
    request_id: str = ""


Report = Callable[[Served], None]
StartResponse = Callable[..., Any]


def wsgi_application(
    fake: FakeStripe,
    *,
    hang_seconds: float = HANG_SECONDS,
    report: Report = lambda _served: None,
) -> Application:
    """The fake for a WSGI server.

    Args:
        fake: Whose API it is.
        hang_seconds: How long a request that a fault lets time out is left without an answer, at most; then, or
            when the client gives up, its connection is dropped.
        report: Hears of every request once it is answered, from the thread that answered it.
    """
    return Application(fake, hang_seconds, report)


class Application:
    """A WSGI application. It never raises but to have the connection dropped (ConnectionResetError)."""

    def __init__(self, fake: FakeStripe, hang_seconds: float, report: Report) -> None:
        self._fake = fake
        self._hang_seconds = hang_seconds
        self.report = report

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Incoming(environ)
        try:
            status, headers, body = self._answer(request)
        except ConnectionLostError as lost:
            self._tell(request, lost.fault)
            self._lose(lost, environ)
        except (Exception, FakeStripeBug) as bug:  # noqa: BLE001 - the next request must be served all the same
            environ["wsgi.errors"].write(masked(traceback.format_exc()))
            status, headers, body = _own_fault(bug)
        self._tell(request, status, headers.get("request-id", ""))
        sent = [(name, value) for name, value in headers.items() if name not in _UNSAID]
        start_response(f"{status} {_phrase(status)}", [*sent, ("content-length", str(len(body)))])
        return [b"" if request.method == "HEAD" else body]

    def _answer(self, request: Incoming) -> Answer:
        if control.concerns(request.path):
            return control.answer(self._fake, request)
        if request.method == "OPTIONS":
            return _preflight(request)
        try:
            status, headers, body = self._page(request) or self._call(request)
        except ApiError as error:
            status, headers, body = refusal(error)
        return status, {**CORS, **headers}, body

    def _page(self, request: Incoming) -> Answer | None:
        if request.path.startswith("/v1/"):
            return None
        asked = (_read_as(request), request.path, request.query, request.body, request.headers)
        return browser.serve(self._fake, *asked)

    def _call(self, request: Incoming) -> Answer:
        return self._fake.handle(_read_as(request), request.path, request.query, request.headers, request.body)

    def _lose(self, lost: ConnectionLostError, environ: dict[str, Any]) -> NoReturn:
        if lost.fault != "connection_reset":
            _hang(environ.get(CLIENT_GONE, lambda: False), self._hang_seconds)
        # Every WSGI server takes this for its client's doing: it logs no error and closes the connection.
        raise ConnectionResetError(errno.ECONNRESET, str(lost)) from lost

    def _tell(self, request: Incoming, outcome: int | str, request_id: str = "") -> None:
        self.report(Served(request.method, masked(request.path), outcome, request_id))


def _read_as(request: Incoming) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _preflight(request: Incoming) -> Answer:
    wanted = request.headers.get("access-control-request-headers")
    allowed = {"access-control-allow-headers": wanted} if wanted else {}
    return 200, {**CORS, **allowed, "content-type": "application/json"}, b""


def _hang(gone: Callable[[], bool], seconds: float) -> None:
    until = monotonic() + seconds
    while not gone() and (left := until - monotonic()) > 0:
        sleep(min(_POLL_SECONDS, left))


def _own_fault(bug: BaseException) -> Answer:
    message = (
        f"FakeStripe itself is wrong here, not your request: {masked(str(bug))}. "
        "The server's standard error has the traceback; please report it."
    )
    return refusal(ApiError(message, status=500, kind="api_error"), stripe_should_retry="false")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
