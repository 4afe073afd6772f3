"""What people read, in Arabic and English: texts, customer messages, amounts, dates, and text made safe to show.

The texts are gettext catalogues in `locales/<language>/LC_MESSAGES/`; a third language is one more folder there, or in
a folder of the shop's own. Standard library only.
"""

from __future__ import annotations

from gulf_payments.messages.bidi import Direction, clean, direction_of, isolate_html, isolate_text
from gulf_payments.messages.catalogues import Texts, languages, texts_for
from gulf_payments.messages.customers import customer_message
from gulf_payments.messages.formatting import (
    Digits,
    MoneyShape,
    format_date,
    format_datetime,
    format_money,
    format_number,
    money_shape,
    plain_amount,
)

__all__ = [
    "Digits", "Direction", "MoneyShape", "Texts", "clean", "customer_message", "direction_of", "format_date",
    "format_datetime", "format_money", "format_number", "isolate_html", "isolate_text", "languages", "money_shape",
    "plain_amount", "texts_for",
]  # fmt: skip
