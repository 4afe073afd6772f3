"""Whose mails these are: names, colours, contacts. Checked when made, so that no mail goes out unreadable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail.colours import READABLE, contrast, lightened
from gulf_payments.mail.message import ADDRESS

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")
_READ_TOGETHER = (
    ("on_accent", "accent"),
    ("accent", "surface"),
    ("text", "surface"),
    ("muted", "surface"),
    ("muted", "page"),
    ("dark_text", "dark_surface"),
    ("dark_muted", "dark_surface"),
    ("dark_accent", "dark_surface"),
    ("dark_muted", "dark_page"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandLink:
    """A link at the foot of every mail: returns, terms, the shop's register."""

    name_ar: str
    name_en: str
    url: str

    def name(self, language: str) -> str:
        """What it is called in a language: the Arabic name for Arabic, else the English one."""
        return self.name_ar if language.startswith("ar") else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A shop as its mails show it.

    Colours are six-digit hex: `accent` for the head and buttons with `on_accent` upon it, `text` and `muted` text on
    the `surface` of the mail, which lies on the `page`; the `dark_` ones are for readers in the dark, where
    `dark_accent` colours links and totals and is a light tint of the accent unless given. `logo_url` is shown instead
    of the name, on the surface, `logo_width` by `logo_height` pixels; `logo_dark_url` takes its place in the dark.
    `footer_ar` and `footer_en` are one plain line each. `time_zone` is for the dates people read. Raises
    ConfigurationError that names the field.
    """

    name_ar: str
    name_en: str
    support_email: str = ""
    support_phone: str = ""
    support_whatsapp: str = ""
    url: str = ""
    links: Sequence[BrandLink] = ()
    logo_url: str = ""
    logo_dark_url: str = ""
    logo_width: int = 160
    logo_height: int = 40
    vat_number: str = ""
    footer_ar: str = ""
    footer_en: str = ""
    time_zone: str = "Asia/Riyadh"
    accent: str = "#1e40af"
    on_accent: str = "#ffffff"
    text: str = "#1f2937"
    muted: str = "#4b5563"
    surface: str = "#ffffff"
    page: str = "#f3f4f6"
    dark_text: str = "#f3f4f6"
    dark_muted: str = "#d1d5db"
    dark_surface: str = "#1f2937"
    dark_page: str = "#111827"
    dark_accent: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "links", tuple(self.links))
        if not (self.name_ar.strip() and self.name_en.strip()):
            raise ConfigurationError("a brand needs its name in both languages: name_ar and name_en")
        _check_addresses(self)
        _check_time_zone(self.time_zone)
        _check_colours(self)
        if not self.dark_accent:
            object.__setattr__(self, "dark_accent", lightened(self.accent, self.dark_surface))
        for upon, beneath in _READ_TOGETHER:
            _check_contrast(self, upon, beneath)

    def name(self, language: str) -> str:
        """The shop's name in a language: the Arabic one for Arabic, else the English one."""
        return self.name_ar if language.startswith("ar") else self.name_en

    def footer(self, language: str) -> str:
        """The footer's line in a language."""
        return self.footer_ar if language.startswith("ar") else self.footer_en

    @property
    def phone_url(self) -> str:
        """What calls the support phone."""
        return "tel:" + re.sub(r"[^+0-9]", "", self.support_phone)

    @property
    def whatsapp_url(self) -> str:
        """What opens a conversation with the support number on WhatsApp."""
        return "https://wa.me/" + re.sub(r"[^0-9]", "", self.support_whatsapp)


def _check_addresses(brand: Brand) -> None:
    for field in ("url", "logo_url", "logo_dark_url"):
        _check_url(field, getattr(brand, field))
    for link in brand.links:
        _check_url("links", link.url or "nothing")
    if brand.support_email and not ADDRESS.fullmatch(brand.support_email):
        raise ConfigurationError(f"the brand's support_email must be a plain address, not {brand.support_email!r}")
    for field in ("support_phone", "support_whatsapp"):
        if (number := getattr(brand, field)) and not _PHONE.fullmatch(number):
            raise ConfigurationError(f"the brand's {field} must be like '+966 11 200 3000', not {number!r}")


def _check_url(field: str, url: str) -> None:
    if url and not url.startswith(("https://", "http://")):
        raise ConfigurationError(f"the brand's {field} must begin with https://, not {url!r}")


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigurationError(f"the brand's time_zone {name!r} is unknown; use one such as 'Asia/Riyadh'") from None


def _check_colours(brand: Brand) -> None:
    named = {field for pair in _READ_TOGETHER for field in pair}
    for field in fields(brand):
        value = getattr(brand, field.name)
        if field.name in named and not _HEX.fullmatch(value) and (value or field.name != "dark_accent"):
            raise ConfigurationError(f"the brand's {field.name} must be a colour such as '#1e40af', in six digits")


def _check_contrast(brand: Brand, upon: str, beneath: str) -> None:
    ratio = contrast(getattr(brand, upon), getattr(brand, beneath))
    if ratio < READABLE:
        raise ConfigurationError(
            f"the brand's {upon} on its {beneath} cannot be read: their contrast is {ratio:.2f}, below {READABLE}"
        )
