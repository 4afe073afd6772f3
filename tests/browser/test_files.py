"""What the server hands out to browsers, without one."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from string import Formatter

import pytest

from gulf_payments.testing.fake_stripe import FakeStripe
from gulf_payments.testing.fake_stripe.browser import serve
from gulf_payments.testing.fake_stripe.browser.files import words
from gulf_payments.testing.fake_stripe.cards import CARDS

STATIC = files("gulf_payments.testing.fake_stripe.browser") / "static"


def _get(path: str, method: str = "GET") -> tuple[int, dict[str, str], str] | None:
    answer = serve(FakeStripe(), method, path, "", b"")
    return None if answer is None else (answer[0], answer[1], answer[2].decode())


def test_every_text_is_there_in_both_languages() -> None:
    """No text lacks its Arabic, has an Arabic of Latin letters only, or other places to fill in."""
    places = Formatter()
    for name, text in words().items():
        assert set(text) == {"ar", "en"}, name
        assert re.search("[\u0600-\u06ff]", text["ar"]), name
        inserted = [{field for _, field, _, _ in places.parse(one) if field} for one in text.values()]
        assert inserted[0] == inserted[1], name


def test_every_text_that_is_asked_for_exists() -> None:
    """What the scripts and pages name is in the table, and the table has nothing else."""
    parts = [file for folder in ("stripe", "elements", "bank") for file in (STATIC / folder).iterdir()]
    sources = [file.read_text(encoding="utf-8") for file in parts if file.name.endswith((".js", ".html"))]
    sources.append((files("gulf_payments.testing.fake_stripe.browser") / "bank.py").read_text(encoding="utf-8"))
    used = "\n".join(sources)
    decline = {"generic_decline", *(card.decline.code for card in CARDS if card.decline)}
    decline |= {card.decline.decline_code or "" for card in CARDS if card.decline}
    notices = {f"bank_{name}{part}" for name in ("answered", "unknown", "unreadable") for part in ("", "_title")}
    unused = [name for name in words() if not re.search(rf"\b{name}\b", used) and name not in decline | notices]
    assert unused == ["authentication_required"]  # the decline of a card that asks for its customer
    named = set(re.findall(r'(?:say|#text|this\.#text)\("(\w+)"', used)) | set(re.findall(r"\$(bank_\w+)", used))
    assert named - set(words()) == set()


def test_declines_in_english_are_in_the_apis_words() -> None:
    """The script's table says nothing else than the API: only the Arabic is its own."""
    for card in CARDS:
        decline = card.decline
        if decline is None or decline.decline_code in {"lost_card", "stolen_card", "fraudulent"}:
            continue
        text = words().get(decline.decline_code or "") or words()[decline.code]
        assert text["en"] == decline.message


@pytest.mark.parametrize("path", ["/v3", "/v3/", "/v3/stripe.js", "/clover/stripe.js", "/any.thing/stripe.js"])
def test_the_script(path: str) -> None:
    """One script at every address of Stripe.js, for pages of any origin."""
    answer = _get(path)
    assert answer is not None
    status, headers, text = answer
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    assert headers["content-type"].startswith("text/javascript")
    assert "window.Stripe = Stripe;" in text
    assert "import " not in re.sub("//.*", "", text)


def test_the_fields_page_can_do_little() -> None:
    """Its policy lets it load and call nothing but this server, and nothing inline."""
    answer = _get("/elements/frame.html")
    assert answer is not None
    policy = answer[1]["content-security-policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert re.search(r"style=|<style|<script>|\son\w+=", answer[2]) is None


def test_the_list_of_test_cards() -> None:
    """The form knows exactly the fake's cards."""
    answer = _get("/elements/cards.js")
    assert answer is not None
    table = json.loads(answer[2].removeprefix("export const TEST_CARDS = ").removesuffix(";\n"))
    assert table == {card.number: card.brand for card in CARDS}


@pytest.mark.parametrize(
    "path", ["/", "/v2/", "/elements/../words.json", "/elements/%2e%2e/words.json", "/bank/challenge.html"]
)
def test_what_is_not_there(path: str) -> None:
    """Other addresses are not the browser's business: nothing outside the listed files can be read."""
    assert _get(path) is None


def test_only_reading() -> None:
    """A file is not posted to."""
    answer = _get("/v3/", "POST")
    assert answer is not None
    assert (answer[0], answer[1]["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("folder", ["stripe", "elements", "bank"])
def test_the_scripts_keep_their_secrets(folder: str) -> None:
    """No script writes to a console, a storage or a cookie: what is typed in stays where it is."""
    for file in (STATIC / folder).iterdir():
        text = file.read_text(encoding="utf-8")
        assert (
            re.search(r"localStorage|sessionStorage|document\.cookie|indexedDB|console\.(log|info|debug|error)", text)
            is None
        )
