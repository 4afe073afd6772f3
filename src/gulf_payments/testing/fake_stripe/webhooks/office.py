"""The post office: hears of every event, keeps what waits, and sends it in the order and shape that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from threading import Lock, local
from typing import Literal, get_args

from gulf_payments.testing.fake_stripe.core import Core
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.clock import Clock, epoch
from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.webhooks import signatures
from gulf_payments.testing.fake_stripe.webhooks.courier import Courier
from gulf_payments.testing.fake_stripe.webhooks.queue import Key, PendingWebhook, Queue
from gulf_payments.testing.fake_stripe.webhooks.sender import Attempt, Delivery, Receiver, Sender
from gulf_payments.testing.fake_stripe.webhooks.signatures import Signature

Order = Literal["created", "reversed", "shuffled"]
_Try = tuple[Key, Attempt | None]
"""What was to be delivered and how that went; None if its endpoint was gone."""


class _Sending(local):
    busy = False


class Webhooks:
    """What waits for the endpoints, and how it gets there. `report` hears of every round of deliveries."""

    def __init__(
        self,
        core: Core,
        clock: Clock,
        *,
        seed: int,
        immediately: bool,
        timeout_seconds: float,
        first_retry_seconds: int,
        report: Callable[[Sequence[Delivery]], None],
    ) -> None:
        self._core = core
        self._clock = clock
        self.immediately = immediately
        self._first_retry_seconds = first_retry_seconds
        self._report = report
        self._random = Random(seed)  # noqa: S311 - a shuffle that can be repeated
        self._lock = Lock()
        self._untaken: set[Key] = set()
        self._courier = Courier()
        self._sending = _Sending()
        self._sender = Sender(core, timeout_seconds=timeout_seconds)
        self.queue = Queue()

    def connect(self, endpoint_id: str, receiver: Receiver) -> None:
        """Have an endpoint's webhooks taken by a function in this process."""
        self._sender.connect(endpoint_id, receiver)

    def hear(self, event: Resource, endpoint_ids: Sequence[str], /) -> None:
        """Take note of a new event."""
        if not endpoint_ids:
            return
        with self._lock:
            self._untaken.update((event["id"], endpoint_id) for endpoint_id in endpoint_ids)
        self.queue.add(event, endpoint_ids)

    def clear(self) -> None:
        """Forget all that happened; receivers stay connected."""
        with self._lock:
            self._untaken.clear()
        self.queue.clear()

    def deliver(
        self, *, order: Order | Sequence[str], copies: int, signature: Signature, threads: int
    ) -> list[Delivery]:
        """Send what may be sent by now; what no endpoint takes keeps its place in line."""
        if isinstance(order, str) and order not in get_args(Order):
            raise ValueError(f"no such order: {order!r}; {', '.join(get_args(Order))}, or a list of event ids")
        if min(copies, threads) < 1:
            raise ValueError("copies and threads must be at least 1")
        signatures.check(signature)
        waiting = self.queue.take(None if isinstance(order, str) else order, now=epoch(self._clock()))
        return self._send(waiting, self._arranged(waiting, order, copies), signature=signature, threads=threads)

    def _arranged(self, waiting: list[PendingWebhook], order: object, copies: int) -> list[Key]:
        keys = [one.key for one in waiting for _ in range(copies)]
        if order == "reversed":
            keys.reverse()
        elif order == "shuffled":
            with self._lock:
                self._random.shuffle(keys)
        return keys

    def resend(self, event_id: str, endpoint_ids: Iterable[str], *, signature: Signature) -> list[Delivery]:
        """Send one event to these endpoints now, whatever the line holds."""
        signatures.check(signature)
        return self._send([], [(event_id, endpoint_id) for endpoint_id in endpoint_ids], signature=signature)

    def next_due(self) -> int | None:
        """When the next falls due by itself; None if all waits to be asked for, or for the delivery under way."""
        return self.queue.next_due() if self.immediately and not self._sending.busy else None

    def send_due(self, *, in_background: bool = False) -> None:
        """Send what has fallen due, and what that makes due, unless all waits to be asked for.

        `in_background`: only functions are called on this thread, URLs on one of the courier's.
        """
        # A receiver that calls the API makes further events: the delivery that is under way sends them too.
        if not self.immediately or self._sending.busy:
            return
        self._sending.busy = True
        try:
            while due := self.queue.take_due(epoch(self._clock())):
                here = self._sent_away(due) if in_background else due
                self._send(here, [one.key for one in here])
        finally:
            self._sending.busy = False

    def _sent_away(self, due: list[PendingWebhook]) -> list[PendingWebhook]:
        """What is left to do here once the courier has its share."""
        for one in due:
            if not self._sender.calls(one.endpoint_id):
                self._courier.take(partial(self._send, [one], [one.key]))
        return [one for one in due if self._sender.calls(one.endpoint_id)]

    def wait(self, timeout_seconds: float) -> bool:
        """Wait until nothing is being sent in the background; whether that is so."""
        return self._courier.wait(timeout_seconds)

    def _send(
        self, taken: list[PendingWebhook], keys: list[Key], *, signature: Signature = "right", threads: int = 1
    ) -> list[Delivery]:
        attempts = self._one_by_one(keys, signature) if threads == 1 else self._at_once(keys, signature, threads)
        self._settle(taken, attempts)
        made = [one for _, one in attempts if one is not None]
        deliveries = [one.delivery for one in made]
        self._report(deliveries)
        _raise([one.raised for one in made if one.raised is not None])
        return deliveries

    def _one_by_one(self, keys: list[Key], signature: Signature) -> list[_Try]:
        made: list[_Try] = []
        for key in keys:
            made.append((key, self._sender.attempt(key, signature)))
            if (last := made[-1][1]) is not None and last.raised is not None:
                break
        return made

    def _at_once(self, keys: list[Key], signature: Signature, threads: int) -> list[_Try]:
        with ThreadPoolExecutor(threads, thread_name_prefix="fake-stripe-burst") as pool:
            return list(zip(keys, pool.map(partial(self._sender.attempt, signature=signature), keys), strict=True))

    def _settle(self, taken: list[PendingWebhook], attempts: list[_Try]) -> None:
        """Note on the events what was taken, and put back what was not."""
        now = epoch(self._clock())
        made: dict[Key, list[Attempt | None]] = {}
        for key, attempt in attempts:
            made.setdefault(key, []).append(attempt)
        for key, tries in made.items():
            if any(one is not None and one.delivery.taken for one in tries):
                self._mark_taken(key)
        left = (self._left_of(one, made.get(one.key, []), now) for one in taken)
        self.queue.put_back(one for one in left if one is not None)

    def _left_of(self, waiting: PendingWebhook, tries: list[Attempt | None], now: int) -> PendingWebhook | None:
        """What goes on waiting after these tries, which are None where the endpoint was gone."""
        deliveries = [one.delivery for one in tries if one is not None]
        if not tries:
            return waiting
        if len(deliveries) < len(tries) or any(one.taken for one in deliveries):
            return None
        last = deliveries[-1]
        return waiting.refused(
            times=len(deliveries),
            status=last.status_code,
            reason=last.reason,
            now=now,
            first_seconds=self._first_retry_seconds,
        )

    def _mark_taken(self, key: Key) -> None:
        with self._lock:
            if key not in self._untaken:
                return
            self._untaken.remove(key)
        livemode = bool(self._core.owner("event", key[0]))
        self._core.act(partial(_one_less, event_id=key[0]), livemode=livemode)


def _raise(raised: list[BaseException]) -> None:
    if len(raised) == 1:
        raise raised[0]
    if raised:
        raise BaseExceptionGroup("several receivers raised", raised)


def _one_less(account: Account, *, event_id: str) -> None:
    event = account.find("event", event_id)
    if event is not None:
        account.change(event, pending_webhooks=event["pending_webhooks"] - 1)
