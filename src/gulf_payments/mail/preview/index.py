"""The page that shows every mail side by side: each language, at a desk and on a phone, in light and in the dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from itertools import groupby
from pathlib import Path

from gulf_payments.mail.preview.album import MARK, Album
from gulf_payments.mail.preview.composing import Shown

_PREVIEW_LINE = re.compile(r"<div[^>]*display:\s*none[^>]*>(.*?)(?:&#8199;|\u2007|</div>)", re.DOTALL)


def write_index(album: Album, shown: Sequence[Shown]) -> None:
    """Write `index.html` into the album. It needs no network and nothing but itself and its mails."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(title=title, preview_line=preview_line)
    by_name = sorted(shown, key=lambda one: _order(shown, one))
    mails = {name: list(group) for name, group in groupby(by_name, key=lambda one: one.name)}
    page = environment.get_template("index.html.j2").render(mark=MARK, mails=mails)
    album.write(album.index, page.encode())


def _order(shown: Sequence[Shown], one: Shown) -> int:
    """Where a mail's name stood first: its languages follow each other."""
    return next(place for place, other in enumerate(shown) if other.name == one.name)


def title(name: str) -> str:
    """A mail's name as a heading."""
    return name.replace("_", " ").capitalize()


def preview_line(html: str) -> str:
    """What an inbox shows beside the subject; empty if the mail has no such line."""
    found = _PREVIEW_LINE.search(html)
    return " ".join(unescape(found.group(1)).split()) if found else ""
