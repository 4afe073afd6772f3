"""One request as it came to a WSGI server: its path as it was sent, and no more of its body than is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from gulf_payments.testing.fake_stripe.errors import ApiError

LIMIT = 1_000_000
"""Bytes a body may have. One more than that is read, so that whoever answers can tell."""

_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_UNPRINTABLE = re.compile(rb"[^\x21-\x7e]")


class Incoming:
    """A request of a WSGI environment (PEP 3333)."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ
        self.method: str = environ.get("REQUEST_METHOD", "GET").upper()
        self.query = _printable(environ.get("QUERY_STRING", ""))
        self.remote: str = environ.get("REMOTE_ADDR", "")

    @cached_property
    def path(self) -> str:
        """The path as it was sent, escapes and doubled slashes included, where the server tells; in printable ASCII."""
        uri = self._environ.get("REQUEST_URI") or self._environ.get("RAW_URI")
        if not uri:
            return quote(self._environ.get("PATH_INFO", "").encode("latin-1", "replace"), safe="/{}[]:@!$&'()*+,;=~")
        raw = _ORIGIN.sub("", uri, count=1) if _ORIGIN.match(uri) else uri
        return _printable(raw.partition("?")[0].removeprefix(self._environ.get("SCRIPT_NAME", "")))

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name."""
        sent = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in self._environ.items()
            if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
        }
        return {name: value for name, value in sent.items() if value}

    @cached_property
    def body(self) -> bytes:
        """The body, at most LIMIT + 1 bytes of it; ApiError 400 if its length is nonsense or it ends too early."""
        stream = self._environ["wsgi.input"]
        length = self._environ.get("CONTENT_LENGTH", "").strip()
        if self._environ.get("wsgi.input_terminated"):
            return bytes(stream.read(LIMIT + 1))
        if not length:
            return b""
        if not _LENGTH.fullmatch(length):
            raise ApiError("Invalid request: the Content-Length header is not a number of bytes.")
        wanted = min(int(length), LIMIT + 1)
        body = bytes(stream.read(wanted))
        if len(body) < wanted:
            raise ApiError("Invalid request: the body ended before its Content-Length.")
        return body


def _printable(raw: str) -> str:
    """What a server decoded as Latin-1, with every byte that is no printable ASCII escaped again."""
    return _UNPRINTABLE.sub(lambda found: b"%%%02X" % found[0][0], raw.encode("latin-1", "replace")).decode("ascii")
