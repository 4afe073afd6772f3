"""Where each setting comes from: the sentence that an error about it ends with."""

from __future__ import annotations

from collections.abc import Mapping

WHERE: Mapping[str, str] = {
    "STRIPE_PUBLISHABLE_KEY": "Stripe Dashboard > Developers > API keys; it begins with pk_",
    "STRIPE_SECRET_KEY": "Stripe Dashboard > Developers > API keys; it begins with sk_ (or rk_)",
    "STRIPE_WEBHOOK_SECRET": "Stripe Dashboard > Developers > Webhooks > your endpoint; it begins with whsec_",
    "EMAIL_HOST": "the SMTP server's name, from your mail provider",
    "EMAIL_PORT": "a number, 587 with STARTTLS at nearly every provider",
    "DEFAULT_FROM_EMAIL": "whom customers see as the sender, such as 'Shop <orders@shop.example>'",
    "DATABASE_URL": "where orders are kept, such as sqlite:///shop.db or postgresql://user:password@host/name",
    "SHOP_NAME": "the shop's name, as customers read it",
    "SHOP_URL": "the shop's public address, such as https://shop.example",
    "PAYMENTS_SIGNING_KEY": 'make one: python -c "import secrets; print(secrets.token_urlsafe(32))"',
    "TIME_ZONE": "a name from the IANA database, such as Asia/Riyadh",
    "SHOP_ID": "a short plain name that never changes, such as gulf-emperor",
    "EMAIL_USE_TLS": "true, or false for a mail server on this machine",
    "ALERT_EMAILS": "plain addresses separated by commas: who is told when money needs a person",
}
