"""Colours that can be read: contrast as WCAG counts it, and a tint for dark ground."""

from __future__ import annotations

READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text with what is behind it
COMFORTABLE = 7  # the same, 1.4.6
_STEPS = 20


def contrast(one: str, other: str) -> float:
    """The contrast of two six-digit hex colours by WCAG's formula, from 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lightened(colour: str, upon: str) -> str:
    """The colour, mixed with as little white as makes it easy to read upon another; white if nothing else is."""
    for step in range(_STEPS):
        mixed = _with_white(colour, step / _STEPS)
        if contrast(mixed, upon) >= COMFORTABLE:
            return mixed
    return "#ffffff"


def _with_white(colour: str, share: float) -> str:
    mixed = (round(channel + (255 - channel) * share) for channel in _channels(colour))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own
