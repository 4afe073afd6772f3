"""Ids and secrets from a seed: the same run makes the same ids."""

from __future__ import annotations

from random import Random

_BITS_PER_LETTER = 4


class Identifiers:
    """Makes ids such as `pi_…`, `ch_…`, `evt_…`; 24 letters and digits, as long as Stripe's own."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - ids of a fake are meant to be foreseeable

    def new(self, prefix: str) -> str:
        """One more id with this prefix."""
        return f"{prefix}_{self._random.getrandbits(96):024x}"

    def token(self, length: int) -> str:
        """That many hexadecimal digits."""
        return f"{self._random.getrandbits(length * _BITS_PER_LETTER):0{length}x}"

    def digits(self, length: int) -> str:
        """That many decimal digits."""
        return f"{self._random.getrandbits(length * _BITS_PER_LETTER) % 10**length:0{length}d}"
