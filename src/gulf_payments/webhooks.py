"""Receiving webhooks: read, record, apply, answer; one transaction each, and no network call inside it.

400 for anything hostile, with nothing stored. 200 for what is done, known, foreign or of no interest. 503 for our own
passing failure: it rolls back the event's id too, so Stripe's next try starts afresh. Bugs propagate.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace

from gulf_payments import binding
from gulf_payments.errors import ConcurrentUpdate, StoreUnavailable, WebhookError
from gulf_payments.ledger import Ledger
from gulf_payments.machine import Dossier, read
from gulf_payments.ports import Delivery, Gateway, Notice, Seen, Sight, Sighting, Transaction

logger = logging.getLogger("gulf_payments.webhooks")


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole answer to a webhook: a status code, and one word for the log."""

    status_code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The inbox of one shop in one mode."""

    ledger: Ledger
    gateway: Gateway

    def receive(self, body: bytes, signature: str | None) -> Reply:
        """Take one delivery; see `Payments.receive_webhook`."""
        try:
            notice = self.gateway.read(body, signature, now=self.ledger.clock())
        except WebhookError as refusal:
            logger.warning("webhook refused: %s", type(refusal).__name__)
            return Reply(400, type(refusal).__name__)
        try:
            return self._record(notice)
        except (StoreUnavailable, ConcurrentUpdate) as trouble:
            logger.warning(
                "webhook %s not recorded (%s); Stripe will send it again", notice.event_id, type(trouble).__name__
            )
            return Reply(503, type(trouble).__name__)

    def _record(self, notice: Notice) -> Reply:
        outsider = self._outsider(notice)
        sight = Sight.FOREIGN if outsider else Sight.APPLIED
        seen = Seen(event_id=notice.event_id, type=notice.type, sight=sight, order_id=self._named(notice.sighting))
        with self.ledger.begin() as transaction:
            if not transaction.first_sight(seen):
                return Reply(200, "duplicate")
            if outsider:
                transaction.post(self.ledger.alerts(*outsider))
                return Reply(200, Sight.FOREIGN)
            final = self._apply(transaction, notice, seen)
            if final != seen:
                transaction.mark(final)
            return Reply(200, final.sight)

    def _named(self, sighting: Sighting | None) -> str:
        """The order of ours that the event itself names; for people who look through what came in."""
        return sighting.order_id if sighting and sighting.shop == self.ledger.shop else ""

    def _outsider(self, notice: Notice) -> tuple[str, str] | None:
        """Why the event is not for this shop's mode and account, as the alert to raise once."""
        if notice.account and notice.account not in self.gateway.accounts:
            return ("foreign_account", notice.account)
        if notice.livemode != self.gateway.livemode:
            return ("wrong_mode", "live" if notice.livemode else "test")
        return None

    def _apply(self, transaction: Transaction, notice: Notice, seen: Seen) -> Seen:
        extra = self._for_subscribers(notice)
        if notice.trouble:
            extra += self.ledger.alerts(*_trouble(notice))
        if notice.sighting is not None:
            return self._place(transaction, notice, notice.sighting, seen, extra)
        if notice.lookup:
            extra.append(self._lookup(notice.lookup, notice.event_id))
            seen = replace(seen, sight=Sight.LOOKUP)
        elif not extra:
            seen = replace(seen, sight=Sight.UNUSED)
        if extra:
            transaction.post(extra)
        return seen

    def _place(
        self, transaction: Transaction, notice: Notice, sighting: Sighting, seen: Seen, extra: list[Delivery]
    ) -> Seen:
        dossier = binding.lock(self.ledger, transaction, sighting)
        if dossier is None:
            sight, more = self._unplaced(sighting, notice.event_id)
            told = [*more] if sighting.shop not in ("", self.ledger.shop) else [*extra, *more]
            if told:
                transaction.post(told)
            return replace(seen, sight=sight)
        news = binding.news(dossier, sighting)
        if news is None:
            transaction.post([*extra, self._lookup(sighting.intent_id, notice.event_id, dossier.order_id)])
            return replace(seen, sight=Sight.LOOKUP, order_id=dossier.order_id)
        after = self.ledger.step(transaction, dossier, news, jobs=extra)
        return seen if extra or _told_something(dossier, after) else replace(seen, sight=Sight.STALE)

    def _unplaced(self, sighting: Sighting, source: str) -> tuple[Sight, list[Delivery]]:
        """No order of ours has it: somebody else's, or ours and something is wrong, or not to be told from this."""
        if sighting.shop == self.ledger.shop:
            alerts = self.ledger.alerts("unknown_order", sighting.order_id or sighting.intent_id)
            return Sight.LOOKUP, [*alerts, self._lookup(sighting.intent_id, source)]
        if sighting.currency:  # its own metadata was at hand, and does not name us
            alerts = self.ledger.alerts("foreign_shop", sighting.shop) if sighting.shop else []
            return Sight.FOREIGN, alerts
        return Sight.LOOKUP, [self._lookup(sighting.intent_id, source)]

    def _for_subscribers(self, notice: Notice) -> list[Delivery]:
        kind = f"stripe:{notice.type}"
        now = self.ledger.clock()
        return [
            Delivery(
                scope=self.ledger.scope,
                key=f"stripe:{notice.event_id}",
                subscriber=name,
                kind=kind,
                recorded_at=now,
                due_at=now,
                object_id=notice.object_id,
                body=_without_secrets(notice.body),
            )
            for name in self.ledger.subscriptions.to(kind)
        ]

    def _lookup(self, intent_id: str, source: str, order_id: str = "") -> Delivery:
        key = f"lookup:{intent_id}:{source}"
        return self.ledger.job("gulf.lookup", key, order_id=order_id, object_id=intent_id, due_at=self.ledger.clock())

    def look_up(self, intent_id: str) -> None:
        """Ask Stripe about a PaymentIntent and merge the answer; one that is not ours stays foreign."""
        binding.ask(self.ledger, self.gateway, intent_id)


def _without_secrets(body: str) -> str:
    """The event as it is kept: a PaymentIntent's events hold its client secret, which is never stored."""
    return json.dumps(json.loads(body, object_hook=_without_secret), ensure_ascii=False)


def _without_secret(part: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in part.items() if name != "client_secret"}


def _told_something(before: Dossier, after: Dossier) -> bool:
    """Whether news changed what the order is or what is due: a late failure after the money is stale."""
    if after is before or after == before:
        return False
    return before.announced != after.announced or read(before) != read(after)


def _trouble(notice: Notice) -> tuple[str, str]:
    """The alert a troubled event raises: one for each version, payout or type of event, not one for each payment."""
    about = {
        "api_version_old": notice.api_version,
        "thin_event": notice.api_version or "v2",
        "payout_failed": notice.object_id,
    }
    return (notice.trouble, about.get(notice.trouble, notice.type))
