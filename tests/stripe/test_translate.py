"""What each event tells: the catalogue, read as one would read Stripe's manual."""

from __future__ import annotations

from functools import reduce
from itertools import permutations

import pytest

from gulf_payments import machine as law
from gulf_payments.ports import Notice, Sighting
from gulf_payments.stripe import wire
from gulf_payments.stripe.facts import Stamp, of_answered_intent, of_charge
from gulf_payments.stripe.translate import RULES, notice
from tests.stripe.bodies import AT, LABELS, VERSION, charge, declined, dispute, event, intent, refund, thin

TOLD_AT = AT + 100


def told(kind: str, about: object, **changed: object) -> Notice:
    """Read one event."""
    body = event(kind, about, **changed)
    return notice(wire.parse(body), body=body.decode())


def news(kind: str, about: object, **changed: object) -> law.Payment:
    """Return the facts that one event tells."""
    sighting = told(kind, about, **changed).sighting
    assert sighting is not None
    return sighting.facts


def stage(facts: law.Payment) -> str:
    """Name the passing stage."""
    assert facts.stage is not None
    return law.STAGES[facts.stage.rank]


# --- PaymentIntents


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("created", "requires_payment_method", "created"),
        ("requires_action", "requires_action", "requires_action"),
        ("processing", "processing", "processing"),
        ("payment_failed", "requires_payment_method", "failed"),
    ],
)
def test_the_type_of_an_event_tells_the_stage(kind: str, status: str, expected: str) -> None:
    """A new and a failed PaymentIntent have one status at Stripe: only the event's type tells them apart."""
    facts = news(f"payment_intent.{kind}", intent(status=status))
    assert stage(facts) == expected
    assert facts.stage == law.Stage(TOLD_AT, law.STAGES.index(expected), "evt_1")
    assert not law.sums(facts).gross


def test_a_sighting_says_whose_it_is_and_for_how_much() -> None:
    """The metadata's claims, the amount and the currency come along: an unbound row is found and checked by them."""
    sighting = told("payment_intent.created", intent()).sighting
    assert sighting is not None
    assert sighting == Sighting(
        intent_id="pi_1",
        facts=sighting.facts,
        shop="gulf-emperor",
        order_id="1017",
        payment_id="pay_1",
        amount=34500,
        currency="SAR",
    )
    assert sighting.facts.terms == law.Terms(TOLD_AT, "evt_1", 34500, "SAR", "1017")
    assert sighting.facts.intent == "pi_1"


def test_a_succeeded_payment_intent_is_money() -> None:
    """What was received counts, not what was asked for, and the first report is the time of payment."""
    facts = news("payment_intent.succeeded", intent(status="succeeded", amount_received=34400, latest_charge="ch_1"))
    assert (facts.ok, facts.received, facts.paid_at) == (True, 34400, law.Earliest(TOLD_AT))


@pytest.mark.parametrize("kind", sorted(kind for kind in RULES if kind.startswith("payment_intent.")))
def test_no_other_payment_intent_event_is_money(kind: str) -> None:
    """`amount_received` of an event that is not `succeeded` counts nothing."""
    facts = news(kind, intent(amount_received=34500, amount_capturable=34500))
    assert bool(law.sums(facts).gross) == (kind == "payment_intent.succeeded")
    assert facts.authorized == (kind == "payment_intent.amount_capturable_updated")
    assert facts.canceled == (kind == "payment_intent.canceled")


def test_a_cancelled_payment_intent_says_why() -> None:
    """Stripe's own reasons (expired, automatic) are kept, since such an order stays payable."""
    facts = news("payment_intent.canceled", intent(status="canceled", cancellation_reason="expired"))
    assert (facts.canceled, facts.cancel_reason) == (True, "expired")


