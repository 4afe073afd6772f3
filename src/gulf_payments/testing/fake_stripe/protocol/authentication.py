"""Who asks: the API key, the mode it opens, and the API version it wants."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import NamedTuple

from gulf_payments.testing.fake_stripe.errors import ACCOUNT_ID, ApiError, no_access

OLDEST_VERSION = "2025-03-31.basil"
_KEY = re.compile(r"(sk|rk|pk)_(test|live)_[A-Za-z0-9_]+", re.ASCII)
_VERSION = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(\.[a-z]+)?", re.ASCII)
_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth "
    "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, "
    "or we can help at https://support.stripe.com/."
)
_NEEDS_SECRET = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of "
    "your API keys at https://dashboard.stripe.com/account/apikeys."
)


class Caller(NamedTuple):
    """Whoever sent a request."""

    livemode: bool
    from_browser: bool


def identify(headers: Mapping[str, str], *, browser_route: bool) -> Caller:
    """The caller by the key in the headers; ApiError 401 without a usable one."""
    key = _key(headers.get("authorization", ""))
    if not key:
        raise ApiError(_NO_KEY, status=401)
    match = _KEY.fullmatch(key)
    if match is None:
        raise ApiError(f"Invalid API Key provided: {_masked(key)}", status=401)
    if match[1] == "pk" and not browser_route:
        raise ApiError(_NEEDS_SECRET, status=401, code="secret_key_required")
    connected = headers.get("stripe-account") or ACCOUNT_ID
    if connected != ACCOUNT_ID:
        raise no_access(connected)
    return Caller(livemode=match[2] == "live", from_browser=match[1] == "pk")


def _key(authorization: str) -> str:
    scheme, _, credentials = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return credentials.strip()
        case "basic":
            return _user_name(credentials)
        case _:
            return ""


def _user_name(credentials: str) -> str:
    try:
        return b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _masked(key: str) -> str:
    shown = 4
    return key if len(key) <= shown else "*" * (len(key) - shown) + key[-shown:]


def version(headers: Mapping[str, str], default: str) -> str:
    """The API version to answer in; ApiError for one that never was, or is older than the fake speaks."""
    return known_version(headers.get("stripe-version") or default)


def known_version(wanted: str) -> str:
    """The same version; ApiError for one that never was, or is older than the fake speaks."""
    if not _VERSION.fullmatch(wanted):
        raise ApiError(f"Invalid Stripe API version: {wanted}")
    if wanted < OLDEST_VERSION:
        raise ApiError(f"FakeStripe speaks API versions from {OLDEST_VERSION} on, not {wanted}.")
    return wanted
