"""What became of the mails can be read and is logged, without saying who got them."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from gulf_payments.errors import MailRejected, MailUnavailable
from gulf_payments.mail import MailMessage
from gulf_payments.mail.tally import masked
from tests.mail.samples import a_mail, an_order, confirmed, disputed


class _Moody:
    """A sender that does what it was told last."""

    trouble: Exception | None = None

    def send(self, _: MailMessage) -> None:
        if self.trouble:
            raise self.trouble


def test_each_outcome_is_counted_by_mail(caplog: pytest.LogCaptureFixture) -> None:
    """Sent, put off, refused for good, and broken: a page of figures reads how many, and how long they took."""
    sender = _Moody()
    mail = a_mail(sender=sender)
    with caplog.at_level(logging.INFO, "gulf_payments.mail"):
        for sender.trouble in (None, None, MailUnavailable("later"), MailRejected("never"), ZeroDivisionError()):
            with suppress(MailUnavailable, MailRejected, ZeroDivisionError):
                mail.deliver(confirmed(an_order()))
        sender.trouble = None
        mail.deliver(disputed(an_order()))
    counted = {(row.name, row.outcome): row.count for row in mail.tally.rows()}
    assert counted == {
        ("alert", "sent"): 1,
        ("order_confirmation", "broken"): 1,
        ("order_confirmation", "put_off"): 1,
        ("order_confirmation", "rejected"): 1,
        ("order_confirmation", "sent"): 2,
    }
    assert all(row.seconds >= 0 for row in mail.tally.rows())
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "WARNING", "WARNING", "WARNING", "INFO"]


def test_the_log_finds_a_mail_and_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """Its effect, its outcome and a masked address: enough to answer who asks for a missing mail."""
    with caplog.at_level(logging.INFO, "gulf_payments.mail"):
        a_mail().deliver(confirmed(an_order()))
    assert "order_confirmation order:10457:confirm to s•••@example.com: sent in" in caplog.text
    assert "sara" not in caplog.text
    assert masked(["a@x.example", "bo@y.example"]) == "a•••@x.example, b•••@y.example"


def test_what_has_no_mail_is_not_counted() -> None:
    """An event without a mail leaves no trace, and each `Mail` counts for itself."""
    mail = a_mail(without={"order_confirmation"})
    mail.deliver(confirmed(an_order()))
    assert mail.tally.rows() == []


def test_threads_count_together() -> None:
    """Four threads send a hundred mails; none is lost from the count."""
    mail = a_mail()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(mail.deliver, [confirmed(an_order())] * 100))
    assert [row.count for row in mail.tally.rows()] == [100]
