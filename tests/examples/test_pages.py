"""The shop's pages as HTML: every page, in every state, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
import tinycss2

from examples.storefront.answers import Shown
from examples.storefront.catalogue import PRODUCTS
from examples.storefront.pages import CheckoutPage, OrderPage, PayPage, ResultPage
from examples.storefront.rendering import STATIC, TEMPLATES, render
from examples.storefront.texts import words
from gulf_payments import Address, Customer
from gulf_payments.messages import texts_for
from gulf_payments.progress import State
from tests.examples.sample_pages import pages

LANGUAGES = ("ar", "en")
SAMPLES = [(language, name) for language in LANGUAGES for name in pages(language)]
HOSTILE = '<script>alert("1")</script>\'"&\u202e'
CSS = (STATIC / "shop.css").read_text("utf-8")
PAY_CSS = (STATIC / "pay.css").read_text("utf-8")

every_page = pytest.mark.parametrize(("language", "name"), SAMPLES)


def html(language: str, name: str) -> str:
    """One sample page."""
    return render(pages(language)[name])


@every_page
def test_the_page_is_sound_html(language: str, name: str) -> None:
    """A browser forgives nothing in it, and it says which language it is in."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(html(language, name))
    assert (root.get("lang"), root.get("dir")) == (language, "rtl" if language == "ar" else "ltr")
    assert len(root.findall(".//h1")) == 1
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert sorted(set(ids)) == sorted(ids)


@every_page
def test_nothing_is_written_inline(language: str, name: str) -> None:
    """No style and no script that a strict policy would refuse; every form has its guard."""
    root = html5lib.parse(
        render(pages(language)[name], csrf_input='<input type="hidden" name="token-of-the-framework">'),
        namespaceHTMLElements=False,
    )
    for element in root.iter():
        if isinstance(element.tag, str):
            assert element.tag != "style"
            assert element.tag != "script" or element.get("type") == "application/json" or not element.text
            assert not [one for one in element.attrib if one == "style" or str(one).startswith("on")]
    for form in root.findall(".//form[@action]"):
        assert form.get("method") == "post"
        assert form.find(".//input[@name='token-of-the-framework']") is not None


@every_page
def test_every_field_has_a_name_that_is_read_aloud(language: str, name: str) -> None:
    """Each field has a label, an explanation that is there, and room for a finger that sees."""
    root = html5lib.parse(html(language, name), namespaceHTMLElements=False)
    labelled = {one.get("for") for one in root.iter("label")}
    ids = {one.get("id") for one in root.iter()}
    inside = {id(field) for label in root.iter("label") for field in label.iter("input")}
    for field in root.iter("input"):
        if field.get("type") != "hidden":
            assert field.get("id") in labelled or id(field) in inside or field.get("aria-label")
        assert set((field.get("aria-describedby") or "").split()) <= ids
        if field.get("name") in ("email", "phone", "postal_code", "username", "password"):
            assert field.get("dir") == "ltr"
    for link in root.iter("a"):
        target = link.get("href") or ""
        assert not target.startswith("#") or target[1:] in ids


def _hostile(shown: Shown) -> Shown:
    """The same page for a customer who is up to no good."""
    page, address = shown.page, Address(name=HOSTILE, street=HOSTILE, city=HOSTILE, phone=HOSTILE)
    if isinstance(page, OrderPage | ResultPage | PayPage):
        lines = [replace(line, title=HOSTILE) for line in page.order.lines]
        customer = Customer(email="<b>@example.com".replace("<b>", "b&"), name=HOSTILE)
        order = replace(page.order, lines=lines, shipping_address=address, customer=customer)
        page = replace(page, order=order)
    if isinstance(page, CheckoutPage):
        fields = ("email", "name", "phone", "street", "district", "city", "postal_code", "address", "method")
        page = replace(
            page, values=dict.fromkeys(fields, HOSTILE), addresses={HOSTILE: address} if page.addresses else {}
        )
    return replace(shown, page=page, frame=replace(shown.frame, customer_name=HOSTILE, path=f"/{HOSTILE}"))


@every_page
def test_what_customers_type_stays_text(language: str, name: str) -> None:
    """A hostile name is shown, and does nothing."""
    written = render(_hostile(pages(language)[name]))
    html5lib.HTMLParser(strict=True).parse(written)
    assert "<script>alert" not in written
    assert "&lt;script&gt;alert" in written


@every_page
def test_no_page_speaks_in_keys_or_codes(language: str, name: str) -> None:
    """No state, status or reason is shown by the name that programs have for it."""
    root = html5lib.parse(html(language, name), namespaceHTMLElements=False)
    for script in root.findall(".//script"):
        script.text = ""
    text = " ".join(root.find("body").itertext())
    assert not re.search(r"insufficient_funds|cash_on_delivery|partially_refunded|State\.|None|\{|\bpage\.[a-z]", text)


