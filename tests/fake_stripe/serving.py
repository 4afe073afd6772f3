"""Plain HTTP and bare sockets, for what speaks to the fake's server without the SDK."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

AUTHORIZATION = {"Authorization": "Bearer sk_test_shop"}
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Got:
    """An HTTP answer."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, read."""
        value: dict[str, Any] = json.loads(self.body)
        return value

    @property
    def error(self) -> dict[str, Any]:
        """The error that the body tells of."""
        error: dict[str, Any] = self.json["error"]
        return error


def ask(
    url: str,
    *,
    method: str | None = None,
    form: Mapping[str, object] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] = AUTHORIZATION,
) -> Got:
    """One request by the standard library; an error status is an answer too."""
    sent = urlencode(form).encode() if form is not None else body
    request = urllib.request.Request(url, sent, dict(headers), method=method)  # noqa: S310 - a loopback server's
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return Got(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return Got(refused.code, refused.headers, refused.read())


def tell(url: str, verb: str, /, **fields: object) -> Got:
    """One call of the control API."""
    return ask(f"{url}/_fake/{verb}", body=json.dumps(fields).encode(), headers={"Content-Type": "application/json"})


def port_of(url: str) -> int:
    """The port in an address."""
    return int(url.rpartition(":")[2])


def say(url: str, *pieces: bytes, half_close: bool = False) -> bytes:
    """Send these bytes, piece by piece, over a bare socket: all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port_of(url)), timeout=PATIENCE_SECONDS) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        heard = b""
        while piece := connection.recv(65_536):
            heard += piece
        return heard


def read(answer: bytes) -> Got:
    """An answer as it came over a bare socket."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = Message()
    for name, _, value in (line.partition(": ") for line in lines):
        headers[name] = value
    return Got(int(first.split()[1]), headers, body)


def head(request_line: str, **headers: object) -> bytes:
    """The head of a request that a shop could send, for one answer."""
    sent = {"Host": "127.0.0.1", "Connection": "close", **AUTHORIZATION} | {
        name.replace("_", "-"): str(value) for name, value in headers.items()
    }
    lines = [f"{request_line} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def eventually(holds: Callable[[], object]) -> None:
    """Wait until a condition holds; fail if it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@contextmanager
def wsgiref_server(application: Any) -> Iterator[str]:
    """The standard library's own server, which checks that the application keeps to PEP 3333; its address."""
    with make_server("127.0.0.1", 0, validator(application), handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
