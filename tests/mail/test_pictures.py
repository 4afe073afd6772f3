"""The pictures in the docs."""

from __future__ import annotations

import re
from pathlib import Path

from gulf_payments.mail.occasions import NAMES
from tests.mail.pictures import FOLDER, LARGEST

PAGE = Path(__file__).parents[2] / "docs" / "mail_preview.md"


def test_each_mail_has_its_picture_in_the_docs() -> None:
    """In both languages, light enough to load, and shown on the page."""
    shown = {FOLDER.parents[1] / path for path in re.findall(r"\]\((images/mail/[^)]*)\)", PAGE.read_text("utf-8"))}
    assert shown == {FOLDER / locale / f"{name}.webp" for locale in ("ar", "en") for name in NAMES}
    assert [path for path in shown if not path.is_file() or path.stat().st_size > LARGEST] == []
