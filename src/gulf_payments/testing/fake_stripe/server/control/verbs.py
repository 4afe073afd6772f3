"""All that the control API can be asked for, by name."""

from __future__ import annotations

from collections.abc import Mapping

from gulf_payments.testing.fake_stripe.server.control import lines, people, state
from gulf_payments.testing.fake_stripe.server.control.verb import Verb

VERBS: Mapping[str, Verb] = {**state.VERBS, **people.VERBS, **lines.VERBS}
