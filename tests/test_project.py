"""What the project promises about itself: its shape, its version, its first import."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import gulf_payments

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "gulf_payments"

MODULE_LINES = 300
LAW_LINES = 1100  # docs/adr/0002
BODY_LINES = 40
ADR_LINES = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_the_version_is_the_changelogs_newest() -> None:
    """A release cannot go out without its entry, nor an entry without its version."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d[^\]\s]*)", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == gulf_payments.__version__


def test_importing_the_package_loads_the_standard_library_only() -> None:
    """A fresh interpreter that imports gulf_payments has loaded no third-party package."""
    program = (
        "import json, sys; before = set(sys.modules); import gulf_payments;"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    printed = subprocess.check_output([sys.executable, "-I", "-c", program], text=True)
    loaded = {name for name in json.loads(printed) if not name.startswith("_sysconfigdata_")}  # Python's own build data
    assert loaded - sys.stdlib_module_names == {"gulf_payments"}


def test_every_public_name_exists_and_says_what_it_is_for() -> None:
    """Each class and function in __all__ carries a docstring of its own, and each name is listed once."""
    names = gulf_payments.__all__
    assert len(names) == len(set(names)) > 0
    public = {name: getattr(gulf_payments, name) for name in names}
    assert [name for name, value in public.items() if _is_silent(value)] == []


def _is_silent(value: object) -> bool:
    """A dataclass without a docstring is given its signature as one: that does not count."""
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        return False
    docstring = value.__doc__ or ""
    return not docstring or docstring.startswith(f"{value.__name__}(")


def test_modules_stay_short_enough_to_read() -> None:
    """No module is longer than 300 lines; the law, one file by decision, may take 1,100."""
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    limits = {PACKAGE / "machine.py": LAW_LINES}
    assert {path.name: size for path, size in sizes.items() if size > limits.get(path, MODULE_LINES)} == {}


def test_functions_stay_short_enough_to_hold_in_the_head() -> None:
    """No function has a body of more than 40 lines, its docstring aside."""
    long = [
        f"{path.relative_to(PACKAGE)}:{function.lineno} {function.name}"
        for path in PACKAGE.rglob("*.py")
        for function in _functions(path)
        if _body_lines(function) > BODY_LINES
    ]
    assert long == []


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def _body_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_git_ignores_the_file_with_the_secrets(tmp_path: Path) -> None:
    """`.env` cannot be added by accident, while its example can."""
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    asked = ["git", "-C", str(tmp_path), "-c", "core.excludesFile=", "check-ignore", ".env", ".env.example"]
    answer = subprocess.run(asked, check=False, capture_output=True, text=True)
    assert answer.stdout.split() == [".env"]


def test_the_example_settings_are_explained_and_hold_no_secret() -> None:
    """Each setting stands under a comment, and what is secret is left empty."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    settings = [(above, line) for above, line in pairwise(lines) if re.match("[A-Z_]+=", line)]
    assert settings
    assert [line for above, line in settings if not above.startswith("# ")] == []
    assert [line for _, line in settings if re.search("(SECRET|PASSWORD|_KEY).*=.", line)] == []


def test_every_decision_is_listed_and_at_most_a_page() -> None:
    """The index of decisions links each record, and no record is longer than a page."""
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    records = sorted(folder.glob("[0-9]*.md"))
    assert re.findall(r"\((\d[^)]+\.md)\)", index) == [record.name for record in records]
    lengths = {record.name: len(record.read_text(encoding="utf-8").splitlines()) for record in records}
    assert {name: length for name, length in lengths.items() if length > ADR_LINES} == {}
