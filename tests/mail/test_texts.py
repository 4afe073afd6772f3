"""The catalogues and the mails fit each other: what is asked for is there, and what is there is said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gulf_payments.machine import REVIEWED, PaymentStatus
from gulf_payments.mail import Brand
from gulf_payments.messages import texts_for
from gulf_payments.messages.catalogues import FOLDER, Texts
from gulf_payments.orders import Customer, LineItem
from tests.mail.samples import (
    ADDRESS,
    BRAND,
    NOW,
    a_digest,
    a_failure,
    a_mail,
    a_payment,
    all_events,
    an_order,
    composed,
    confirmed,
    declined,
    flagged,
    refunded,
    sar,
)

if TYPE_CHECKING:
    from gulf_payments.events import AlertRaised, Event

# What is called by its code (a way to pay, a country), or by a page of the shop's: other tests hold these.
BY_CODE = ("currency.", "country.", "method.", "status.", "refund_status.", "decline.", "failure.", "dispute_", "date.")
FOR_PAGES = ("page.", "error.")


def _all_there_is_to_say(locale: str) -> list[Event | AlertRaised]:
    """Every event that a mail tells in words of its own."""
    order = an_order(locale, paid=sar("0"))
    nameless = an_order(locale, customer=Customer(email="a@x.example", locale=locale), prices_include_tax=False)
    unnamed = an_order(locale, lines=[LineItem(" ", sar("3.00"))], discount=None, tax=None)
    elsewhere = an_order(locale, shipping_address=type(ADDRESS)(name="س", city="ر", region="م", short_address="A"))
    seen = a_payment(order, status=PaymentStatus.FAILED, received=sar("1.00"))
    charged = type(declined(order))(key="k", order=order, recorded_at=NOW, payment=seen)
    return [
        *all_events(order),
        confirmed(nameless),
        confirmed(unnamed),
        confirmed(elsewhere),
        charged,
        all_events(an_order(locale))[4],
        refunded(order, order.total, "pending"),
        refunded(an_order(locale, refunded=sar("60.00")), sar("30.00")),
        *(flagged(order, flag) for flag in (*REVIEWED, "nobody_knows_this")),
    ]


def _said(language: str, folder: Path) -> Texts:
    """The texts of a language after every mail was composed from them; a folder of its own keeps them apart."""
    settings: dict[str, Any] = {"catalogues": folder, "alert_locale": language}
    for event in _all_there_is_to_say(language):
        composed(event, **settings)
        composed(
            event,
            **settings,
            retry_url="",
            signing_key="",
            brand=Brand(name_ar="م", name_en="S"),
            from_address="a@x.example",
        )
    a_digest(language, *[a_failure(str(number), "1.00", reason_key="") for number in range(60)], catalogues=folder)
    return texts_for(language, str(folder))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_text_of_the_mails_is_said(language: str, tmp_path: Path) -> None:
    """No key of a mail is left over: composing every mail there is asks for each of them."""
    asked = set(_said(language, tmp_path)._found)
    keys = {line.split('"')[1] for line in _source(language).splitlines() if line.startswith("msgid ")} - {""}
    plurals = {line.split('"')[1] for line in _source(language).splitlines() if line.startswith("msgid_plural")}
    of_mails = {key for key in keys if not key.startswith((*BY_CODE, *FOR_PAGES, "alert."))}
    assert of_mails - asked - plurals == set()


def _source(language: str) -> str:
    return (FOLDER / language / "LC_MESSAGES" / "messages.po").read_text("utf-8")


def test_a_brand_and_a_mail_have_words_for_each_other() -> None:
    """A mail asks a brand for nothing that it cannot tell: a shop that says little of itself has every mail too."""
    bare = Brand(name_ar="م", name_en="S")
    for event in _all_there_is_to_say("ar"):
        message = a_mail(brand=bare, from_address="a@x.example").compose(event, now=NOW + timedelta(minutes=1))
        assert message is not None
        assert BRAND.name_ar not in message.html + message.text
