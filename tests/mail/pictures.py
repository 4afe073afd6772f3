"""The pictures of the mails in the docs: each mail at a desk in light, and on a phone in the dark.

    python -m tests.mail.pictures

writes `docs/images/mail/<locale>/<mail>.webp` anew, with the Chromium of this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

from gulf_payments.mail.occasions import NAMES
from gulf_payments.mail.preview import composed
from tests.chromium import running_chromium
from tests.mail.eyes import Eyes, Scheme

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "mail"
GROUND = "#cbd5e1"
MARGIN = 24
QUALITY = 72
LARGEST = 120_000


def pictures() -> Iterator[tuple[Path, bytes]]:
    """Each picture and where it belongs."""
    with running_chromium() as browser:
        eyes = Eyes(browser.new_page())
        for shown in composed(("ar", "en")):
            if shown.message and shown.name in NAMES:
                html = shown.message.html
                both = [_picture(eyes, html, width=640, scheme="light"), _picture(eyes, html, width=375, scheme="dark")]
                yield FOLDER / shown.locale / f"{shown.name}.webp", _side_by_side(both)


def _picture(eyes: Eyes, html: str, *, width: int, scheme: Scheme) -> Image.Image:
    eyes.look_at(html, width=width, scheme=scheme)
    eyes.page.set_viewport_size({"width": width, "height": 100})  # a mail is as long as it is, not as its window
    return Image.open(BytesIO(eyes.page.screenshot(full_page=True)))


def _side_by_side(pictures: list[Image.Image]) -> bytes:
    width = sum(picture.width for picture in pictures) + MARGIN * (len(pictures) + 1)
    height = max(picture.height for picture in pictures) + 2 * MARGIN
    whole = Image.new("RGB", (width, height), GROUND)
    left = MARGIN
    for picture in pictures:
        whole.paste(picture, (left, MARGIN))
        left += picture.width + MARGIN
    written = BytesIO()
    whole.save(written, "WEBP", quality=QUALITY, method=6)
    return written.getvalue()


def main() -> None:
    """Write them all."""
    for path, picture in pictures():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)


if __name__ == "__main__":
    main()
