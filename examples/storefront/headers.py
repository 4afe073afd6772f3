"""What every answer says to the browser, and which requests are not this shop's own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

STRIPE_JS = "https://js.stripe.com/v3/"
WEBHOOK = "/payments/webhook/stripe/"
MOST_BYTES = 20_000  # of a form of this shop
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def security_headers(stripe_js: str = STRIPE_JS) -> dict[str, str]:
    """The headers of every answer. `stripe_js` is where Stripe.js comes from: its frames and calls go there too."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(stripe_js))
    real = origin == "https://js.stripe.com"
    calls, frames = (
        (("https://api.stripe.com",), ("https://*.js.stripe.com", "https://hooks.stripe.com")) if real else ((), ())
    )
    scripts = ("https://*.js.stripe.com",) if real else ()
    policy = {
        "default-src": ("'none'",),
        "script-src": ("'self'", origin, *scripts),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
        "font-src": ("'self'",),
        "connect-src": ("'self'", origin, *calls),
        "frame-src": (origin, *frames),
        "form-action": ("'self'",),
        "frame-ancestors": ("'none'",),
        "base-uri": ("'none'",),
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
        "Permissions-Policy": f'camera=(), geolocation=(), microphone=(), payment=(self "{origin}")',
    }


def refusal(method: str, path: str, header: Callable[[str], str | None]) -> int:
    """The status to refuse a request with, 0 to take it: 403 for another site's form or script, 413 for a huge one.

    Browsers say where a request comes from. Stripe, which is no browser, signs its webhooks instead. `header` finds one
    by its name, as the `get` of every framework's headers does.
    """
    if method in SAFE or path == WEBHOOK:
        return 0
    size = header("content-length") or "0"
    if header("transfer-encoding") or not size.isdecimal() or int(size) > MOST_BYTES:
        return 413
    return 403 if _is_foreign(header) else 0


def _is_foreign(header: Callable[[str], str | None]) -> bool:
    site, origin = header("sec-fetch-site"), header("origin")
    if site:
        return site not in ("same-origin", "none")
    return bool(origin) and urlsplit(origin or "").netloc != header("host")
