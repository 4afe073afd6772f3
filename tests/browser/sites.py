"""Two sites on two origins: the server of a fake, and a shop with a checkout page that loads Stripe.js from there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from socketserver import ThreadingMixIn
from string import Template
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.server import Served
from gulf_payments.testing.fake_stripe.server.loopback import Server
from tests.fake_stripe.shop import Shop

PAGES = Path(__file__).parent / "pages"
App = Callable[[dict[str, Any], Any], Iterable[bytes]]
_KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes on to another page hangs up: that is no news."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the overridden name
        """Say nothing."""


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Carry an application on a port of its own; its address."""
    with make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Stripe:
    """A fake behind its own server. `heard` is every request that it was sent."""

    fake: FakeStripe
    address: str
    heard: list[Served]

    def confirmations(self) -> list[Served]:
        """Every attempt to pay or to save that reached the API."""
        return [one for one in self.heard if one.method == "POST" and one.path.endswith("/confirm")]


@contextmanager
def stripe_at_work() -> Iterator[Stripe]:
    """Run a fake's server."""
    heard: list[Served] = []
    fake = FakeStripe()
    with Server(fake, report=heard.append) as server:
        yield Stripe(fake, server.url, heard)


@dataclass
class Site:
    """A shop's site. `settings` go to the page's script, `intent` are the parameters of the PaymentIntent it makes."""

    stripe: Stripe
    address: str = ""
    language: str = "en"
    settings: dict[str, Any] = field(default_factory=dict)
    intent: dict[str, Any] = field(default_factory=dict)
    script: str = "/v3/"
    extra: dict[str, str] = field(default_factory=dict)
    made: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last_intent(self) -> dict[str, Any]:
        """The newest PaymentIntent as it stands now."""
        return self.stripe.fake.retrieve(self.made[-1]["id"])

    def make_intent(self) -> str:
        """Make a PaymentIntent; its client secret."""
        self.made.append(Shop(self.stripe.fake).intent(**self.intent))
        return str(self.made[-1]["client_secret"])

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path == "/create-payment-intent":
            start("200 OK", [("content-type", "application/json")])
            return [json.dumps({"clientSecret": self.make_intent()}).encode()]
        name = path.lstrip("/") if "." in path else f"{path.lstrip('/')}.html"
        text = self.extra.get(name) or ((PAGES / name).read_text(encoding="utf-8") if (PAGES / name).exists() else None)
        if text is None:
            start("404 Not Found", [("content-type", "text/plain")])
            return [b""]
        start("200 OK", [("content-type", _KINDS[Path(name).suffix])])
        return [(Template(text).substitute(self._values()) if name.endswith(".html") else text).encode()]

    def _values(self) -> dict[str, str]:
        arabic = self.language == "ar"
        return {
            "language": self.language,
            "direction": "rtl" if arabic else "ltr",
            "stripe_js": self.stripe.address + self.script,
            "publishable_key": "pk_test_shop",
            "settings": escape(json.dumps(self.settings)),
            "title": "الدفع" if arabic else "Checkout",
            "total": "المجموع" if arabic else "Total",
            "amount": "115.00 SAR",
            "pay": "ادفع" if arabic else "Pay now",
        }
