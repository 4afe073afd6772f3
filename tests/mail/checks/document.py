"""The HTML part as a document: its head, its preview line, its markup, its size."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from tests.mail.checks.opened import Opened, plain
from tests.mail.checks.registry import check

LARGEST = 60_000  # Gmail cuts a mail off at 102 KB
LARGEST_STYLE = 8_000  # Gmail drops a style element of more than 16 KB
FORBIDDEN = re.compile(
    "form|input|button|select|textarea|iframe|object|embed|applet|link|base|audio|video|svg|canvas|marquee|dialog"
)
KNOWN = re.compile(
    "html|head|meta|title|style|script|body|div|table|thead|tbody|tfoot|tr|th|td|p|span|a|img|br|h[1-3]|ul|ol|li|strong|b|hr"
)


def _meta(mail: Opened, name: str) -> str:
    found = [node.get("content") for node in mail.head.find("meta") if node.get("name") == name]
    return found[0] if len(found) == 1 else f"{len(found)} times there"


@check
def the_doctype_is_html_and_comes_first(mail: Opened) -> Iterator[str]:
    """Without it, clients lay out as in the nineties."""
    if not re.match(r"<!doctype html>\s*<html", mail.html, re.IGNORECASE):
        yield mail.html[:40]


@check
def the_document_names_its_language_and_direction(mail: Opened) -> Iterator[str]:
    """The html element has lang and dir, and they agree."""
    if (mail.root.get("lang")[:2], mail.root.get("dir")) != (mail.language, mail.direction):
        yield f"lang {mail.root.get('lang')!r}, dir {mail.root.get('dir')!r}"


@check
def the_charset_comes_first(mail: Opened) -> Iterator[str]:
    """The first thing in the head is the charset."""
    inside = [node for node in mail.head.walk() if node is not mail.head]
    if not inside or inside[0].get("charset").lower() != "utf-8":
        yield f"{inside[:1]}"


@check
def the_width_is_the_devices(mail: Opened) -> Iterator[str]:
    """A viewport that starts at the device's width, and which readers may enlarge."""
    viewport = _meta(mail, "viewport")
    if "width=device-width" not in viewport or re.search("maximum-scale|user-scalable", viewport):
        yield viewport


@check
def clients_leave_it_alone(mail: Opened) -> Iterator[str]:
    """Apple Mail neither reformats it nor makes links of numbers and dates."""
    formats = _meta(mail, "format-detection")
    yield from (f"{kind} in {formats!r}" for kind in ("telephone=no", "date=no", "address=no") if kind not in formats)
    if not any(node.get("name") == "x-apple-disable-message-reformatting" for node in mail.head.find("meta")):
        yield "it may be reformatted"


@check
def both_colour_schemes_are_claimed(mail: Opened) -> Iterator[str]:
    """By both names, else Apple Mail inverts it."""
    for name in ("color-scheme", "supported-color-schemes"):
        if _meta(mail, name) != "light dark":
            yield f"{name}: {_meta(mail, name)}"


@check
def the_title_is_the_subject(mail: Opened) -> Iterator[str]:
    """A screen reader reads the title out; many mails have none."""
    title = plain("".join(map(str, (node.children[0] for node in mail.head.find("title") if node.children))))
    if title != plain(mail.subject) or not title:
        yield repr(title)


@check
def outlook_is_told_the_pixels_and_a_font(mail: Opened) -> Iterator[str]:
    """For the Word engine: 96 pixels to the inch, and a font it has for Arabic."""
    if "PixelsPerInch>96<" not in mail.outlook:
        yield "PixelsPerInch is missing"
    if not re.search(r"font-family:[^;}]*(Tahoma|Arial)", mail.outlook):
        yield "no font"


@check
def conditional_comments_are_balanced(mail: Opened) -> Iterator[str]:
    """What opens for Outlook closes again."""
    opened, closed = len(re.findall(r"<!--\[if", mail.html)), len(re.findall(r"<!\[endif\]-->", mail.html))
    if opened != closed or not opened:
        yield f"{opened} open, {closed} close"
    tables = Counter(re.findall(r"<(/?(?:table|tr|td))\b", mail.outlook))
    yield from (f"{tag} in comments" for tag in ("table", "tr", "td") if tables[tag] != tables[f"/{tag}"])


@check
def the_preview_line_comes_first(mail: Opened) -> Iterator[str]:
    """The first thing in the body is a hidden line for the inbox, hidden from Outlook too."""
    if mail.preview is None:
        yield "there is none"
    elif mail.preview.style.get("mso-hide") != "all":
        yield "Outlook shows it"


@check
def the_preview_line_has_a_good_length(mail: Opened) -> Iterator[str]:
    """30 to 140 characters: less leaves room for what comes next, more is cut off."""
    if not 30 <= len(mail.preview_line) <= 140:
        yield f"{len(mail.preview_line)}: {mail.preview_line!r}"


@check
def the_preview_line_adds_to_the_subject(mail: Opened) -> Iterator[str]:
    """It does not say again what stands beside it."""
    line, subject = mail.preview_line, plain(mail.subject)
    if not line or line in subject or subject in line:
        yield line


