"""What a customer may hear: every code of Stripe's list has a sentence, and none betrays a suspicion."""

from __future__ import annotations

import pytest

from gulf_payments.messages.declines import HIDDEN_CODES, MESSAGE_KEYS, message_key

KEYS = {
    "authenticate_again",
    "check_card_details",
    "check_details",
    "check_your_orders",
    "contact_bank",
    "contact_bank_or_other_card",
    "expired_card",
    "incorrect_cvc",
    "incorrect_number",
    "insufficient_funds",
    "temporary_problem",
    "try_again",
    "use_other_card",
    "use_other_method",
}


def test_the_table_uses_exactly_the_known_sentences() -> None:
    """A key that nothing leads to, or one without a sentence, is a mistake in the table."""
    assert set(MESSAGE_KEYS.values()) == KEYS


@pytest.mark.parametrize(
    ("code", "decline_code", "key"),
    [
        ("card_declined", "insufficient_funds", "insufficient_funds"),
        ("card_declined", "generic_decline", "contact_bank"),
        ("card_declined", "card_velocity_exceeded", "contact_bank_or_other_card"),
        ("card_declined", "duplicate_transaction", "check_your_orders"),
        ("card_declined", "issuer_not_available", "try_again"),
        ("card_declined", "testmode_decline", "temporary_problem"),
        ("card_declined", "", "contact_bank"),
        ("expired_card", "expired_card", "expired_card"),
        ("incorrect_cvc", "", "incorrect_cvc"),
        ("invalid_number", "", "incorrect_number"),
        ("incorrect_zip", "", "check_card_details"),
        ("card_declined", "pin_try_exceeded", "use_other_card"),
        ("payment_intent_authentication_failure", "", "authenticate_again"),
        ("authentication_required", "authentication_required", "authenticate_again"),
        ("processing_error", "", "try_again"),
        ("", "", "contact_bank"),
        ("a_code_of_tomorrow", "", "contact_bank"),
        ("card_declined", "a_code_of_tomorrow", "contact_bank"),
    ],
)
def test_a_code_leads_to_its_sentence(code: str, decline_code: str, key: str) -> None:
    """The decline code knows more than the code; what nobody knows says: ask your bank."""
    assert message_key(code, decline_code) == key


@pytest.mark.parametrize("hidden", sorted(HIDDEN_CODES))
@pytest.mark.parametrize("code", ["card_declined", "expired_card", ""])
def test_a_suspicion_reads_like_a_plain_refusal(hidden: str, code: str) -> None:
    """Fraud, loss and theft cannot be told from a generic decline, wherever the code stands."""
    assert message_key(code, hidden) == message_key("card_declined", "generic_decline")
    assert message_key(hidden, "") == message_key("card_declined", "generic_decline")
