"""An independent reading of our mails: each rule of good mail is a check, run over the bytes that are sent."""

from tests.mail.checks import accessibility, clients, direction, document, mime, words  # noqa: F401 - they enter their checks
from tests.mail.checks.opened import Opened
from tests.mail.checks.registry import CHECKS, Check

__all__ = ["CHECKS", "Check", "Opened"]
