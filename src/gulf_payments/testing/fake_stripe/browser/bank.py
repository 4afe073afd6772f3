"""The bank's page: which bank, shop and amount, and how the check shall end; then it goes back to the shop."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from gulf_payments.messages import format_money, isolate_html
from gulf_payments.money import Money
from gulf_payments.testing.fake_stripe.browser.challenges import Outcome, Question
from gulf_payments.testing.fake_stripe.browser.desk import Desk
from gulf_payments.testing.fake_stripe.browser.markup import Html, filled, in_language, joined
from gulf_payments.testing.fake_stripe.core import Answer

_HOSTED = "/3d_secure_2/hosted"
_FRAMED = re.compile(r"/redirect/authenticate/([^/]+)")
_OUTCOMES: Mapping[str, Outcome] = {"pass": "pass", "fail": "fail", "cancel": "fail"}
"""What each button means to the bank: whoever walks out has not shown who they are."""
_GREATEST_BODY = 10_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action http: https:; frame-ancestors {ancestors}"
)
"""The form's answer leads to the shop, wherever that leads on to: so `form-action` can name no host."""
_HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}


def owns(path: str) -> bool:
    """Whether this is an address of the bank's."""
    return path == _HOSTED or _FRAMED.fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class _Visit:
    """A customer at the bank: the language they read, whether in a shop's dialog, the way to the page's other files."""

    language: str
    framed: bool
    root: str

    def page(self, status: int, name: str, **values: str) -> Answer:
        page = filled(name, self.language, root=self.root, place="dialog" if self.framed else "window", **values)
        policy = _POLICY.format(ancestors="*" if self.framed else "'none'")
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy, **_HEADERS}
        return status, headers, page.encode()

    def notice(self, status: int, name: str, *, back: str | None = None) -> Answer:
        words = in_language(self.language)
        link = Html("") if back is None else filled("back", self.language, url=back)
        texts = {"title": words[f"bank_{name}_title"], "text": words[f"bank_{name}"]}
        return self.page(status, "notice", link=link, **texts)


def serve(fake: Desk, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Show the question, or take its answer."""
    asked = dict(parse_qsl(query))
    language = _language(asked.get("locale", ""), headers.get("accept-language", ""))
    framed = _FRAMED.fullmatch(path)
    visit = _Visit(language, framed is not None, root="../" * (path.count("/") - 1))
    question = fake.question(framed[1] if framed else asked.get("source", ""))
    if question is None or asked.get(str(question.about["object"])) != question.about["id"]:
        return visit.notice(404, "unknown")
    match method:
        case "GET" | "HEAD":
            return _shown(visit, question, asked.get("shop", ""))
        case "POST":
            return _answered(visit, fake, question, body)
        case _:
            return visit.notice(405, "unreadable")


def _language(wanted: str, accepted: str) -> str:
    """`ar` or `en`: the first that the address, then the browser, names."""
    for tag in (wanted, *accepted.split(",")):
        language = tag.strip()[:2].lower()
        if language in {"ar", "en"}:
            return language
    return "en"


def _shown(visit: _Visit, question: Question, shop: str) -> Answer:
    if not question.open:
        return visit.notice(410, "answered", back=_way_back(question))
    words = in_language(visit.language)
    title = words["bank_title_setup" if question.about["object"] == "setup_intent" else "bank_title"]
    facts = _facts(question, shop, words)
    return visit.page(200, "challenge", title=title, facts=facts)


def _facts(question: Question, shop: str, words: Mapping[str, str]) -> Html:
    about, card, language = question.about, question.card, words["language"]
    rows = {"bank_shop": isolate_html(_shop(question, shop) or words["bank_some_shop"], "auto")}
    if "amount" in about:
        money = Money.from_minor(about["amount"], about["currency"].upper())
        rows["bank_amount"] = format_money(money, language, isolate=isolate_html)
    if card is not None:
        rows["bank_card"] = isolate_html(f"{card['display_brand'].title()} •••• {card['last4']}")
    return joined(f"<div><dt>{words[name]}</dt><dd>{value}</dd></div>" for name, value in rows.items())


def _shop(question: Question, shop: str) -> str:
    descriptor = question.about.get("statement_descriptor")
    return descriptor or shop or urlsplit(question.return_url or "").hostname or ""


def _answered(visit: _Visit, fake: Desk, question: Question, body: bytes) -> Answer:
    fields = parse_qsl(body[:_GREATEST_BODY].decode("utf-8", "replace"))
    outcome = _OUTCOMES.get(dict(fields).get("outcome", ""))
    if outcome is None:
        return visit.notice(400, "unreadable")
    after = fake.answer_question(question.source, outcome) or question
    if after.return_url is None:
        return visit.page(200, "done")
    back = _way_back(after)
    return visit.notice(200, "answered") if back is None else (303, {"location": back, **_HEADERS}, b"")


def _way_back(question: Question) -> str | None:
    """The shop's `return_url` with the outcome; None where there is none that a browser can be sent to."""
    url, about = question.return_url or "", question.about
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return None
    kind = about["object"]
    added = {
        kind: about["id"],
        f"{kind}_client_secret": about["client_secret"],
        "redirect_status": "succeeded" if question.passed else "failed",
    }
    query = "&".join(filter(None, (parts.query, urlencode(added))))
    return parts._replace(query=query).geturl()
