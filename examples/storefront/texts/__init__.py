"""The words of the shop's own pages, by key, one file a language. What the library says already is not among them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def words(language: str) -> Mapping[str, str]:
    """Every text of a language, by a key such as `cart.empty`: its table, and its name there."""
    tables = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
    return {f"{table}.{name}": text for table, texts in tables.items() for name, text in texts.items()}
