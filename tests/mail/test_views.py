"""What people see: each mail of the preview in a real browser, at every width, in light and in the dark."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from PIL import Image

from gulf_payments.events import OrderConfirmed
from gulf_payments.mail import Brand, Mail, MemorySender
from gulf_payments.mail.preview import Shown, composed
from gulf_payments.mail.preview.samples import SAMPLES
from gulf_payments.mail.preview.shop import BRAND, NOW, order, payment
from gulf_payments.money import Money
from gulf_payments.orders import LineItem
from tests.mail.checks.careless import HTML as CARELESS
from tests.mail.checks.words import shown
from tests.mail.eyes import Eyes, Scheme, as_the_word_engine, without_style_elements, without_styles

READABLE = 4.5  # WCAG 2.2, 1.4.3
SMALLEST = 14
TALL_ENOUGH = 44
MAILS = [f"{locale}/{sample.name}" for locale in ("ar", "en") for sample in SAMPLES]
LOGO = Brand(
    name_ar="إمبراطور الخليج",
    name_en="Gulf Emperor",
    support_email="support@gulf-emperor.example",
    logo_url="https://gulf-emperor.example/logo.png",
)

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DARK_PAPER = 64  # of 255

each_mail = pytest.mark.parametrize("name", MAILS)


@cache
def _shown() -> dict[str, Shown]:
    return {f"{one.locale}/{one.name}": one for one in composed(("ar", "en"))}


def _html(name: str) -> str:
    message = _shown()[name].message
    assert message
    return message.html


def _illegible(eyes: Eyes) -> list[str]:
    texts = eyes.see("texts")
    assert texts
    return [f"{text['contrast']:.1f}: {text['words']}" for text in texts if text["contrast"] < READABLE]


def _darkest_and_brightest(image: Image.Image) -> tuple[int, int]:
    seen = [brightness for brightness, count in enumerate(image.convert("L").histogram()) if count]
    return seen[0], seen[-1]


@each_mail
@pytest.mark.parametrize("width", [320, 375, 600])
def test_nothing_reaches_beyond_the_window(eyes: Eyes, name: str, width: int) -> None:
    """On a narrow phone, on a phone and in a mail program, nobody scrolls sideways."""
    eyes.look_at(_html(name), width=width)
    assert eyes.see("beyond") == []


@each_mail
def test_the_column_stays_narrow_in_a_wide_window(eyes: Eyes, name: str) -> None:
    """At a desk the mail is a column of 600 pixels in the middle."""
    eyes.look_at(_html(name), width=1200)
    (column,) = eyes.see("rectangles", "table.surface")
    assert (column["width"], column["left"]) == (600, 300)


@each_mail
def test_what_runs_left_to_right_is_drawn_so(eyes: Eyes, name: str) -> None:
    """Numbers, phones, amounts, cards: read from the screen from left to right, each is what was meant."""
    eyes.look_at(_html(name), width=375)
    facts = {shown(value) for name, value in _shown()[name].facts.items() if name != "subject"}
    tokens = set(re.findall(r"•••• \d{4}|−[\d,.]+|\+966[ \d]+\d|[\w.-]+@[\w.-]+\w", eyes.see("read")))
    for token in sorted(facts | tokens):
        drawn = [one.replace(" ", "") for one in eyes.see("drawn", token)]
        assert drawn, token
        assert set(drawn) == {token.replace(" ", "")}


@each_mail
def test_arabic_begins_at_the_right(eyes: Eyes, name: str) -> None:
    """The heading ends at the side where its language begins, also where the client keeps nothing of html and body."""
    eyes.look_at(without_style_elements(_html(name)))
    ((at_the_left, at_the_right),) = eyes.see("margins", "h1")
    assert (at_the_right if name.startswith("ar/") else at_the_left) < 1


@each_mail
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_word_can_be_read(eyes: Eyes, name: str, scheme: Scheme) -> None:
    """Contrast of all text, Arabic too, in light and in the dark."""
    eyes.look_at(_html(name), scheme=scheme)
    assert _illegible(eyes) == []


@each_mail
def test_the_dark_is_dark(eyes: Eyes, name: str) -> None:
    """In the dark no large bright surface is left."""
    eyes.look_at(_html(name), scheme="dark")
    image = Image.open(BytesIO(eyes.page.screenshot())).convert("L")
    bright = sum(image.histogram()[128:]) / (image.width * image.height)
    assert bright < 0.1


@each_mail
def test_a_dark_that_is_forced_on_it_can_be_read(eyes: Eyes, name: str) -> None:
    """A client that knows nothing of our dark and inverts by itself leaves every line in contrast."""
    session = eyes.page.context.new_cdp_session(eyes.page)
    session.send("Emulation.setAutoDarkModeOverride", {"enabled": True})
    try:
        eyes.look_at(without_style_elements(_html(name)), scheme="dark")
        image = Image.open(BytesIO(eyes.page.screenshot(full_page=True))).convert("L")
        places = [
            (round(place["left"]), round(place["top"]), round(place["right"]), round(place["bottom"]), place["words"])
            for place in eyes.see("rectangles", "h1, h2, p, th, td:not(:has(*)), a")
        ]
    finally:
        session.send("Emulation.setAutoDarkModeOverride", {"enabled": False})
        session.detach()
    assert _darkest_and_brightest(image.crop((0, 0, 9, 9)))[1] < DARK_PAPER
    for left, top, right, bottom, words in places:
        dark, bright = _darkest_and_brightest(image.crop((left, top, right, bottom)))
        assert bright - dark > 96, words


@each_mail
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_objects_to_nothing(eyes: Eyes, name: str, scheme: Scheme) -> None:
    """The rules that axe can try, with the letters that it overlooks put in Latin for it."""
    eyes.look_at(_html(name), scheme=scheme)
    assert eyes.violations() == []
    assert eyes.contrast_violations() == []


@each_mail
def test_letters_and_buttons_are_large_enough(eyes: Eyes, name: str) -> None:
    """No text below 14 pixels; a button is 44 pixels high, for thumbs."""
    eyes.look_at(_html(name), width=320)
    assert [text for text in eyes.see("texts") if text["size"] < SMALLEST] == []
    assert [height for height in eyes.see("buttons") if height < TALL_ENOUGH] == []


@each_mail
def test_it_is_whole_without_style_elements(eyes: Eyes, name: str) -> None:
    """Where Gmail drops the style element, the mail is as legible and as narrow."""
    for width in (360, 600):
        eyes.look_at(without_style_elements(_html(name)), width=width)
        assert eyes.see("beyond") == []
        assert _illegible(eyes) == []


@each_mail
def test_it_is_a_letter_without_any_style(eyes: Eyes, name: str) -> None:
    """Without CSS and colours it reads from top to bottom, every word in its order, and fits a phone."""
    eyes.look_at(_html(name), width=375)
    styled = eyes.see("read")
    eyes.look_at(without_styles(_html(name)), width=375)
    assert eyes.see("read").endswith(styled)  # before it, the preview line
    assert eyes.see("beyond") == []
    assert _illegible(eyes) == []


@each_mail
def test_outlook_shows_a_column(eyes: Eyes, name: str) -> None:
    """With Outlook's comments alive and what its engine drops gone, the column is 600 pixels and all is legible."""
    eyes.look_at(as_the_word_engine(_html(name)), width=900)
    assert eyes.see("beyond") == []
    assert _illegible(eyes) == []
    assert 600 in [round(table["width"]) for table in eyes.see("rectangles", "table")]


