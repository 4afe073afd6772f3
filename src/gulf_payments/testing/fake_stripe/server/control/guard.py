"""Who may drive the fake: anyone on this machine, but no web page that happens to be open there."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

_OWN_PAGES = ("same-origin", "none")


def objection(headers: Mapping[str, str]) -> str | None:
    """Why this request is refused, in a sentence, or None.

    A foreign Host is how a web page reaches a loopback port under its own name; Origin and Sec-Fetch-Site are
    what a browser says of the page that asks.
    """
    host = headers.get("host", "")
    if not _is_loopback(host):
        return "the control API answers only to a loopback name: call it as http://127.0.0.1 or http://localhost"
    origin = headers.get("origin")
    foreign = origin is not None and _place(origin) != host.lower()
    if foreign or headers.get("sec-fetch-site", "none") not in _OWN_PAGES:
        return "the control API refuses web pages of other origins: call it from your test's own process"
    return None


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _place(origin: str) -> str:
    return origin.partition("://")[2].lower()
