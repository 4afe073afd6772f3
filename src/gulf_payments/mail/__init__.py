"""The mails an order sends: composed from events, rendered in Arabic or English, sent as you choose.

`Mail(SMTPSender(...), brand=Brand(...))` is what `Payments` is given. Jinja2 is loaded with the first mail.
"""

from __future__ import annotations

from gulf_payments.mail.alerts import FailedPayment
from gulf_payments.mail.brand import Brand, BrandLink
from gulf_payments.mail.links import RetryLinkInvalid, read_retry_token, retry_token
from gulf_payments.mail.mailer import Mail
from gulf_payments.mail.message import MailMessage
from gulf_payments.mail.senders import ConsoleSender, FileSender, MemorySender, Sender
from gulf_payments.mail.smtp import SMTPSender
from gulf_payments.mail.tally import Counted, Tally

__all__ = [
    "Brand", "BrandLink", "ConsoleSender", "Counted", "FailedPayment", "FileSender", "Mail", "MailMessage",
    "MemorySender", "RetryLinkInvalid", "SMTPSender", "Sender", "Tally", "read_retry_token", "retry_token",
]  # fmt: skip
