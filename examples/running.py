"""`python -m examples.flask_shop` and its sisters: the shop, its worker and a Stripe to play with, until Ctrl-C.

With Stripe's keys in the environment or in `.env` the shop talks to Stripe itself; without them, to a fake on this
machine, which needs nothing else. All of it listens on loopback only.
"""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, Literal

from gulf_payments import Payments
from gulf_payments.worker import stop_on_signals, work

WEBHOOK = "/payments/webhook/stripe/"
WEBHOOK_SECRET = "whsec_of_the_fake_stripe"  # noqa: S105 - of no use anywhere else
IDLE_SECONDS = 0.2
CARDS = (
    ("4242 4242 4242 4242", "is paid"),
    ("4000 0000 0000 9995", "has not enough funds"),
    ("4000 0000 0000 0002", "is declined"),
    ("4000 0000 0000 0069", "has expired"),
    ("4000 0025 0000 3155", "asks for 3-D Secure"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a shop plays. `stripe` is the fake's address, empty if Stripe itself is asked; `folder` is for its data."""

    address: str
    folder: Path
    stripe: str = ""

    @property
    def mails(self) -> Path:
        """Where the demonstration's mails go."""
        return self.folder / "mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A shop that is ready to be carried; `notes` are further lines to print, such as the admin's login."""

    payments: Payments
    app: Any
    kind: Literal["wsgi", "asgi"] = "wsgi"
    notes: tuple[str, ...] = ()


def run(name: str, set_up: Callable[[Stage], Play], arguments: list[str] | None = None) -> None:
    """Set the shop up and run it until SIGINT or SIGTERM."""
    asked = _asked(name, arguments)
    stop = stop_on_signals()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a page and its files come at once: no news
    with _folder(asked.data) as folder, socket.create_server(("127.0.0.1", asked.port)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with nullcontext("") if has_keys() else fake_stripe(address) as stripe:
            stage = Stage(address=address, folder=folder, stripe=stripe)
            play = set_up(stage)
            with working(play.payments), carried(play, listener):
                print("\n".join(_introduction(name, stage, play)), flush=True)
                stop.wait()
    print("stopped", flush=True)


def has_keys(env_file: str = ".env") -> bool:
    """Whether the environment or `.env` has a key of Stripe's."""
    lines = Path(env_file).read_text("utf-8").splitlines() if Path(env_file).exists() else []
    written = any(line.strip().startswith("STRIPE_SECRET_KEY=") and line.strip()[18:].strip("\"' ") for line in lines)
    return bool(os.environ.get("STRIPE_SECRET_KEY")) or written


@contextmanager
def fake_stripe(shop_address: str) -> Iterator[str]:
    """A Stripe to play with, which tells the shop what happens; its address."""
    from gulf_payments.testing.fake_stripe import FakeStripe, RunningClock
    from gulf_payments.testing.fake_stripe.server.loopback import Server

    fake = FakeStripe(clock=RunningClock(), deliver="immediately")
    fake.add_endpoint(shop_address + WEBHOOK, secret=WEBHOOK_SECRET)
    with Server(fake) as server:
        yield server.url


@contextmanager
def working(payments: Payments) -> Iterator[None]:
    """Perform the shop's effects in a thread: mails, emptied carts, orders that run out."""
    stop = Event()
    options = {"stop": stop, "idle_seconds": IDLE_SECONDS, "report": lambda _line: None}
    thread = Thread(target=work, args=(payments,), kwargs=options, name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def carried(play: Play, listener: socket.socket) -> Iterator[None]:
    """Carry the shop's application on a socket that already listens."""
    start, stop = (_waitress if play.kind == "wsgi" else _uvicorn)(play.app, listener)
    thread = Thread(target=start, name="shop")
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()


def _waitress(app: Any, listener: socket.socket) -> tuple[Callable[[], None], Callable[[], None]]:  # noqa: ANN401
    from waitress import wasyncore
    from waitress.server import create_server

    stopping, sockets = Event(), dict[int, Any]()
    server = create_server(app, map=sockets, sockets=[listener], threads=8, ident=None)

    def start() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=1, map=sockets, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets, ignore_all=True)

    def stop() -> None:
        server.trigger.pull_trigger(stopping.set)  # in the loop's own thread, which closes the trigger as its last act

    return start, stop


def _uvicorn(app: Any, listener: socket.socket) -> tuple[Callable[[], None], Callable[[], None]]:  # noqa: ANN401
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leave the signals to the runner."""
            yield

    server = Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=5))

    def stop() -> None:
        server.should_exit = True

    return lambda: server.run(sockets=[listener]), stop


def _asked(name: str, arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m examples.{name}", description="Run the shop on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="where to listen; 0 picks a free one")
    parser.add_argument("--data", type=Path, help="a folder to keep orders and mails in; otherwise they are forgotten")
    return parser.parse_args(arguments)


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="shop-", ignore_cleanup_errors=sys.platform == "win32") as folder:
        yield Path(folder)


def _introduction(name: str, stage: Stage, play: Play) -> Iterator[str]:
    yield f"The shop is open (examples/{name})"
    yield f"  shop       {stage.address}/"
    yield "  customers  sara / sara, omar / omar, or buy as a guest"
    yield from (f"  {note}" for note in play.notes)
    if stage.stripe:
        yield f"  Stripe     a fake one, {stage.stripe}; its mails go to {stage.mails}"
        yield from (f"  card       {number}  {becomes}" for number, becomes in CARDS)
    else:
        yield f"  Stripe     the real one; its webhooks must reach {stage.address}{WEBHOOK}"
    yield "Stop it with Ctrl-C."
