"""Mail: what `Payments` is given to tell customers and staff what happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from gulf_payments.errors import ConfigurationError
from gulf_payments.events import (
    AlertRaised,
    DisputeClosed,
    Event,
    OrderCanceled,
    OrderConfirmed,
    RefundFailed,
    RefundIssued,
)
from gulf_payments.mail.alerts import FailedPayment, failed_payments_digest
from gulf_payments.mail.brand import Brand
from gulf_payments.mail.facts import Facts, Shop
from gulf_payments.mail.links import RetryLinks
from gulf_payments.mail.message import ADDRESS, MailMessage, mail_address, message_id
from gulf_payments.mail.occasions import DIGEST, NAMES, OCCASIONS, Occasion
from gulf_payments.mail.renderer import Renderer
from gulf_payments.mail.senders import Sender
from gulf_payments.mail.tally import Tally
from gulf_payments.messages import Digits

if TYPE_CHECKING:
    from jinja2 import BaseLoader


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Mail:
    """Composes the mail of an event and hands it to a sender; `tally` counts what became of them.

    `from_address` is "Name <address>" or an address (the brand's name is added); without it, the brand's
    support_email. With `retry_url` (holding `{token}`) and `signing_key` the payment-failed mail carries a link that
    lasts `retry_link_lifetime`, at most as long as the order. `alert_addresses` get the staff's mails, in
    `alert_locale`; these link to `staff_url` (holding `{order_id}`), else to the order's own url. `without` names mails
    that are switched off, out of `Mail.names`. `templates` (a folder or a Jinja2 loader) and `catalogues` (a folder
    laid out as `messages/locales`) are the shop's own; what they lack is ours. Raises ConfigurationError.
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
    staff_url: str = ""
    without: Collection[str] = ()
    templates: str | Path | BaseLoader | None = None
    catalogues: str | Path | None = None
    digits: Digits = "latn"
    clock: Callable[[], datetime] = field(default=_utc_now, repr=False)
    tally: Tally = field(default_factory=Tally, init=False, repr=False)
    _shop: Shop = field(init=False, repr=False)
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
        object.__setattr__(self, "_shop", Shop(self.brand, links, _staff_url(self.staff_url)))
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
        self._send(self.compose(event, now=now or self.clock()))

    def deliver_digest(self, failures: Sequence[FailedPayment], *, day: date, now: datetime | None = None) -> None:
        """Send the staff a day's failed payments, if there were any. Raises MailUnavailable or MailRejected."""
        self._send(self.digest(failures, day=day, now=now or self.clock()))

    def _send(self, message: MailMessage | None) -> None:
        if message is not None:
            with self.tally.sending(message):
                self.sender.send(message)

    def compose(self, event: Event | AlertRaised, *, now: datetime) -> MailMessage | None:
        """The mail of an event, in its reader's language; sends nothing.

        None when the event has no mail, its mail is switched off, nobody has an address to get it, or there is nothing
        to say: the order has run out and can no longer be paid, or the customer never heard of the refund that failed.
        Raises MailRejected for an address that no mail server takes.
        """
        occasion = OCCASIONS.get(type(event))
        if occasion is None or not self._writes(occasion):
            return None
        locale, recipients = self._readers(occasion, event)
        facts = occasion.facts(event, self._shop, now) if recipients else None
        if facts is None:
            return None
        envelope = Envelope(occasion.name, event.key, locale, recipients, _followed(event))
        return self._letter(envelope, facts, now)

    def digest(self, failures: Sequence[FailedPayment], *, day: date, now: datetime) -> MailMessage | None:
        """The mail to staff about a day's failed payments, a day of the shop's own zone; sends nothing.

        None when none failed, the mail is switched off or nobody has an address to get it.
        """
        if not failures or not self.alert_addresses or DIGEST in self.without:
            return None
        noon = datetime.combine(day, time(12), ZoneInfo(self.brand.time_zone))
        key, readers = f"digest:{DIGEST}:{day.isoformat()}", tuple(self.alert_addresses)
        facts = failed_payments_digest(failures, at=noon)
        return self._letter(Envelope(DIGEST, key, self.alert_locale, readers), facts, now)

    def _readers(self, occasion: Occasion, event: Event | AlertRaised) -> tuple[str, tuple[str, ...]]:
        """The language and the addresses."""
        if occasion.for_staff or event.order is None:
            return self.alert_locale, tuple(self.alert_addresses)
        customer = event.order.customer
        return customer.locale, (mail_address(customer.email),) if customer.email else ()

    def _letter(self, envelope: Envelope, facts: Facts, now: datetime) -> MailMessage:
        given_name, address = self._from
        told = self._renderer.render(envelope.name, envelope.locale, facts)
        return MailMessage(
            name=envelope.name,
            key=envelope.key,
            language=told.language,
            sender=address,
            sender_name=given_name or self.brand.name(told.language),
            recipients=envelope.readers,
            subject=told.subject,
            text=told.text,
            html=told.html,
            date=now,
            message_id=message_id(envelope.key, envelope.readers, address),
            reply_to=self.brand.support_email,
            references=tuple(message_id(key, envelope.readers, address) for key in envelope.followed),
        )


class Envelope(NamedTuple):
    """Which mail it is, for whom, in which locale, and the keys of the mails that it follows."""

    name: str
    key: str
    locale: str
    readers: tuple[str, ...]
    followed: tuple[str, ...] = ()


def _followed(event: Event | AlertRaised) -> tuple[str, ...]:
    """The keys of the mails that this one belongs under, the nearest last; one that was never sent does no harm."""
    order = f"order:{event.order.id}" if event.order else ""
    match event:
        case RefundIssued():
            return (f"{order}:confirm",)
        case RefundFailed():
            return (f"{order}:confirm", f"refund:{event.refund.id}")
        case OrderCanceled() | OrderConfirmed(payment=None):  # taken without money, perhaps
            return (f"{order}:accepted",)
        case DisputeClosed():
            return (f"dispute:{event.dispute_id}:opened",)
        case _:
            return ()


def _staff_url(url: str) -> str:
    if url and not (url.startswith(("https://", "http://")) and "{order_id}" in url):
        raise ConfigurationError(f"staff_url is like 'https://shop.example/staff/orders/{{order_id}}', not {url!r}")
    return url


def _mailbox(address: str) -> tuple[str, str]:
    name, plain = parseaddr(address)
    if not ADDRESS.fullmatch(plain):
        raise ConfigurationError(
            f"from_address must be like 'Gulf Emperor <noreply@shop.example>', not {address!r}; "
            "without one, the brand's support_email is used"
        )
    return name, plain
