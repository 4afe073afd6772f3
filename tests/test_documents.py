"""What README and docs show is run, and where they point is there."""

from __future__ import annotations

import inspect
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from gulf_payments.cli.commands import app
from gulf_payments.stripe.translate import RULES
from gulf_payments.testing.fake_stripe import FakeStripe

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"(?:^|`|&& )gulf-payments ([^`&#\n]+)", re.MULTILINE)
CALL = re.compile(r"`(\w+)\(([^`]*)\)`")
EVENT = re.compile(r"`([a-z_]*(?:\.[a-z_]+)+)`")
UsageError: Any = typer.BadParameter.__base__  # not exported by Typer
LONGEST_SHOP = 30
LEAST_CALLS = 20


def blocks(page: Path) -> list[str]:
    """List the Python blocks of a page, each at its own line for tracebacks."""
    text = page.read_text(encoding="utf-8")
    return ["\n" * text[: found.start(1)].count("\n") + found[1] for found in BLOCK.finditer(text)]


def files(page: Path) -> dict[str, str]:
    """The blocks of a page that begin with a comment that names a file, by that name."""
    found = (re.match(r"\n*# ([\w/]+\.py)\n", block) for block in blocks(page))
    return {begun[1]: begun.string for begun in found if begun}


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
        if block in files(page).values():
            continue
        exec(compile(block, str(page), "exec"), names)  # noqa: S102 - our own documents
    for value in names.values():
        if type(value).__name__ == "SQLStore":
            value.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", [page for page in PAGES if files(page)], ids=lambda page: page.name)
def test_every_suite_that_is_shown_passes(
    page: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of a page, beside the README's shop, are a suite that passes under the plugin, without a warning."""
    suite = files(page)
    settings = 'SECRET_KEY, ROOT_URLCONF, ALLOWED_HOSTS = "for tests", "urls", ["testserver"]'
    for name, text in {"shop.py": blocks(ROOT / "README.md")[0], "settings.py": settings, **suite}.items():
        pytester.path.joinpath(name).parent.mkdir(exist_ok=True)
        pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    for name, value in {
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "STRIPE_SECRET_KEY": "sk_test_readme",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_readme",
        "STRIPE_WEBHOOK_SECRET": "whsec_readme",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shown = sum(text.count("def test_") for text in suite.values())
    plugins = ["gulf_payments.testing.pytest_plugin", *(["pytest_django.plugin"] if "settings.py" in suite else [])]
    run = pytester.runpytest_subprocess(*(f"-p{plugin}" for plugin in plugins), "-W", "error")
    run.assert_outcomes(passed=shown)
    assert shown > 0


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


def test_the_calls_of_the_fakes_reference_exist() -> None:
    """Each call in its tables is one of FakeStripe's, and takes the arguments that stand in its brackets."""
    page = (ROOT / "docs" / "fake_stripe_reference.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    calls = [found for cell in cells for found in CALL.findall(cell)]
    assert len(calls) > LEAST_CALLS
    for name, arguments in calls:
        taken = inspect.signature(getattr(FakeStripe, name)).parameters
        assert {word.strip("=* ") for word in arguments.split(",") if word.strip().endswith("=")} <= set(taken), name


def test_the_events_to_subscribe_to_are_those_that_are_read() -> None:
    """The table for the endpoint at Stripe names every type the library understands, and no other."""
    page = (ROOT / "docs" / "stripe.md").read_text(encoding="utf-8")
    section = page.partition("## Which events to subscribe to")[2].partition("Subscribe the endpoint")[0]
    named: list[str] = []
    for name in EVENT.findall(section):
        named.append(named[-1].rpartition(".")[0] + name if name.startswith(".") else name)
    assert sorted(named) == sorted(RULES)
