"""Waitress, taught three things: errors in Stripe's form, connections that break off, and time to read a refusal."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from socket import MSG_PEEK, SHUT_WR, SO_LINGER, SOL_SOCKET
from typing import Any

from waitress import channel, parser, task

from gulf_payments.testing.fake_stripe.errors import ApiError
from gulf_payments.testing.fake_stripe.server.answers import refusal
from gulf_payments.testing.fake_stripe.server.incoming import LIMIT
from gulf_payments.testing.fake_stripe.server.wsgi import CLIENT_GONE, CORS, Served

_RESET_ON_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_HEARD_OUT = 64_000_000  # bytes of a refused body that are read and thrown away
_PIECE = 65_536
_SERVERS_FAULT = 500
_SAID = {413: f"the body is too large, at most {LIMIT} bytes are taken", 431: "its headers are too large"}


class Parser(parser.HTTPRequestParser):  # type: ignore[misc]
    """Reads requests; what it cannot read at all is a bad request, not an error of the server's."""

    def received(self, data: bytes) -> int:
        """Take bytes, and say how many."""
        taken: int = super().received(data)
        if self.error:
            self.expect_continue = False  # what is refused by its head alone needs no body
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head of a request."""
        try:
            super().parse_header(header_plus)
        except ValueError as nonsense:  # a length of thousands of digits, half an IPv6 address
            raise parser.ParsingError("its head cannot be read") from nonsense


class Task(task.WSGITask):  # type: ignore[misc]
    """One request that the application answers, or has broken off."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with a way to see that the client has given up."""
        environ: dict[str, Any] = super().get_environment()
        environ[CLIENT_GONE] = self._is_over
        return environ

    def execute(self) -> None:
        """Have the application answer; if it wants the connection dropped, the client is to see a reset."""
        try:
            super().execute()
        except ConnectionResetError:
            with suppress(OSError):
                self.channel.socket.setsockopt(SOL_SOCKET, SO_LINGER, _RESET_ON_CLOSE)
            raise

    def _is_over(self) -> bool:
        return bool(self.channel.server.stopping.is_set() or self.channel.has_hung_up())


class ErrorTask(task.ErrorTask):  # type: ignore[misc]
    """One request that is no HTTP, or too large: refused in Stripe's form."""

    def execute(self) -> None:
        """Answer it."""
        error = self.request.error
        said = _SAID.get(error.code) or error.body.rstrip(".")
        self.channel.hears_out = True
        kind = "api_error" if error.code >= _SERVERS_FAULT else "invalid_request_error"
        _, headers, body = refusal(ApiError(f"Invalid request: {said}.", status=error.code, kind=kind))
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend((CORS | headers).items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
        self.channel.server.application.report(Served("?", "?", error.code))


class Channel(channel.HTTPChannel):  # type: ignore[misc]
    """One connection.

    A refused request is heard out after its answer: closed at once, the connection would be reset, and a client
    that is still sending would never see why.
    """

    task_class = Task
    error_task_class = ErrorTask
    parser_class = Parser
    hears_out = False
    _unheard = 0

    def has_hung_up(self) -> bool:
        """Whether the client has closed its side."""
        try:
            return not self.socket.recv(1, MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def readable(self) -> bool:
        """Whether to look for bytes."""
        return self._unheard > 0 or super().readable()

    def handle_read(self) -> None:
        """Take bytes; those of a refused request are thrown away."""
        if not self._unheard:
            super().handle_read()
            return
        with suppress(OSError):
            self._unheard -= len(self.recv(_PIECE))
        if self._unheard <= 0:
            self._unheard = 0
            super().handle_close()

    def handle_close(self) -> None:
        """Close, or if there may be more to hear, only our side."""
        if not self.hears_out:
            super().handle_close()
            return
        self.hears_out, self.will_close, self._unheard = False, False, _HEARD_OUT
        try:
            self.socket.shutdown(SHUT_WR)
        except OSError:
            super().handle_close()
