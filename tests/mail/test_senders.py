"""Senders against a real mail server, and what the outbox is told when it fails."""

from __future__ import annotations

import io
import socket
import traceback
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from gulf_payments.errors import ConfigurationError, MailRejected, MailUnavailable
from gulf_payments.mail import ConsoleSender, FileSender, SMTPSender
from tests.mail.samples import NOW, a_mail, an_order, composed, confirmed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mailservers import MailServer


def _plain(server: MailServer, **options: float) -> SMTPSender:
    return SMTPSender(server.host, server.port, use_tls=False, **options)  # type: ignore[arg-type]


def _secure(server: MailServer, password: str | None = None) -> SMTPSender:
    return SMTPSender(
        server.host, server.port, server.username, password or server.password, tls_context=server.tls_context()
    )


def test_a_mail_arrives_as_it_was_composed(smtp_server: MailServer) -> None:
    """Subject, both parts and envelope cross a real server unchanged."""
    mail = a_mail(sender=_plain(smtp_server))
    event = confirmed(an_order())
    mail.deliver(event)
    message = mail.compose(event, now=NOW)
    assert message is not None
    (letter,) = smtp_server.letters
    assert (letter.sender, letter.recipients) == ("noreply@gulfemperor.com", ("sara@example.com",))
    assert letter.message["Subject"] == message.subject
    assert letter.message["Message-ID"] == message.message_id
    plain, html = letter.message.iter_parts()
    assert plain.get_content().splitlines() == message.text.splitlines()
    assert html.get_content().splitlines() == message.html.splitlines()


def test_a_provider_gets_tls_and_a_login(smtp_tls_server: MailServer) -> None:
    """Against a server that insists on both, the mail crosses encrypted."""
    _secure(smtp_tls_server).send(composed(confirmed(an_order())))
    assert [letter.encrypted for letter in smtp_tls_server.letters] == [True]


def test_a_wrong_password_may_be_put_right(smtp_tls_server: MailServer) -> None:
    """A refused login is no fault of the mail: it is kept for later, and the sentence says what to check."""
    with pytest.raises(MailUnavailable, match="username and password") as refused:
        _secure(smtp_tls_server, password="wrong").send(composed(confirmed(an_order())))
    assert "wrong" not in str(refused.value)
    assert smtp_tls_server.letters == []


def test_a_login_that_was_forgotten_may_be_put_right(smtp_tls_server: MailServer) -> None:
    """A server that asks for a login nobody gave refuses every mail, not this one."""
    sender = SMTPSender(smtp_tls_server.host, smtp_tls_server.port, tls_context=smtp_tls_server.tls_context())
    with pytest.raises(MailUnavailable, match="530"):
        sender.send(composed(confirmed(an_order())))


def test_an_unknown_certificate_is_not_trusted(smtp_tls_server: MailServer) -> None:
    """With the system's authorities the test server is a stranger, and gets nothing."""
    sender = SMTPSender(smtp_tls_server.host, smtp_tls_server.port, smtp_tls_server.username, smtp_tls_server.password)
    with pytest.raises(MailUnavailable, match="SSLCertVerificationError"):
        sender.send(composed(confirmed(an_order())))
    assert smtp_tls_server.letters == []


def test_a_server_without_tls_is_not_given_the_mail(smtp_server: MailServer) -> None:
    """STARTTLS that is asked for and not offered stops the mail."""
    with pytest.raises(MailUnavailable, match="STARTTLS"):
        SMTPSender(smtp_server.host, smtp_server.port).send(composed(confirmed(an_order())))
    assert smtp_server.letters == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_permanent_refusal_is_final(smtp_server: MailServer, command: str) -> None:
    """A 5xx answer to any step means that this mail will never be taken."""
    smtp_server.refusals[command] = "550 5.1.1 <sara@example.com> is unknown"
    with pytest.raises(MailRejected, match=r"550 5\.1\.1"):
        _plain(smtp_server).send(composed(confirmed(an_order())))


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_temporary_refusal_is_tried_again(smtp_server: MailServer, command: str) -> None:
    """A 4xx answer to any step means: later."""
    smtp_server.refusals[command] = "451 4.7.1 greylisted, try again"
    with pytest.raises(MailUnavailable, match=r"451 4\.7\.1"):
        _plain(smtp_server).send(composed(confirmed(an_order())))
    smtp_server.refusals.clear()
    _plain(smtp_server).send(composed(confirmed(an_order())))
    assert len(smtp_server.letters) == 1


def test_no_error_repeats_an_address(smtp_server: MailServer) -> None:
    """Servers quote the recipient in their refusals; our errors, with everything behind them, do not."""
    for command in ("MAIL", "RCPT", "DATA"):
        smtp_server.refusals = {command: "550 5.1.1 <sara@example.com> is unknown"}
        with pytest.raises(MailRejected) as refused:
            _plain(smtp_server).send(composed(confirmed(an_order())))
        assert "sara" not in "".join(traceback.format_exception(refused.value))


def test_nobody_there_is_tried_again() -> None:
    """A port where nothing listens is a server that is away."""
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(MailUnavailable, match="ConnectionRefusedError"):
        SMTPSender("127.0.0.1", port).send(composed(confirmed(an_order())))


def test_silence_ends() -> None:
    """A server that takes the call and says nothing is left after the timeout."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        sender = SMTPSender("127.0.0.1", silent.getsockname()[1], timeout_seconds=0.2)
        with pytest.raises(MailUnavailable, match="did not take the mail"):
            sender.send(composed(confirmed(an_order())))


def test_a_sender_hides_its_password() -> None:
    """It can be logged."""
    assert "hush" not in repr(SMTPSender("smtp.example.com", 587, "shop", "hush"))


def test_the_console_shows_what_a_customer_would_read() -> None:
    """Recipient, subject and text, for a developer's eyes."""
    stream = io.StringIO()
    message = composed(confirmed(an_order()))
    ConsoleSender(stream).send(message)
    for shown in ("To: sara@example.com", f"Subject: {message.subject}", message.text):
        assert shown in stream.getvalue()


def test_a_folder_keeps_mails_that_open(tmp_path: Path) -> None:
    """Each mail is an .eml and an .html; sent twice it is still one; nothing to write to is tried again."""
    sender, message = FileSender(tmp_path / "mails"), composed(confirmed(an_order()))
    sender.send(message)
    sender.send(message)
    eml, html = sorted((tmp_path / "mails").iterdir())
    assert (eml.suffix, html.suffix) == (".eml", ".html")
    assert eml.name.startswith("order_confirmation-ar-")
    assert eml.read_bytes() == message.as_bytes()
    assert html.read_text("utf-8") == message.html
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailUnavailable):
        FileSender(tmp_path / "file").send(message)


def test_a_password_that_smtp_cannot_send_is_refused_at_once() -> None:
    """An Arabic password would fail at every mail; it is refused at start-up, and not shown."""
    with pytest.raises(ConfigurationError, match="app password") as refused:
        SMTPSender("smtp.example.com", username="shop", password="سر-مهم")
    assert "مهم" not in str(refused.value)
