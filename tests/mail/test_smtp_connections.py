"""Connections are kept from mail to mail, and no mail is handed over twice, whatever the server does."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gulf_payments.errors import MailRejected, MailUnavailable
from gulf_payments.mail import MailMessage, SMTPSender
from gulf_payments.mail.smtp import KeptConnections
from gulf_payments.orders import Customer
from tests.mail.samples import a_mail, an_order, composed, confirmed, disputed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mailservers import MailServer, MoodyServer


@pytest.fixture
def letter() -> MailMessage:
    """Return a mail to send."""
    return composed(confirmed(an_order()))


@pytest.fixture
def sender(moody_server: MoodyServer) -> Iterator[SMTPSender]:
    """Return a sender to the server with moods."""
    with closing(SMTPSender("127.0.0.1", moody_server.port, use_tls=False, timeout_seconds=5)) as sender:
        yield sender


def test_one_login_serves_many_mails(smtp_tls_server: MailServer, letter: MailMessage) -> None:
    """Three mails in a row cross one encrypted connection."""
    server = smtp_tls_server
    context = server.tls_context()
    with closing(SMTPSender(server.host, server.port, server.username, server.password, tls_context=context)) as sender:
        for _ in range(3):
            sender.send(letter)
    assert len({received.peer for received in server.letters}) == 1
    assert [received.encrypted for received in server.letters] == [True] * 3


def test_without_time_to_keep_it_each_mail_has_its_own(moody_server: MoodyServer, letter: MailMessage) -> None:
    """`keep_seconds=0` connects for each mail, and says goodbye after it."""
    sender = SMTPSender("127.0.0.1", moody_server.port, use_tls=False, keep_seconds=0)
    sender.send(letter)
    sender.send(letter)
    assert moody_server.mails == [1, 2]
    assert moody_server.verbs(1)[-1] == moody_server.verbs(2)[-1] == "QUIT"


def test_a_connection_that_died_between_two_mails_is_replaced(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage
) -> None:
    """The server hung up while nobody wrote: the next mail goes out over a new connection, and nobody notices."""
    moody_server.moods[1, "NOOP"] = ""
    sender.send(letter)
    sender.send(letter)
    assert moody_server.mails == [1, 2]


def test_a_server_that_shuts_down_is_left(sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage) -> None:
    """Asked whether it lives, it says 421: that connection carries no further mail."""
    moody_server.moods[1, "NOOP"] = "421 4.3.2 going down"
    sender.send(letter)
    sender.send(letter)
    assert moody_server.mails == [1, 2]


def test_a_server_that_has_had_enough_of_a_connection_gets_another(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage
) -> None:
    """421 to the next mail's first word: of the mail nothing was said yet, so it goes over a new one at once."""
    sender.send(letter)
    moody_server.moods[1, "MAIL"] = "421 4.7.0 too many mails on this connection"
    sender.send(letter)
    assert moody_server.mails == [1, 2]


def test_a_new_connection_that_says_421_is_not_insisted_upon(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage
) -> None:
    """The same answer to a fresh connection is the server's wish: later."""
    moody_server.moods[1, "MAIL"] = "421 4.7.0 not now"
    with pytest.raises(MailUnavailable, match=r"421 4\.7\.0"):
        sender.send(letter)
    assert moody_server.mails == []


@pytest.mark.parametrize("answer", ["", "451 4.3.0 disk full"])
@pytest.mark.parametrize("already_sent", [0, 1])
def test_a_mail_whose_end_is_unknown_is_not_sent_again(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage, answer: str, already_sent: int
) -> None:
    """The server has the whole mail and hangs up or complains: over a kept connection, too, it was told once."""
    for _ in range(already_sent):
        sender.send(letter)
    moody_server.moods[1, "."] = answer
    with pytest.raises(MailUnavailable):
        sender.send(letter)
    assert len(moody_server.mails) == already_sent + 1


