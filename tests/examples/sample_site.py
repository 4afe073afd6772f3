"""The sample pages on a port of their own, with the headers of the shop, for a browser to look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from examples.storefront.headers import security_headers
from examples.storefront.rendering import STATIC, render
from tests.examples.sample_pages import pages

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def sample_site(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answer `/<language>/<sample>` and what its page loads."""
    _, first, *rest = environ["PATH_INFO"].split("/")
    path = STATIC.joinpath(*rest)
    if first in ("ar", "en") and rest[0] in pages(first):
        start("200 OK", [("content-type", "text/html; charset=utf-8"), *security_headers().items()])
        return [render(pages(first)[rest[0]]).encode()]
    if first == "static" and path.is_file():
        start("200 OK", [("content-type", KINDS[path.suffix])])
        return [path.read_bytes()]
    start("404 Not Found", [("content-type", "text/plain")])
    return [b""]
