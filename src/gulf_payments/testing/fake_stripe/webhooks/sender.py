"""One attempt to deliver: written and signed as it is sent, so that a late or repeated one carries a fresh time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gulf_payments.testing.fake_stripe.core import Core
from gulf_payments.testing.fake_stripe.protocol.encoding import encoded
from gulf_payments.testing.fake_stripe.state.account import Account
from gulf_payments.testing.fake_stripe.state.signing import in_force
from gulf_payments.testing.fake_stripe.state.tables import Resource
from gulf_payments.testing.fake_stripe.webhooks.post import post
from gulf_payments.testing.fake_stripe.webhooks.queue import Key
from gulf_payments.testing.fake_stripe.webhooks.signatures import Signature, header

Receiver = Callable[[bytes, str], int]
"""Takes a raw body and the `Stripe-Signature` header ("" if it is missing), answers an HTTP status; 2xx means taken."""

_TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt and what the endpoint at `url` answered: a `status_code`, or a `reason` why there is none."""

    event_id: str
    type: str
    endpoint_id: str
    status_code: int | None
    reason: str | None = None
    url: str = field(default="", repr=False)

    @property
    def taken(self) -> bool:
        """Whether the endpoint answered 2xx."""
        return self.status_code in _TAKEN

    @property
    def key(self) -> Key:
        """Which event went to which endpoint."""
        return self.event_id, self.endpoint_id


@dataclass(frozen=True, slots=True)
class Attempt:
    """A delivery, and what its receiver raised, which is to be raised again once everything is in its place."""

    delivery: Delivery
    raised: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Letter:
    event: Resource
    endpoint: Resource
    secrets: tuple[str, ...] = field(repr=False)
    at: int

    def body(self) -> bytes:
        """The event in the endpoint's version."""
        return rendered(self.event, self.endpoint["api_version"])

    def header(self, body: bytes, signature: Signature) -> str:
        """The signature that goes with it."""
        return header(body, self.secrets, at=self.at, signature=signature, livemode=self.event["livemode"])


def rendered(event: Resource, api_version: str | None = None) -> bytes:
    """The body an endpoint gets for an event: in its own version, or in the account's."""
    return encoded({**event, "api_version": api_version} if api_version else event)


class Sender:
    """Sends events to receivers in this process and to URLs, with no lock held: they may call the API themselves."""

    def __init__(self, core: Core, *, timeout_seconds: float) -> None:
        self._core = core
        self._timeout_seconds = timeout_seconds
        self._receivers: dict[str, Receiver] = {}

    def connect(self, endpoint_id: str, receiver: Receiver) -> None:
        """Have an endpoint's webhooks taken by a function instead of its URL."""
        self._receivers[endpoint_id] = receiver

    def calls(self, endpoint_id: str) -> bool:
        """Whether this endpoint is a function to call, not a URL."""
        return endpoint_id in self._receivers

    def attempt(self, key: Key, signature: Signature) -> Attempt | None:
        """Try once; None if the endpoint is deleted or disabled by now, or the event forgotten."""
        event_id, endpoint_id = key
        livemode = bool(self._core.owner("event", event_id))
        letter = self._core.act(partial(_letter, event_id=event_id, endpoint_id=endpoint_id), livemode=livemode)
        if letter is None:
            return None
        body = letter.body()
        done = partial(Delivery, event_id, letter.event["type"], endpoint_id, url=letter.endpoint["url"])
        try:
            status, reason = self._hand_over(letter.endpoint, body, letter.header(body, signature))
        except BaseException as raised:  # noqa: BLE001 - raised again when what was sent is noted
            return Attempt(done(None, f"{type(raised).__name__} in the receiver"), raised)
        return Attempt(done(status, reason))

    def _hand_over(self, endpoint: Resource, body: bytes, signature: str) -> tuple[int | None, str | None]:
        receiver = self._receivers.get(endpoint["id"])
        if receiver is not None:
            return receiver(body, signature), None
        return post(endpoint["url"], body, signature, timeout_seconds=self._timeout_seconds)


def _letter(account: Account, *, event_id: str, endpoint_id: str) -> _Letter | None:
    event, endpoint = account.find("event", event_id), account.find("webhook_endpoint", endpoint_id)
    if event is None or endpoint is None or endpoint["status"] != "enabled":
        return None
    secrets = tuple(secret.value for secret in in_force(account.signing[endpoint_id], account.now))
    return _Letter(event, endpoint, secrets, account.now)
