"""The room's Arabic and English: whole, and compiled from what is written."""

from __future__ import annotations

import re

import pytest

from tests.django_room.admin.catalogues import LANGUAGES, compiled, place, read, strings


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language: str) -> None:
    """Each string of the code and templates has its words, with the same placeholders, and none is left over."""
    catalog = {str(message.id): str(message.string) for message in read(language) if message.id}
    assert set(catalog) == strings()
    assert [text for text, words in catalog.items() if not words] == []
    names = re.compile(r"%\(\w+\)s")
    assert [text for text, words in catalog.items() if set(names.findall(text)) != set(names.findall(words))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    """`python -m tests.django_room.admin.catalogues` was run after the last change."""
    assert place(language, "mo").read_bytes() == compiled(read(language))
