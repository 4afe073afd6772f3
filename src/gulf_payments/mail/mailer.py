"""Mail: what `Payments` is given to tell customers and staff what happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from gulf_payments.errors import ConfigurationError
from gulf_payments.events import AlertRaised, Event, RefundIssued
from gulf_payments.mail.brand import Brand
from gulf_payments.mail.links import RetryLinks
from gulf_payments.mail.message import ADDRESS, MailMessage, mail_address, message_id
from gulf_payments.mail.occasions import NAMES, OCCASIONS, Occasion
from gulf_payments.mail.renderer import Rendered, Renderer
from gulf_payments.mail.senders import Sender
from gulf_payments.messages import Digits

if TYPE_CHECKING:
    from jinja2 import BaseLoader


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Mail:
    """Composes the mail of an event and hands it to a sender.

    `from_address` is "Name <address>" or an address (the brand's name is added); without it, the brand's
    support_email. With `retry_url` (holding `{token}`) and `signing_key` the payment-failed mail carries a link that
    lasts `retry_link_lifetime`, at most as long as the order. `alert_addresses` get the staff's mails, in
    `alert_locale`. `without` names mails that are switched off, out of `Mail.names`. `templates` (a folder or a Jinja2
    loader) and `catalogues` (a folder laid out as `messages/locales`) are the shop's own; what they lack is ours.
    Raises ConfigurationError.
    """

    sender: Sender
    _: KW_ONLY
    brand: Brand
    from_address: str = ""
    retry_url: str = ""
    signing_key: str = field(default="", repr=False)
    retry_link_lifetime: timedelta = timedelta(days=3)
    alert_addresses: Sequence[str] = ()
    alert_locale: str = "ar"
    without: Collection[str] = ()
    templates: str | Path | BaseLoader | None = None
    catalogues: str | Path | None = None
    digits: Digits = "latn"
    clock: Callable[[], datetime] = field(default=_utc_now, repr=False)
    _links: RetryLinks = field(init=False, repr=False)
    _renderer: Renderer = field(init=False, repr=False)
    _from: tuple[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if unknown := set(self.without) - NAMES:
            raise ConfigurationError(
                f"without names mails that do not exist: {sorted(unknown)}; there are {self.names}"
            )
        if wrong := [address for address in self.alert_addresses if not ADDRESS.fullmatch(address)]:
            raise ConfigurationError(f"alert_addresses has {wrong[0]!r}, which is no plain address")
        object.__setattr__(self, "_from", _mailbox(self.from_address or self.brand.support_email))
        links = RetryLinks(self.retry_url, self.signing_key, self.retry_link_lifetime)
        object.__setattr__(self, "_links", links)
        renderer = Renderer(self.brand, self.digits, self.templates, self.catalogues)
        object.__setattr__(self, "_renderer", renderer)

    @property
    def names(self) -> list[str]:
        """The names of all mails."""
        return sorted(NAMES)

    @property
    def subscriptions(self) -> tuple[type[Event | AlertRaised], ...]:
        """The events that lead to a mail."""
        return tuple(event for event, occasion in OCCASIONS.items() if self._writes(occasion))

    def _writes(self, occasion: Occasion) -> bool:
        return occasion.name not in self.without and (not occasion.for_staff or bool(self.alert_addresses))

    def deliver(self, event: Event | AlertRaised, /, *, now: datetime | None = None) -> None:
        """Send the mail of an event, if it has one, dated `now`. Raises MailUnavailable or MailRejected."""
        message = self.compose(event, now=now or self.clock())
        if message is not None:
            self.sender.send(message)

    def compose(self, event: Event | AlertRaised, *, now: datetime) -> MailMessage | None:
        """The mail of an event, in its reader's language; sends nothing.

        None when the event has no mail, its mail is switched off, nobody has an address to get it, or the order has
        run out and can no longer be paid. Raises MailRejected for an address that no mail server takes.
        """
        occasion = OCCASIONS.get(type(event))
        if occasion is None or not self._writes(occasion):
            return None
        locale, recipients = self._readers(occasion, event)
        facts = occasion.facts(event, self._links, now) if recipients else None
        if facts is None:
            return None
        told = self._renderer.render(occasion.name, locale, facts)
        return self._letter(occasion.name, event, told, recipients=recipients, now=now)

    def _readers(self, occasion: Occasion, event: Event | AlertRaised) -> tuple[str, tuple[str, ...]]:
        """The language and the addresses."""
        if occasion.for_staff or event.order is None:
            return self.alert_locale, tuple(self.alert_addresses)
        customer = event.order.customer
        return customer.locale, (mail_address(customer.email),) if customer.email else ()

    def _letter(
        self, name: str, event: Event | AlertRaised, told: Rendered, *, recipients: tuple[str, ...], now: datetime
    ) -> MailMessage:
        given_name, address = self._from
        return MailMessage(
            name=name,
            key=event.key,
            language=told.language,
            sender=address,
            sender_name=given_name or self.brand.name(told.language),
            recipients=recipients,
            subject=told.subject,
            text=told.text,
            html=told.html,
            date=now,
            message_id=message_id(event.key, recipients, address),
            reply_to=self.brand.support_email,
            references=_follows(event, recipients, address),
        )


def _follows(event: Event | AlertRaised, recipients: tuple[str, ...], sender: str) -> str:
    """The Message-ID of the order's confirmation, for the mails that belong under it."""
    if not isinstance(event, RefundIssued):
        return ""
    return message_id(f"order:{event.order.id}:confirm", recipients, sender)


def _mailbox(address: str) -> tuple[str, str]:
    name, plain = parseaddr(address)
    if not ADDRESS.fullmatch(plain):
        raise ConfigurationError(
            f"from_address must be like 'Gulf Emperor <noreply@shop.example>', not {address!r}; "
            "without one, the brand's support_email is used"
        )
    return name, plain
