"""Verbs that look at the fake, move its clock, or begin anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.server.control.fields import TEXT, TEXTS, number
from gulf_payments.testing.fake_stripe.server.control.verb import JSON, Verb, about, quietly
from gulf_payments.testing.fake_stripe.state.clock import epoch

_DAYS = 36_500


def _events(fake: FakeStripe, types: Iterable[str] = ()) -> JSON:
    return {"data": fake.events(*types)}


def _advance(fake: FakeStripe, **by: float) -> JSON:
    return {"now": epoch(fake.advance(**by))}


def _advance_to_settlement(fake: FakeStripe) -> JSON:
    return {"now": epoch(fake.advance_to_settlement())}


VERBS: Mapping[str, Verb] = {
    "health": Verb("Say that the server is ready.", lambda _fake: {"status": "ok"}, reads=True),
    "retrieve": Verb(
        "An object by its id, as it stands now.",
        about("id", FakeStripe.retrieve),
        {"id": TEXT.needed},
        reads=True,
    ),
    "events": Verb("Every event so far, or those of these types, oldest first.", _events, {"types": TEXTS}, reads=True),
    "advance": Verb(
        "Time passes, and what falls due happens.",
        _advance,
        {"days": number(0, _DAYS), "seconds": number(0, _DAYS * 86_400)},
    ),
    "advance_to_settlement": Verb(
        "Time passes until all that is pending in the balance has become available.", _advance_to_settlement
    ),
    "reset": Verb("Begin anew with an empty account; webhook endpoints stay.", quietly(FakeStripe.reset)),
}
