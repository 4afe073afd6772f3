"""A window with a mail in it, and what is seen there; also as clients show it that drop some of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

from tests.mail.checks.clients import feature_of, support

Scheme = Literal["light", "dark"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_MSO = re.compile(r"<!--\[if [^!\]]*mso[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Eyes:
    """Somebody who looks at mails."""

    page: Page

    def look_at(self, html: str, *, width: int = 600, scheme: Scheme = "light", paper: bool = False) -> None:
        """Show a mail in a window of this width, or on paper."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme, media="print" if paper else "screen")
        self.page.goto("about:blank")
        self.page.set_content(html)

    def see(self, what: str, *asked: object) -> Any:
        """What one of the looks finds."""
        return self.page.evaluate("([what, asked]) => looking[what](...asked)", [what, asked])

    def violations(self, *, iframes: bool = True) -> list[str]:
        """What axe objects to."""
        self.page.evaluate(_axe())
        options = {"runOnly": RULES, "resultTypes": ["violations"], "iframes": iframes}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]

    def contrast_violations(self) -> list[str]:
        """What axe says of contrast once Arabic letters are put in Latin: it takes joined ones for an icon font."""
        self.see("latinised")
        self.page.evaluate(_axe())
        found = self.page.evaluate(
            "() => axe.run(document, { runOnly: ['color-contrast'], resultTypes: ['violations', 'passes'] })"
        )
        assert sum(len(one["nodes"]) for one in found["passes"]) > 0
        return [node["html"] for one in found["violations"] for node in one["nodes"]]


def without_style_elements(html: str) -> str:
    """As Gmail shows it to many: no style element, and nothing of what html and body say."""
    bare = _STYLE.sub("", html)
    bare = re.sub(r"<html[^>]*>", "<html>", bare)
    return re.sub(r"<body[^>]*>", "<body>", bare).replace('content="light dark"', 'content="light"')


def without_styles(html: str) -> str:
    """As a reader without any CSS shows it: words, tables and links."""
    return re.sub(r' (?:style|class|bgcolor)="[^"]*"', "", _STYLE.sub("", html))


def as_the_word_engine(html: str) -> str:
    """As Outlook for Windows reads it, nearly: its comments live, and what it is known to drop is gone."""

    def kept(found: re.Match[str]) -> str:
        declared = [one.split(":", 1) for one in found.group(1).split(";") if ":" in one]
        good = [f"{name}:{value}" for name, value in declared if _has_word(name.strip(), value.strip())]
        return f' style="{";".join(good)}"'

    lived = _MSO.sub(r"\1", _STYLE.sub("", html))
    return re.sub(r' style="([^"]*)"', kept, lived)


def _has_word(name: str, value: str) -> bool:
    slug = feature_of(name, value)
    return name == "color" or (name != "max-width" and slug != "" and support()[slug]["outlook-windows"] != "n")
