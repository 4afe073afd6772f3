"""Writes `docs/fake_stripe_coverage.md` from the routes, the book of behaviours and the triggers.

python -m tests.fake_stripe.fidelity.coverage > docs/fake_stripe_coverage.md
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from gulf_payments.testing.fake_stripe.protocol.calls import Route
from gulf_payments.testing.fake_stripe.protocol.parameters import unsupported
from gulf_payments.testing.fake_stripe.routes import ROUTES
from tests.fake_stripe.fidelity.behaviours.areas import AREAS
from tests.fake_stripe.fidelity.behaviours.book import BOOK
from tests.fake_stripe.fidelity.triggers import TRIGGERS

INTRODUCTION = """\
# What the fake Stripe covers

[FakeStripe](fake_stripe.md) answers {routes} routes. This page is written from its route table and its tests, which
fail when it is out of date:

```sh
python -m tests.fake_stripe.fidelity.coverage > docs/fake_stripe_coverage.md
```

The fake is held to the real Stripe by what nobody of this project wrote:

- **Behaviours**: {behaviours} sentences about real Stripe, each with a story that shows it, in this process and over
  HTTP: `tests/fake_stripe/fidelity/behaviours/`.
- **Triggers**: {triggers} events of one-off payments that Stripe's command line can trigger happen by the requests that
  it sends, likewise.
- **Schema**: where Stripe's OpenAPI schema is at hand (the variable `STRIPE_OPENAPI` names its folder), every answer
  that any fake gives in any test is validated against the schema of its route, and the object of every event against
  that of its kind. Without the schema these checks are skipped.
- **Recordings**: beside the schema lie answers that Stripe's test API gave. Members that are in all of them are in all
  of the fake's, and the fake answers the recorded requests with the same shapes, headers and error bodies.
- **Parameters**: each route takes the parameters that the schema lists for it, and no others.
"""
ROUTES_HEAD = """\
## Routes

*Covered*: every parameter that Stripe lists is carried out. *Partly*: those in the last column are refused aloud with
`FakeStripe does not carry out the parameter …`, the others are carried out. *Refuses*: for a state
that nothing here is ever in. *Not*: answers 404, as unknown URLs do.

| route | coverage | refused aloud |
| --- | --- | --- |
"""
LEFT_OUT = (
    "/v1/customers/{customer}/balance_transactions",
    "/v1/customers/{customer}/bank_accounts",
    "/v1/customers/{customer}/cards",
    "/v1/customers/{customer}/discount",
    "/v1/customers/{customer}/funding_instructions",
    "/v1/customers/{customer}/sources/{id}/verify",
    "/v1/customers/{customer}/subscriptions",
    "/v1/customers/{customer}/tax_ids",
)
"""Routes near those of the fake that one-off payments by card do without."""
CASH_SETTINGS = ("POST", "/v1/customers/{customer}/cash_balance")
"""The one route that is not there while another method of its path is."""
ALWAYS_REFUSES = frozenset(
    (
        "/v1/payment_intents/{intent}/increment_authorization",
        "/v1/payment_intents/{intent}/verify_microdeposits",
        "/v1/setup_intents/{intent}/verify_microdeposits",
    )
)
"""Routes for a state that nothing in the fake is ever in: they answer Stripe's error, and no 200."""
FURTHER = """\

Nor are there subscriptions, invoices, coupons and tax ids; Connect; Terminal, Issuing, Treasury, Identity; files; the
v2 API and thin events; API versions before 2025-03-31.basil.
"""


def refused_aloud(route: Route) -> list[str]:
    """The parameters that a route knows and does not carry out."""
    return sorted(name for name, kind in route.accepts.kinds.items() if kind is unsupported)


def row(route: Route) -> str:
    """One line of the table."""
    refused = refused_aloud(route)
    coverage = "refuses" if route.pattern in ALWAYS_REFUSES else "partly" if refused else "covered"
    return f"| {route.method} {route.pattern} | {coverage} | {', '.join(f'`{name}`' for name in refused)} |"


def left_out() -> list[str]:
    """Those of the routes left out that the fake has none of."""
    return [prefix for prefix in LEFT_OUT if not any(route.pattern.startswith(prefix) for route in ROUTES)]


def resource(route: Route) -> str:
    """The first word of a route's path, by which the table is ordered."""
    return route.pattern.split("/")[2]


def areas() -> Iterator[str]:
    """How many behaviours each area has, with what the area is about."""
    counts = Counter(one.area for one in BOOK)
    yield "## Behaviours\n\n| area | behaviours |\n| --- | --- |"
    for area in AREAS:
        about = (area.__doc__ or "").splitlines()[0].rstrip(".")
        yield f"| {about} | {counts[area.__name__.rpartition('.')[2]]} |"


def events() -> Iterator[str]:
    """The triggered events, a line for each kind of object."""
    yield "## Triggered events\n"
    for kind, named in groupby(sorted(TRIGGERS), key=lambda event: event.partition(".")[0]):
        rest = [event.removeprefix(f"{kind}.") for event in named]
        yield f"- {kind}: {', '.join(f'`{word}`' for word in rest)}"


def page() -> str:
    """The whole page."""
    introduction = INTRODUCTION.format(routes=len(ROUTES), behaviours=len(BOOK), triggers=len(TRIGGERS))
    rows = [row(route) for route in sorted(ROUTES, key=lambda route: (resource(route), route.pattern, route.method))]
    rows += [f"| {pattern} | not | |" for pattern in (" ".join(CASH_SETTINGS), *left_out())]
    return "\n".join([introduction, *areas(), "", *events(), "", ROUTES_HEAD + "\n".join(rows), FURTHER])


if __name__ == "__main__":
    sys.stdout.write(page())
