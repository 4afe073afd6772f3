"""The parts under every other test are what they claim to be."""

from __future__ import annotations

import shutil
import smtplib
import sqlite3
import ssl
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from tests.databases import Postgres
    from tests.mailservers import MailServer

ROOT = Path(__file__).parent.parent


def _letter(to: str = "sara@example.com") -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "shop@example.com", to, "تم تأكيد طلبك"
    letter.set_content("شكرًا لك")
    return letter


def test_both_databases_keep_what_was_committed(database_url: str) -> None:
    """An Arabic text committed on one connection is read by another."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE item (name TEXT)"))
        connection.execute(text("INSERT INTO item VALUES ('عود ملكي')"))
    engine.dispose()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM item")).scalar_one() == "عود ملكي"
    engine.dispose()


def test_postgresql_answers_as_itself(postgres: Postgres) -> None:
    """The server is PostgreSQL 18 or newer, reads committed rows only and speaks UTF-8."""
    with psycopg.connect(postgres.conninfo()) as connection:
        assert connection.info.server_version >= 180000
        assert connection.execute("SHOW transaction_isolation").fetchone() == ("read committed",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_each_database_is_new_and_leaves_nothing(postgres: Postgres) -> None:
    """A second database does not see the first one's table, and both are gone afterwards, in use or not."""
    with postgres.fresh_database() as first, postgres.fresh_database() as second:
        lingering = psycopg.connect(postgres.conninfo(first), autocommit=True)
        lingering.execute("CREATE TABLE item (name TEXT)")
        with (
            psycopg.connect(postgres.conninfo(second)) as other,
            pytest.raises(psycopg.errors.UndefinedTable),
        ):
            other.execute("SELECT * FROM item")
    lingering.close()
    with psycopg.connect(postgres.conninfo()) as connection:
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
    assert not {(first,), (second,)} & set(rows)


def test_a_database_can_be_copied_from_another(postgres: Postgres) -> None:
    """A database made from a template starts with the template's rows."""
    with postgres.fresh_database() as original:
        with psycopg.connect(postgres.conninfo(original)) as connection:
            connection.execute("CREATE TABLE item AS SELECT 'oud' AS name")
        with (
            postgres.fresh_database(template=original) as copy,
            psycopg.connect(postgres.conninfo(copy)) as connection,
        ):
            assert connection.execute("SELECT name FROM item").fetchone() == ("oud",)


@pytest.mark.usefixtures("postgres")
def test_a_killed_test_run_leaves_no_server_running() -> None:
    """The server stops by itself when the process that started it is killed without warning."""
    program = (
        "import time\n"
        "from tests.databases import running_postgres\n"
        "with running_postgres() as server:\n"
        "    print(server.directory, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        directory = Path(run.stdout.readline().strip())
        alive = directory / "data" / "postmaster.pid"
        assert alive.exists()
        run.kill()
    _wait_until_gone(alive)
    shutil.rmtree(directory)


def _wait_until_gone(path: Path) -> None:
    for _ in range(200):
        if not path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} is still there")


def test_sqlite_url_names_a_file_of_its_own(sqlite_url: str) -> None:
    """The SQLite database is a file, so that a second process can open it."""
    with sqlite3.connect(make_url(sqlite_url).database or "") as connection:
        connection.execute("CREATE TABLE item (name TEXT)")
    connection.close()
    assert Path(make_url(sqlite_url).database or "").stat().st_size > 0


def test_a_letter_arrives_as_it_was_sent(smtp_server: MailServer) -> None:
    """The plain server keeps envelope, subject and text of an Arabic mail."""
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.send_message(_letter())
    (letter,) = smtp_server.letters
    assert (letter.sender, letter.recipients) == ("shop@example.com", ("sara@example.com",))
    assert letter.message["Subject"] == "تم تأكيد طلبك"
    assert letter.message.get_content().strip() == "شكرًا لك"
    assert not letter.encrypted


def test_the_server_refuses_what_it_was_told_to_refuse(smtp_server: MailServer) -> None:
    """A refusal reaches the client with its code, and nothing is kept."""
    smtp_server.refusals["RCPT"] = "550 5.1.1 no such user"
    with (
        smtplib.SMTP(smtp_server.host, smtp_server.port) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
    ):
        client.send_message(_letter(to="nobody@example.com"))
    assert refused.value.recipients["nobody@example.com"] == (550, b"5.1.1 no such user")
    assert smtp_server.letters == []


def test_the_provider_takes_a_letter_after_starttls_and_login(smtp_tls_server: MailServer) -> None:
    """With the certificate checked and the right password, the mail crosses encrypted."""
    with smtplib.SMTP(smtp_tls_server.host, smtp_tls_server.port) as client:
        client.starttls(context=smtp_tls_server.tls_context())
        client.login(smtp_tls_server.username, smtp_tls_server.password)
        client.send_message(_letter())
    assert [letter.encrypted for letter in smtp_tls_server.letters] == [True]


def test_the_provider_refuses_mail_in_the_clear(smtp_tls_server: MailServer) -> None:
    """Without STARTTLS not even the sender's address is accepted."""
    with (
        smtplib.SMTP(smtp_tls_server.host, smtp_tls_server.port) as client,
        pytest.raises(smtplib.SMTPResponseException, match="STARTTLS"),
    ):
        client.send_message(_letter())
    assert smtp_tls_server.letters == []


def test_the_provider_refuses_a_wrong_password(smtp_tls_server: MailServer) -> None:
    """An unknown login ends in an authentication error, and no mail is taken without one."""
    with smtplib.SMTP(smtp_tls_server.host, smtp_tls_server.port) as client:
        client.starttls(context=smtp_tls_server.tls_context())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(smtp_tls_server.username, "wrong")
        with pytest.raises(smtplib.SMTPSenderRefused, match="Authentication required"):
            client.send_message(_letter())


def test_a_stranger_to_the_authority_does_not_trust_the_provider(smtp_tls_server: MailServer) -> None:
    """A client with the usual authorities turns away at STARTTLS: the certificate is really checked."""
    with (
        smtplib.SMTP(smtp_tls_server.host, smtp_tls_server.port) as client,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        client.starttls(context=ssl.create_default_context())
