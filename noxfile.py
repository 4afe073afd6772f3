"""Every check of the project, in one place: `nox` runs them all, `nox -s lint types` some of them.

The first five use the environment that nox was started from, as `pytest` alone does.
The last two make an environment of their own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

import nox

nox.needs_version = ">=2024.10"

PACKAGE = Path("src/gulf_payments")
OLDEST_STRIPE = "stripe==12.0.*"
SHIPPED = (
    "gulf_payments/py.typed",
    "gulf_payments/mail/templates/",
    "gulf_payments/stores/migrations/",
    "gulf_payments/testing/fake_stripe/browser/static/",
    "gulf_payments/django/locale/ar/LC_MESSAGES/django.mo",
    "gulf_payments/django/migrations/",
    "gulf_payments/django/templates/",
)


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Style, formatting, and a docstring on every test."""
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("interrogate", "--ignore-module", "--ignore-private", "--ignore-semiprivate", "tests")


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Check the types of package, tests and benchmarks, strictly."""
    session.run("mypy")


@nox.session(venv_backend="none")
def layers(session: nox.Session) -> None:
    """Check that imports point down only and that each third party stays in its corner."""
    session.run("lint-imports", "--no-logo", "--no-cache")


@nox.session(venv_backend="none")
def law(session: nox.Session) -> None:
    """Compare the diagram that the law draws of itself, alone and isolated, with the committed one."""
    drawn = session.run("python", "-I", "-S", str(PACKAGE / "machine.py"), silent=True)
    if drawn != Path("docs/machine.mmd").read_text(encoding="utf-8"):
        session.error("docs/machine.mmd is out of date: python src/gulf_payments/machine.py > docs/machine.mmd")


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run the tests; arguments after -- go to pytest."""
    session.run("pytest", *session.posargs)


@nox.session
def oldest_stripe(session: nox.Session) -> None:
    """Run the Stripe tests on the oldest supported SDK; `tests` runs them on the newest."""
    session.install("-e", ".[dev]", OLDEST_STRIPE)
    session.run("pytest", "tests/stripe", "-q")


@nox.session(python=["3.12", "3.13"], default=False)
def pythons(session: nox.Session) -> None:
    """Run the tests on the other Pythons, where they are installed: `nox -s pythons`."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-q", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, look inside it, and run the demo from it as a user would."""
    folder = Path(session.create_tmp())
    command = (sys.executable, "-m", "build", "--wheel", "--outdir", str(folder))
    session.run(*command, external=True, silent=True)
    (built,) = folder.glob("*.whl")
    if missing := _missing_from(built):
        session.error(f"the wheel lacks {', '.join(missing)}")
    session.install(f"{built}[demo]")
    session.chdir(folder)
    session.run("python", "-c", "import gulf_payments; print(gulf_payments.__version__, gulf_payments.__file__)")
    session.run("gulf-payments", "demo", "--dir", "demo")


def _missing_from(built: Path) -> list[str]:
    """List what a user would miss: every file of the package, and the things that are not Python."""
    with ZipFile(built) as archive:
        inside = archive.namelist()
    sources = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    files = {path.relative_to(PACKAGE.parent).as_posix() for path in sources}
    absent = [prefix for prefix in SHIPPED if not any(name.startswith(prefix) for name in inside)]
    return sorted(files.difference(inside)) + absent
