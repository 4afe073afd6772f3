"""What README and docs show is run, and where they point is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from gulf_payments.cli.commands import app
from gulf_payments.stripe.translate import RULES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"(?:^|`|&& )gulf-payments ([^`&#\n]+)", re.MULTILINE)
EVENT = re.compile(r"`([a-z_]*(?:\.[a-z_]+)+)`")
UsageError: Any = typer.BadParameter.__base__  # not exported by Typer
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


def parse(line: str) -> None:
    """Parse a command line as `gulf-payments` would, and run nothing. Raises KeyError or UsageError."""
    words = shlex.split(line)
    command: Any = typer.main.get_command(app)  # of Click, or of Typer's own copy of it
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if COMMAND.search(page.read_text(encoding="utf-8"))], ids=lambda page: page.name
)
def test_every_command_line_is_one(page: Path) -> None:
    """What a page tells people to type has its command, its arguments and its options."""
    for line in COMMAND.findall(page.read_text(encoding="utf-8")):
        parse(line)


@pytest.mark.parametrize("line", ["db downgrade", "db recompute", "db vacuum", "worker --twice"])
def test_a_command_line_that_lacks_something_is_found_out(line: str) -> None:
    """The check above would notice a missing argument, an unknown command and an unknown option."""
    with pytest.raises((KeyError, UsageError)):
        parse(line)


def test_the_events_to_subscribe_to_are_those_that_are_read() -> None:
    """The table for the endpoint at Stripe names every type the library understands, and no other."""
    page = (ROOT / "docs" / "stripe.md").read_text(encoding="utf-8")
    section = page.partition("## Which events to subscribe to")[2].partition("Subscribe the endpoint")[0]
    named: list[str] = []
    for name in EVENT.findall(section):
        named.append(named[-1].rpartition(".")[0] + name if name.startswith(".") else name)
    assert sorted(named) == sorted(RULES)
