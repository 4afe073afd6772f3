"""What a customer may hear when a payment fails: Stripe's codes to message keys. Data and one look-up.

Stripe's own words and codes are never shown. Codes that reveal a suspicion (fraud, a lost or stolen card) read exactly
like a refusal without a reason, and so does any code that is not in the table.
Source: docs.stripe.com/declines/codes, docs.stripe.com/error-codes, and the codes that Stripe's SDK lists.
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
        "incorrect_zip incorrect_postal_code incorrect_address invalid_expiry_month invalid_expiry_year incorrect_pin "
        "invalid_pin postal_code_invalid"
    ),
    "check_details": (
        "account_country_invalid_address cardholder_phone_number_required country_code_invalid "
        "customer_tax_location_invalid email_invalid invalid_characters invalid_tax_location "
        "payment_method_billing_details_address_missing shipping_address_invalid siret_invalid tax_id_invalid"
    ),
    "use_other_card": (
        "withdrawal_count_limit_exceeded pin_try_exceeded offline_pin_required online_or_offline_pin_required "
        "invalid_card_type three_d_secure_authentication_not_supported token_card_network_invalid"
    ),
    # Wallets, bank debits and other ways that are no card: a provider's suspicion reads like its plain refusal.
    "use_other_method": (
        "partner_generic_decline partner_high_risk_customer partner_payment_not_found compliance_violation "
        "expired_payment_information expired_payment_method invalid_authorization invalid_billing_agreement "
        "invalid_business_account invalid_customer_account invalid_payment_information payment_disputed "
        "payment_limit_exceeded recurring_not_supported_by_bank account_closed account_information_mismatch "
        "account_invalid account_number_invalid acss_debit_session_incomplete bank_account_bad_routing_numbers "
        "bank_account_declined bank_account_restricted bank_account_unusable bank_account_unverified "
        "bank_account_verification_failed billing_invalid_mandate charge_exceeds_source_limit "
        "charge_exceeds_transaction_limit clearing_code_unsupported country_unsupported debit_not_authorized "
        "india_recurring_payment_mandate_canceled intent_verification_method_missing no_account "
        "payment_intent_incompatible_payment_method payment_intent_konbini_rejected_confirmation_number "
        "payment_intent_mandate_invalid payment_method_bank_account_blocked payment_method_currency_mismatch "
        "payment_method_customer_decline payment_method_microdeposit_failed "
        "payment_method_microdeposit_verification_amounts_invalid "
        "payment_method_microdeposit_verification_amounts_mismatch "
        "payment_method_microdeposit_verification_attempts_exceeded "
        "payment_method_microdeposit_verification_descriptor_code_mismatch "
        "payment_method_microdeposit_verification_timeout payment_method_provider_decline payment_method_restricted "
        "payment_method_unactivated payment_method_unsupported_type refer_to_customer routing_number_invalid "
        "sepa_unsupported_account setup_intent_mandate_invalid setup_intent_mobile_wallet_unsupported "
        "state_unsupported"
    ),
    "authenticate_again": (
        "authentication_required authentication_not_handled authentication_failure "
        "mobile_device_authentication_required payment_intent_action_required payment_intent_authentication_failure "
        "setup_intent_authentication_failure invoice_payment_intent_requires_action"
    ),
    "try_again": (
        "processing_error issuer_not_available reenter_transaction approve_with_id try_again_later "
        "customer_session_expired idempotency_key_in_use payment_intent_payment_attempt_expired "
        "payment_method_microdeposit_processing_error payment_method_provider_timeout "
        "setup_intent_setup_attempt_expired three_d_secure_authentication_upstream_error token_already_used "
        "token_in_use"
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
        "payment_intent_payment_attempt_failed setup_attempt_failed request_blocked action_blocked"
    ),
    # The shop's fault, or nobody's: the customer can only come back later.
    "temporary_problem": (
        "testmode_decline test_mode_live_card livemode_mismatch payment_method_not_available amount_too_small "
        "amount_too_large api_key_expired platform_api_key_expired secret_key_required rate_limit lock_timeout "
        "authentication account_error_country_change_requires_additional_steps account_token_required_for_v2_account "
        "alipay_upgrade_required anomalous_money_movement_request application_fees_not_allowed approval_required "
        "balance_insufficient balance_invalid_parameter bank_account_exists bitcoin_upgrade_required "
        "capability_not_active capture_charge_authorization_expired capture_unauthorized_payment "
        "charge_already_captured charge_already_refunded charge_disputed charge_expired_for_capture "
        "charge_invalid_parameter charge_not_refundable coupon_expired customer_max_payment_methods "
        "customer_max_subscriptions dispute_evidence_page_limit_exceeded failed_tax_calculation "
        "financial_account_balance_does_not_support_currency financial_account_capability_not_enabled "
        "financial_account_capability_restricted financial_connections_account_inactive "
        "financial_connections_account_pending_account_numbers "
        "financial_connections_account_unavailable_account_numbers financial_connections_consent_locale_invalid "
        "financial_connections_consent_locale_unsupported "
        "financial_connections_no_successful_transaction_refresh forwarding_api_inactive "
        "forwarding_api_invalid_parameter forwarding_api_retryable_upstream_error "
        "forwarding_api_upstream_connection_error forwarding_api_upstream_connection_timeout "
        "forwarding_api_upstream_error instant_payouts_config_disabled instant_payouts_currency_disabled "
        "instant_payouts_limit_exceeded instant_payouts_unsupported intent_invalid_state "
        "invalid_canceled_subscription_fields invalid_charge_amount invalid_mandate_reference_prefix_format "
        "invalid_source_usage invoice_no_customer_line_items invoice_no_payment_method_types "
        "invoice_no_subscription_line_items invoice_not_editable invoice_on_behalf_of_not_editable "
        "invoice_upcoming_none missing not_allowed_on_standard_account out_of_inventory "
        "ownership_declaration_not_allowed parameter_invalid_empty parameter_invalid_integer "
        "parameter_invalid_string_blank parameter_invalid_string_empty parameter_missing parameter_unknown "
        "parameters_exclusive payment_evaluation_on_api_version_not_supported payment_intent_invalid_parameter "
        "payment_intent_rate_limit_exceeded payment_intent_unexpected_state "
        "payment_method_bank_account_already_verified payment_method_configuration_failures "
        "payment_method_invalid_parameter payment_method_invalid_parameter_testmode payment_method_unexpected_state "
        "payout_reconciliation_not_ready payouts_limit_exceeded payouts_not_allowed platform_account_required "
        "product_inactive progressive_onboarding_limit_exceeded refund_disputed_payment resource_already_exists "
        "resource_missing return_intent_already_processed service_period_coupon_with_metered_tiered_item_unsupported "
        "setup_intent_invalid_parameter setup_intent_unexpected_state shipping_calculation_failed sku_inactive "
        "smart_disputes_not_available status_transition_invalid storer_capability_missing "
        "storer_capability_not_active stripe_tax_inactive subscription_update_trial_after_billing_cycle_anchor "
        "tax_id_prohibited taxes_calculation_failed terminal_location_country_unsupported terminal_reader_busy "
        "terminal_reader_hardware_fault terminal_reader_invalid_location_for_activation "
        "terminal_reader_invalid_location_for_payment terminal_reader_offline terminal_reader_timeout "
        "testmode_charges_only tls_version_unsupported transfer_source_balance_parameters_mismatch "
        "transfers_not_allowed url_invalid"
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
