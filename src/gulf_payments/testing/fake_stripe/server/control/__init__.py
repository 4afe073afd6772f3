"""The control API: under `/_fake/`, in JSON, all that the Python API can do, for tests in another language."""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.server.control.protocol import answer, concerns

__all__ = ["answer", "concerns"]
