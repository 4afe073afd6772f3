"""A dossier survives being stored, and says the same in the same words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gulf_payments.machine import VERSION, Dossier, Facts, dump, load, read, step
from tests.machine.generated import facts, generously
from tests.machine.news import (
    ORDER,
    an_order,
    charge_succeeded,
    dispute,
    known,
    placed,
    refund_asked,
    succeeded,
    told,
    warned,
)

SEVERAL = st.lists(facts, max_size=3)


@generously
@given(SEVERAL)
def test_what_is_stored_comes_back(news: list[Facts]) -> None:
    """Loading what was dumped gives an equal dossier, announced keys included, that means the same."""
    dossier, _ = step(Dossier(ORDER, placed()), known(*news))
    assert load(dump(dossier)) == dossier
    assert load(dump(dossier).encode()) == dossier
    assert read(load(dump(dossier))) == read(dossier)


@generously
@given(SEVERAL)
def test_equal_dossiers_are_stored_in_equal_words(news: list[Facts]) -> None:
    """The order in which facts arrived leaves no trace in the text, so stores may compare texts."""
    assert dump(Dossier(ORDER, known(*news))) == dump(Dossier(ORDER, known(*reversed(news))))


def test_only_what_is_known_is_stored() -> None:
    """An empty dossier is a short text: what nobody said takes no room."""
    assert dump(Dossier(ORDER)) == '{"announced":[],"facts":{},"order":"1017","v":1}'


def test_arabic_is_stored_as_it_is_written() -> None:
    """A note in Arabic is stored as letters, in a third of the room that escapes take."""
    assert "عود" in dump(Dossier("عود-1"))


STORED = (
    '{"announced":["order:1017:confirm"],"facts":{"asked":{"rfd_1":[false,"",7,40,"pay_1","","",""]},"payments":{"pay_1":'
    '{"charges":{"ch_1":{"captured":100,"currency":"sar","last4":"4242","method":"visa","paid":true}},"created":1,'
    '"disputes":{"dp_1":{"outcomes":["lost"],"state":[12,7,"evt_2","lost",100,"sar","ch_1","fraudulent",0]}},'
    '"expected":[100,"sar"],"intent":"pi_1","ok":true,"paid_at":[10],"received":100,'
    '"terms":[10,"evt_0",100,"sar","1017"],"warnings":["early_fraud:issfr_1"]}},"terms":[1,100,"sar",1,0]},'
    '"order":"1017","v":1}'
)


def test_what_version_one_stored_stays_readable() -> None:
    """The text of a dossier stored by the first version means today what it meant then, to the letter."""
    story = told(succeeded(), charge_succeeded(), dispute("lost"), warned("early_fraud:issfr_1"))
    dossier = Dossier(ORDER, an_order(*story, refund_asked("rfd_1", 40)).facts, frozenset({"order:1017:confirm"}))
    assert load(STORED) == dossier
    assert dump(dossier) == STORED


def test_a_register_may_grow_at_its_end() -> None:
    """A row stored before a register got further fields is read with their defaults."""
    shorter = STORED.replace('"pay_1","","",""]', '"pay_1"]')
    assert shorter != STORED
    assert load(shorter) == load(STORED)


@pytest.mark.parametrize("version", [VERSION + 1, "1", None])
def test_a_form_of_another_version_is_refused(version: object) -> None:
    """A row that a newer version wrote is not half understood: loading it says to upgrade."""
    text = json.dumps({"v": version, "order": ORDER, "facts": {}, "announced": []})
    with pytest.raises(ValueError, match="upgrade first"):
        load(text)
