"""One Stripe account in one mode: its objects, its events, its clock. What every handler works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gulf_payments.testing.fake_stripe.errors import no_such
from gulf_payments.testing.fake_stripe.instruments import Instrument
from gulf_payments.testing.fake_stripe.kinds import KINDS
from gulf_payments.testing.fake_stripe.state.checkouts import Checkout
from gulf_payments.testing.fake_stripe.state.clock import Clock, epoch
from gulf_payments.testing.fake_stripe.state.identifiers import Identifiers
from gulf_payments.testing.fake_stripe.state.ledger import Ledger
from gulf_payments.testing.fake_stripe.state.signing import SigningSecret
from gulf_payments.testing.fake_stripe.state.tables import Resource, Table
from gulf_payments.testing.fake_stripe.state.timetable import Job, Timetable

Origin = dict[str, str | None]
"""Which API request made a change: its `id` and `idempotency_key`."""
NO_REQUEST: Origin = {"id": None, "idempotency_key": None}
"""The origin of what happens by itself or in the Dashboard."""


HOSTED_AT = "https://hooks.stripe.com"
"""Where Stripe's own pages are, unless a server of the fake hosts them."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A 3-D Secure question that a customer is to answer: about which object, and where to go back to then."""

    kind: str
    target: str
    return_url: str | None


Audience = Callable[[Resource, Sequence[str]], None]
"""Takes note of a new event and of the webhook endpoints that want it, if any, to deliver it later."""