def test_an_attempt_is_known_by_its_charge() -> None:
    """charge.failed and payment_failed of one try are one attempt, and the decline code survives in either order."""
    about = charge(
        id="ch_0", status="failed", paid=False, captured=False, amount_captured=0, failure_code="card_declined"
    )
    reports = [
        news("payment_intent.payment_failed", intent(last_payment_error=declined(), latest_charge="ch_0")),
        news("charge.failed", about, id="evt_2"),
    ]
    for order in permutations(reports):
        attempts = reduce(law.merge, order).attempts
        assert list(attempts) == ["ch_0"]
        assert (attempts["ch_0"].code, attempts["ch_0"].decline_code) == ("card_declined", "insufficient_funds")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"last_payment_error": declined(charge={"id": "ch_0", "object": "charge"})}, "ch_0"),
        ({"last_payment_error": declined(charge=None), "latest_charge": "ch_older"}, "pm_1"),
        ({"last_payment_error": declined(charge=None, payment_method=None), "latest_charge": "ch_older"}, "evt_1"),
        ({"last_payment_error": None, "latest_charge": "ch_0"}, "ch_0"),
        ({"last_payment_error": None}, "evt_1"),
    ],
)
def test_an_attempt_without_a_charge_is_known_by_its_method_or_its_event(changed: dict[str, object], name: str) -> None:
    """A failed 3-D Secure has no charge: it is never booked on the charge of an older try."""
    assert list(news("payment_intent.payment_failed", intent(**changed)).attempts) == [name]


@pytest.mark.parametrize(
    ("outcome", "decline_code"),
    [
        ({"type": "issuer_declined", "reason": "do_not_honor"}, "do_not_honor"),
        ({"type": "blocked", "reason": "highest_risk_level"}, ""),
        (None, ""),
    ],
)
def test_a_charge_knows_its_decline_code_if_the_bank_gave_one(
    outcome: dict[str, str] | None, decline_code: str
) -> None:
    """What Radar blocked has a reason of Radar's, which is no decline code."""
    about = charge(status="failed", paid=False, amount_captured=0, failure_code="card_declined", outcome=outcome)
    attempt = news("charge.failed", about).attempts["ch_1"]
    assert (attempt.code, attempt.decline_code) == ("card_declined", decline_code)


# --- PaymentIntents that are read

ASKED = Stamp(AT + 5000, "api:req_1")


def answered(**changed: object) -> law.Payment:
    """Return what a PaymentIntent shows when it is read."""
    return of_answered_intent(wire.PaymentIntent.model_validate(intent(**changed)), ASKED)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "created"),
        ({"status": "requires_confirmation"}, "requires_confirmation"),
        ({"status": "requires_action"}, "requires_action"),
        ({"status": "processing"}, "processing"),
        ({"last_payment_error": declined()}, "failed"),
        ({"latest_charge": "ch_0"}, "failed"),
    ],
)
def test_a_read_status_is_a_stage(changed: dict[str, object], expected: str) -> None:
    """requires_payment_method means failed after a try and new before one."""
    assert stage(answered(**changed)) == expected


def test_reading_settles_what_webhooks_would_have_told() -> None:
    """succeeded, requires_capture and canceled are told by the status alone."""
    assert answered(status="succeeded", amount_received=34500).received == 34500
    assert answered(status="requires_capture", amount_capturable=34500).authorized
    assert answered(status="canceled", cancellation_reason="abandoned").canceled
    assert answered(amount_received=34500).received == 0


def test_an_unknown_status_tells_the_terms_alone() -> None:
    """A status that did not exist when this was written raises nothing and moves nothing."""
    facts = answered(status="requires_reflection")
    assert facts == law.Payment(intent="pi_1", terms=law.Terms(*ASKED, 34500, "SAR", "1017"))


@pytest.mark.parametrize(
    ("capture_method", "paid_at"), [("automatic_async", AT + 10), ("automatic", AT + 10), ("manual", ASKED.at)]
)
def test_a_payment_found_late_keeps_its_time(capture_method: str, paid_at: int) -> None:
    """A sweep after days dates an automatic capture by its charge; a manual one has no date but the asking."""
    facts = answered(status="succeeded", latest_charge=charge(), amount_received=34500, capture_method=capture_method)
    assert facts.paid_at == law.Earliest(paid_at)
    assert facts.charges["ch_1"].last4 == "4242"


