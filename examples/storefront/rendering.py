"""From a page's data to its HTML, by Jinja2; Django's own Jinja2 backend uses the same environment."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from examples.storefront.answers import Shown

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


def environment(**options: Any) -> Environment:  # noqa: ANN401 - Jinja2's own options
    """The templates' environment: everything is escaped, and a name that is not there is an error."""
    ours = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    return Environment(**{"loader": FileSystemLoader(TEMPLATES), **options, **ours})  # noqa: S701 - it is True


@cache
def _environment() -> Environment:
    return environment()


def render(answer: Shown, *, csrf_input: str = "", csrf_token: str = "") -> str:
    """The page as HTML."""
    context = answer.context(csrf_input=csrf_input, csrf_token=csrf_token)
    return _environment().get_template(answer.template).render(context)
