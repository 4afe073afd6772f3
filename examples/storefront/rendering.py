"""From a page's data to its HTML, by Jinja2; Django's own Jinja2 backend uses the same environment.

Templates say the shop's own words by `t("cart.empty")`, the library's by `said("page.retry")`, and amounts and
instants by `money` and `date`, each in the language of the page's frame.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from examples.storefront.answers import Shown
from examples.storefront.texts import words
from gulf_payments import Money
from gulf_payments.messages import format_date, format_datetime, format_money, isolate_html, texts_for

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
ZONE = "Asia/Riyadh"


def environment(**options: Any) -> Environment:  # noqa: ANN401 - Jinja2's own options
    """The templates' environment: everything is escaped, and a name that is not there is an error."""
    ours = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**{"loader": FileSystemLoader(TEMPLATES), **options, **ours})  # noqa: S701 - it is True
    made.globals |= {
        "t": _own,
        "said": _said,
        "said_of": _said_of,
        "method": _method,
        "direction": _direction,
        "drawn": _drawn(),
    }
    made.filters |= {"money": _money, "date": _date, "moment": _moment, "ltr": _ltr}
    return made


@cache
def _environment() -> Environment:
    return environment()


def render(answer: Shown, *, csrf_input: str = "", csrf_token: str = "") -> str:
    """The page as HTML."""
    context = answer.context(csrf_input=csrf_input, csrf_token=csrf_token)
    return _environment().get_template(answer.template).render(context)


def _language(context: Context) -> str:
    return str(context["frame"].language)


@pass_context
def _own(context: Context, key: str, **values: object) -> Markup:
    """The shop's words; what is filled in is escaped."""
    return Markup(words(_language(context))[key]).format(**values)  # noqa: S704 - our own words


@pass_context
def _said(context: Context, key: str, **values: object) -> Markup:
    """The library's words; what is filled in is escaped."""
    return Markup(texts_for(_language(context)).pattern(key)).format(**values)  # noqa: S704 - our own words


@pass_context
def _said_of(context: Context, key: str, count: int) -> str:
    """The library's words for so many."""
    return texts_for(_language(context)).plural(key, count)


@pass_context
def _method(context: Context, method: str) -> str:
    """What a way to pay is called."""
    texts = texts_for(_language(context))
    return texts.find(f"method.{method}") or texts.pattern("method.card")


@pass_context
def _direction(context: Context) -> str:
    return texts_for(_language(context)).direction


@pass_context
def _money(context: Context, amount: Money, *, minus: bool = False) -> Markup:
    """The amount, unbroken; its number stands on its own, so that no line turns it around."""
    shown = format_money(amount, _language(context), minus=minus, isolate=isolate_html)
    return Markup('<span class="money">{}</span>').format(Markup(shown))  # noqa: S704 - a number, isolated and escaped


@pass_context
def _date(context: Context, at: datetime) -> str:
    return format_date(at, _language(context), ZONE)


@pass_context
def _moment(context: Context, at: datetime) -> str:
    return format_datetime(at, _language(context), ZONE)


def _ltr(text: str) -> Markup:
    """Numbers, phones and addresses of mail: left to right in any line."""
    return Markup(isolate_html(text))  # noqa: S704 - it escapes


@cache
def _drawn() -> frozenset[str]:
    """The products that have a picture."""
    return frozenset(path.stem for path in (STATIC / "art").glob("*.svg"))
