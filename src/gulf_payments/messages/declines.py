"""What a customer may hear when a card is declined: Stripe's codes to message keys. Data and one look-up.

Stripe's own words and codes are never shown. Codes that reveal a suspicion (fraud, a lost or stolen card) read exactly
like a refusal without a reason, and so does any code that is not in the table.
Source: docs.stripe.com/declines/codes and docs.stripe.com/error-codes.
"""

from __future__ import annotations

from collections.abc import Mapping

CONTACT_BANK = "contact_bank"

HIDDEN_CODES = frozenset(
    {"fraudulent", "stolen_card", "lost_card", "merchant_blacklist", "pickup_card", "restricted_card"}
)
"""Codes that nobody outside the shop may be able to tell from a plain refusal."""

_CODES: Mapping[str, str] = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired_card",
    "incorrect_cvc": "incorrect_cvc invalid_cvc",
    "incorrect_number": "incorrect_number invalid_number",
    "check_card_details": (
        "incorrect_zip incorrect_address invalid_expiry_month invalid_expiry_year incorrect_pin invalid_pin"
    ),
    "use_other_card": (
        "withdrawal_count_limit_exceeded pin_try_exceeded offline_pin_required online_or_offline_pin_required"
    ),
    "authenticate_again": ("authentication_required authentication_not_handled payment_intent_authentication_failure"),
    "try_again": (
        "processing_error issuer_not_available reenter_transaction approve_with_id try_again_later "
        "payment_intent_payment_attempt_expired"
    ),
    "contact_bank_or_other_card": (
        "card_not_supported currency_not_supported invalid_amount card_velocity_exceeded not_permitted "
        "card_decline_rate_limit_exceeded"
    ),
    "check_your_orders": "duplicate_transaction",
    CONTACT_BANK: (
        "generic_decline card_declined do_not_honor call_issuer no_action_taken security_violation "
        "service_not_allowed stop_payment_order transaction_not_allowed revocation_of_authorization "
        "revocation_of_all_authorizations invalid_account new_account_information_available do_not_try_again "
        "payment_intent_payment_attempt_failed"
    ),
    "temporary_problem": (
        "testmode_decline test_mode_live_card livemode_mismatch payment_method_not_available amount_too_small "
        "amount_too_large api_key_expired platform_api_key_expired secret_key_required rate_limit lock_timeout "
        "authentication"
    ),
}

MESSAGE_KEYS: Mapping[str, str] = {
    **{code: key for key, codes in _CODES.items() for code in codes.split()},
    **dict.fromkeys(HIDDEN_CODES, CONTACT_BANK),
}
"""Every known code, or decline code, and the key of the sentence that a customer may read."""


def message_key(code: str, decline_code: str) -> str:
    """The key of the sentence for a failed attempt; the decline code, when there is one, knows more than the code."""
    return MESSAGE_KEYS.get(decline_code or code, CONTACT_BANK)
