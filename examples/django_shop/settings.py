"""The shop's settings, from the environment and a file `.env`.

Without DEBUG=true these are the settings of a shop on the open internet: it answers over HTTPS alone, and does not
start without a SECRET_KEY. DEBUG=true is for a developer's machine.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

FOLDER = Path(__file__).parent
STOREFRONT_FOLDER = FOLDER.parent / "storefront"
ENV = {**dotenv_values(os.environ.get("ENV_FILE", ".env")), **os.environ}
KEY_LENGTH = 50
YEAR_SECONDS = 365 * 24 * 60 * 60


def env(name: str, default: str = "") -> str:
    """A setting; one that is empty counts as not there."""
    return ENV.get(name) or default


def listed(text: str) -> list[str]:
    """The parts of a list that is written with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def database(url: str) -> dict[str, Any]:
    """A database by its URL: sqlite:///file, or postgresql://user:password@host:5432/name."""
    if url.startswith("sqlite:///"):
        # A second writer waits, it does not fail; and readers do not wait for it.
        options = {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": "PRAGMA journal_mode=WAL"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), "OPTIONS": options}
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgres"):
        raise ImproperlyConfigured("DATABASE_URL is neither sqlite:///file nor postgresql://user:password@host/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DEBUG = env("DEBUG") == "true"
SHOP_URL = env("SHOP_URL", "http://127.0.0.1:8000").rstrip("/")
SECRET_KEY = env("SECRET_KEY", "known-to-everyone" if DEBUG else "")
if not DEBUG and len(SECRET_KEY) < KEY_LENGTH:
    raise ImproperlyConfigured(
        f"SECRET_KEY must have {KEY_LENGTH} characters or more. "
        'Make one: python -c "import secrets; print(secrets.token_urlsafe(64))". On this machine only: DEBUG=true'
    )

# --- Where the shop is ------------------------------------------------------------------------------------------------

ALLOWED_HOSTS = listed(env("ALLOWED_HOSTS")) or [urlsplit(SHOP_URL).hostname or ""]
if DEBUG:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
else:
    SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_HSTS_SECONDS = YEAR_SECONDS
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
X_FRAME_OPTIONS = "DENY"

# A proxy that ends TLS before the shop tells it by these headers, and must remove them from what clients send, or
# anyone could claim HTTPS and an address: count your proxies here, and leave it at 0 without one.
TRUSTED_PROXIES = int(env("TRUSTED_PROXIES", "0"))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What it is made of -----------------------------------------------------------------------------------------------

ROOT_URLCONF = "examples.django_shop.urls"
WSGI_APPLICATION = "examples.django_shop.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "gulf_payments.django",
    "examples.django_shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "examples.django_shop.views.secured",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",  # the admin's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",  # the shop's
        "DIRS": [STOREFRONT_FOLDER / "templates"],
        "OPTIONS": {"environment": "examples.storefront.rendering.environment"},
    },
]
DATABASES = {"default": database(env("DATABASE_URL", f"sqlite:///{FOLDER / 'shop.db'}"))}
# Attempts to pay are counted here, so it must be one cache for all processes. The table: manage.py createcachetable.
CACHES: dict[str, dict[str, Any]]
if REDIS_URL := env("REDIS_URL"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
elif not DEBUG:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "shop_cache",
            # For each customer, order and address that tries to pay; a cache of a few hundred would soon forget them.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = FOLDER / "static"  # manage.py collectstatic fills it, for the web server in front
STATICFILES_DIRS = [STOREFRONT_FOLDER / "static"]
LOGIN_URL = "/login/"
CSRF_FAILURE_VIEW = "examples.django_shop.views.refused"
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("en", "English")]
TIME_ZONE = env("TIME_ZONE", "Asia/Riyadh")
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# --- Payments and mails -----------------------------------------------------------------------------------------------

STRIPE_PUBLISHABLE_KEY = env("STRIPE_PUBLISHABLE_KEY")
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET")
EMAIL_FILE_PATH = env("EMAIL_FOLDER")
MAILER = "smtp" if env("EMAIL_HOST") else "filebased" if EMAIL_FILE_PATH else "console"
EMAIL_BACKEND = f"django.core.mail.backends.{MAILER}.EmailBackend"
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = int(env("EMAIL_PORT", "587"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env("EMAIL_USE_TLS", "true") == "true"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "Gulf Emperor <noreply@gulfemperor.example>")
GULF_PAYMENTS = {
    "SHOP": env("SHOP_ID", "gulf-emperor"),
    "BRAND": {
        "name_ar": env("SHOP_NAME", "إمبراطور الخليج"),
        "name_en": env("SHOP_NAME", "Gulf Emperor"),
        "url": SHOP_URL,
        "support_email": env("SUPPORT_EMAIL", "support@gulfemperor.example"),
        "vat_number": env("VAT_NUMBER"),
    },
    "RETRY_URL": f"{SHOP_URL}/pay/r/{{token}}/",
    "ALERT_EMAILS": listed(env("ALERT_EMAILS")),
    "TRUSTED_PROXIES": TRUSTED_PROXIES,
    "STRIPE_ADDRESS": env("STRIPE_ADDRESS") or None,  # only a fake Stripe has one
}
STOREFRONT = {"signing_key": SECRET_KEY, "base_url": SHOP_URL}
if stripe_address := env("STRIPE_ADDRESS"):
    STOREFRONT["stripe_js"] = f"{stripe_address}/v3/"
