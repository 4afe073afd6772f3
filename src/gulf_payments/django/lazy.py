"""`payments`: made from the settings when it is first used, and anew after a test has changed them."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from django.core.signals import setting_changed

from gulf_payments.ledger import Handler
from gulf_payments.payments import Payments

SETTINGS = frozenset(
    {
        "DATABASES",
        "DEFAULT_FROM_EMAIL",
        "GULF_PAYMENTS",
        "SECRET_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "TIME_ZONE",
    }
)
"""The settings that `payments` is made from."""


class _Subscribed(NamedTuple):
    """One use of `@payments.on(...)`: kept, so that the next object made has its subscriber too."""

    verb: str
    what: object
    options: dict[str, Any]
    handler: Handler


class LazyPayments:
    """Stands for the shop's `Payments`, and is taken for one by `isinstance`.

    Subscribing to it makes nothing, so that a shop without keys starts; whatever is wrong with the settings or with a
    subscriber is raised by the first use as ConfigurationError, and told by `manage.py check`.
    """

    def __init__(self, make: Callable[[], Payments]) -> None:
        own = {
            "_make": make,
            "_lock": RLock(),
            "_made": None,
            "_subscribed": list[_Subscribed](),
            "_told": WeakKeyDictionary[Payments, int](),
        }
        self.__dict__.update(own)

    __class__ = property(lambda _: Payments)  # what isinstance asks

    def __repr__(self) -> str:
        made = self.__dict__["_made"]
        return repr(made) if made is not None else "<payments: not made yet>"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever Payments has
        return getattr(self.itself(), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.itself(), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.itself(), name)

    def on(self, event: object, **options: Any) -> Callable[[Handler], Handler]:  # noqa: ANN401 - those of Payments.on
        """Subscribe, as `Payments.on` does."""
        return self._subscriber("on", event, options)

    def on_stripe(self, event_type: str, **options: Any) -> Callable[[Handler], Handler]:  # noqa: ANN401
        """Subscribe, as `Payments.on_stripe` does."""
        return self._subscriber("on_stripe", event_type, options)

    def _subscriber(self, verb: str, what: object, options: dict[str, Any]) -> Callable[[Handler], Handler]:
        def subscribe(handler: Handler) -> Handler:
            with self._lock:
                self._subscribed.append(_Subscribed(verb, what, options, handler))
                if self._made is not None:
                    self._tell(self._made)
            return handler

        return subscribe

    def itself(self) -> Payments:
        """The object behind, made if it was not yet; threads that come at once wait for one."""
        made = self._made
        if made is None:
            with self._lock:
                made = self._made
                if made is None:
                    made = self._make()
                    self._tell(made)
                    self.__dict__["_made"] = made
        return cast("Payments", made)

    def _tell(self, made: Payments) -> None:
        """Subscribe whoever has not been yet: a factory may return the object that it returned before."""
        for place in range(self._told.get(made, 0), len(self._subscribed)):
            one = self._subscribed[place]
            getattr(made, one.verb)(one.what, **one.options)(one.handler)
            self._told[made] = place + 1

    def forget(self) -> None:
        """Close the connections of the object behind and let it go; the next use makes another."""
        with self._lock:
            made, self.__dict__["_made"] = self._made, None
        close = getattr(made and made.gateway, "close", None)
        if close is not None:
            close()


def _make() -> Payments:
    from gulf_payments.django.wiring import payments_from_settings

    return payments_from_settings()


_lazy = LazyPayments(_make)
payments: Payments = cast("Payments", _lazy)
"""The shop's `Payments`."""


def _on_change(*, setting: str, **_: object) -> None:
    if setting in SETTINGS:
        _lazy.forget()


setting_changed.connect(_on_change, dispatch_uid="gulf_payments")
