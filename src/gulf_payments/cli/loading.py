"""Which shop a command works for: `--app module:object`, or the environment."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from gulf_payments.errors import ConfigurationError
from gulf_payments.payments import Payments


def load_app(path: str | None) -> Payments:
    """The shop's `Payments` from `module:object`, or from the environment. Raises ConfigurationError."""
    if path is None:
        from gulf_payments.bootstrap import from_env

        return from_env()
    module_name, _, name = path.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        raise ConfigurationError(f"--app {path}: there is no module {missing.name!r} here") from missing
    payments = getattr(module, name, None)
    if not isinstance(payments, Payments):
        raise ConfigurationError(f"--app {path}: {name or 'nothing'!r} in {module_name} is no Payments object")
    return payments
