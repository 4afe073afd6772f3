"""The fake as a server: for a browser, another language, the SDK with only its base address changed.

`wsgi_application` is the fake for any WSGI server; `loopback.Server` carries it by waitress, on this machine alone.
"""

from __future__ import annotations

from gulf_payments.testing.fake_stripe.server.wsgi import Application, Served, wsgi_application

__all__ = ["Application", "Served", "wsgi_application"]