def test_a_greylisted_mail_is_taken_later_over_the_same_connection(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage
) -> None:
    """Put off at the recipient; the outbox comes back, and the connection was kept."""
    moody_server.moods[1, "RCPT"] = "451 4.7.1 greylisted, come back in a minute"
    with pytest.raises(MailUnavailable, match=r"451 4\.7\.1"):
        sender.send(letter)
    moody_server.moods.clear()
    sender.send(letter)
    assert moody_server.mails == [1]


def test_a_refused_mail_does_not_spoil_the_next(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage
) -> None:
    """A recipient that does not exist is final for that mail; the connection is reset and carries another."""
    moody_server.moods[1, "RCPT"] = "550 5.1.1 no such user"
    with pytest.raises(MailRejected):
        sender.send(letter)
    moody_server.moods.clear()
    sender.send(letter)
    assert moody_server.mails == [1]
    assert "RSET" in moody_server.verbs(1)


def test_a_rude_goodbye_does_not_repeat_the_mail(
    sender: SMTPSender, moody_server: MoodyServer, letter: MailMessage
) -> None:
    """Once the server has taken the mail, a connection that breaks at the end is no failure."""
    moody_server.moods[1, "QUIT"] = ""
    sender.send(letter)
    sender.close()
    assert moody_server.mails == [1]


def test_one_reader_of_several_is_refused_aloud(smtp_server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    """Staff's mail goes to those whom the server takes; the log says how many it did not, and not who they are."""
    smtp_server.refusals["RCPT:b@x.example"] = "550 5.1.1 unknown"
    staff = composed(disputed(an_order()), alert_addresses=("a@x.example", "b@x.example"))
    with closing(SMTPSender(smtp_server.host, smtp_server.port, use_tls=False)) as plain:
        plain.send(staff)
    assert [received.recipients for received in smtp_server.letters] == [("a@x.example",)]
    assert "refused 1 of its readers with [550]" in caplog.text
    assert "b@x.example" not in caplog.text


def test_threads_never_share_a_connection_in_use(smtp_server: MailServer) -> None:
    """Eight threads send forty mails through one sender: each arrives once, and at most eight connections were made."""
    with closing(SMTPSender(smtp_server.host, smtp_server.port, use_tls=False)) as sender:
        mail = a_mail(sender=sender)
        orders = [an_order(id=str(n), customer=Customer(email=f"c{n}@x.example", locale="ar")) for n in range(40)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(mail.deliver, map(confirmed, orders)))
    arrived = sorted(received.recipients[0] for received in smtp_server.letters)
    assert arrived == sorted(f"c{n}@x.example" for n in range(40))
    assert len({received.peer for received in smtp_server.letters}) <= 8


def test_a_child_process_leaves_its_parents_connections_alone(smtp_server: MailServer, letter: MailMessage) -> None:
    """What was kept before a fork is the parent's: the other process calls the server itself."""
    with closing(SMTPSender(smtp_server.host, smtp_server.port, use_tls=False)) as sender:
        sender.send(letter)
        sender._kept._process = -1  # as the child sees it
        sender.send(letter)
    assert len({received.peer for received in smtp_server.letters}) == 2


def test_a_connection_that_waited_too_long_is_left(moody_server: MoodyServer) -> None:
    """After `keep_seconds` a connection is said goodbye to; a younger one is asked whether it lives, and taken."""
    now = [0.0]
    kept = KeptConnections(30, clock=lambda: now[0])
    old, young = (smtplib.SMTP("127.0.0.1", moody_server.port, timeout=5) for _ in range(2))
    kept.keep(old)
    now[0] = 20.0
    kept.keep(young)
    now[0] = 31.0
    assert kept.take() is young
    young.close()
    assert (moody_server.verbs(1), moody_server.verbs(2)) == (["QUIT"], ["NOOP"])
    assert kept.take() is None


def test_a_sender_is_no_worse_for_being_copied(smtp_server: MailServer, letter: MailMessage) -> None:
    """A copy with another setting has connections of its own."""
    with closing(SMTPSender(smtp_server.host, smtp_server.port, use_tls=False)) as sender:
        sender.send(letter)
        with closing(replace(sender, timeout_seconds=3)) as copy:
            copy.send(letter)
    assert len({received.peer for received in smtp_server.letters}) == 2
