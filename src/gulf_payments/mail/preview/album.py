"""The folder a preview is written into: for each language and mail its bytes, its parts and its facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail.preview.composing import Shown

MARK = '<meta name="generator" content="gulf-payments mail preview">'


@dataclass(frozen=True, slots=True)
class Album:
    """A folder of `<locale>/<mail>.eml`, `.html`, `.txt` and `.facts.json`, and an `index.html`.

    Writing replaces what a preview wrote before. Raises ConfigurationError for a folder that cannot be written, or
    whose index.html is somebody else's.
    """

    folder: Path

    def __post_init__(self) -> None:
        index = self.index
        if index.is_file() and MARK not in index.read_text(encoding="utf-8", errors="replace"):
            raise ConfigurationError(f"{index} was made by something else: name another folder with --dir")

    @property
    def index(self) -> Path:
        """The page that shows them all."""
        return self.folder / "index.html"

    def add(self, shown: Shown) -> None:
        """Write one mail's files; a mail that has a fault loses those it had."""
        stem = self.folder / shown.locale / shown.name
        for suffix, content in _files(shown).items():
            self.write(stem.with_name(stem.name + suffix), content)

    def write(self, path: Path, content: bytes | None) -> None:
        """Write one file, or take it away."""
        try:
            if content is None:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


def _files(shown: Shown) -> dict[str, bytes | None]:
    message = shown.message
    if message is None:
        return dict.fromkeys((".eml", ".html", ".txt", ".facts.json"))
    facts = json.dumps(shown.facts, ensure_ascii=False, indent=2) + "\n"
    return {
        ".eml": message.as_bytes(),
        ".html": message.html.encode(),
        ".txt": message.text.encode(),
        ".facts.json": facts.encode(),
    }
