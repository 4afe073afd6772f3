"""axe finds nothing on any page of the admin, in either language, at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from gulf_payments.django import models
from tests.django_room.admin.eyes import Eyes
from tests.django_room.admin.staff import Desk, logged_in, user
from tests.django_room.admin.test_lists_and_details import KINDS, listed, one_of_each
from tests.django_room.admin.test_refund_page import form_of


@pytest.fixture(autouse=True)
def _beside_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django's ORM work in the thread in which Playwright keeps its loop."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_axe_has_nothing_to_say(chromium: Browser, desk: Desk, language: str, width: int) -> None:
    """Lists, details and deeds; and no detail is wider than its window."""
    one_of_each(desk)
    client = logged_in(user("noura", *dict(models.DEEDS)), language)
    eyes = Eyes(chromium, client, width=width)
    said: dict[str, list[str]] = {}
    deeds = (("change", "flagged"), ("change", "refunded"), ("refund", "refunded"), ("resolve", "flagged"))
    for path in (*map(listed, KINDS), *(desk.page(*deed) for deed in deeds), desk.page("outside", "accepted")):
        eyes.look_at(path)
        assert not eyes.is_too_wide() or path in map(listed, KINDS), path
        said[path] = eyes.objections()
    eyes.show(client.post(desk.page("refund", "paid"), form_of(client, desk, order_id="paid")).content.decode())
    said["question"] = eyes.objections()
    eyes.page.close()
    assert {path: found for path, found in said.items() if found} == {}
