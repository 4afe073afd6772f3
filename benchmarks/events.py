"""Verify and read one event, against the Stripe SDK and against the hash and the parse alone."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from functools import partial

import stripe

from benchmarks.figures import Aim, Report, micro, ratio
from benchmarks.racing import Work, race, steady
from gulf_payments.stripe import signature, translate, wire
from tests.shops import SECRET, Shop, order

REPEAT = 10


def measure(rounds: int) -> Report:
    """Race the gateway, its three parts, the SDK, and what cannot be spared."""
    shop, now = Shop(), datetime.now(UTC)
    body = _body(shop)
    header = signature.sign(body, SECRET, at=now)
    stamp, _, digest = header.removeprefix("t=").partition(",v1=")
    event = wire.parse(body)
    contenders: dict[str, Work] = {
        "ours": partial(shop.payments.gateway.read, body, header, now=now),
        "sdk": partial(stripe.Webhook.construct_event, body, header, SECRET),
        "limit": lambda: (_check(stamp, digest, body), wire.Event.model_validate_json(body)),
        "json": lambda: (_check(stamp, digest, body), json.loads(body)),
        "verify": partial(signature.verify, body, header, [SECRET], now=now),
        "parse": partial(wire.parse, body),
        "translate": partial(translate.notice, event, body=body.decode()),
        "hash": partial(_check, stamp, digest, body),
    }
    times = race(steady(contenders), rounds=rounds, repeat=REPEAT).processor
    return Report(
        f"Verify and read one event of {len(body):,} bytes",
        [
            micro("stripe.Webhook.construct_event", times.median("sdk")),
            micro("StripeGateway.read", times.median("ours")),
            micro("  of it: signature.verify", times.median("verify")),
            micro("  of it: wire.parse", times.median("parse")),
            micro("  of it: translate.notice", times.median("translate")),
            micro("bare HMAC, and pydantic on the same models", times.median("limit")),
            micro("bare HMAC, and json.loads", times.median("json")),
            micro("bare HMAC", times.median("hash")),
            ratio("the SDK to ours", times.ratio("sdk", to="ours"), Aim(25, at_least=True)),
            ratio("ours to the limit with the same parser", times.ratio("ours", to="limit"), Aim(1.6)),
            ratio("ours to HMAC and json.loads", times.ratio("ours", to="json")),
        ],
    )


def _body(shop: Shop) -> bytes:
    """A charge.succeeded, indented as Stripe posts it."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017", description="Order 1017", receipt_email="sara@example.com"))
    (event,) = shop.fake.events("charge.succeeded")
    return json.dumps(event, indent=2).encode()


def _check(stamp: str, digest: str, body: bytes) -> bool:
    """The least that a signature asks for: one hash and one comparison."""
    expected = hmac.digest(SECRET.encode(), b"%b.%b" % (stamp.encode(), body), "sha256").hex()
    return hmac.compare_digest(expected, digest)
