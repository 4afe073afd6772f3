"""Ids and secrets from a seed: the same run makes the same ids."""

from __future__ import annotations

from random import Random

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Identifiers:
    """Makes ids such as `pi_…`, `ch_…`, `evt_…`; 24 letters and digits, as long as Stripe's own."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - ids of a fake are meant to be foreseeable

    def new(self, prefix: str) -> str:
        """One more id with this prefix."""
        return f"{prefix}_{self.token(24)}"

    def token(self, length: int) -> str:
        """That many letters and digits."""
        return "".join(self._random.choices(_ALPHABET, k=length))

    def digits(self, length: int) -> str:
        """That many digits."""
        return "".join(self._random.choices("0123456789", k=length))
