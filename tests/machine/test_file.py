"""The law is one file that anyone may copy, and it draws its own picture."""

from __future__ import annotations

import ast
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gulf_payments import machine
from gulf_payments.machine import OrderStatus, PaymentStatus, diagram, transitions

LAW = Path(machine.__file__)
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The file alone in an empty folder."""
    return Path(shutil.copy(LAW, tmp_path / "machine.py"))


def _run(*command: str, cwd: Path) -> str:
    return subprocess.run([sys.executable, *command], cwd=cwd, check=True, capture_output=True, text=True).stdout


def test_the_copied_file_draws_its_diagram_alone(copied: Path) -> None:
    """Isolated and without site-packages, the copy prints the committed diagram."""
    drawn = _run("-I", "-S", copied.name, cwd=copied.parent)
    assert drawn == (DOCS / "machine.mmd").read_text(encoding="utf-8")


def test_the_copied_file_can_be_imported(copied: Path) -> None:
    """A team that copies the file steps a dossier with it, with nothing else on the path."""
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from machine import Cancel, Dossier, Facts, OrderTerms, load, dump, step\n"
        "facts = Facts(terms=OrderTerms(1, 100, 'sar', 0, 0), cancel=Cancel(True, 1, False, 'expired', ''))\n"
        "dossier, effects = step(Dossier('1017'), facts)\n"
        "assert load(dump(dossier)) == dossier\n"
        "print(effects[0].key)\n"
    )
    assert _run("-I", "-S", "-c", program, cwd=copied.parent) == "order:1017:canceled\n"


def test_the_copied_file_type_checks(copied: Path) -> None:
    """Types hold in strict mode without this project's configuration."""
    cache = str(copied.parent / "cache")
    checked = _run("-m", "mypy", "--strict", "--config-file=", "--cache-dir", cache, copied.name, cwd=copied.parent)
    assert checked.startswith("Success")


def test_the_law_imports_the_standard_library_only() -> None:
    """Nothing but the standard library, and nothing of this package."""
    tree = ast.parse(LAW.read_text(encoding="utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in modules} <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


def test_running_the_file_prints_the_diagram(capsys: pytest.CaptureFixture[str]) -> None:
    """The file's command line is its diagram."""
    runpy.run_path(str(LAW), run_name="__main__")
    assert capsys.readouterr().out == diagram() + "\n"


def test_the_documentation_shows_the_diagram_of_the_law() -> None:
    """The page about states holds the generated diagram, letter by letter."""
    assert f"```mermaid\n{diagram()}\n```" in (DOCS / "states.md").read_text(encoding="utf-8")


def test_the_documentation_names_every_flag_and_status() -> None:
    """A reader finds each status and each flag that waits for a person on the page about states."""
    page = (DOCS / "states.md").read_text(encoding="utf-8")
    words = {*PaymentStatus, *OrderStatus, *machine.REVIEWED, "paid_unconfirmed", "paid_twice", "late_failure"}
    assert {word for word in words if f"`{word}`" not in page} == set()


def test_every_status_can_be_entered_in_the_diagram() -> None:
    """Each status but the first is the end of some arrow."""
    entered = {(owner, new) for owner, _old, new in transitions()}
    assert {new for owner, new in entered if owner == "payment"} >= set(PaymentStatus) - {"pending"}
    assert {new for owner, new in entered if owner == "order"} >= set(OrderStatus) - {"pending"}
