"""The shop on SQL: put together from the environment, or for the stage of a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from examples.storefront.attempts import Attempts, close_if_tested
from examples.storefront.carts import Carts, SQLCarts
from examples.storefront.headers import STRIPE_JS
from examples.storefront.shop import Storefront
from gulf_payments import ConfigurationError, OrderAccepted, OrderConfirmed, PaymentFailed, Payments, from_env
from gulf_payments.bootstrap import read_settings
from gulf_payments.mail import Brand, FileSender, Mail
from gulf_payments.stores.sql import SQLStore
from gulf_payments.stripe import StripeGateway

if TYPE_CHECKING:
    from examples.running import Stage

BRAND = Brand(
    name_ar="إمبراطور الخليج",
    name_en="Gulf Emperor",
    support_email="support@shop.example",
    vat_number="300000000000003",
)


def from_environment(env_file: str | None = ".env") -> Storefront:
    """The shop as it is deployed: `gulf_payments.from_env()`, and carts in the same database."""
    settings = read_settings(env_file)
    return storefront(
        from_env(env_file),
        base_url=settings.shop_url.rstrip("/"),
        signing_key=settings.payments_signing_key.get_secret_value(),
    )


def storefront(payments: Payments, *, base_url: str, signing_key: str, stripe_js: str = STRIPE_JS) -> Storefront:
    """The shop over a `Payments` with an SQLStore; makes the tables that are missing."""
    if not isinstance(payments.store, SQLStore):
        raise ConfigurationError("these shops keep their carts beside their orders: give them an SQLStore")
    payments.store.create_tables()
    carts = SQLCarts(payments.store.engine)
    carts.create_tables()
    empty_bought_carts(payments, carts)
    payments.on(PaymentFailed, name="card-testing")(lambda event: close_if_tested(payments, event.order))
    return Storefront(
        payments,
        carts,
        may_try=Attempts().may_try,
        signing_key=signing_key,
        base_url=base_url,
        stripe_js=stripe_js,
    )


def empty_bought_carts(payments: Payments, carts: Carts) -> None:
    """Empty a cart when its order is paid, or taken for payment on delivery: in the transaction that marks it told."""

    def empty(event: OrderConfirmed | OrderAccepted, connection: Connection) -> None:
        if event.order.cart is not None:
            carts.empty(event.order.cart, connection)

    payments.on(OrderConfirmed, name="empty-cart", transactional=True)(empty)
    payments.on(OrderAccepted, name="empty-cart", transactional=True)(empty)


def on_stage(stage: Stage) -> Storefront:
    """The shop for a demonstration: real Stripe if there are keys, else the stage's fake."""
    if not stage.stripe:
        return from_environment()
    from examples.running import WEBHOOK_SECRET

    signing_key = _kept_key(stage)
    payments = Payments(
        shop="gulf-emperor",
        gateway=StripeGateway(
            secret_key="sk_test_demonstration",  # noqa: S106 - the fake takes any
            publishable_key="pk_test_demonstration",
            webhook_secrets=[WEBHOOK_SECRET],
            base_address=stage.stripe,
        ),
        store=SQLStore(f"sqlite:///{stage.folder / 'shop.db'}"),
        mail=Mail(
            FileSender(stage.mails),
            brand=BRAND,
            from_address="orders@shop.example",
            signing_key=signing_key,
            retry_url=f"{stage.address}/pay/r/{{token}}/",
            alert_addresses=["staff@shop.example"],
        ),
    )
    return storefront(payments, base_url=stage.address, signing_key=signing_key, stripe_js=f"{stage.stripe}/v3/")


def _kept_key(stage: Stage) -> str:
    """A signing key of this folder's own, so that links and sessions outlive the process with the data."""
    import secrets

    kept = stage.folder / "signing-key"
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return kept.read_text(encoding="ascii")
