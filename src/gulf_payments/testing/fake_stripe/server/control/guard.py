"""Who may drive the fake: anyone on this machine, but no web page that happens to be open there."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

_OWN_PAGES = ("same-origin", "none")


def objection(remote: str, headers: Mapping[str, str]) -> str | None:
    """Why a request from this address, if it is known, is refused: in a sentence, or None.

    A foreign Host is how a web page reaches a loopback port under its own name; Origin and Sec-Fetch-Site are
    what a browser says of the page that asks.
    """
    host = headers.get("host", "")
    if not _means_this_machine(host) or (remote and not _is_this_machine(remote)):
        return "the control API is for this machine alone: call it from here, as http://127.0.0.1 or http://localhost"
    origin = headers.get("origin")
    foreign = origin is not None and _place(origin) != host.lower()
    if foreign or headers.get("sec-fetch-site", "none") not in _OWN_PAGES:
        return "the control API refuses web pages of other origins: call it from your test's own process"
    return None


def _means_this_machine(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or name.endswith(".localhost") or _is_this_machine(name)


def _is_this_machine(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _place(origin: str) -> str:
    return origin.partition("://")[2].lower()
