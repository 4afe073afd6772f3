"""Row 21: one code for the Stripe SDK from 12 to 16. The other peers are pinned below 13, or broken from 15 on."""

from __future__ import annotations

import ast
import gc
import inspect
from dataclasses import replace

import stripe

from gulf_payments.stripe import StripeGateway, gateway
from tests.stripe.parts import FakeProvider
from tests.stripe.test_answers import REFUND, REQUEST

NAMES = {"APIConnectionError", "HTTPClient", "RequestsClient", "StripeClient", "StripeError", "StripeResponse"}


def test_row_21_the_gateway_stands_on_six_names_of_the_sdk() -> None:
    """These exist, and mean the same, in every supported version; a seventh is a decision, not an accident."""
    source = ast.parse(inspect.getsource(gateway))
    used = {
        node.attr
        for node in ast.walk(source)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "stripe"
    }
    assert used == NAMES
    assert all(hasattr(stripe, name) for name in NAMES - {"StripeResponse"})


def test_row_21_no_object_of_the_sdk_is_built(gateway: StripeGateway, provider: FakeProvider) -> None:
    """Objects that are dicts in one version and not in the next are never made, on any path."""
    others = {id(thing) for thing in _stripe_objects()}  # what earlier tests of this process left behind
    made = gateway.create(REQUEST)
    provider.pay(made.sighting.intent_id)
    gateway.refund(replace(REFUND, intent_id=made.sighting.intent_id))
    gateway.look_up(made.sighting.intent_id)
    for body, header in provider.deliveries():
        gateway.read(body, header, now=provider.later())
    assert not [thing for thing in _stripe_objects() if id(thing) not in others]


def _stripe_objects() -> list[object]:
    gc.collect()
    # By its type: to ask a lazy object of another library what it is would wake it.
    return [thing for thing in gc.get_objects() if issubclass(type(thing), stripe.StripeObject)]