@each_mail
def test_it_prints(eyes: Eyes, name: str) -> None:
    """On paper it is a few pages wide enough for it, dark on white even for readers in the dark."""
    eyes.look_at(_html(name), width=718, scheme="dark", paper=True)
    assert eyes.see("beyond") == []
    assert _illegible(eyes) == []
    pages = len(re.findall(rb"/Type\s*/Page\b", eyes.page.pdf(format="A4")))
    assert 1 <= pages <= 3


@each_mail
def test_the_preview_line_is_not_seen(eyes: Eyes, name: str) -> None:
    """What an inbox shows beside the subject is nowhere in the mail itself."""
    eyes.look_at(_html(name))
    hidden = eyes.page.evaluate("document.body.firstElementChild.getBoundingClientRect().height")
    assert hidden == 0


@pytest.mark.parametrize("locale", ["ar", "en"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dark_logo", ["", "https://gulf-emperor.example/dark.png"])
def test_images_may_be_off(eyes: Eyes, locale: str, scheme: Scheme, dark_logo: str) -> None:
    """A logo that is not loaded leaves the shop's name in its place, and it can be read."""
    brand = replace(LOGO, logo_dark_url=dark_logo)
    (shown, *_) = composed([locale], mail=Mail(MemorySender(), brand=brand))
    assert shown.message
    eyes.look_at(shown.message.html, width=375, scheme=scheme)
    assert eyes.see("said_for_images") == [brand.name(locale)]
    assert _illegible(eyes) == []


def test_a_word_as_long_as_a_line_breaks(eyes: Eyes) -> None:
    """A title of two hundred letters and a number of sixty do not push the amounts out of a narrow phone."""
    long = order("ar", number="A" * 60, lines=[LineItem("ط" * 200, Money("9869.50", "SAR"), quantity=10)])
    event = OrderConfirmed(key="order:1:confirm", order=long, recorded_at=NOW, payment=payment(long))
    message = Mail(MemorySender(), brand=BRAND).compose(event, now=NOW)
    assert message
    eyes.look_at(message.html, width=320)
    assert eyes.see("beyond") == []


def test_these_eyes_see_what_is_wrong(eyes: Eyes) -> None:
    """A careless mail is found too wide, too pale, too small, turned around, and against axe's rules."""
    eyes.look_at(CARELESS, width=320)
    assert eyes.see("beyond") != []
    assert _illegible(eyes) != []
    assert [text for text in eyes.see("texts") if text["size"] < SMALLEST] != []
    assert eyes.see("drawn", "+966 50 123 4567") != ["+966501234567"]
    assert eyes.violations() != []
    assert eyes.contrast_violations() != []
