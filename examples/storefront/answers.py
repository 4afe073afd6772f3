"""What the storefront answers; a framework's adapter turns each kind into a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from examples.storefront.pages import Frame, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What all answers have. Whatever shows a cart or an order is kept by no cache and found by no search engine."""

    PRIVATE: ClassVar[Mapping[str, str]] = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Its headers, beside those that every answer of the shop has."""
        return {**self.PRIVATE, **self.extra}


@dataclass(frozen=True, slots=True)
class Shown(Answering):
    """An HTML page."""

    page: Page
    frame: Frame
    status: int = 200

    @property
    def template(self) -> str:
        """The template's name."""
        return self.page.template

    def context(self, *, csrf_input: str = "", csrf_token: str = "") -> dict[str, Any]:
        """What the template is given; a framework that guards its forms by a token adds that."""
        frame = replace(self.frame, csrf_input=csrf_input, csrf_token=csrf_token)
        return {"page": self.page, "frame": frame}


@dataclass(frozen=True, slots=True)
class Moved(Answering):
    """See other: the browser goes on to a page of this shop by GET."""

    to: str
    status: int = 303


@dataclass(frozen=True, slots=True)
class Data(Answering):
    """JSON."""

    content: Mapping[str, Any]
    status: int = 200


Answer = Shown | Moved | Data