@check
def nothing_follows_the_preview_line(mail: Opened) -> Iterator[str]:
    """Invisible characters fill the rest of the line, none of which could turn it around."""
    whole = "".join(map(str, mail.preview.children)) if mail.preview else ""
    if sum(whole.count(filler) for filler in "\u2007\ufeff\u034f") < 100:
        yield "too little of it"
    if set(whole) & set("\u200e\u200f\u061c"):
        yield "marks of direction"


@check
def a_wrapper_says_what_it_is(mail: Opened) -> Iterator[str]:
    """An article with a label, a language and a direction: webmail drops those of html and body."""
    articles = [node for node in mail.body.walk() if node.get("role") == "article"]
    if len(articles) != 1:
        yield f"{len(articles)} articles"
        return
    wanted = {"aria-roledescription": "email", "lang": mail.language, "dir": mail.direction}
    yield from (
        f"{name}: {articles[0].get(name)!r}" for name, value in wanted.items() if articles[0].get(name) != value
    )
    if plain(articles[0].get("aria-label")) != plain(mail.subject):
        yield "its label is not the subject"
    if len(articles[0].text) < 0.95 * len(mail.said):
        yield "something stands outside of it"


@check
def a_strict_parser_forgives_nothing(mail: Opened) -> Iterator[str]:
    """Every tag closes, in order, and stands where it may."""
    yield from mail.parse_errors


@check
def only_known_elements_are_used(mail: Opened) -> Iterator[str]:
    """No element that clients drop or that is obsolete."""
    for node in mail.root.walk():
        if not KNOWN.fullmatch(node.tag):
            yield node.tag


@check
def nothing_runs_and_nothing_asks(mail: Opened) -> Iterator[str]:
    """No script but structured data, no form, no frame, no handler, nothing that is loaded but images."""
    for node in mail.root.walk():
        if FORBIDDEN.fullmatch(node.tag) or (node.tag == "script" and node.get("type") != "application/ld+json"):
            yield node.tag
        yield from (f"{node.tag} {name}" for name in node.attributes if name.startswith("on"))
    if re.search(r"url\(|@import|@font-face", mail.html):
        yield "CSS that loads"


@check
def ids_are_unique(mail: Opened) -> Iterator[str]:
    """No id stands twice."""
    counted = Counter(node.get("id") for node in mail.root.walk() if node.get("id"))
    yield from (name for name, count in counted.items() if count > 1)


@check
def structured_data_is_sound(mail: Opened) -> Iterator[str]:
    """An Order in JSON-LD, if there is one, is valid and tells the same number and total."""
    for node in mail.root.find("script"):
        try:
            told = json.loads("".join(map(str, node.children)))
        except ValueError:
            yield "it is no JSON"
            continue
        if told.get("@type") != "Order" or told.get("orderNumber") != mail.facts.get("order_number"):
            yield f"{told.get('@type')} {told.get('orderNumber')}"
        if told.get("price") != mail.facts.get("total") or not re.fullmatch("[A-Z]{3}", told.get("priceCurrency", "")):
            yield f"{told.get('priceCurrency')} {told.get('price')}"
        if not {"merchant", "acceptedOffer", "orderStatus"} <= told.keys():
            yield f"only {sorted(told)}"


@check
def the_orders_mails_carry_structured_data(mail: Opened) -> Iterator[str]:
    """Mails about an order's start or end are an Order for programs too; a failed payment is none."""
    wanted = mail.name.startswith("order_")
    found = [node for node in mail.root.find("script") if node.get("type") == "application/ld+json"]
    if bool(found) != wanted:
        yield "it has none" if wanted else "it has some"


@check
def every_link_leads_somewhere(mail: Opened) -> Iterator[str]:
    """Links go to whole addresses of web, mail or phone."""
    for link in mail.links:
        if not re.match(r"https://[^\s/]+\.|mailto:[^@\s]+@|tel:\+?\d", link.get("href")):
            yield link.get("href") or "no href"


@check
def nothing_is_left_of_the_template(mail: Opened) -> Iterator[str]:
    """No placeholder, no None, no empty paragraph."""
    for part in (mail.said, mail.text, mail.subject):
        yield from re.findall(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bundefined\b|\{\w+\}|\bmail\.\w+", part)
    for node in mail.body.find("p", "h1", "h2", "a", "th"):
        if not node.text and not node.find("img"):
            yield f"an empty {node.tag}"


@check
def it_is_small(mail: Opened) -> Iterator[str]:
    """The HTML stays below 60 KB, for Gmail cuts it off at 102 and counts what tracking adds."""
    if len(mail.html.encode()) >= LARGEST:
        yield f"{len(mail.html.encode())} bytes"


@check
def its_styles_are_small(mail: Opened) -> Iterator[str]:
    """The style element stays below 8 KB."""
    if len(mail.css.encode()) >= LARGEST_STYLE:
        yield f"{len(mail.css.encode())} bytes"


@check
def images_are_described_and_measured(mail: Opened) -> Iterator[str]:
    """Each has alt, width and height, comes by https, and none is there to spy."""
    for image in mail.body.find("img"):
        if "alt" not in image.attributes or not image.get("width").isdigit() or not image.get("height").isdigit():
            yield f"{image.attributes}"
        if not image.get("src").startswith("https://") or image.get("width") == "1":
            yield image.get("src")
