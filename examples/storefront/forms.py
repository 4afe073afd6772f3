"""What browsers send, taken with care: whatever is not understood is refused in words, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from examples.storefront.catalogue import MOST_PIECES, PRODUCTS
from gulf_payments import Address, Customer, InvalidOrder

ADDRESS_FIELDS = ("name", "phone", "street", "district", "city", "postal_code")
REQUIRED = ("name", "phone", "street", "city")
LONGEST = 120
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

Errors = dict[str, str]
"""By the name of the field, the key of what is wrong with it."""


def latin_digits(text: str) -> str:
    """The same text with digits that every program reads: ٥ is 5."""
    return text.translate(_DIGITS)


def piece_count(text: str) -> int | None:
    """A number of pieces from 0 to what one cart may hold of one product; None if it is no such number."""
    digits = latin_digits(text.strip())
    if not (digits.isascii() and digits.isdigit() and len(digits) < 5):  # noqa: PLR2004 - longer is hostile
        return None
    return min(int(digits), MOST_PIECES)


def known_sku(text: str) -> str | None:
    """The sku, if there is such a product."""
    return text if text in PRODUCTS else None


def plain(text: str) -> str:
    """One line of plain text, shortened: no control characters, and none that turn the line around."""
    return _UNSEEN.sub(" ", text).strip()[:LONGEST]


def new_address(form: Mapping[str, str]) -> tuple[Address, Errors]:
    """The address that was typed in, and what is wrong with it."""
    given = {name: plain(form.get(name, "")) for name in ADDRESS_FIELDS}
    given["phone"] = re.sub(r"[ ()-]", "", latin_digits(given["phone"]))
    given["postal_code"] = latin_digits(given["postal_code"])
    errors = {name: "required" for name in REQUIRED if not given[name]}
    if given["phone"] and not _PHONE.fullmatch(given["phone"]):
        errors["phone"] = "invalid"
    return Address(**given, country="SA"), errors


def guest(form: Mapping[str, str], language: str) -> tuple[Customer | None, Errors]:
    """Who buys without an account: an email for the mails, and a name; None if the email is none."""
    email, name = plain(form.get("email", "")), plain(form.get("guest_name", "") or form.get("name", ""))
    if not email:
        return None, {"email": "required"}
    try:
        return Customer(email=email, name=name, locale=language), {}
    except InvalidOrder:
        return None, {"email": "invalid"}


def own_path(target: str) -> str:
    """A path of this shop to go on to; the front page for whatever leads elsewhere."""
    parts = urlsplit(target)
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    return target if is_path and not (parts.scheme or parts.netloc or _UNSEEN.search(target)) else "/"
