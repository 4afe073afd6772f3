"""`manage.py gulf_worker` in processes of its own, beside a shop whose requests are atomic."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.databases import Postgres
from tests.django_room.project import Project, until

WORKER = ("-m", "django", "gulf_worker")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Make a project on an SQLite file."""
    database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "shop.db"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
    }
    made = Project(tmp_path, {"DATABASE": json.dumps(database)})
    made.run("-m", "django", "migrate", "--verbosity=0")
    return made


@contextmanager
def working(project: Project, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a worker beside the block."""
    with project.start(*WORKER, "--idle-seconds=0.05", **environment) as process:
        try:
            yield process
        finally:
            process.kill()


def stopped(process: subprocess.Popen[str]) -> str:
    """Say SIGTERM, wait for a good end, and return what it said."""
    process.send_signal(signal.SIGTERM)
    said, wrong = process.communicate(timeout=30)
    assert (process.returncode, wrong) == (0, "")
    return said


def test_one_pass_mails_and_books(project: Project) -> None:
    """Paid through the webhook under ATOMIC_REQUESTS; then the app's own subscriber and the mail, each once."""
    assert project.run("buy.py", "1017") == "confirmed\n"
    assert project.run(*WORKER, "--once") == "2 done, 0 skipped, 0 to retry, 0 dead\n"
    assert project.run("booked.py") == "1017\n"
    (mail,) = project.mails()
    assert b"To: sara@example.com" in mail.read_bytes()
    assert project.run(*WORKER, "--once").startswith("0 done")


def test_sigterm_lets_the_work_in_hand_be_finished(project: Project) -> None:
    """It is told to stop in the middle of a booking: the booking is made, and the worker says goodbye."""
    project.run("buy.py", "1017")
    with working(project, SLOW="yes") as worker:
        until((project.folder / "begun").exists)
        worker.send_signal(signal.SIGTERM)
        (project.folder / "go").touch()
        said = stopped(worker)
    assert said.splitlines()[0] == "working for boutique:test; stop with Ctrl-C or SIGTERM"
    assert said.splitlines()[-1] == "stopped"
    assert project.run("booked.py") == "1017\n"


def test_a_booking_that_fails_leaves_nothing_behind(project: Project) -> None:
    """A transactional subscriber's writes are undone with it, and made once when it succeeds at last."""
    project.run("buy.py", "1017")
    (project.folder / "broken").touch()
    said = project.run(*WORKER, "--once")
    assert "1 to retry" in said
    assert "sara" not in said
    assert project.run("booked.py") == "\n"
    (project.folder / "broken").unlink()
    with working(project) as worker:
        until(lambda: project.run("booked.py") == "1017\n")
        stopped(worker)


def test_wrong_settings_are_told_under_an_exit_code_of_their_own(project: Project) -> None:
    """2: could not run; one line, no traceback, no key."""
    said = project.run(*WORKER, "--once", code=2, KEY="pk_test_hidden")
    assert said.startswith("CommandError: ConfigurationError: settings are missing or wrong")
    assert "Traceback" not in said
    assert "hidden" not in said


def test_a_database_without_tables_is_told_likewise(project: Project) -> None:
    """Nobody migrated."""
    (project.folder / "shop.db").unlink()
    assert "Traceback" not in project.run(*WORKER, "--once", code=2)


def test_a_database_that_restarts_is_waited_for(postgres: Postgres, tmp_path: Path) -> None:
    """PostgreSQL ends every connection of the worker: it goes on over a new one."""
    with postgres.fresh_database() as name:
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "USER": "postgres",
            "HOST": str(postgres.directory),
            "NAME": name,
            "CONN_MAX_AGE": None,
        }
        project = Project(tmp_path, {"DATABASE": json.dumps(database)})
        project.run("-m", "django", "migrate", "--verbosity=0")
        with working(project) as worker, psycopg.connect(postgres.conninfo(), autocommit=True) as staff:
            connected = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
            until(lambda: staff.execute(connected, [name]).fetchone() == (1,))
            project.run("buy.py", "1017")
            until(lambda: project.run("booked.py") == "1017\n")
            stopped(worker)