def test_reading_twice_adds_no_attempt() -> None:
    """A failed try is named by its charge or its method; without either, reading does not invent one each time."""
    assert list(answered(last_payment_error=declined()).attempts) == ["ch_0"]
    assert answered(last_payment_error=declined(charge=None, payment_method=None)).attempts == {}


# --- Charges


def test_a_charge_is_money_by_what_it_captured() -> None:
    """Brand, last four and balance transaction come along; every amount is in halalas."""
    facts = news("charge.succeeded", charge(balance_transaction={"id": "txn_1", "object": "balance_transaction"}))
    assert facts.charges == {
        "ch_1": law.Charge(
            paid=True,
            captured=34500,
            refunded=law.RefundedTotal(TOLD_AT, 0, "evt_1"),
            currency="SAR",
            method="visa",
            last4="4242",
            balance_transaction="txn_1",
        )
    }
    assert facts.paid_at == law.Earliest(TOLD_AT)


def test_an_authorisation_is_no_money() -> None:
    """charge.succeeded of a manual capture has `paid` and captured nothing."""
    facts = news("charge.succeeded", charge(captured=False, amount_captured=0))
    assert (law.sums(facts).gross, facts.paid_at) == (0, None)


def test_a_pending_debit_is_not_yet_money() -> None:
    """A bank debit reads as captured while it is pending; it counts once it has succeeded."""
    assert law.sums(news("charge.pending", charge(status="pending"))).gross == 0


def test_an_expired_authorisation_is_told() -> None:
    """charge.expired marks its charge and nothing else."""
    facts = news("charge.expired", charge(captured=False, amount_captured=0))
    assert facts.charges["ch_1"].expired
    assert not facts.canceled


def test_a_late_failure_reverses_what_was_in() -> None:
    """A debit that fails after it succeeded is paid and failed at once, in any order of the two events."""
    failed = charge(status="failed", paid=False, failure_code="insufficient_funds", failure_balance_transaction="txn_2")
    reports = [news("charge.succeeded", charge()), news("charge.failed", failed)]
    for order in permutations(reports):
        total = law.sums(reduce(law.merge, order))
        assert (total.gross, total.reversed, total.net) == (34500, 34500, 0)
    found_late = law.sums(of_charge(wire.Charge.model_validate(failed), ASKED))
    assert (found_late.gross, found_late.reversed) == (34500, 34500)


def test_the_running_total_of_refunds_may_fall() -> None:
    """amount_refunded is kept with its time, not as a maximum: a refund that failed takes it back."""
    reports = [
        news("charge.refunded", charge(amount_refunded=5000), created=AT + 1),
        news("charge.updated", charge(amount_refunded=0), created=AT + 2),
    ]
    for order in permutations(reports):
        assert reduce(law.merge, order).charges["ch_1"].refunded == law.RefundedTotal(AT + 2, 0, "evt_1")


# --- Refunds


