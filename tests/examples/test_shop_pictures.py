"""The pictures of the shop."""

from __future__ import annotations

from tests.examples.pictures import FOLDER, LARGEST, NAMES


def test_each_page_that_matters_has_its_picture() -> None:
    """Each is there, none is left over, and all are light enough to load."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.png" for name in NAMES}
    assert [path for path in FOLDER.iterdir() if path.stat().st_size > LARGEST] == []