# --- the words ---------------------------------------------------------------------------------------------------


FIELDS = ("email", "name", "phone", "street", "city", "address", "method")
WRONG = {f"{name}_required" for name in FIELDS} | {"email_invalid", "phone_invalid"}


def _used() -> set[str]:
    """The keys that the templates ask for, whole or put together from a beginning and a state or a wrong field."""
    source = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.html"))
    whole = set(re.findall(r"""["']([a-z]+\.[a-z_]+)["'](?! ~)""", source))
    begun = set(re.findall(r"""["']([a-z]+\.(?:[a-z]+_)?)["'] ~""", source))
    return whole | {f"{start}{end}" for start in begun for end in (*State, *WRONG) if f"{start}{end}" in words("ar")}


def test_both_languages_say_the_same_things() -> None:
    """Every key is in both languages with the same gaps to fill, and every one is used."""
    arabic, english = words("ar"), words("en")
    assert set(arabic) == set(english)
    gaps = re.compile(r"\{[a-z]*\}")
    assert [key for key in arabic if sorted(gaps.findall(arabic[key])) != sorted(gaps.findall(english[key]))] == []
    assert set(arabic) - _used() == set()


def test_every_word_that_is_asked_for_is_there() -> None:
    """The shop's own, or the library's."""
    library = texts_for("ar")
    asked = {key for key in _used() if not key.endswith((".html", ".js", ".css"))}
    assert [key for key in asked if key not in words("ar") and library.find(key) is None] == []


def test_every_wrong_field_and_every_state_has_its_words() -> None:
    """Whatever the forms can object to is told in words, and whatever an order can be has a heading."""
    arabic = set(words("ar"))
    assert {f"field.{name}" for name in WRONG} <= arabic
    assert {f"{start}.{state}" for start in ("result", "order") for state in State} <= arabic


# --- the looks ---------------------------------------------------------------------------------------------------


def test_every_product_has_its_picture() -> None:
    """One drawing for each, each its own, none left over, all drawn without style or script."""
    drawn = {path.stem: path.read_text("utf-8") for path in (STATIC / "art").glob("*.svg")}
    assert set(drawn) == set(PRODUCTS)
    assert len(set(drawn.values())) == len(drawn)
    for picture in [*drawn.values(), *(path.read_text("utf-8") for path in STATIC.glob("*.svg"))]:
        assert not re.search(r"<style|<script|style=|href=|\son\w+=", picture)


def _palettes() -> dict[str, dict[str, str]]:
    """The colours of the style sheet by their names, in light and in the dark."""
    first, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in _roots())
    return {"light": first, "dark": {**first, **dark}}


def _roots() -> tuple[str, str]:
    found = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    return found[0], found[1]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


GROUNDS = ("ground", "surface", "sunken")
READ = [(ink, ground) for ink in ("ink", "soft", "accent", "accent-strong", "gold") for ground in GROUNDS]
READ += [(tone, f"{tone}-ground") for tone in ("good", "wait", "bad")] + [("bad", ground) for ground in GROUNDS]
READ += [("on-accent", "accent"), ("on-accent", "accent-strong")]
SEEN = [("edge", ground) for ground in GROUNDS] + [("accent", ground) for ground in GROUNDS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_edges_stand_out(scheme: str) -> None:
    """Whatever is read has a contrast of 4.5, whatever marks a field or the focus one of 3; in Arabic as in English."""
    colours = _palettes()[scheme]
    weak = [pair for pair in READ if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    faint = [pair for pair in SEEN if _contrast(colours[pair[0]], colours[pair[1]]) < 3]
    assert (weak, faint) == ([], [])
    assert min(_contrast(light, colours["night"]) for light in ("#ffffff", "#e8c987")) >= 4.5


def test_sides_are_logical() -> None:
    """The style sheet is sound, and names neither left nor right, so that Arabic and English share its rules."""
    rules = tinycss2.parse_stylesheet(CSS, skip_comments=True, skip_whitespace=True)
    assert [rule for rule in rules if rule.type == "error"] == []
    physical = r"(?:margin|padding|border)-(?:left|right)|(?:^|[\s;{])(?:left|right):|text-align: (?:left|right)"
    assert re.findall(physical, CSS) == []


def test_only_colours_that_have_a_name_are_used() -> None:
    """So that a palette is changed in one place; the banner, dark by day and night, and paper have their own."""
    after = CSS.split("/* --- Ground", 1)[1].split("@media print", 1)[0]
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", after)) <= {"#ffffff", "#e8c987", "#000"}


def test_the_style_sheet_and_templates_stand_together() -> None:
    """Every class that the templates name has a rule."""
    source = "".join(path.read_text("utf-8") for path in Path(TEMPLATES).glob("*.html"))
    named = {name for group in re.findall(r'class="([a-z -]+)"', source) for name in group.split()}
    assert [name for name in sorted(named) if f".{name}" not in CSS + PAY_CSS] == []
