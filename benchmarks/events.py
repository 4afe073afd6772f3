"""Verify and parse one event, against the Stripe SDK and against the hash and the parse alone."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from functools import partial

import stripe

from benchmarks.figures import Aim, Figure, Report, micro, ratio
from benchmarks.racing import Times, Work, race, steady
from gulf_payments.stripe import signature, translate, wire
from tests.shops import SECRET, Shop, order

REPEAT = 20


def measure(rounds: int) -> Report:
    """Race our verification and parse, the gateway that uses them, the SDK, and what cannot be spared."""
    shop, now = Shop(), datetime.now(UTC)
    body = _body(shop)
    header = signature.sign(body, SECRET, at=now)
    stamp, _, digest = header.removeprefix("t=").partition(",v1=")
    event = wire.parse(body)
    contenders: dict[str, Work] = {
        "ours": partial(_verify_and_parse, body, header, now),
        "sdk": partial(stripe.Webhook.construct_event, body, header, SECRET),
        "read": partial(shop.payments.gateway.read, body, header, now=now),
        "limit": lambda: (_check(stamp, digest, body), wire.Event.model_validate_json(body)),
        "json": lambda: (_check(stamp, digest, body), json.loads(body)),
        "verify": partial(signature.verify, body, header, [SECRET], now=now),
        "parse": partial(wire.parse, body),
        "translate": partial(translate.notice, event, body=body.decode()),
        "hash": partial(_check, stamp, digest, body),
    }
    times = race(steady(contenders), rounds=rounds, repeat=REPEAT).processor
    return Report(f"Verify and parse one event of {len(body):,} bytes", _figures(times))


def _figures(times: Times) -> list[Figure]:
    """The SDK's verified event is nested dicts; ours is typed. `read` goes on to what the event means."""
    return [
        micro("stripe.Webhook.construct_event", times.median("sdk")),
        micro("signature.verify, then wire.parse", times.median("ours")),
        micro("StripeGateway.read: both, and translated into facts", times.median("read")),
        micro("  signature.verify alone", times.median("verify")),
        micro("  wire.parse alone", times.median("parse")),
        micro("  translate.notice alone", times.median("translate")),
        micro("bare HMAC, and pydantic on the same models", times.median("limit")),
        micro("bare HMAC, and json.loads", times.median("json")),
        micro("bare HMAC", times.median("hash")),
        ratio("the SDK to verify and parse", times.ratio("sdk", to="ours"), Aim(25, at_least=True)),
        ratio("verify and parse to the limit with the same parser", times.ratio("ours", to="limit"), Aim(1.6)),
        ratio("the SDK to StripeGateway.read", times.ratio("sdk", to="read")),
        ratio("StripeGateway.read to the limit with the same parser", times.ratio("read", to="limit")),
        ratio("StripeGateway.read to HMAC and json.loads", times.ratio("read", to="json")),
    ]


def _body(shop: Shop) -> bytes:
    """A charge.succeeded, indented as Stripe posts it."""
    shop.payments.place_order(order())
    shop.fake.pay(shop.payments.start_payment("1017", description="Order 1017", receipt_email="sara@example.com"))
    (event,) = shop.fake.events("charge.succeeded")
    return json.dumps(event, indent=2).encode()


def _verify_and_parse(body: bytes, header: str, now: datetime) -> wire.Event | wire.Envelope:
    """As much of the gateway's work as the SDK's function does."""
    signature.verify(body, header, [SECRET], now=now)
    return wire.parse(body)


def _check(stamp: str, digest: str, body: bytes) -> bool:
    """The least that a signature asks for: one hash and one comparison."""
    expected = hmac.digest(SECRET.encode(), b"%b.%b" % (stamp.encode(), body), "sha256").hex()
    return hmac.compare_digest(expected, digest)
