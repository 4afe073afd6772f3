"""Retry links: one order, until an instant, from nobody but the shop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.errors import ConfigurationError, InvalidInput
from gulf_payments.mail import RetryLinkInvalid, read_retry_token, retry_token
from gulf_payments.messages import customer_message
from tests.mail.samples import KEY, NOW, a_mail

LATER = NOW + timedelta(hours=1)
TOKEN = retry_token("10457", LATER, KEY)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_a_token_gives_back_its_order(order_id: str) -> None:
    """Whatever the shop's keys look like, the token names the order, and fits into a url as it is."""
    token = retry_token(order_id, LATER, KEY)
    assert read_retry_token(token, KEY, NOW) == order_id
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


def test_it_ends_to_the_second() -> None:
    """One second before its end it holds; at its end it does not."""
    assert read_retry_token(TOKEN, KEY, LATER - timedelta(seconds=1)) == "10457"
    with pytest.raises(RetryLinkInvalid) as refused:
        read_retry_token(TOKEN, KEY, LATER)
    assert refused.value.why == "expired"


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABab01-_.=! ي"))
def test_no_letter_can_be_changed(place: int, letter: str) -> None:
    """A token with any one character replaced is refused."""
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed != TOKEN:
        with pytest.raises(RetryLinkInvalid):
            read_retry_token(changed, KEY, NOW)


@given(st.text(max_size=80))
def test_nothing_else_escapes(token: str) -> None:
    """Whatever stands in the url, the only error is the one that pages expect."""
    with pytest.raises(RetryLinkInvalid):
        read_retry_token(token, KEY, NOW)


def test_another_key_is_a_forgery() -> None:
    """A token signed with another key is refused, even if it has not expired."""
    with pytest.raises(RetryLinkInvalid) as refused:
        read_retry_token(TOKEN, "some other key of the shop", NOW)
    assert refused.value.why == "forged"


def test_a_refused_link_has_a_sentence() -> None:
    """It is an InvalidInput like others, and the customer reads that the session is over."""
    with pytest.raises(InvalidInput) as refused:
        read_retry_token("nonsense", KEY, NOW)
    assert customer_message(refused.value, "ar") == "انتهت جلسة الدفع. يرجى إنشاء طلب جديد."


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"retry_url": "https://x.example/pay"}, "retry_url"),
        ({"retry_url": "javascript:{token}"}, "retry_url"),
        ({"signing_key": "short"}, "signing_key"),
        ({"signing_key": ""}, "signing_key"),
        ({"retry_link_lifetime": timedelta(0)}, "retry_link_lifetime"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], named: str) -> None:
    """Links that could not work are refused when the mails are set up."""
    with pytest.raises(ConfigurationError, match=named):
        a_mail(**settings)
