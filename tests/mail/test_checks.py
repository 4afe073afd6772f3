"""Every mail passes every check of our independent reading, and every check bites."""

from __future__ import annotations

from functools import cache

import pytest

from gulf_payments.mail.preview import Shown, composed
from tests.mail.checks import CHECKS, Opened
from tests.mail.checks.careless import FACTS, careless_mail
from tests.mail.checks.sabotage import SLIPS


@cache
def _shown() -> dict[tuple[str, str], Shown]:
    """Every mail of the preview, by locale and name."""
    return {(one.locale, one.name): one for one in composed(["ar", "en"])}


@cache
def _opened() -> list[Opened]:
    """The same, opened from their bytes."""
    return [Opened(one.name, one.message.as_bytes(), one.facts) for one in _shown().values() if one.message]


@pytest.mark.parametrize("name", CHECKS)
def test_every_mail_passes(name: str) -> None:
    """Each mail, in Arabic and in English, gives this check nothing to complain of."""
    found = {f"{mail.language} {mail.name}": list(CHECKS[name].complaints(mail)) for mail in _opened()}
    assert {mail: complaints for mail, complaints in found.items() if complaints} == {}


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_bites(name: str) -> None:
    """One slip in a good mail is enough for this check to complain."""
    slip = SLIPS[name]
    good = _shown()[slip.locale, slip.mail]
    assert good.message
    assert list(CHECKS[name].complaints(Opened(good.name, good.message.as_bytes(), good.facts))) == []
    assert list(CHECKS[name].complaints(slip.on(good))) != []


def test_a_careless_mail_fails_most() -> None:
    """A mail as many shops send it: the checks tell it from ours."""
    mail = Opened("order_confirmation", careless_mail(), FACTS)
    failed = [check.name for check in CHECKS.values() if list(check.complaints(mail))]
    assert len(failed) > 0.6 * len(CHECKS)


def test_there_are_enough_checks() -> None:
    """No check is lost by accident, and each says what it wants."""
    assert len(CHECKS) >= 100
    assert all(check.rule.endswith(".") for check in CHECKS.values())
