"""Whose mails they are: a brand is read in the light and in the dark, or it is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gulf_payments.errors import ConfigurationError
from gulf_payments.mail import Brand, BrandLink
from gulf_payments.mail.colours import contrast, lightened
from tests.mail.samples import Page, an_order, both_say, composed, confirmed, every_mail

LOGO = "https://shop.example/logo.png"
DARK_LOGO = "https://shop.example/dark.png"


def _brand(**changes: Any) -> Brand:
    return Brand(**{"name_ar": "متجر", "name_en": "Shop", "support_email": "s@shop.example"} | changes)


def test_contrast_is_wcags() -> None:
    """Black on white is 21, a colour on itself 1, and the grey at the threshold is where WCAG puts it."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#1e40af", "#1e40af") == pytest.approx(1)
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"accent": "#ffd54f"}, "on_accent on its accent"),
        ({"accent": "#60a5fa", "on_accent": "#000000"}, "accent on its surface"),
        ({"muted": "#aaaaaa"}, "muted on its surface"),
        ({"accent": "navy"}, "accent"),
        ({"accent": "#123"}, "accent"),
        ({"name_ar": " "}, "name_ar"),
        ({"logo_url": "logo.png"}, "logo_url"),
        ({"logo_dark_url": "dark.png"}, "logo_dark_url"),
        ({"dark_text": "#374151"}, "dark_text on its dark_surface"),
        ({"dark_accent": "#1e40af"}, "dark_accent on its dark_surface"),
        ({"dark_accent": "blue"}, "dark_accent"),
        ({"support_phone": "call us"}, "support_phone"),
        ({"support_whatsapp": "https://wa.me/1"}, "support_whatsapp"),
        ({"links": [BrandLink(name_ar="أ", name_en="A", url="javascript:x")]}, "links"),
        ({"time_zone": "Asia/Nowhere"}, "time_zone"),
        ({"support_email": "s@shop.example\r\nBcc: x@y.example"}, "support_email"),
    ],
)
def test_a_brand_that_cannot_be_read_is_refused(changes: dict[str, str], named: str) -> None:
    """The error names the field, before any customer sees the mail."""
    with pytest.raises(ConfigurationError, match=named):
        _brand(**changes)


def test_a_brand_shows_in_the_mail() -> None:
    """Its colours and its footer are the mail's, and none of ours is left."""
    message = composed(confirmed(an_order()), brand=_brand(accent="#065f46", footer_ar="سجل تجاري 1010"))
    assert 'bgcolor="#065f46"' in message.html
    assert "#1e40af" not in message.html
    both_say(message, "سجل تجاري 1010")


def test_a_logo_takes_the_place_of_the_name() -> None:
    """It is measured, described, and lies on the surface, where logos are made to lie."""
    message = composed(confirmed(an_order()), brand=_brand(logo_url=LOGO, logo_width=120, logo_height=48))
    (image,) = [held for tag, held in Page(message.html).tags if tag == "img"]
    assert (image["src"], image["alt"], image["width"], image["height"]) == (LOGO, "متجر", "120", "48")
    head = message.html.split("<img")[0].rpartition("<td")[2]
    assert 'bgcolor="#ffffff"' in head


def test_a_dark_logo_waits_for_the_dark() -> None:
    """Hidden until the dark block shows it, and not known to Outlook, which hides no image."""
    html = composed(confirmed(an_order()), brand=_brand(logo_url=LOGO, logo_dark_url=DARK_LOGO)).html
    assert re.search(rf'<!--\[if !mso\]><!--><span class="night" style="display:none;"><img src="{DARK_LOGO}"', html)
    assert re.search(rf'<img class="accent day" src="{LOGO}"', html)
    dark = html.split("prefers-color-scheme:dark")[1].split("[data-ogsb]")[0]
    assert ".day{display:none !important}" in dark
    assert ".night{display:inline !important}" in dark


def test_customers_can_call_and_write() -> None:
    """Mail, telephone and WhatsApp are links in the HTML and addresses in the text, digits in their order."""
    brand = _brand(support_phone="+966 11 200 3000", support_whatsapp="+966 (55) 000-0000")
    message = composed(confirmed(an_order()), brand=brand)
    links = {held["href"] for tag, held in Page(message.html).tags if tag == "a"}
    assert {"mailto:s@shop.example", "tel:+966112003000", "https://wa.me/966550000000"} <= links
    both_say(message, "الهاتف: +966 11 200 3000", "واتساب: +966 (55) 000-0000", "للاستفسارات: s@shop.example")
    assert "\nhttps://wa.me/966550000000\n" in message.text


def test_a_shops_links_have_a_name_in_each_language() -> None:
    """At the foot of every mail, and in the text with the address bare on its own line."""
    links = [BrandLink(name_ar="سياسة الاسترجاع", name_en="Returns", url="https://shop.example/returns")]
    for locale, name in (("ar", "سياسة الاسترجاع"), ("en", "Returns")):
        for message in every_mail(locale, brand=_brand(links=links), from_address=""):
            both_say(message, name)
            assert "\nhttps://shop.example/returns\n" in message.text


def test_a_brand_without_links_makes_no_mail_poorer() -> None:
    """What a shop does not name has no line, no label and no empty link."""
    for message in every_mail("ar", brand=_brand(support_email=""), from_address="a@shop.example"):
        for label in ("للاستفسارات", "واتساب", "الرقم الضريبي", 'href=""', "tel:"):
            assert label not in message.html + message.text


@pytest.mark.parametrize("accent", ["#1e40af", "#065f46", "#7f1d1d", "#111111", "#5b21b6"])
def test_an_accent_has_its_like_in_the_dark(accent: str) -> None:
    """Without a colour of the shop's own, links and totals are a tint of the accent that is easy to read."""
    brand = _brand(accent=accent)
    assert contrast(brand.dark_accent, brand.dark_surface) >= 7
    dark = composed(confirmed(an_order()), brand=brand).html.split("prefers-color-scheme:dark")[1].split("}\n}")[0]
    assert f".link{{color:{brand.dark_accent} !important}}" in dark


def test_a_tint_is_no_lighter_than_it_must_be() -> None:
    """What is easy to read stays; a dark colour is lightened just enough; where only white will do, it is white."""
    assert lightened("#8888ff", "#000000") == "#8888ff"
    assert 7 <= contrast(lightened("#1e40af", "#1f2937"), "#1f2937") < 8
    assert lightened("#000000", "#767676") == "#ffffff"
