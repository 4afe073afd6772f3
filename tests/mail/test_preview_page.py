"""The page of the preview, in a real browser: every mail in each language, width and light."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gulf_payments.mail.preview import Album, composed, write_index
from gulf_payments.mail.preview.samples import SAMPLES
from tests.mail.eyes import Eyes, Scheme


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a preview, in which one mail is broken."""
    folder = tmp_path_factory.mktemp("album")
    (folder / "alert.txt.j2").write_text("{{ nonsense }}", encoding="utf-8")
    shown = list(composed(("ar", "en"), templates=folder))
    album = Album(folder)
    for one in shown:
        album.add(one)
    write_index(album, shown)
    return album.index


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a window that complains of nothing."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_each_mail_is_shown_in_four_ways(page: Page, album: Path) -> None:
    """In both languages, at a desk and on a phone, in light and in the dark: the dark ones are dark."""
    page.goto(album.as_uri())
    figures = page.locator("#payment_failed figure")
    expect(figures).to_have_count(8)
    figures.first.scroll_into_view_if_needed()
    for place in range(8):
        figure = figures.nth(place)
        figure.scroll_into_view_if_needed()
        body = figure.locator("iframe").content_frame.locator("body")
        expect(body).to_contain_text("GE-2026-10457")
        dark = figure.get_attribute("data-theme") == "dark"
        channel = body.evaluate("body => Number(getComputedStyle(body).backgroundColor.match(/\\d+/)[0])")
        assert (channel < 64) is dark
        width = figure.locator("iframe").evaluate("frame => frame.clientWidth")
        assert width == (375 if figure.get_attribute("data-width") == "phone" else 660)


def test_a_mail_is_shown_whole(page: Page, album: Path) -> None:
    """A frame is as high as its mail: nobody scrolls inside it."""
    page.goto(album.as_uri())
    frame = page.locator("#order_confirmation iframe").first
    expect(frame.content_frame.locator("h1")).to_be_visible()
    page.wait_for_function("frame => frame.style.height", arg=frame.element_handle())
    assert frame.evaluate("frame => frame.contentDocument.documentElement.scrollHeight - frame.clientHeight") == 0


def test_the_choice_narrows_it_down(page: Page, album: Path) -> None:
    """One language, one theme, one width, or both; by keyboard too."""
    page.goto(album.as_uri())
    every = page.locator("figure:visible")
    whole = every.count()
    page.get_by_text("Arabic", exact=True).click()
    expect(every).to_have_count(whole // 2)
    page.get_by_role("radio", name="Light").check(force=True)
    expect(every).to_have_count(whole // 4)
    page.get_by_role("radio", name="Phone").focus()
    page.keyboard.press("Space")
    expect(every).to_have_count(whole // 8)


def test_subjects_and_preview_lines_run_as_they_should(page: Page, album: Path) -> None:
    """What an inbox shows of an Arabic mail begins at the right."""
    page.goto(album.as_uri())
    subject = page.locator("#payment_failed article[lang=ar] h3")
    expect(subject).to_have_css("direction", "rtl")
    expect(page.locator("#payment_failed article[lang=ar] .inbox p")).to_contain_text("لم يُخصم أي مبلغ")


def test_a_broken_mail_says_why(page: Page, album: Path) -> None:
    """In the place of a mail whose template is broken stand its file and line."""
    page.goto(album.as_uri())
    expect(page.locator("#alert .fault").first).to_contain_text("alert.txt.j2:1: 'nonsense' is undefined")
    expect(page.locator("nav li")).to_have_count(len(SAMPLES))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_objection_to_the_page(page: Page, album: Path, scheme: Scheme) -> None:
    """The page is as accessible as what it shows."""
    page.emulate_media(color_scheme=scheme)
    page.goto(album.as_uri())
    assert Eyes(page).violations(iframes=False) == []


@pytest.mark.parametrize("width", [375, 768])
def test_the_page_fits_a_phone(page: Page, album: Path, width: int) -> None:
    """The page itself is never scrolled sideways; a desk's width scrolls in its frame."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(album.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
