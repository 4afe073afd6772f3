"""What other processes do in the tests: receive beside us, and die at the worst moment."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NoReturn

from gulf_payments import OrderConfirmed, Payments
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway
from gulf_payments.testing.fake_stripe import FakeStripe
from tests.shops import SECRET, Shop, sar


def receive_fifty(database_url: str, body: bytes, header: str) -> tuple[list[int], list[str]]:
    """Receive one event fifty times in eight threads, then perform what is due: the answers, and what was done."""
    shop = Shop(SQLStore(database_url))
    done: list[str] = []
    shop.payments.on(OrderConfirmed, name="fulfil")(lambda event: done.append(event.key))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.receive(body, header), range(50)))
    shop.payments.deliver_effects()
    return answers, done + ["mail" for _ in shop.subjects]


@contextmanager
def stripe_over_http(fake: FakeStripe) -> Iterator[str]:
    """Serve the fake at an address of this machine, for processes that must really die."""

    class Face(BaseHTTPRequestHandler):
        """Hands each request to the fake."""

        def answer(self) -> None:
            """Answer as the fake does."""
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, content = fake.handle(self.command, path, query, dict(self.headers), body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 - http.server's own names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Face)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def die_after_create(database_url: str, address: str) -> None:
    """Start the order's payment, and be killed when Stripe has made it and nothing of it is recorded here."""
    payments = _doomed(database_url, address, "create")
    payments.start_payment("1017")


def die_after_refund(database_url: str, address: str) -> None:
    """Refund, and be killed when Stripe has made the refund and nothing of it is recorded here."""
    payments = _doomed(database_url, address, "refund")
    payments.refund("1017", sar("50.00"), request_id="form-1")


def _doomed(database_url: str, address: str, verb: str) -> Payments:
    gateway: Any = StripeGateway(secret_key="sk_test_123", webhook_secrets=[SECRET], base_address=address)
    setattr(gateway, verb, _deadly(getattr(gateway, verb)))
    return Payments(shop="gulf-emperor", gateway=gateway, store=SQLStore(database_url))


def _deadly(call: Callable[[Any], object]) -> Callable[[Any], NoReturn]:
    def killed(request: object) -> NoReturn:
        call(request)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("a killed process goes on")

    return killed
