"""Whose mails these are: names, colours, contacts. Checked when made, so that no mail goes out unreadable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail.message import ADDRESS

READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text with what is behind it
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_READ_TOGETHER = (
    ("on_accent", "accent"),
    ("accent", "surface"),
    ("text", "surface"),
    ("muted", "surface"),
    ("muted", "page"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A shop as its mails show it.

    Colours are six-digit hex: `accent` for the head and buttons with `on_accent` upon it, `text` and `muted` text on
    the `surface` of the mail, which lies on the `page`. `logo_url` is shown 40 pixels high on the accent instead of
    the name. `footer_ar` and `footer_en` are one plain line each. `time_zone` is for the dates people read.
    Raises ConfigurationError that names the field.
    """

    name_ar: str
    name_en: str
    support_email: str = ""
    support_phone: str = ""
    url: str = ""
    logo_url: str = ""
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

    def __post_init__(self) -> None:
        if not (self.name_ar.strip() and self.name_en.strip()):
            raise ConfigurationError("a brand needs its name in both languages: name_ar and name_en")
        for field in ("url", "logo_url"):
            _check_url(field, getattr(self, field))
        if self.support_email and not ADDRESS.fullmatch(self.support_email):
            raise ConfigurationError(f"the brand's support_email must be a plain address, not {self.support_email!r}")
        _check_time_zone(self.time_zone)
        for upon, beneath in _READ_TOGETHER:
            _check_contrast(self, upon, beneath)

    def name(self, language: str) -> str:
        """The shop's name in a language: the Arabic one for Arabic, else the English one."""
        return self.name_ar if language.startswith("ar") else self.name_en

    def footer(self, language: str) -> str:
        """The footer's line in a language."""
        return self.footer_ar if language.startswith("ar") else self.footer_en


def _check_url(field: str, url: str) -> None:
    if url and not url.startswith(("https://", "http://")):
        raise ConfigurationError(f"the brand's {field} must begin with https://, not {url!r}")


def _check_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigurationError(f"the brand's time_zone {name!r} is unknown; use one such as 'Asia/Riyadh'") from None


def _check_contrast(brand: Brand, upon: str, beneath: str) -> None:
    for field in (upon, beneath):
        if not _HEX.fullmatch(getattr(brand, field)):
            raise ConfigurationError(f"the brand's {field} must be a colour such as '#1e40af', in six digits")
    ratio = contrast(getattr(brand, upon), getattr(brand, beneath))
    if ratio < READABLE:
        raise ConfigurationError(
            f"the brand's {upon} on its {beneath} cannot be read: their contrast is {ratio:.2f}, below {READABLE}"
        )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG's formula, from 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own
