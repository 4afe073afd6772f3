"""Each mail's HTML and text, word for word: a change that a reader would see is seen in review.

    pytest tests/mail/test_golden.py --golden

writes them anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from gulf_payments.mail.occasions import NAMES
from gulf_payments.mail.preview import Shown, composed

FOLDER = Path(__file__).with_name("golden")
REWRITE = "if it is meant: pytest tests/mail/test_golden.py --golden"


@cache
def _shown() -> dict[tuple[str, str], Shown]:
    return {(one.locale, one.name): one for one in composed(["ar", "en"])}


@pytest.mark.parametrize("locale", ["ar", "en"])
@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_mail_is_as_it_was(name: str, locale: str, request: pytest.FixtureRequest) -> None:
    """Both parts of the mail are those that were last looked at and found good."""
    message = _shown()[locale, name].message
    assert message
    for suffix, content in ((".html", message.html), (".txt", message.text)):
        path = FOLDER / locale / f"{name}{suffix}"
        if request.config.getoption("--golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        assert path.is_file(), REWRITE
        assert content.splitlines() == path.read_text(encoding="utf-8").splitlines(), REWRITE


def test_no_golden_file_is_left_of_a_mail_that_is_gone() -> None:
    """Each file belongs to a mail."""
    assert {path.stem for path in FOLDER.rglob("*.*")} == NAMES
