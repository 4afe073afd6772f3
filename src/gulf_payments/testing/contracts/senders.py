"""What a mail sender must keep: the mail arrives as it was meant, and a refusal says whether it may pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from gulf_payments.errors import MailError, MailRejected, MailUnavailable
from gulf_payments.mail import MailMessage, Sender

ADDRESS = "sara@example.com"


@dataclass(frozen=True, slots=True)
class Post:
    """A sender and the place where its mails arrive.

    `arrived` gives the raw mails so far. `refuse_for_good` and `put_off` make that place answer the next mail so; leave
    them out for a sender that nothing can refuse, such as one that writes to a list.
    """

    sender: Sender
    arrived: Callable[[], Sequence[bytes]]
    refuse_for_good: Callable[[], None] | None = None
    put_off: Callable[[], None] | None = None


def sample_mail(key: str = "order:1017:confirm") -> MailMessage:
    """An Arabic mail with a long subject, isolates, and lines that begin with a dot."""
    return MailMessage(
        name="receipt",
        key=key,
        language="ar",
        sender="noreply@shop.example",
        sender_name="إمبراطور الخليج",
        recipients=(ADDRESS,),
        subject="تأكيد الطلب #\u20661017\u2069 - إمبراطور الخليج، شكراً لطلبك ونتمنى لك يوماً سعيداً",
        text="شكراً لطلبك!\n.\n..المجموع: 325.00\n",
        html="<html lang='ar' dir='rtl'><body><p>شكراً لطلبك!</p></body></html>\n",
        date=datetime(2026, 11, 5, 12, 0, tzinfo=UTC),
        message_id="<0123456789abcdef@shop.example>",
        reply_to="support@shop.example",
    )


def check_a_mail_arrives_as_it_was_meant(post: Post) -> None:
    """Subject, names, text and HTML come out as they went in; the text part is first."""
    mail = sample_mail()
    post.sender.send(mail)
    letter = message_from_bytes(post.arrived()[-1], _class=EmailMessage, policy=policy.default)
    parts = [part for part in letter.walk() if not part.is_multipart()]
    _same(mail.subject, str(letter["Subject"]))
    _same(mail.message_id, str(letter["Message-ID"]))
    _same(mail.sender_name, letter["From"].addresses[0].display_name)
    _same(["text/plain", "text/html"], [part.get_content_type() for part in parts])
    _same([mail.text, mail.html], [part.get_content().replace("\r\n", "\n") for part in parts])


def check_the_same_mail_again_is_recognisable(post: Post) -> None:
    """A mail sent twice, as after a crash, carries one Message-ID."""
    for _ in range(2):
        post.sender.send(sample_mail())
    seen = {message_from_bytes(raw)["Message-ID"] for raw in post.arrived()[-2:]}
    _same({sample_mail().message_id}, seen)


def check_a_passing_refusal_may_be_tried_again(post: Post) -> None:
    """A server that asks to come back later is MailUnavailable, and names no address."""
    _refused(post, post.put_off, MailUnavailable)


def check_a_final_refusal_is_final(post: Post) -> None:
    """A server that will never take the mail is MailRejected, and names no address."""
    _refused(post, post.refuse_for_good, MailRejected)


def _refused(post: Post, prepare: Callable[[], None] | None, expected: type[MailError]) -> None:
    if prepare is None:
        return
    prepare()
    error = _error_of(post.sender)
    _same(expected, type(error))
    assert ADDRESS not in str(error), "an error must not hold the customer's address: it is logged"


def _error_of(sender: Sender) -> MailError | None:
    try:
        sender.send(sample_mail())
    except MailError as error:
        return error
    return None


def _same(meant: object, found: object) -> None:
    assert meant == found, f"meant {meant!r}, found {found!r}"


SENDER_CHECKS = (
    check_a_mail_arrives_as_it_was_meant,
    check_the_same_mail_again_is_recognisable,
    check_a_passing_refusal_may_be_tried_again,
    check_a_final_refusal_is_final,
)
