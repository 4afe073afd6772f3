"""A server for the fake on this machine's loopback, carried by waitress; time passes while it runs."""

from __future__ import annotations

import socket
import sys
import traceback
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.masking import masked
from gulf_payments.testing.fake_stripe.server.channels import Channel
from gulf_payments.testing.fake_stripe.server.incoming import LIMIT
from gulf_payments.testing.fake_stripe.server.wsgi import HANG_SECONDS, Report, wsgi_application

TICK_SECONDS = 1.0
_IDLE_SECONDS = 1.0
_SETTINGS: dict[str, Any] = {
    "threads": 32,
    "ident": "nginx",
    "connection_limit": 1000,
    "channel_timeout": 60,
    "log_socket_errors": False,
    "max_request_header_size": 65_536,
    "max_request_body_size": LIMIT + 1,
    "clear_untrusted_proxy_headers": False,  # or the application would be wrapped; it reads none of them
}


class Server:
    """The fake on loopback, in threads of its own, from `start` to `stop` or as a `with` block.

        with Server(FakeStripe(clock=RunningClock(), deliver="immediately")) as server:
            client = stripe.StripeClient("sk_test_1", base_addresses={"api": server.url})

    Args:
        fake: Whose API it is.
        port: Where to listen; 0 picks a free one.
        hang_seconds: How long a request that a fault lets time out is held, at most.
        report: Hears of every request once it is answered.
    """

    def __init__(
        self,
        fake: FakeStripe,
        *,
        port: int = 0,
        hang_seconds: float = HANG_SECONDS,
        report: Report = lambda _served: None,
    ) -> None:
        self._fake = fake
        self._application = wsgi_application(fake, hang_seconds=hang_seconds, report=report)
        self.port = port
        self._stopping, self._closing = Event(), Event()
        self._map: dict[int, Any] = {}
        self._threads: list[Thread] = []

    @property
    def url(self) -> str:
        """Its address, without a slash at the end: the SDK's `base_addresses={"api": …}`."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, and return; from then on requests are answered. OSError if the port is taken."""
        self._stopping.clear()
        self._closing.clear()
        sockets = _listening(self.port)
        self.port = sockets[0].getsockname()[1]
        self._carrier = create_server(self._application, map=self._map, sockets=sockets, **_SETTINGS)
        self._fake.host_at(self.url)
        for one in self._listeners():
            one.channel_class, one.stopping = Channel, self._stopping
        self._threads = [_running("fake-stripe", self._carry), _running("fake-stripe-time", self._pass_time)]

    def stop(self) -> None:
        """Answer what is being answered, then close every connection."""
        self._stopping.set()
        self._carrier.task_dispatcher.shutdown()
        self._closing.set()
        for one in self._listeners()[:1]:
            one.pull_trigger()
        for thread in self._threads:
            thread.join()
        # Only now, as nobody waits at these sockets any more: a descriptor that is closed may be another's next.
        wasyncore.close_all(self._map, ignore_all=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listeners(self) -> list[Any]:
        return [one for one in list(self._map.values()) if isinstance(one, BaseWSGIServer)]

    def _carry(self) -> None:
        while not self._closing.is_set():
            wasyncore.loop(timeout=_IDLE_SECONDS, use_poll=True, map=self._map, count=1)

    def _pass_time(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self._fake.catch_up(in_background=True)
            except Exception:  # noqa: BLE001 - time goes on
                sys.stderr.write(masked(traceback.format_exc()))


def _listening(port: int) -> list[socket.socket]:
    """IPv4, and if there is an IPv6 loopback the same port of that: `localhost` may mean either."""
    first = _bound(socket.AF_INET, "127.0.0.1", port)
    try:
        return [first, _bound(socket.AF_INET6, "::1", first.getsockname()[1])]
    except OSError:
        return [first]


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _running(name: str, work: Callable[[], object]) -> Thread:
    thread = Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