@dataclass(eq=False)
class Account:
    """The state of one mode (test or live). Not thread-safe: the core's lock guards it."""

    clock: Clock
    ids: Identifiers
    livemode: bool
    api_version: str
    audience: Audience
    """Who hears of every event as it is made."""
    hosted_at: str = HOSTED_AT
    """The address under which the bank's page lies."""
    origin: Origin = field(default_factory=lambda: NO_REQUEST)
    """Which request is being answered."""
    sibling: Account | None = None
    """The other mode."""
    timetable: Timetable = field(default_factory=Timetable)
    ledger: Ledger = field(default_factory=Ledger)
    tables: dict[str, Table] = field(
        default_factory=lambda: {name: Table(kind.indexed) for name, kind in KINDS.items()},
    )
    held: dict[str, Instrument] = field(default_factory=dict)
    """The test card or bank account behind each PaymentMethod, and behind each card of a customer."""
    set_up: set[str] = field(default_factory=set)
    """PaymentMethods that may be charged without asking again."""
    spent: set[str] = field(default_factory=set)
    """PaymentMethods that may not be used again."""
    challenges: dict[str, Challenge] = field(default_factory=dict)
    """The 3-D Secure questions that were asked, by the id in the address of their page."""
    authenticated: set[str] = field(default_factory=set)
    """PaymentIntents that passed their question and wait to be confirmed once more."""
    redirecting: set[str] = field(default_factory=set)
    """PaymentIntents that asked by name for whatever method the Dashboard offers."""
    cash: dict[tuple[str, str], int] = field(default_factory=dict)
    """What customers sent by bank transfer and have not spent, by customer and currency."""
    customer_sessions: dict[str, Resource] = field(default_factory=dict, repr=False)
    """CustomerSessions by their client secrets; they have no ids."""
    deleted: dict[str, Resource] = field(default_factory=dict)
    """What is left of deleted objects, by their ids."""
    signing: dict[str, tuple[SigningSecret, ...]] = field(default_factory=dict)
    """The secrets of each webhook endpoint, the newest first."""
    checkouts: dict[str, Checkout] = field(default_factory=dict)
    """What Checkout Sessions keep without showing it, by their id."""
    watchers: dict[str, Callable[[Resource], None]] = field(default_factory=dict)
    """Who is told, right after its event, of whatever happens to the object with this id."""
    now: int = 0
    """The present second, as of the last `run_due`."""

    def ask(self, challenge: Challenge) -> str:
        """Keep a 3-D Secure question; the id that its page is found by."""
        source = self.ids.new("payatt")
        self.challenges[source] = challenge
        return source

    def later(self, delay_seconds: int, job: Job) -> None:
        """Plan a job; with no delay it is done right after the answer that is being made."""
        self.timetable.plan(self.now + delay_seconds, job)

    def run_due(self) -> None:
        """Do what is due by now. It comes from no request."""
        self.origin = NO_REQUEST
        self.now = epoch(self.clock())
        self.timetable.run(self.now)

    def find(self, kind: str, identifier: str) -> Resource | None:
        """The object, or None."""
        return self.tables[kind].get(identifier)

    def require(self, kind: str, identifier: str, *, param: str, status: int = 404) -> Resource:
        """The object, or the error that nothing has this id: 404 for an id in the path, 400 elsewhere."""
        found = self.find(kind, identifier)
        if found is None:
            hint = self._sibling_hint(kind, identifier)
            raise no_such(KINDS[kind].label, identifier, param=param, status=status, hint=hint)
        return found

    def current(self, resource: Resource) -> Resource:
        """The same object as it stands now."""
        found = self.find(resource["object"], resource["id"])
        if found is None:
            raise LookupError(f"{resource['id']} has vanished")
        return found

    def _sibling_hint(self, kind: str, identifier: str) -> str:
        if self.sibling is None or self.sibling.find(kind, identifier) is None:
            return ""
        here, there = ("live", "test") if self.livemode else ("test", "live")
        return f"; a similar object exists in {there} mode, but a {here} mode key was used to make this request."

    def add(self, resource: Resource) -> Resource:
        """Keep a new object."""
        self.tables[resource["object"]].put(resource)
        return resource

    def change(self, resource: Resource, **fields: Any) -> Resource:  # noqa: ANN401 - JSON
        """Keep a changed copy in the object's place, and return it; the one passed in stays as it is."""
        return self.add({**resource, **fields})

    def delete(self, resource: Resource) -> Resource:
        """Forget an object; what Stripe answers of it from then on."""
        identifier, kind = resource["id"], resource["object"]
        self.tables[kind].remove(identifier)
        self.deleted[identifier] = {"id": identifier, "object": kind, "deleted": True}
        return self.deleted[identifier]

    def announce(self, kind: str, resource: Resource, *, before: Resource | None = None) -> None:
        """Make the event of a change; `before` gives its `previous_attributes`."""
        data: dict[str, Any] = {"object": resource}
        if before is not None:
            data["previous_attributes"] = previous_attributes(before, resource)
        wanting = self.listeners(kind)
        event = {
            "id": self.ids.new("evt"),
            "object": "event",
            "api_version": self.api_version,
            "created": self.now,
            "data": data,
            "livemode": self.livemode,
            "pending_webhooks": len(wanting),
            "request": self.origin,
            "type": kind,
        }
        self.audience(self.add(event), wanting)
        watcher = self.watchers.get(resource.get("id", ""))
        if watcher is not None:
            watcher(resource)

    def listeners(self, kind: str) -> list[str]:
        """The webhook endpoints that want events of this kind."""
        return [row["id"] for row in self.tables["webhook_endpoint"] if _wants(row, kind)]


def _wants(endpoint: Resource, kind: str) -> bool:
    enabled = endpoint["enabled_events"]
    return endpoint["status"] == "enabled" and ("*" in enabled or kind in enabled)


def previous_attributes(before: Resource, after: Resource) -> dict[str, Any]:
    """The former values of what changed; of a hash only the members that changed, with null for new ones."""
    former: dict[str, Any] = {}
    for name in _replaced(before, after):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        both = isinstance(was, dict) and isinstance(now, dict)
        former[name] = previous_attributes(was, now) if both else was  # type: ignore[arg-type] # both are dicts
    return former


def _replaced(before: Resource, after: Resource) -> list[str]:
    """The names whose value is not the same object as before: what did not change was handed on as it was."""
    if before.keys() == after.keys():
        return [name for name, was in before.items() if was is not after[name]]
    return [name for name in {**before, **after} if before.get(name) is not after.get(name)]
