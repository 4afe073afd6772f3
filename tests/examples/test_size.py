"""What an integrator writes stays small: code lines, counted without blanks, comments and docstrings."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DJANGO_SHOP = ROOT / "examples" / "django_shop"
# What Django asks of every project, and what stands beside every adapter: where it runs, and where its carts are kept.
NOT_ITS_CODE = {"settings.py", "manage.py", "wsgi.py", "__main__.py", "models.py", "admin.py"}
QUIET = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_lines(source: str) -> int:
    """Count the lines that hold code."""
    said: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and ast.get_docstring(node) is not None
            ):
                said.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {line for token in tokens if token.type not in QUIET for line in range(token.start[0], token.end[0] + 1)}
    return len(lines - said)


def _django_shop() -> list[Path]:
    files = [path for path in DJANGO_SHOP.rglob("*.py") if "migrations" not in path.parts]
    return [path for path in files if path.name not in NOT_ITS_CODE]


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ([ROOT / "examples" / "flask_shop" / "shop.py"], 60),
        ([ROOT / "examples" / "fastapi_shop" / "shop.py"], 60),
        (_django_shop(), 100),
        ([ROOT / "src" / "gulf_payments" / "django" / "store.py"], 250),
    ],
    ids=["flask", "fastapi", "django", "django store"],
)
def test_what_an_integrator_writes_stays_small(files: list[Path], most: int) -> None:
    """The adapters, and the store that Django's room adds."""
    there = [path for path in files if path.exists()]
    counted = {path.name: code_lines(path.read_text("utf-8")) for path in there}
    assert sum(counted.values()) <= most, counted


def test_comments_and_docstrings_are_no_code() -> None:
    """The counter counts what runs, a statement over three lines as three."""
    source = '"""Says\\n\\nmuch."""\n\n# a note\nx = (\n    1,\n)\n\n\ndef f():\n    """Say."""\n    return "text"\n'
    assert code_lines(source) == 5
