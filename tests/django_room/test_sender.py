"""Our mails over Django's mail backends."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

from gulf_payments.django.sender import DjangoSender, Letter
from gulf_payments.errors import MailRejected, MailUnavailable
from gulf_payments.testing.contracts.senders import SENDER_CHECKS, Post, sample_mail
from tests.mailservers import MailServer

SMTP = "django.core.mail.backends.smtp.EmailBackend"
HERE = "tests.django_room.test_sender."


@pytest.mark.parametrize("check", SENDER_CHECKS)
def test_the_contract_over_smtp(check: Callable[[Post], None], smtp_server: MailServer) -> None:
    """Over a real SMTP server that can refuse, as Django's own settings name it."""
    post = Post(
        DjangoSender(SMTP),
        arrived=lambda: [letter.content for letter in smtp_server.letters],
        refuse_for_good=lambda: smtp_server.refusals.update(RCPT="550 5.1.1 no such user"),
        put_off=lambda: smtp_server.refusals.update(RCPT="451 4.3.0 later"),
    )
    with override_settings(EMAIL_HOST=smtp_server.host, EMAIL_PORT=smtp_server.port, EMAIL_USE_TLS=False):
        check(post)


@pytest.mark.parametrize("check", SENDER_CHECKS)
def test_the_contract_in_the_outbox_of_tests(check: Callable[[Post], None]) -> None:
    """In `django.core.mail.outbox`, where a shop's tests look."""
    check(Post(DjangoSender(), arrived=lambda: [letter.message().as_bytes() for letter in mail.outbox]))


def test_the_bytes_and_the_envelope_cross_smtp_unaltered(smtp_server: MailServer) -> None:
    """What `Mail` made is what arrives, to the byte."""
    with override_settings(EMAIL_HOST=smtp_server.host, EMAIL_PORT=smtp_server.port, EMAIL_USE_TLS=False):
        DjangoSender(SMTP).send(sample_mail())
    (letter,) = smtp_server.letters
    assert letter.content == sample_mail().as_bytes()
    assert (letter.sender, letter.recipients) == ("noreply@shop.example", ("sara@example.com",))


def test_a_file_holds_the_bytes(tmp_path: Path) -> None:
    """Django's file backend writes the mail as it is, and then a rule of its own."""
    with override_settings(EMAIL_FILE_PATH=tmp_path):
        DjangoSender("django.core.mail.backends.filebased.EmailBackend").send(sample_mail())
    (file,) = tmp_path.iterdir()
    assert file.read_bytes().startswith(sample_mail().as_bytes())


def test_the_console_shows_the_mail(capsys: pytest.CaptureFixture[str]) -> None:
    """Django's console backend prints it."""
    DjangoSender("django.core.mail.backends.console.EmailBackend").send(sample_mail())
    assert sample_mail().message_id in capsys.readouterr().out


def test_the_fields_say_the_same_for_providers_apis() -> None:
    """A backend that hands fields to an API finds subject, both texts, answers' address and our headers."""
    told = sample_mail()
    letter = Letter(told)
    assert (letter.subject, letter.body, letter.to, letter.reply_to) == (
        told.subject,
        told.text,
        ["sara@example.com"],
        ["support@shop.example"],
    )
    assert "<noreply@shop.example>" in letter.from_email
    assert [tuple(part) for part in letter.alternatives] == [(told.html, "text/html")]
    assert letter.extra_headers["Message-ID"] == told.message_id
    by_django = message_from_bytes(super(Letter, letter).message().as_bytes(), policy=policy.default)
    assert str(by_django["Subject"]).strip() == told.subject


@pytest.mark.parametrize(
    "changes",
    [
        {"recipients": ("a@x.example\r\nBcc: all@x.example",)},
        {"recipients": ("a@x.example, b@x.example",)},
        {"sender": "a@x.example\nX: y"},
        {"reply_to": "a@x.example\r\nX: y"},
        {"message_id": "<1@x.example>\r\nX: y"},
        {"references": ("<1@x.example>\nX: y",)},
        {"language": "ar\r\nX: y"},
    ],
)
def test_no_line_of_its_own_enters_the_head(changes: dict[str, Any]) -> None:
    """An address, id or language that would break its line is refused for good, and nothing is sent."""
    with pytest.raises(MailRejected):
        DjangoSender().send(replace(sample_mail(), **changes))
    assert mail.outbox == []


def test_subject_and_name_with_line_breaks_become_one_line() -> None:
    """They are encoded; the field for APIs has a space."""
    DjangoSender().send(replace(sample_mail(), subject="a\r\nBcc: all@x.example", sender_name="b\r\nBcc: c"))
    (letter,) = mail.outbox
    assert letter.message()["Bcc"] is None
    assert "\n" not in letter.subject + letter.from_email


class Provider(BaseEmailBackend):
    """The backend of a provider whose API has errors of its own, with the address in them."""

    def send_messages(self, _: object) -> int:
        """Fail."""
        raise RuntimeError("sara@example.com is on our suppression list")


class Silent(BaseEmailBackend):
    """A backend that fails silently."""

    def send_messages(self, _: object) -> int:
        """Take nothing."""
        return 0


@pytest.mark.parametrize("name", ["Provider", "Silent"])
def test_what_a_backend_raises_is_tried_again_and_names_nobody(name: str) -> None:
    """Whatever it is, the outbox tries again, and no address reaches the log."""
    with pytest.raises(MailUnavailable) as refused:
        DjangoSender(HERE + name).send(sample_mail())
    assert refused.value.safe_to_retry
    assert "sara" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_server_that_is_away_is_tried_again() -> None:
    """Nobody listens there."""
    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=9), pytest.raises(MailUnavailable):
        DjangoSender(SMTP).send(sample_mail())


@pytest.mark.parametrize("refusal", [{"MAIL": "550 5.7.1 no"}, {"DATA": "554 5.6.0 no"}])
def test_a_refusal_at_any_step_is_final(smtp_server: MailServer, refusal: dict[str, str]) -> None:
    """Of the sender, or of the mail itself."""
    smtp_server.refusals.update(refusal)
    with (
        override_settings(EMAIL_HOST=smtp_server.host, EMAIL_PORT=smtp_server.port, EMAIL_USE_TLS=False),
        pytest.raises(MailRejected),
    ):
        DjangoSender(SMTP).send(sample_mail())


def test_a_server_without_starttls_is_hung_up_on(smtp_server: MailServer) -> None:
    """A mail that waits for STARTTLS in vain leaves no open line behind: pytest makes an error of one that is."""
    with override_settings(EMAIL_HOST=smtp_server.host, EMAIL_PORT=smtp_server.port, EMAIL_USE_TLS=True):
        with pytest.raises(MailUnavailable):
            DjangoSender(SMTP).send(sample_mail())
        gc.collect()