@pytest.mark.parametrize("kind", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"])
def test_a_refund_is_read_from_each_of_its_events(kind: str) -> None:
    """All four carry the refund; `request_id` leads back to our own row, and the labels to our order."""
    sighting = told(kind, refund()).sighting
    assert sighting is not None
    assert (sighting.intent_id, sighting.order_id, sighting.payment_id) == ("pi_1", "1017", "pay_1")
    assert sighting.facts.refunds == {
        "re_1": law.Refund(False, TOLD_AT, 2, "evt_1", "succeeded", 5000, "SAR", "ch_1", "rfd_1", "")
    }


def test_a_failed_refund_says_why() -> None:
    """The failure's reason replaces the one that the refund was asked for with."""
    about = refund(status="failed", reason="requested_by_customer", failure_reason="lost_or_stolen_card")
    seen = news("refund.failed", about).refunds["re_1"]
    assert (seen.final, seen.status, seen.reason) == (True, "failed", "lost_or_stolen_card")


def test_a_refund_from_the_dashboard_names_nobody() -> None:
    """Without our metadata it is found by its PaymentIntent alone."""
    sighting = told("refund.created", refund(metadata={})).sighting
    assert sighting is not None
    assert (sighting.shop, sighting.order_id, sighting.facts.refunds["re_1"].request_id) == ("", "", "")


@pytest.mark.parametrize(("status", "warned"), [("reconsidered", True), (None, False)])
def test_a_refund_of_unknown_status_keeps_its_money_reserved(status: str | None, *, warned: bool) -> None:
    """It is neither given back twice nor announced to the customer, and a new word reaches a person."""
    facts = news("refund.updated", refund(status=status))
    assert law.sums(facts).pending == 5000
    assert (facts.warnings == {"unknown_status:re_1"}) == warned


# --- Disputes and warnings


def test_a_dispute_carries_its_state() -> None:
    """Amount, reason and the day until which evidence can be sent."""
    facts = news("charge.dispute.created", dispute())
    rank = law.DISPUTE_STATUSES.index("needs_response")
    assert facts.disputes["du_1"] == law.Dispute(
        law.DisputeState(TOLD_AT, rank, "evt_1", "needs_response", 34500, "SAR", "ch_1", "fraudulent", AT + 900_000)
    )


@pytest.mark.parametrize("status", sorted(law.DISPUTE_OUTCOMES))
def test_an_outcome_is_kept_for_ever(status: str) -> None:
    """A lost dispute that is won later had both outcomes."""
    closed = news("charge.dispute.closed", dispute(status=status, evidence_details=None))
    assert closed.disputes["du_1"].outcomes == {status}


def test_reinstated_funds_are_not_a_win() -> None:
    """funds_reinstated also comes for partly refunded payments: only the status decides."""
    facts = news("charge.dispute.funds_reinstated", dispute(status="under_review"))
    assert facts.disputes["du_1"].outcomes == frozenset()


def test_a_dispute_of_unknown_status_is_open_and_reaches_a_person() -> None:
    """A new status is never taken for fine."""
    paid = news("payment_intent.succeeded", intent(status="succeeded", amount_received=34500))
    facts = law.merge(paid, news("charge.dispute.updated", dispute(status="pondering")))
    assert law.sums(facts).disputed
    assert facts.warnings == {"unknown_status:du_1"}


@pytest.mark.parametrize(
    ("kind", "about", "warning"),
    [
        (
            "radar.early_fraud_warning.created",
            {"id": "issfr_1", "object": "radar.early_fraud_warning"},
            "early_fraud:issfr_1",
        ),
        ("review.opened", {"id": "prv_1", "object": "review"}, "radar_review:prv_1"),
    ],
)
def test_a_hint_of_fraud_is_a_flag(kind: str, about: dict[str, str], warning: str) -> None:
    """It warns where the PaymentIntent is known, and is unused where only a bare charge is."""
    assert news(kind, {**about, "payment_intent": "pi_1", "charge": "ch_1"}).warnings == {warning}
    unplaced = told(kind, {**about, "payment_intent": None, "charge": "ch_1"})
    assert (unplaced.sighting, unplaced.lookup, unplaced.trouble) == (None, "", "")


# --- What tells nothing by itself


@pytest.mark.parametrize("name", ["completed", "async_payment_succeeded", "async_payment_failed", "expired"])
def test_a_checkout_session_sends_us_asking(name: str) -> None:
    """A session tells no money and cancels nothing: its PaymentIntent is looked up."""
    about = {"id": "cs_1", "object": "checkout.session", "payment_status": "paid", "payment_intent": "pi_1"}
    found = told(f"checkout.session.{name}", about)
    assert (found.lookup, found.trouble, found.sighting) == ("pi_1", "", None)
    assert told(f"checkout.session.{name}", {**about, "payment_intent": None}).lookup == ""


def test_a_failed_payout_reaches_a_person() -> None:
    """It belongs to no order."""
    found = told("payout.failed", {"id": "po_1", "object": "payout", "status": "failed"})
    assert (found.trouble, found.object_id, found.sighting, found.lookup) == ("payout_failed", "po_1", None, "")


@pytest.mark.parametrize(
    "about", [charge(payment_intent=None), refund(payment_intent=None), dispute(payment_intent=None)]
)
def test_what_belongs_to_no_payment_intent_is_unused(about: dict[str, object]) -> None:
    """A bare charge of another system on the account is none of ours, and no trouble either."""
    kind = {"charge": "charge.succeeded", "refund": "refund.created", "dispute": "charge.dispute.created"}
    found = told(kind[str(about["object"])], about)
    assert (found.sighting, found.lookup, found.trouble) == (None, "", "")


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("customer.created", {"id": "cus_1", "object": "customer", "metadata": LABELS}),
        ("payment_intent.invented", intent(status="succeeded")),
        ("payout.paid", {"id": "po_1", "object": "payout"}),
        (
            "radar.early_fraud_warning.updated",
            {"id": "issfr_1", "object": "radar.early_fraud_warning", "payment_intent": "pi_1"},
        ),
        ("customer.deleted", None),
    ],
)
def test_other_types_are_unused_and_keep_their_body(kind: str, about: object) -> None:
    """Whoever subscribed to the event itself still gets it whole."""
    found = told(kind, about)
    assert (found.sighting, found.lookup, found.trouble) == (None, "", "")
    assert (found.event_id, found.type, found.livemode) == ("evt_1", kind, False)
    assert f'"{kind}"' in found.body
    assert "body" not in repr(found)


