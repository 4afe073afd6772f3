"""Which parameters each route of a dispute takes: above all the evidence. Data."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.protocol.parameters import (
    Accepts,
    Kind,
    array_of,
    boolean,
    choice,
    hash_of,
    metadata,
    text,
    unsupported,
)
from gulf_payments.testing.fake_stripe.protocol.parts import ADDRESS, EXPAND, PAGE

_LONGEST = 150_000
EVIDENCE_FIELDS = (  # noqa: SIM905 - a table, not a column
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal "
    "customer_communication customer_email_address customer_name customer_purchase_ip customer_signature "
    "duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt "
    "refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation "
    "shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number "
    "uncategorized_file uncategorized_text"
).split()
"""The simple fields of the evidence: texts, and ids of files that the fake does not look into."""

_TRANSACTION: dict[str, Kind] = {
    **dict.fromkeys(("customer_account_id", "customer_device_fingerprint", "customer_device_id"), text()),
    **dict.fromkeys(("customer_email_address", "customer_purchase_ip"), text()),
    "product_description": text(_LONGEST),
    "shipping_address": ADDRESS,
}
_DISPUTED = hash_of({**_TRANSACTION, "merchandise_or_services": choice("merchandise", "services")})
_PRIOR = hash_of({**_TRANSACTION, "charge": text()}, required=("charge",))
_FEE = hash_of({"fee_acknowledged": boolean})
_ENHANCED = hash_of(
    {
        "mastercard_compliance": _FEE,
        "visa_compelling_evidence_3": hash_of(
            {"disputed_transaction": _DISPUTED, "prior_undisputed_transactions": array_of(_PRIOR)},
        ),
        "visa_compliance": _FEE,
    },
)
_EVIDENCE = hash_of(
    {**dict.fromkeys(EVIDENCE_FIELDS, text(_LONGEST)), "appeal": unsupported, "enhanced_evidence": _ENHANCED},
)

UPDATE = Accepts(
    {
        **EXPAND,
        "evidence": _EVIDENCE,
        "metadata": metadata,
        "submit": boolean,
    },
)
LIST = Accepts({**PAGE, "charge": text(), "payment_intent": text()})
