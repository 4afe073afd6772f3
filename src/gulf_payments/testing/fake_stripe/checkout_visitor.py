"""The customer on a Checkout Session's page: types in who they are and how they pay, and presses "pay"."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from gulf_payments.testing.fake_stripe.cards import card_called
from gulf_payments.testing.fake_stripe.core import Answer
from gulf_payments.testing.fake_stripe.debits import DEBITS
from gulf_payments.testing.fake_stripe.errors import RefusedError
from gulf_payments.testing.fake_stripe.resources.checkout_sessions.custom_fields import example
from gulf_payments.testing.fake_stripe.resources.payment_methods.fields import EXPIRY_MONTH, EXPIRY_YEAR
from gulf_payments.testing.fake_stripe.state.tables import Resource

_SESSION = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]+")
_DECLINED = 402
_NAME, _EMAIL, _PHONE = "Sara Ahmed", "sara@example.com", "+966500000000"
_STREET = {"line1": "King Fahd Road 1", "city": "Riyadh", "postal_code": "12211"}


def session_id(session: object) -> str:
    """The session's id, from itself, its client secret, its address, or anything that has an `id`."""
    words = session.get("id") if isinstance(session, Mapping) else getattr(session, "id", session)
    found = _SESSION.search(words) if isinstance(words, str) else None
    if found is None:
        raise TypeError("expected a Checkout Session, its id, its address, or its client secret")
    return found[0]


class CheckoutVisitor:
    """One customer before the page of one session."""

    def __init__(
        self,
        handle: Callable[[str, str, str, Mapping[str, str], bytes], Answer],
        session: Resource,
    ) -> None:
        self._handle = handle
        self._session = session
        self._key = "pk_live_visitor" if session["livemode"] else "pk_test_visitor"

    def confirm(
        self,
        method: Mapping[str, object],
        *,
        email: str | None,
        answers: Mapping[str, str],
    ) -> dict[str, Any] | None:
        """Press "pay": the intent after it, or None if the card was declined or nothing was to be paid."""
        person = {f"payment_method_data[billing_details]{name}": value for name, value in self._person(email).items()}
        form = {**method, **person, **self._delivery(), **self._answers(answers), "use_stripe_sdk": "true"}
        path = f"/v1/payment_pages/{self._session['id']}/confirm"
        headers = {"authorization": f"Bearer {self._key}"}
        status, _, body = self._handle("POST", path, "", headers, urlencode(form).encode())
        answer: dict[str, Any] = json.loads(body)
        if status == _DECLINED:
            return None
        if "error" in answer:
            raise RefusedError(f"pay {self._session['id']}", answer["error"]["message"])
        confirmed: dict[str, Any] | None = answer["payment_intent"] or answer["setup_intent"]
        return confirmed

    def _person(self, email: str | None) -> dict[str, str]:
        known = (self._session["customer_details"] or {}).get("email")
        phone = {"[phone]": _PHONE} if self._session["phone_number_collection"]["enabled"] else {}
        return {"[email]": email or known or _EMAIL, "[name]": _NAME, "[address][country]": "SA", **phone}

    def _delivery(self) -> dict[str, str]:
        asked = self._session["shipping_address_collection"]
        if asked is None:
            return {}
        address = {**_STREET, "country": (asked["allowed_countries"] or ["SA"])[0]}
        return {"shipping[name]": _NAME, **{f"shipping[address][{name}]": value for name, value in address.items()}}

    def _answers(self, given: Mapping[str, str]) -> dict[str, str]:
        asked = {field["key"]: example(field) for field in self._session["custom_fields"] if not field["optional"]}
        return {f"custom_fields[{key}]": value for key, value in {**asked, **given}.items()}


def by_card(name: str) -> dict[str, object]:
    """The form of a test card; UnknownTestCardError for any other."""
    card = card_called(name)
    return {
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": card.number,
        "payment_method_data[card][exp_month]": EXPIRY_MONTH,
        "payment_method_data[card][exp_year]": EXPIRY_YEAR,
        "payment_method_data[card][cvc]": "123",
    }


def by_bank_account(number: str) -> dict[str, object]:
    """The form of a test bank account; LookupError for any other number."""
    for debit in DEBITS:
        if debit.number == number.replace(" ", ""):
            name = "iban" if debit.type == "sepa_debit" else "account_number"
            return {
                "payment_method_data[type]": debit.type,
                f"payment_method_data[{debit.type}][{name}]": debit.number,
            }
    raise LookupError("not a test bank account: the fake takes only those of its table (fake_stripe.debits)")
