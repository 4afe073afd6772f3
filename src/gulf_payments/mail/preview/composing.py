"""The sample mails composed, in each language; a template that breaks is told by file and line, not raised."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gulf_payments.mail.mailer import Mail
from gulf_payments.mail.message import MailMessage
from gulf_payments.mail.preview.facts import plainly
from gulf_payments.mail.preview.samples import SAMPLES, Happened, Sample
from gulf_payments.mail.preview.shop import BRAND, NOW
from gulf_payments.mail.renderer import TEMPLATES
from gulf_payments.mail.senders import MemorySender

STAFF = "staff@gulf-emperor.example"


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail in one language: the message and the facts it must tell, or the fault of the template it has not."""

    name: str
    locale: str
    message: MailMessage | None = None
    facts: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def composed(
    locales: Iterable[str], *, mail: Mail | None = None, templates: str | Path | None = None
) -> Iterator[Shown]:
    """Each sample's mail in each locale, one at a time; by the shop's own `mail` and `templates`, if any.

    Mails that the shop has switched off are shown too.
    """
    for locale in locales:
        room = _room(mail or _samples_shop(), locale, templates)
        yield from (_shown(sample, locale, room) for sample in SAMPLES)


def _samples_shop() -> Mail:
    return Mail(
        MemorySender(),
        brand=BRAND,
        from_address="noreply@gulf-emperor.example",
        retry_url="https://gulf-emperor.example/pay/{token}",
        signing_key="it signs what opens nothing",
    )


def _room(mail: Mail, locale: str, templates: str | Path | None) -> Mail:
    staff = mail.alert_addresses or (STAFF,)
    return replace(mail, alert_locale=locale, alert_addresses=staff, without=(), templates=templates or mail.templates)


def _shown(sample: Sample, locale: str, mail: Mail) -> Shown:
    happened = sample.happened(locale)
    try:
        message = _message(mail, happened)
    except Exception as error:  # noqa: BLE001 - a shop's template can raise anything
        return Shown(sample.name, locale, fault=told(error))
    if message is None:
        return Shown(sample.name, locale, fault="nothing is said of what happened")
    facts = plainly({"subject": message.subject, **sample.facts(happened)})
    return Shown(sample.name, locale, message, facts)


def _message(mail: Mail, happened: Happened) -> MailMessage | None:
    if isinstance(happened, Sequence):
        return mail.digest(happened, day=NOW.date(), now=NOW)
    return mail.compose(happened, now=NOW)


def told(error: Exception) -> str:
    """An error in a template as `file:line: what is wrong`."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}: {error.message}"
    what = str(error.args[0] if isinstance(error, KeyError) else error)
    where = _where(error)
    if isinstance(error, TemplateNotFound):
        what = f"there is no template {what}"
    return f"{where}: {what}" if where else f"{type(error).__name__}: {what}"


def _where(error: Exception) -> str:
    """The last template line the error came through; the shop's own before ours, which it called."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    theirs = [frame for frame in frames if not Path(frame.filename).is_relative_to(TEMPLATES)]
    return next((f"{frame.filename}:{frame.lineno}" for frame in reversed(theirs or frames)), "")
