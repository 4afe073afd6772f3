"""The real parts that the tests run against: SQLite, PostgreSQL and SMTP."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.chromium import ChromiumUnavailable, running_chromium
from tests.databases import Postgres, PostgresUnavailable, running_postgres
from tests.djangos import (  # noqa: F401 - fixtures of the whole run
    _postgres_tables,
    _sqlite_tables,
    django_alias,
    django_db_setup,
    django_postgres,
    django_sqlite,
)
from tests.fake_stripe.fidelity.watch import _published_schema  # noqa: F401 - a fixture of the whole run
from tests.mailservers import MailServer, MoodyServer, moody_mail_server, plain_mail_server, tls_mail_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `pytest tests/mail/test_golden.py --golden` write the mails' golden files anew."""
    parser.addoption("--golden", action="store_true", help="write the golden files of the mails anew")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Run one PostgreSQL for the session; without one, skip on a laptop and fail in CI."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except PostgresUnavailable as error:
            if os.environ.get("CI"):
                pytest.fail(f"CI must have a PostgreSQL: {error}")
            pytest.skip(f"no PostgreSQL here: {error}")
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database, dropped after the test."""
    with postgres.fresh_database() as name:
        yield postgres.url(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture(params=["sqlite_url", "postgres_url"], ids=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test twice, on an empty database of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Found a certificate authority for the session."""
    return trustme.CA()


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """Run an SMTP server that takes plain mail from anyone."""
    with plain_mail_server() as server:
        yield server


@pytest.fixture
def smtp_tls_server(authority: trustme.CA, tmp_path: Path) -> Iterator[MailServer]:
    """Run an SMTP server that insists on STARTTLS and a login."""
    with tls_mail_server(authority, tmp_path / "authority.pem") as server:
        yield server


@pytest.fixture
def moody_server() -> Iterator[MoodyServer]:
    """Run an SMTP server that answers as its moods say."""
    with moody_mail_server() as server:
        yield server


# One Chromium for each module: Playwright keeps an event loop running as long as it lives, and other tests want theirs.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a Chromium; without one, skip on a laptop and fail in CI."""
    try:
        with running_chromium() as browser:
            yield browser
    except ChromiumUnavailable as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have a Chromium: {error}")
        pytest.skip(f"no Chromium here: {error}")