# --- What is not trusted


@pytest.mark.parametrize("version", ["2025-03-30", "2025-02-24.acacia", "2022-11-15", "2017-08-15", None, "", "next"])
@pytest.mark.parametrize(
    ("kind", "about"), [("charge.refunded", charge(amount_refunded=5000)), ("refund.created", refund())]
)
def test_an_event_before_basil_only_sends_us_asking(version: str | None, kind: str, about: object) -> None:
    """Before 2025-03-31 a partial capture or a cancelled authorisation was a refund: nothing of it is believed."""
    found = told(kind, about, api_version=version)
    assert (found.lookup, found.trouble, found.sighting) == ("pi_1", "api_version_old", None)
    assert found.api_version == (version or "")


@pytest.mark.parametrize("version", [VERSION, "2025-10-29.clover", "2026-10-28.endive", "2027-01-01.unnamed"])
def test_basil_and_later_are_believed(version: str) -> None:
    """The fields that are read kept their meaning since."""
    assert told("refund.created", refund(), api_version=version).sighting is not None


def test_an_old_event_of_a_type_that_we_do_not_read_is_no_trouble() -> None:
    """Only what would have been read is worth an alert."""
    found = told("customer.created", {"id": "cus_1", "object": "customer"}, api_version="2017-08-15")
    assert found.trouble == ""


@pytest.mark.parametrize(
    ("kind", "related", "lookup", "trouble"),
    [
        ("v1.payment_intent.succeeded", {"id": "pi_1", "type": "payment_intent", "url": "/v1/x"}, "pi_1", "thin_event"),
        ("v1.charge.refunded", {"id": "ch_1", "type": "charge", "url": "/v1/x"}, "", "thin_event"),
        ("v1.payment_intent.succeeded", None, "", "thin_event"),
        ("v1.customer.created", {"id": "cus_1", "type": "customer", "url": "/v1/x"}, "", ""),
        ("v2.core.account.updated", None, "", ""),
    ],
)
def test_a_thin_event_only_sends_us_asking(
    kind: str, related: dict[str, object] | None, lookup: str, trouble: str
) -> None:
    """It holds an id instead of the object; types that we do not read stay unused."""
    found = notice(wire.parse(thin(kind, related)))
    assert (found.type, found.lookup, found.trouble, found.sighting) == (kind, lookup, trouble, None)
    assert found.object_id == (related["id"] if related else "")


def test_a_connected_account_is_named() -> None:
    """Whether its events are ours is decided by who asks for them."""
    assert told("refund.created", refund(), account="acct_1").account == "acct_1"


def test_expanded_references_read_like_ids() -> None:
    """A reference may be the whole object: the same facts follow."""
    whole = charge(payment_intent=intent(), balance_transaction={"id": "txn_1"})
    bare = charge(payment_intent="pi_1", balance_transaction="txn_1")
    assert told("charge.succeeded", whole).sighting == told("charge.succeeded", bare).sighting
