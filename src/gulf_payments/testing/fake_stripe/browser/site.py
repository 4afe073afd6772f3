"""Answers what a browser asks for outside the API: the script, the fields' page, the bank's page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from gulf_payments.testing.fake_stripe.browser import bank, files
from gulf_payments.testing.fake_stripe.browser.desk import Desk
from gulf_payments.testing.fake_stripe.core import Answer

_READING = ("GET", "HEAD")
_SAVED = "/elements/saved"
# Styles and appearance are set by script, not by markup, so nothing inline is ever needed. Fonts are the shop's own.
_FIELDS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self' data: http: https:; base-uri 'none'; form-action 'none'"
)
_STATIC_HEADERS = {
    "access-control-allow-origin": "*",
    "cache-control": "no-cache",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


def serve(
    fake: Desk,
    method: str,
    path: str,
    query: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
) -> Answer | None:
    """Answer one request of a browser; None if the address is none of these pages or files.

    `headers` tell the language of the bank's page where its address does not.
    """
    if bank.owns(path):
        asked = {name.lower(): value for name, value in (headers or {}).items()}
        return bank.serve(fake, method.upper(), path, query, body, asked)
    if path == _SAVED and method.upper() == "POST":
        return _saved(fake, body)
    found = files.find(path)
    return None if found is None else _file(method.upper(), *found)


def _saved(fake: Desk, body: bytes) -> Answer:
    fields = dict(parse_qsl(body.decode("utf-8", "replace")))
    saved = fake.saved_cards(fields.get("customer_session", ""))
    headers = {**_STATIC_HEADERS, "cache-control": "no-store", "content-type": "application/json"}
    return (404, headers, b"{}") if saved is None else (200, headers, json.dumps(saved).encode())


def _file(method: str, kind: str, text: str) -> Answer:
    if method not in _READING:
        return 405, {"allow": ", ".join(_READING), "content-type": "text/plain; charset=utf-8"}, b""
    headers = {"content-type": kind, **_STATIC_HEADERS}
    if kind.startswith("text/html"):
        headers |= {"content-security-policy": _FIELDS_POLICY, "referrer-policy": "no-referrer"}
    return 200, headers, text.encode()
