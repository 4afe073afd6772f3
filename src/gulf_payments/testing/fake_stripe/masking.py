"""What no log, error or story shows: keys, signing secrets, client secrets and card numbers."""

from __future__ import annotations

import re

_SECRETS = re.compile(r"\b((?:sk|rk|pk)_(?:test|live)_|whsec_)[\w*]+|(_secret_)\w+", re.ASCII)
_CARD_NUMBER = re.compile(r"(?<!\w)\d(?:(?:[ +-]|%20)?\d){11,18}(?!\w)", re.ASCII)
_LONGEST = 300


def masked(text: str) -> str:
    """The text with all of these taken out."""
    return _CARD_NUMBER.sub("…", _SECRETS.sub(r"\1\2…", text))


def shown(text: str) -> str:
    """The same on one line, without what a terminal would act upon, and cut off where it gets long."""
    line = "".join(letter if letter.isprintable() else "�" for letter in masked(text))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
