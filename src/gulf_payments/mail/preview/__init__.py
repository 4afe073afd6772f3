"""Every mail, written into a folder to be looked at: `gulf-payments mail preview`.

`composed` makes them from samples, `Album` writes them down, `write_index` shows them side by side.
"""

from __future__ import annotations

from gulf_payments.mail.preview.album import Album
from gulf_payments.mail.preview.composing import Shown, composed
from gulf_payments.mail.preview.index import write_index

__all__ = ["Album", "Shown", "composed", "write_index"]
