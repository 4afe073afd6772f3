"""Turns facts into a subject, an HTML part and a text part.

Each mail is two templates, `<name>.html.j2` and `<name>.txt.j2`, which serve every language: words come from the
catalogues, sides from `start` and `end`. A shop's own templates are found first; they can extend ours by the name
`gulf_payments/<name>`. The macros of `parts.html.j2` and `parts.txt.j2` are at hand in each, as `parts`. Environments
are made once for each language, templates compiled once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gulf_payments.mail.brand import Brand
from gulf_payments.mail.wording import Wording, html_wording, text_wording
from gulf_payments.messages import Digits, Texts, texts_for

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_GAPS = re.compile(r"\n\s*\n+")
TEMPLATES = Path(__file__).parent / "templates"


class Rendered(NamedTuple):
    """What a mail says."""

    language: str
    subject: str
    html: str
    text: str


class Studio(NamedTuple):
    """One language's environments, and the words of subjects."""

    wording: Wording
    html: Environment
    text: Environment


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders one brand's mails. `templates` and `catalogues` are the shop's own, if any."""

    brand: Brand
    digits: Digits = "latn"
    templates: str | Path | BaseLoader | None = None
    catalogues: str | Path | None = None

    def render(self, name: str, locale: str, facts: Mapping[str, object]) -> Rendered:
        """Render the mail of this name; `facts` must hold `subject_key` and every fact its templates read."""
        texts = texts_for(locale, str(self.catalogues) if self.catalogues else None)
        studio = _studio(self, texts)
        subject = _subject(studio.wording, facts)
        html = studio.html.get_template(f"{name}.html.j2").render(facts, subject=subject)
        text = studio.text.get_template(f"{name}.txt.j2").render(facts, subject=subject)
        return Rendered(texts.language, subject, html, _GAPS.sub("\n\n", text).strip() + "\n")


@lru_cache(maxsize=32)  # compiling costs a hundred times a rendering, and one brand needs one for each language
def _studio(renderer: Renderer, texts: Texts) -> Studio:
    words = text_wording(texts, renderer.brand, renderer.digits)
    marking = html_wording(texts, renderer.brand, renderer.digits)
    return Studio(words, _environment(renderer, marking, words, "html"), _environment(renderer, words, words, "txt"))


def _environment(renderer: Renderer, words: Wording, plain: Wording, suffix: str) -> Environment:
    from jinja2 import StrictUndefined

    from gulf_payments.mail.expanding import ExpandingEnvironment

    environment = ExpandingEnvironment(
        loader=_loader(renderer.templates),
        autoescape=suffix == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    # The preview line and what is read aloud can hold no markup: there the words of text are called `plain_…`.
    environment.filters.update({f"plain_{name}": word for name, word in plain.filters().items()})
    environment.filters.update(words.filters())
    environment.safe_filters = frozenset(words.filters())
    environment.constants = {**words.constants(), "shop_plain": plain.constants()["shop"]}
    environment.brand = words.brand
    environment.read_macros(f"parts.{suffix}.j2")
    return environment


def _loader(templates: str | Path | BaseLoader | None) -> BaseLoader:
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

    ours = FileSystemLoader(TEMPLATES)
    shops = FileSystemLoader(templates) if isinstance(templates, str | Path) else templates
    return ChoiceLoader([*([shops] if shops else []), ours, PrefixLoader({"gulf_payments": ours})])


def _subject(words: Wording, facts: Mapping[str, object]) -> str:
    """The subject, of whatever it names: the order, the shop, the flag, the day."""
    values: dict[str, object] = {"shop": words.constants()["shop"]}
    if "order_number" in facts:
        values["order"] = words.ref(str(facts["order_number"]))
    if "what" in facts:
        values["what"] = words.flag(str(facts["what"]))
    if isinstance(day := facts.get("day"), datetime):
        values["date"] = words.date(day)
    return words.text(str(facts["subject_key"]), **values)
