"""The pictures of the shop in the docs: the pages that matter most, as a phone or a desk shows them.

    python -m tests.examples.pictures

writes `docs/images/shop/<name>.png` anew, with the Chromium of this machine.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from examples.flask_shop.shop import create_app
from examples.running import Play, Stage, carried, fake_stripe, working
from examples.storefront.wiring import on_stage
from tests.browser.sites import serving
from tests.chromium import running_chromium
from tests.examples.sample_site import sample_site

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "shop"
LARGEST = 220_000
SAMPLES = {
    "catalogue-ar-1280": "ar/catalogue",
    "checkout-en-1280": "en/checkout",
    "result-ar-375": "ar/result-paid",
    "order-ar-375": "ar/order-failed",
}
NAMES = ("pay-ar-375", *SAMPLES)


def pictures() -> Iterator[tuple[Path, bytes]]:
    """Each picture and where it belongs."""
    with running_chromium() as browser:
        with shop_at_work() as address:
            yield FOLDER / "pay-ar-375.png", _picture(_paying(browser, address))
        with serving(sample_site) as address:
            for name, path in SAMPLES.items():
                page = _window(browser, width=int(name.rpartition("-")[2]))
                page.goto(f"{address}/{path}")
                yield FOLDER / f"{name}.png", _picture(page)


@contextmanager
def shop_at_work() -> Iterator[str]:
    """Open the Flask shop with a Stripe to play with; its address."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with fake_stripe(address) as stripe:
            shop = on_stage(Stage(address=address, folder=Path(folder), stripe=stripe))
            play = Play(payments=shop.payments, app=create_app(shop))
            with working(shop.payments), carried(play, listener):
                yield address


def _window(browser: Browser, *, width: int) -> Page:
    return browser.new_page(viewport={"width": width, "height": 400}, reduced_motion="reduce", color_scheme="light")


def _paying(browser: Browser, address: str) -> Page:
    """A customer who has ordered, and typed in a card."""
    page = _window(browser, width=375)
    page.goto(f"{address}/")
    page.locator(".product button").first.click()
    page.goto(f"{address}/checkout/")
    fields = {"email": "sara@example.com", "name": "سارة العتيبي", "phone": "0501234567", "street": "شارع العليا 12"}
    for name, text in {**fields, "city": "الرياض"}.items():
        page.locator(f"#{name}").fill(text)
    page.locator("form.columns .button").click()
    page.locator("[data-pay][data-state=ready]").wait_for()
    form = page.frame_locator("iframe[name^=__privateStripeFrame]")
    for name, text in {"number": "4242424242424242", "expiry": "12 / 40", "cvc": "123"}.items():
        form.locator(f"[name={name}]").fill(text)
    page.locator("h1").click()
    return page


def _picture(page: Page) -> bytes:
    page.evaluate("document.activeElement.blur()")
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": height})  # a form of Stripe's is drawn too
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    written = BytesIO()
    palette = shot.quantize(method=Image.Quantize.MAXCOVERAGE)  # so that the one green tick stays green
    shot.quantize(palette=palette).save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> None:
    """Write them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, picture in pictures():
        path.write_bytes(picture)


if __name__ == "__main__":
    main()
