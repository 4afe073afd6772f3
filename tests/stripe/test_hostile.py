"""Everything that a stranger, a proxy or a broken sender may post: refused by a WebhookError, and by nothing else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gulf_payments.errors import PayloadMalformed, SignatureMissing, WebhookError
from gulf_payments.ports import Notice
from tests.stripe.bodies import AT, charge, dispute, event, intent, refund, thin
from tests.stripe.parts import NOW, Script, signed

GATEWAY = Script([]).gateway()


def read(body: bytes) -> Notice:
    """Read a body that Stripe truly signed."""
    return GATEWAY.read(body, signed(body), now=NOW)


@given(body=st.binary(max_size=300), header=st.none() | st.text(max_size=300))
def test_row_16_unsigned_bytes_are_refused(body: bytes, header: str | None) -> None:
    """Arbitrary bytes under arbitrary headers raise a WebhookError."""
    with pytest.raises(WebhookError):
        GATEWAY.read(body, header, now=NOW)


@given(body=st.binary(max_size=300))
def test_row_16_signed_garbage_is_malformed(body: bytes) -> None:
    """Bytes that are no event are malformed, even with a right signature."""
    with pytest.raises(PayloadMalformed):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"evt_1"',
        b"NaN",
        b"1e999",
        b"9" * 10_000,
        b'{"id": NaN, "object": "event"}',
        b'{"object": "event", "id": ' + b"9" * 10_000 + b"}",
        b"[" * 100_000,
        b'{"data":' * 50_000,
        b'{"id": "evt_1"' + b" " * 1_000_000,
        b'{"id": "\xff\xfe", "object": "event"}',
        b'{"id": "\\ud800", "object": "event", "type": "charge.updated", "livemode": false}',
        b"\xef\xbb\xbf{}",
        "{'id': 'evt_1'}".encode("utf-16"),
        event("charge.updated", charge(), id=""),
        event("charge.updated", charge(), id="evt 1"),
        event("charge.updated", charge(), id="e" * 256),
        event("charge.updated", charge(), id=17),
        event("charge.updated", charge(), livemode="false"),
        event("charge.updated", charge(), object="charge"),
        event("", charge()),
        event("charge.updated", charge())[:-1],
    ],
    ids=lambda body: repr(body[:24]),
)
def test_row_16_signed_but_no_event(body: bytes) -> None:
    """Arrays, null, NaN, huge numbers, deep nesting, broken UTF-8, a megabyte: malformed, each within its error."""
    with pytest.raises(PayloadMalformed):
        read(body)


def test_a_megabyte_of_unsigned_body_is_refused_without_being_parsed() -> None:
    """Without a signature nothing of the body is looked at, whatever its size."""
    with pytest.raises(SignatureMissing):
        GATEWAY.read(b"[" * 1_000_000, None, now=NOW)


@pytest.mark.parametrize(
    "about",
    [None, [], 7, "pi_1", {}, {"object": "payment_intent"}, {"object": "payment_intent", "id": None}, {"id": "pi_1"}],
)
def test_an_envelope_without_a_readable_object_is_still_an_event(about: object) -> None:
    """It is recorded with its trouble instead of being refused for three days, and it tells no money."""
    notice = read(event("payment_intent.succeeded", about))
    assert (notice.trouble, notice.sighting) == ("unreadable", None)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"amount": -1},
        {"amount": "34500"},
        {"amount": 345.0},
        {"amount": True},
        {"amount": None},
        {"amount_received": 10**12},
        {"amount_received": float("nan")},
        {"currency": "riyal"},
        {"created": -5},
        {"status": 3},
        {"metadata": ["shop"]},
        {"metadata": {"order_id": 1017}},
    ],
)
def test_an_object_that_cannot_be_read_is_looked_up(spoiled: dict[str, object]) -> None:
    """Money is never guessed: the PaymentIntent is asked for, under the id that the event names."""
    notice = read(event("payment_intent.succeeded", intent(**{"status": "succeeded", **spoiled})))
    assert (notice.trouble, notice.lookup, notice.sighting) == ("unreadable", "pi_1", None)


@pytest.mark.parametrize("about", [charge(amount="x"), refund(amount=None), dispute(currency=None)])
def test_an_unreadable_part_leads_to_its_payment_intent(about: dict[str, object]) -> None:
    """A charge, a refund or a dispute names its PaymentIntent, as an id or as the whole object."""
    kind = {"charge": "charge.updated", "refund": "refund.updated", "dispute": "charge.dispute.updated"}
    name = kind[str(about["object"])]
    assert read(event(name, about)).lookup == "pi_1"
    assert read(event(name, {**about, "payment_intent": {"id": "pi_1", "object": "payment_intent"}})).lookup == "pi_1"


def test_an_object_of_another_kind_than_its_event_is_unreadable() -> None:
    """`charge.succeeded` about a PaymentIntent is no charge."""
    notice = read(event("charge.succeeded", intent(status="succeeded", amount_received=34500)))
    assert (notice.trouble, notice.lookup, notice.sighting) == ("unreadable", "pi_1", None)


@pytest.mark.parametrize("label", ["a\x00b", "a\nb", "\u202e1017", "x" * 501])
def test_a_label_that_is_none_of_ours_is_no_claim(label: str) -> None:
    """Metadata that could not have come from us (control marks, too long) names nothing."""
    notice = read(event("payment_intent.created", intent(metadata={"shop": "gulf-emperor", "order_id": label})))
    assert notice.sighting is not None
    assert (notice.sighting.shop, notice.sighting.order_id) == ("gulf-emperor", "")
    assert notice.sighting.facts.terms is not None
    assert notice.sighting.facts.terms.order_id == ""


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
KINDS = st.sampled_from(
    ["payment_intent.succeeded", "charge.refunded", "refund.failed", "charge.dispute.closed", "x.y"]
)
OBJECTS = st.sampled_from([intent(), charge(), refund(), dispute()])


@settings(max_examples=300)
@given(
    kind=KINDS,
    about=OBJECTS,
    spoiled=st.dictionaries(st.sampled_from(list({**intent(), **charge(), **refund()})), TREES),
)
def test_a_signed_envelope_is_read_or_refused_whatever_its_object(
    kind: str, about: dict[str, object], spoiled: dict[str, object]
) -> None:
    """Any object with any fields replaced by anything gives a notice, or a WebhookError, and never another error."""
    body = event(kind, {**about, **spoiled})
    try:
        notice = read(body)
    except WebhookError:
        return
    assert notice.type == kind
    assert notice.sighting is None or notice.sighting.intent_id


@given(related=TREES, kind=st.sampled_from(["v1.payment_intent.succeeded", "v1.customer.created", "v2.x"]))
def test_a_thin_event_is_read_or_refused_whatever_it_relates_to(related: object, kind: str) -> None:
    """A thin event of any shape never tells money."""
    document = {**json.loads(thin(kind, None)), "related_object": related, "created": AT}
    try:
        assert read(json.dumps(document).encode()).sighting is None
    except WebhookError:
        return
