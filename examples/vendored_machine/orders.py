"""The shop's own table, driven by the law: every piece of news is lock, step, save.

A row keeps an order's dossier as JSON; status and money beside it are for the shop's own queries, worked out by `read`
and never set. What an effect asks for is written in the same transaction, and done from there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from . import machine as law

TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY, intent TEXT UNIQUE, status TEXT, paid INTEGER, refunded INTEGER, dossier TEXT
);
CREATE TABLE IF NOT EXISTS tasks (
    key TEXT PRIMARY KEY, number TEXT, kind TEXT, detail TEXT, transient INTEGER, due_at INTEGER, done INTEGER DEFAULT 0
);
"""
FIND = {
    "number": "SELECT dossier FROM orders WHERE number = ?",
    "intent": "SELECT dossier FROM orders WHERE intent = ?",
}
SAVE = "UPDATE orders SET status = ?, paid = ?, refunded = ?, dossier = ? WHERE number = ?"
ADD = "INSERT INTO tasks (key, number, kind, detail, transient, due_at) VALUES (?, ?, ?, ?, ?, ?)"
DUE = "SELECT key, number, kind, detail, transient FROM tasks WHERE NOT done AND due_at <= ? ORDER BY rowid"


class Orders:
    """The shop's orders in an SQLite file, one PaymentIntent each. Amounts are minor units, times epoch seconds."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(TABLES)

    def place(self, number: str, total: int, currency: str, intent: str, *, now: int) -> None:
        """Write an order and its PaymentIntent, before the customer can pay; twice is once."""
        row = (number, intent, law.dump(law.Dossier(number)))
        self._db.execute("INSERT INTO orders (number, intent, dossier) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
        terms = law.OrderTerms(revision=1, total=total, currency=currency, placed_at=now, expires_at=0)
        ours = law.Payment(created=now, expected=law.Expected(total, currency), intent=intent)
        self._learn("number", number, law.Facts(terms=terms, payments={intent: ours}), now)

    def hear(self, event: Mapping[str, Any], *, now: int) -> bool:
        """Take a webhook event whose signature was verified, as often as it comes; False if it is none of ours."""
        about = event["data"]["object"]
        intent = about["id"] if about["object"] == "payment_intent" else about.get("payment_intent")
        news = news_of(event)
        return news is not None and self._learn("intent", intent, law.Facts(payments={intent: news}), now)

    def _learn(self, column: str, name: str, news: law.Facts, now: int) -> bool:
        with self._db:  # commits, or rolls back
            self._db.execute("BEGIN IMMEDIATE")  # the lock: whoever comes second waits here
            found = self._db.execute(FIND[column], (name,)).fetchone()
            if found:
                self._save(*law.step(law.load(found[0]), news), now)
        return found is not None

    def _save(self, dossier: law.Dossier, effects: tuple[law.Effect, ...], now: int) -> None:
        number, reading = dossier.order_id, law.read(dossier)
        self._db.execute(SAVE, (reading.status, reading.gross, reading.refunded, law.dump(dossier), number))
        for effect in effects:
            if not effect.after or effect.after in dossier.announced:  # for those who were told the earlier news only
                due_at = now + effect.delay_seconds
                self._db.execute(ADD, (effect.key, number, effect.kind, effect.detail, effect.transient, due_at))

    def perform(self, do: Callable[[str, str, str], None], *, now: int) -> None:
        """Call `do(kind, number, detail)` for all that is due; if it raises, the task stays for the next pass."""
        for key, number, kind, detail, transient in self._db.execute(DUE, (now,)).fetchall():
            if not transient or law.still_due(self.dossier(number), key):
                do(kind, number, detail)
            self._db.execute("UPDATE tasks SET done = 1 WHERE key = ?", (key,))

    def dossier(self, number: str) -> law.Dossier:
        """All that is known of one order; `machine.read` says what it means."""
        return law.load(self._db.execute(FIND["number"], (number,)).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def news_of(event: Mapping[str, Any]) -> law.Payment | None:
    """What an event tells of its payment; None for a type that this shop does not read."""
    about, at, source = event["data"]["object"], event["created"], event["id"]
    match event["type"].split("."):
        case ["payment_intent", "succeeded"]:
            return law.Payment(ok=True, received=about["amount_received"], terms=_terms(about, at, source))
        case ["payment_intent", "payment_failed"]:
            stage = law.Stage(at, law.STAGES.index("failed"), source)
            return law.Payment(stage=stage, terms=_terms(about, at, source), attempts={source: _attempt(about, at)})
        case ["payment_intent", "canceled"]:
            return law.Payment(canceled=True, terms=_terms(about, at, source))
        case ["refund", _]:
            return law.Payment(refunds={about["id"]: _refund(about, at, source)})
    return None


def _terms(intent: Mapping[str, Any], at: int, source: str) -> law.Terms:
    return law.Terms(at, source, intent["amount"], intent["currency"], intent["metadata"].get("order_id", ""))


def _attempt(intent: Mapping[str, Any], at: int) -> law.Attempt:
    error = intent["last_payment_error"] or {}
    return law.Attempt(1, at, error.get("code") or "", error.get("decline_code") or "")


def _refund(refund: Mapping[str, Any], at: int, source: str) -> law.Refund:
    status = refund["status"]
    return law.Refund(
        final=status in law.REFUND_FAILURES,
        at=at,
        rank=law.REFUND_STATUSES.index(status),
        source=source,
        status=status,
        amount=refund["amount"],
        currency=refund["currency"],
        charge=refund["charge"],
        request_id="",
        reason=refund.get("failure_reason") or "",
    )
