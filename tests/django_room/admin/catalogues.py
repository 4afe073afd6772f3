"""The room's texts for translators: every string of its code and templates, as gettext finds them.

    python -m tests.django_room.admin.catalogues

brings the catalogues in `locale/` up to date, keeping what is translated, and compiles them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOM = Path(__file__).parents[3] / "src" / "gulf_payments" / "django"
LANGUAGES = ("ar", "en")
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def strings() -> set[str]:
    """Every string that is marked for translation."""
    found: set[str] = set()
    for path in sorted(ROOM.rglob("*.py")):
        found |= _of(path.read_text(encoding="utf-8"))
    for path in sorted(ROOM.rglob("*.html")):
        found |= _of(templatize(path.read_text(encoding="utf-8"), origin=str(path)))
    return found


def _of(source: str) -> set[str]:
    read = BytesIO(source.encode())
    return {str(message) for _line, message, _comments, _context in extract("python", read, keywords=KEYWORDS)}


def place(language: str, kind: str) -> Path:
    """Where a language's catalogue lies."""
    return ROOM / "locale" / language / "LC_MESSAGES" / f"django.{kind}"


def read(language: str) -> Catalog:
    """A language's catalogue as it is written."""
    with place(language, "po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as Django reads it."""
    written = BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def main() -> None:
    """Bring every catalogue up to date."""
    for language in LANGUAGES:
        known = read(language) if place(language, "po").exists() else Catalog()
        catalog = Catalog(language, project="gulf_payments", charset="utf-8", fuzzy=False)
        for text in sorted(strings()):
            kept = known.get(text)
            catalog.add(text, text if language == "en" else kept.string if kept else "")
        place(language, "po").parent.mkdir(parents=True, exist_ok=True)
        with place(language, "po").open("wb") as file:
            write_po(file, catalog, omit_header=False, width=0)
        place(language, "mo").write_bytes(compiled(read(language)))


if __name__ == "__main__":
    main()
