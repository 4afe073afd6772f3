"""The shipped senders keep the sender's contract, and senders that do not are found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gulf_payments.errors import MailUnavailable
from gulf_payments.mail import FileSender, MailMessage, MemorySender, SMTPSender
from gulf_payments.testing.contracts.senders import (
    SENDER_CHECKS,
    Post,
    check_a_final_refusal_is_final,
    check_a_mail_arrives_as_it_was_meant,
    check_the_same_mail_again_is_recognisable,
)
from tests.mailservers import MailServer

Check = Callable[[Post], None]


@pytest.mark.parametrize("check", SENDER_CHECKS)
def test_the_smtp_sender(check: Check, smtp_server: MailServer) -> None:
    """Over a real SMTP server that can refuse."""
    sender = SMTPSender(smtp_server.host, smtp_server.port, use_tls=False)
    check(
        Post(
            sender,
            arrived=lambda: [letter.content for letter in smtp_server.letters],
            refuse_for_good=lambda: smtp_server.refusals.update(RCPT="550 5.1.1 no such user"),
            put_off=lambda: smtp_server.refusals.update(RCPT="451 4.3.0 later"),
        )
    )


@pytest.mark.parametrize("check", SENDER_CHECKS)
def test_the_memory_sender(check: Check) -> None:
    """In a list."""
    sender = MemorySender()
    check(Post(sender, arrived=lambda: [mail.as_bytes() for mail in sender.sent]))


@pytest.mark.parametrize("check", [check_a_mail_arrives_as_it_was_meant])
def test_the_file_sender(check: Check, tmp_path: Path) -> None:
    """In a folder, where the same mail again replaces itself."""
    check(Post(FileSender(tmp_path), arrived=lambda: [path.read_bytes() for path in tmp_path.glob("*.eml")]))


class _Saboteur:
    """A sender that changes what it sends."""

    def __init__(self, change: Callable[[MailMessage], MailMessage]) -> None:
        self.change, self.sent = change, list[bytes]()

    def send(self, message: MailMessage) -> None:
        self.sent.append(self.change(message).as_bytes())


def test_a_sender_that_mangles_the_subject_is_found_out() -> None:
    """It cuts the subject at the first space."""
    saboteur = _Saboteur(lambda mail: replace(mail, subject=mail.subject.split()[0]))
    with pytest.raises(AssertionError, match="تأكيد"):
        check_a_mail_arrives_as_it_was_meant(Post(saboteur, arrived=lambda: saboteur.sent))


def test_a_sender_that_makes_its_own_message_ids_is_found_out() -> None:
    """A repeated mail would look like a new one."""
    numbers = iter("12")
    saboteur = _Saboteur(lambda mail: replace(mail, message_id=f"<{next(numbers)}@x.example>"))
    with pytest.raises(AssertionError, match="meant"):
        check_the_same_mail_again_is_recognisable(Post(saboteur, arrived=lambda: saboteur.sent))


class _Deaf:
    """A sender that calls every refusal passing, or hears none at all."""

    def __init__(self, trouble: Exception | None) -> None:
        self.trouble = trouble

    def send(self, _: MailMessage) -> None:
        if self.trouble:
            raise self.trouble


@pytest.mark.parametrize("trouble", [None, MailUnavailable("later"), MailUnavailable("sara@example.com is away")])
def test_a_sender_that_does_not_hear_a_refusal_is_found_out(trouble: Exception | None) -> None:
    """A swallowed refusal, and a final one called passing, both fail the check."""
    with pytest.raises(AssertionError):
        check_a_final_refusal_is_final(Post(_Deaf(trouble), arrived=list, refuse_for_good=lambda: None))
