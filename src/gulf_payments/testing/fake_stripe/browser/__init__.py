"""What a browser sees of the fake: a stand-in for Stripe.js, the fields it mounts, the bank's 3-D Secure page.

`serve` answers everything that is not the API's. The script is put together from `static/stripe/`, the fields are a
page of their own in an iframe (`static/elements/`), the bank's page is filled in here (`static/bank/`). Every word
that people read is in `static/words.json`.
"""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.browser.challenges import Outcome, Question
from gulf_payments.testing.fake_stripe.browser.desk import Desk
from gulf_payments.testing.fake_stripe.browser.saved import Saved
from gulf_payments.testing.fake_stripe.browser.site import serve

__all__ = ["Desk", "Outcome", "Question", "Saved", "serve"]
