"""The money of an account by currency: what is available, what is on its way, and what no payout has gathered yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from gulf_payments.testing.fake_stripe.state.tables import Resource, Table


@dataclass(eq=False)
class Ledger:
    """Running totals of the balance transactions' net amounts, so that reading the balance adds nothing up.

    `maturing` are the ids of pending balance transactions by the moment they become available, `ungathered` those of
    available ones by currency, as long as no automatic payout has taken them. `gathered` says which payout took which.
    """

    available: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    pending: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    maturing: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    ungathered: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    gathered: Table = field(default_factory=lambda: Table(("payout",)))

    def enter(self, booking: Resource) -> bool:
        """Count a new balance transaction; whether it is the first to wait for its moment."""
        if booking["status"] == "available":
            self._release(booking)
            return False
        self.pending[booking["currency"]] += booking["net"]
        waiting = self.maturing[booking["available_on"]]
        waiting.append(booking["id"])
        return len(waiting) == 1

    def mature(self, booking: Resource) -> None:
        """Count a pending balance transaction as available from now on."""
        self.pending[booking["currency"]] -= booking["net"]
        self._release(booking)

    def _release(self, booking: Resource) -> None:
        self.available[booking["currency"]] += booking["net"]
        self.ungathered[booking["currency"]].append(booking["id"])

    def gather(self, payout_id: str, identifiers: Iterable[str]) -> None:
        """Note that a payout takes these balance transactions along."""
        for identifier in identifiers:
            self.gathered.put({"id": identifier, "payout": payout_id})

    def currencies(self) -> list[str]:
        """Every currency that money ever came or went in."""
        return list(dict.fromkeys([*self.pending, *self.available]))
