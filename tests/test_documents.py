"""What README and docs show is run, and where they point is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
LONGEST_SHOP = 30


def blocks(page: Path) -> list[str]:
    """List the Python blocks of a page, each at its own line for tracebacks."""
    text = page.read_text(encoding="utf-8")
    return ["\n" * text[: found.start(1)].count("\n") + found[1] for found in BLOCK.finditer(text)]


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name)
def test_every_python_block_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's blocks run one after the other, as a reader would type them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_readme")
    monkeypatch.setenv("STRIPE_PUBLISHABLE_KEY", "pk_test_readme")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_readme")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    names: dict[str, object] = {"__name__": page.stem}
    for block in blocks(page):
        exec(compile(block, str(page), "exec"), names)  # noqa: S102 - our own documents
    for value in names.values():
        if type(value).__name__ == "SQLStore":
            value.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A page points at files that exist."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} points at {target}"


def test_the_readmes_shop_is_short() -> None:
    """A shop of at most 30 lines of its own reaches a paid order: wiring, a subscriber, checkout, webhook."""
    shop = blocks(ROOT / "README.md")[0]
    own = [line for line in shop.splitlines() if line.strip() and not line.startswith(("import", "from"))]
    assert len(own) <= LONGEST_SHOP
