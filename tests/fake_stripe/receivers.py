"""What hears webhooks in these tests: a function, and a real HTTP server."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self

import stripe


class Inbox:
    """An endpoint that notes what it gets, and answers what it is told to."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.got: list[tuple[bytes, str]] = []

    def __call__(self, body: bytes, signature: str) -> int:
        """Take one delivery."""
        self.got.append((body, signature))
        return self.status

    @property
    def events(self) -> list[dict[str, Any]]:
        """The bodies, read."""
        return [json.loads(body) for body, _ in self.got]

    @property
    def types(self) -> list[str]:
        """The kinds of what came, in the order of arrival."""
        return [event["type"] for event in self.events]

    @property
    def moments(self) -> list[int]:
        """When each was signed, in epoch seconds."""
        return [signed_at(header) for _, header in self.got]


@dataclass(frozen=True)
class Posted:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The body, read."""
        event: dict[str, Any] = json.loads(self.body)
        return event

    @property
    def signature(self) -> str:
        """The header that is to be verified."""
        return self.headers["stripe-signature"]

    @property
    def signed_at(self) -> int:
        """When it was signed, in epoch seconds."""
        return signed_at(self.signature)


@dataclass
class Counter:
    """A real HTTP server: notes what is posted to it, and answers `status`.

    `on_post` is called before it answers, `held` keeps it from answering until it is set. A plain one serves one
    request at a time, as small shops' servers do.
    """

    threaded: bool = True
    status: int = 200
    location: str | None = None
    on_post: Callable[[Posted], object] = lambda _posted: None
    held: Event | None = None
    got: list[Posted] = field(default_factory=list)

    def __enter__(self) -> Self:
        kind = ThreadingHTTPServer if self.threaded else HTTPServer
        self._server = kind(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with ExitStack() as closing:
            closing.callback(self._thread.join)
            closing.callback(self._server.server_close)
            closing.callback(self._server.shutdown)
            if self.held is not None:
                self.held.set()

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"http://127.0.0.1:{self._server.server_port}/hooks/stripe?shop=1"

    @property
    def types(self) -> list[str]:
        """The kinds of what came, in the order of arrival."""
        return [posted.event["type"] for posted in self.got]


def _handler(counter: Counter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            posted = Posted(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            counter.got.append(posted)
            counter.on_post(posted)
            if counter.held is not None:
                counter.held.wait()
            self.send_response(counter.status)
            if counter.location is not None:
                self.send_header("Location", counter.location)
            self.end_headers()

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                """The fake has lost its patience, as it should in some tests."""

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


def signed_at(header: str) -> int:
    """The moment in a `Stripe-Signature` header, in epoch seconds."""
    name, _, moment = header.partition(",")[0].partition("=")
    assert name == "t"
    return int(moment)


def fits(body: bytes, header: str, secret: str) -> bool:
    """Whether the SDK's own verification takes this, whatever its age."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=None)
    except stripe.SignatureVerificationError:
        return False
    return True
