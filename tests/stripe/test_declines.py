"""What a customer may hear: every code of Stripe's list has a sentence, and none betrays a suspicion."""

from __future__ import annotations

import inspect
import re

import pytest
import stripe

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


# docs.stripe.com/declines/codes, cards and then local ways to pay; the SDK does not list them.
DECLINE_CODES = """
authentication_required authentication_not_handled approve_with_id call_issuer card_not_supported
card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card
fraudulent generic_decline incorrect_address incorrect_cvc incorrect_number incorrect_pin incorrect_zip
insufficient_funds invalid_account invalid_amount invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number
invalid_pin issuer_not_available lost_card merchant_blacklist mobile_device_authentication_required
new_account_information_available no_action_taken not_permitted offline_pin_required online_or_offline_pin_required
pickup_card pin_try_exceeded processing_error reenter_transaction restricted_card revocation_of_all_authorizations
revocation_of_authorization security_violation service_not_allowed stolen_card stop_payment_order testmode_decline
transaction_not_allowed try_again_later withdrawal_count_limit_exceeded
partner_generic_decline invalid_customer_account payment_limit_exceeded invalid_billing_agreement
invalid_business_account partner_high_risk_customer compliance_violation payment_disputed invalid_authorization
invalid_payment_information partner_payment_not_found expired_payment_information recurring_not_supported_by_bank
"""


def test_every_decline_code_of_the_list_is_known() -> None:
    """Sixty-three codes, for cards and for other ways to pay, lead to a sentence that was chosen for them."""
    codes = set(DECLINE_CODES.split())
    assert len(codes) == 63
    assert codes - set(MESSAGE_KEYS) == set()


def test_every_error_code_of_the_sdk_is_known() -> None:
    """Whatever code the SDK lists for a payment's last error has a sentence that was chosen for it."""
    source = inspect.getsource(stripe.PaymentIntent.LastPaymentError)
    listed = re.search(r"code: .*?Literal\[(.*?)\]", source, re.DOTALL)
    assert listed is not None
    codes = set(re.findall(r'"(\w+)"', listed[1]))
    assert len(codes) > 150
    assert codes - set(MESSAGE_KEYS) == set()


def test_a_providers_suspicion_reads_like_its_plain_refusal() -> None:
    """Ways to pay that are no cards have suspicions of their own, and keep them to themselves."""
    plain = message_key("payment_method_provider_decline", "partner_generic_decline")
    assert {message_key("", code) for code in ("partner_high_risk_customer", "compliance_violation")} == {plain}
