"""One slip for each check: what must be done to a good mail so that just this is complained of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gulf_payments.mail.preview import Shown
from tests.mail.checks.opened import Opened

Part = Literal["html", "text", "subject", "raw", "facts"]


@dataclass(frozen=True)
class Slip:
    """A pattern of one part that is replaced, in one mail."""

    part: Part
    old: str
    new: str
    mail: str = "order_confirmation"
    locale: str = "ar"
    everywhere: bool = False

    def on(self, shown: Shown) -> Opened:
        """The mail with the slip in it."""
        message = shown.message
        assert message
        if self.part == "facts":
            facts = {self._on(name): value for name, value in shown.facts.items() if self._on(name)}
            return Opened(shown.name, message.as_bytes(), facts)
        if self.part == "raw":
            return Opened(shown.name, self._on(message.as_bytes().decode()).encode(), shown.facts)
        slipped = self._on(str(getattr(message, self.part)))
        return Opened(shown.name, replace(message, **{self.part: slipped}).as_bytes(), shown.facts)  # type: ignore[arg-type] # the field named

    def _on(self, content: str) -> str:
        return re.sub(self.old, self.new, content, count=0 if self.everywhere else 1, flags=re.DOTALL)


def _everywhere(old: str, new: str) -> Slip:
    return Slip("html", old, new, everywhere=True)


SLIPS: Mapping[str, Slip] = {
    # The wire
    "a_parser_finds_no_defect": Slip("raw", r"--\r\n\Z", "\r\n"),
    "the_text_comes_before_the_html": Slip("raw", "text/plain", "text/html"),
    "each_part_declares_utf_8": Slip("raw", "charset=utf-8", "charset=us-ascii"),
    "each_part_is_encoded_for_any_server": Slip("raw", "Encoding: base64", "Encoding: 8bit"),
    "every_byte_is_ascii": Slip("raw", "Reply-To: ", "Reply-To: é"),
    "lines_are_short": Slip("raw", "Reply-To: ", "Reply-To: " + "x" * 70),
    "lines_end_as_smtp_wants": Slip("raw", "\r\nReply-To", "\nReply-To"),
    "each_header_stands_once": Slip("raw", "MIME-Version", "Subject: again\r\nMIME-Version"),
    "no_header_is_anothers": Slip("raw", "MIME-Version", "X-Priority: 1\r\nMIME-Version"),
    "the_subject_is_what_was_meant": Slip("subject", " ", "", everywhere=True),
    "the_subject_is_one_short_line": Slip("subject", "^", "RE: "),
    "encoded_words_are_whole": Slip("raw", r"Subject: =\?utf-8\?b\?....", "Subject: =?utf-8?b?"),
    "the_sender_has_a_name_and_an_address": Slip("raw", r"From: [^<]*<([^>]*)>", r"From: \1"),
    "answers_reach_people": Slip("raw", "Reply-To: support", "Reply-To: noreply"),
    "the_date_has_a_zone": Slip("raw", r"Date: [^\r]*", "Date: yesterday"),
    "the_message_id_is_of_our_domain": Slip("raw", r"(Message-ID: <[^@]*@)", r"\1mail."),
    "references_are_ids": Slip("raw", r"References: [^\r]*", "References: first", mail="refund_confirmation"),
    "it_says_that_a_machine_wrote_it": Slip("raw", "Auto-Submitted", "X-Auto"),
    "headers_and_html_agree_on_the_language": Slip("raw", "Content-Language: ar", "Content-Language: ar-SA"),
    "no_personal_address_is_in_the_headers_twice": Slip("raw", "MIME-Version", "Cc: sara@example.com\r\nMIME-Version"),
    # The document
    "the_doctype_is_html_and_comes_first": Slip("html", "<!DOCTYPE html>", "<!-- mail -->"),
    "the_document_names_its_language_and_direction": Slip("html", 'lang="ar" dir="rtl"', 'lang="ar"'),
    "the_charset_comes_first": Slip("html", '<meta charset="utf-8">', ""),
    "the_width_is_the_devices": Slip("html", "initial-scale=1", "initial-scale=1, user-scalable=no"),
    "clients_leave_it_alone": Slip("html", "telephone=no, ", ""),
    "both_colour_schemes_are_claimed": Slip("html", '<meta name="supported-color-schemes"[^>]*>', ""),
    "the_title_is_the_subject": Slip("html", "<title>.*?</title>", "<title></title>"),
    "outlook_is_told_the_pixels_and_a_font": Slip("html", "PixelsPerInch>96", "PixelsPerInch>72"),
    "conditional_comments_are_balanced": Slip("html", r"<!--\[if mso\]></td></tr></table><!\[endif\]-->", ""),
    "the_preview_line_comes_first": Slip("html", "(<body[^>]*>)", r"\1<p></p>"),
    "the_preview_line_has_a_good_length": Slip("html", '(<div style="display:none[^>]*>)[^&]*', r"\1شكراً"),
    "the_preview_line_adds_to_the_subject": Slip(
        "html",
        '(<div style="display:none[^>]*>)[^&]*',
        r"\1Payment failed for order #GE-2026-10457",
        "payment_failed",
        "en",
    ),
    "nothing_follows_the_preview_line": _everywhere("&#8199;&#65279;&#847;", ""),
    "a_wrapper_says_what_it_is": Slip("html", ' aria-roledescription="email"', ""),
    "a_strict_parser_forgives_nothing": Slip("html", "</h1>", "</h2>"),
    "only_known_elements_are_used": _everywhere("(</?)h2", r"\1section"),
    "nothing_runs_and_nothing_asks": Slip("html", "<h1", '<h1 onclick="track()"'),
    "ids_are_unique": _everywhere("<h2", '<h2 id="part"'),
    "structured_data_is_sound": Slip("html", '"price": ?"1234.50"', '"price":"1,234.50"'),
    "the_orders_mails_carry_structured_data": Slip("html", "application/ld.json", "text/plain"),
    "every_link_leads_somewhere": Slip("html", 'href="https://[^"]*"', 'href="#"'),
    "nothing_is_left_of_the_template": Slip("text", "$", "{{ shop }}\n"),
    "it_is_small": Slip("html", "</body>", "<!-- " + "x" * 60_000 + " --></body>"),
    "its_styles_are_small": Slip("html", "</style>\n</head>|</style>\n<script", "/*" + "x" * 8_000 + r"*/\g<0>"),
    "images_are_described_and_measured": Slip(
        "html", "</h1>", '<img alt="" src="https://a.example/a.png" height="1"></h1>'
    ),
    # Direction
    "every_level_says_its_direction": Slip("html", r'<p class="text" dir="rtl"', '<p class="text"'),
    "no_link_has_a_direction": Slip("html", "<a ", '<a dir="ltr" '),
    "phones_stay_on_one_line": _everywhere("\u00a0", " "),
    "no_element_isolates_that_clients_do_not_know": Slip("html", "</h1>", "<bdi>1</bdi></h1>"),
    "text_is_aligned_by_words_and_by_attribute": Slip("html", '<td align="left"', "<td"),
    "lines_begin_where_their_language_begins": Slip("html", "(<h1[^>]*text-align:)right", r"\1left"),
    "sides_are_physical": Slip("html", "padding-right:16px", "padding-inline-start:16px"),
    "latin_tokens_are_isolated": Slip("html", '(<span[^>]*)dir="ltr"([^>]*>#GE)', r"\1\2"),
    "arabic_in_english_is_isolated": Slip("html", "</h1>", " شكراً</h1>", locale="en"),
    "no_mark_turns_text_around": Slip("text", ":", ":\u200f"),
    "fonts_have_arabic_letters": Slip("html", "'Noto Sans Arabic',", "", everywhere=True),
    "arabic_letters_are_left_whole": Slip("html", "font-size:24px;", "font-size:24px;letter-spacing:1px;"),
    "lines_have_room": Slip("html", "line-height:1.7;", "line-height:1.2;"),
    "digits_are_of_one_kind": Slip("text", "2026", "٢٠٢٦"),
    "dates_have_a_months_name": Slip("text", " نوفمبر ", "/11/"),
    "currencies_have_their_signs": Slip("text", "ر.س", "SR"),
    # Readers of every kind
    "layout_is_not_read_aloud": Slip("html", 'role="presentation" ', ""),
    "header_cells_have_a_scope": Slip("html", ' scope="row"', ""),
    "rows_of_facts_are_headed": Slip("html", '<th( scope="row".*?)</th>', r"<td\1</td>"),
    "the_role_of_a_table_is_the_only_one": Slip("html", 'role="presentation"', 'role="layout"'),
    "there_is_one_main_heading": _everywhere("(</?)h2", r"\1h1"),
    "headings_go_down_by_one": _everywhere("(</?)h2", r"\1h3"),
    "what_looks_like_a_heading_is_one": Slip("html", "font-size:16px", "font-size:26px"),
    "links_say_where_they_lead": Slip("html", "(<a [^>]*>)[^<]*</a>", r"\1هنا</a>"),
    "same_words_lead_to_the_same_place": Slip(
        "html", "</h1>", '<a href="https://a.example/1">x</a><a href="https://a.example/2">x</a></h1>'
    ),
    "links_are_seen_without_colour": _everywhere("text-decoration:underline", "text-decoration:none"),
    "letters_are_large_enough": _everywhere("font-size:14px", "font-size:12px"),
    "images_have_words": Slip("html", "</h1>", '<img src="https://a.example/a.png" width="9" height="9"></h1>'),
    "nothing_jumps_the_queue": Slip("html", "<a ", '<a tabindex="1" '),
    "nothing_is_said_by_a_symbol_alone": Slip("html", "</h1>", " ✅</h1>"),
    # Clients
    "inline_styles_work_in_every_client": Slip("html", "font-size:24px;", "font-size:24px;white-space:nowrap;"),
    "elements_work_in_every_client": _everywhere("(</?)h2", r"\1section"),
    "attributes_work_in_every_client": Slip("html", "<a ", '<a target="_blank" '),
    "the_style_element_is_valid": Slip("html", "</style>\n(?=</head>|<script)", "p{color}}</style>\n"),
    "the_style_element_is_old_fashioned": Slip("html", "</style>\n(?=</head>|<script)", "p{width:calc(1px)}</style>\n"),
    "nothing_floats_or_flexes": Slip("html", "font-size:24px;", "font-size:24px;float:left;"),
    "colours_have_six_digits": Slip("html", "#ffffff", "#fff", everywhere=True),
    "backgrounds_are_said_twice": Slip("html", ' bgcolor="[^"]*"', ""),
    "only_cells_are_padded": Slip("html", '(<h1[^>]*style=")', r"\1padding:8px;"),
    "tables_have_no_gaps_of_their_own": Slip("html", 'cellspacing="0"', ""),
    "the_column_is_600_pixels": Slip("html", "max-width:600px", "max-width:640px"),
    "nothing_is_wider_than_a_phone": Slip("html", 'width="72"|width="56"', 'width="560"'),
    "the_dark_is_thought_of": Slip("html", "prefers-color-scheme:dark", "prefers-contrast:more"),
    "outlooks_own_dark_is_thought_of": _everywhere(r"\[data-ogsb\]", ".ogsb"),
    "classes_are_those_of_the_style_element": Slip("html", 'class="text"', 'class="txt"'),
    "every_colour_has_its_like_in_the_dark": Slip("html", ' class="text"', ""),
    "margins_pull_nothing": Slip("html", "margin:0 0 16px 0", "margin:0 0 -16px 0"),
    # Words and facts
    "the_text_part_says_something": Slip("text", ".*", "Please view this mail in an HTML client.\n"),
    "the_text_part_holds_no_markup": Slip("text", ":", ":<br>"),
    "the_text_part_is_tidy": Slip("text", "\n\n", "\n \n"),
    "isolates_are_balanced": Slip("text", "\u2069", ""),
    "tokens_are_isolated_in_the_text": Slip("text", "\u2066(#GE[^\u2069]*)\u2069", r"\1"),
    "lines_begin_in_their_language": Slip("text", "\n(مرحباً|رقم)", r"\nOrder \1"),
    "addresses_stand_bare": Slip("text", "(https://)", r"<\1"),
    "both_parts_lead_to_the_same_places": Slip("text", "https://[^\n]*\n", ""),
    "each_fact_has_its_line": Slip("text", "المجموع الكلي: ", ""),
    "no_line_holds_two_facts": Slip("text", "\n(تكلفة الشحن:)", r" \1"),
    "both_parts_show_the_same_amounts": Slip("text", "1,259.50", "1,259.00"),
    "both_parts_say_the_same_words": Slip("text", "سيتم شحن طلبك قريباً.", ""),
    "the_facts_are_flat": Slip("facts", "^subject$", ""),
    "the_html_tells_each_fact": _everywhere("1,234.50", "1234.5"),
    "the_text_tells_each_fact": Slip("text", "1,234.50", "1234.5", everywhere=True),
    "each_fact_stands_alone_in_the_html": _everywhere("(<span[^>]*>)1,234.50", r"\1= 1,234.50"),
    "the_subject_names_the_order": Slip("subject", "10457", "10458"),
    "it_prints_as_text": Slip("text", "$", "\ue000"),
}
