"""Turns facts into a subject, an HTML part and a text part.

Each mail is two templates, `<name>.html.j2` and `<name>.txt.j2`, which serve every language: words come from the
catalogues, sides from `start` and `end`. A shop's own templates are found first; they can extend ours by the name
`gulf_payments/<name>`. Environments are made once for each language, templates compiled once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gulf_payments.mail.brand import Brand
from gulf_payments.mail.wording import Wording, html_wording, text_wording
from gulf_payments.messages import Digits, Texts, texts_for

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_GAPS = re.compile(r"\n\s*\n+")
# A brand's field, a side, or a text by its key, standing alone between braces.
_CONSTANT = re.compile(r"""\{\{ (?:brand\.(\w+)|(start|end|dir|lang|face)|t\("([\w.]+)"\)) \}\}""")
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
    html = _environment(renderer, html_wording(texts, renderer.brand, renderer.digits), autoescape=True)
    html.globals["plain"] = words  # for the title and the preview line, which can hold no markup
    return Studio(words, html, _environment(renderer, words, autoescape=False))


def _environment(renderer: Renderer, words: Wording, *, autoescape: bool) -> Environment:
    from jinja2 import Environment, StrictUndefined

    class Folding(Environment):
        """Writes what never changes within one language into each template before it is compiled."""

        def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
            folded = _CONSTANT.sub(lambda found: _folded(words, found), source)
            return super().preprocess(folded, name, filename)

    environment = Folding(
        loader=_loader(renderer.templates),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(words.filters())
    environment.globals.update(words.functions())
    return environment


def _loader(templates: str | Path | BaseLoader | None) -> BaseLoader:
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

    ours = FileSystemLoader(TEMPLATES)
    shops = FileSystemLoader(templates) if isinstance(templates, str | Path) else templates
    return ChoiceLoader([*([shops] if shops else []), ours, PrefixLoader({"gulf_payments": ours})])


def _folded(words: Wording, found: re.Match[str]) -> str:
    """A constant as the template would have written it; one with braces, such as a text to fill in, stays."""
    field, side, key = found.groups()
    constant = words.texts.pattern(key) if key else getattr(words.brand, field) if field else words.constants()[side]
    return found.group() if "{" in constant else str(words.escape(constant))


def _subject(words: Wording, facts: Mapping[str, object]) -> str:
    values = {"order": words.ref(str(facts["order_number"])), "shop": words.shop()}
    if "what" in facts:
        values["what"] = words.flag(str(facts["what"]))
    return words.t(str(facts["subject_key"]), **values)
