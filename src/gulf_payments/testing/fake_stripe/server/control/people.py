"""Verbs for what customers, banks and staff do."""

from __future__ import annotations

from collections.abc import Mapping

from gulf_payments.testing.fake_stripe.fake import FakeStripe
from gulf_payments.testing.fake_stripe.server.control.fields import (
    FLAG,
    TEXT,
    TEXTS_BY_NAME,
    Field,
    either,
    one_of,
    whole,
)
from gulf_payments.testing.fake_stripe.server.control.verb import Verb, about

_AMOUNT = whole(1, 99_999_999_999)
_ANSWERED = one_of("pass", "fail", "leave")


def _of(kind: str, **more: Field) -> dict[str, Field]:
    return {kind: TEXT.needed, **more}


_CUSTOMERS = {
    "pay": Verb(
        "The customer pays with a test card, and answers the 3-D Secure question. The PaymentIntent comes back.",
        about("intent", FakeStripe.pay),
        _of("intent", card=TEXT, three_d_secure=_ANSWERED),
    ),
    "pay_session": Verb(
        "The customer pays on the page of a Checkout Session, which comes back.",
        about("session", FakeStripe.pay_session),
        _of(
            "session",
            card=TEXT,
            bank_account=TEXT,
            email=TEXT,
            answers=TEXTS_BY_NAME,
            three_d_secure=_ANSWERED,
        ),
    ),
    "decline": Verb(
        "The customer pays with a card that is declined with this decline code.",
        about("intent", FakeStripe.decline),
        _of("intent", code=TEXT),
    ),
    "challenge": Verb(
        "The customer answers the bank's 3-D Secure question.",
        about("intent", FakeStripe.challenge),
        _of("intent", outcome=one_of("pass", "fail")),
    ),
    "dispute": Verb(
        "The cardholder disputes the payment, or only inquires about it. The Dispute comes back.",
        about("intent", FakeStripe.dispute),
        _of("intent", reason=TEXT, amount=_AMOUNT, inquiry=FLAG),
    ),
}

_STAFF = {
    "refund": Verb(
        "Staff refund in the Dashboard: this amount in the minor unit, or all that is left.",
        about("intent", FakeStripe.refund_from_dashboard),
        _of("intent", amount=_AMOUNT, reason=TEXT),
    ),
    "answer_dispute": Verb(
        "Staff answer a dispute: with a text such as winning_evidence, or with fields of evidence.",
        about("dispute", FakeStripe.answer_dispute),
        _of("dispute", evidence=either(TEXT, TEXTS_BY_NAME), submit=FLAG),
    ),
    "open_review": Verb(
        "A payment is put up for review.",
        about("intent", FakeStripe.open_review),
        _of("intent", reason=one_of("rule", "manual")),
    ),
    "pay_out": Verb(
        "The day's automatic payout: all that is available in a currency.",
        about("currency", FakeStripe.pay_out),
        _of("currency", livemode=FLAG),
    ),
}

_BANKS = {
    "close_dispute": Verb(
        "The bank decides a dispute.",
        about("dispute", FakeStripe.close_dispute),
        _of("dispute", outcome=one_of("won", "lost", "warning_closed").needed),
    ),
    "escalate_inquiry": Verb(
        "The bank makes a chargeback of its inquiry.",
        about("dispute", FakeStripe.escalate_inquiry),
        _of("dispute"),
    ),
    "fail_payment_late": Verb(
        "A payment that had succeeded fails after all, as bank debits do.",
        about("intent", FakeStripe.fail_payment_late),
        _of("intent"),
    ),
    "fail_refund": Verb(
        "The customer's bank turns a refund down, one that had succeeded too.",
        about("refund", FakeStripe.fail_refund),
        _of("refund", reason=TEXT),
    ),
    "hold_refund": Verb(
        "A pending refund asks the customer for bank details.",
        about("refund", FakeStripe.hold_refund),
        _of("refund"),
    ),
    "fail_payout": Verb(
        "The bank sends a payout back, one that seemed paid too.",
        about("payout", FakeStripe.fail_payout),
        _of("payout", code=TEXT),
    ),
    "warn_of_fraud": Verb(
        "The card's issuer suspects fraud; no money moves.", about("intent", FakeStripe.warn_of_fraud), _of("intent")
    ),
}

VERBS: Mapping[str, Verb] = {**_CUSTOMERS, **_STAFF, **_BANKS}
