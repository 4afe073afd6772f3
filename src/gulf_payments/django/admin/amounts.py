"""An amount as staff type it: Latin or Arabic digits, thousands apart or not, never guessed."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext as _

from gulf_payments.errors import AmountTooLarge, MoneyError, NotChargeable, TooPrecise
from gulf_payments.messages import clean
from gulf_payments.money import Money

_LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


def amount_from(text: str, currency: str) -> Money:
    """The amount that was typed, exact and chargeable. Raises ValidationError in the reader's language."""
    plain = clean(text).translate(_LATIN)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        amount = Money(plain, currency).chargeable()
    except (TooPrecise, NotChargeable) as error:
        raise forms.ValidationError(_("%(currency)s has no such small amounts.") % {"currency": currency}) from error
    except AmountTooLarge as error:
        raise forms.ValidationError(_("This amount is too large.")) from error
    except MoneyError as error:
        raise forms.ValidationError(_("Write an amount such as 1234.50.")) from error
    if not amount:
        raise forms.ValidationError(_("Write an amount above zero."))
    return amount
