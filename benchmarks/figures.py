"""Figures and the aims they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

HALF = 2  # a ratio may miss its aim this many times over before `--check` fails: machines differ


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound of a figure. An exact one is a count, the same on every machine; any other is a ratio."""

    bound: float
    at_least: bool = False
    exact: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"

    def is_met(self, value: float) -> bool:
        """Whether the aim itself is reached."""
        return value >= self.bound if self.at_least else value <= self.bound

    @property
    def generous(self) -> Aim:
        """The aim halved in strictness, unless it is exact."""
        if self.exact:
            return self
        return Aim(self.bound / HALF if self.at_least else self.bound * HALF, at_least=self.at_least)


class Figure(NamedTuple):
    """One measured number; `unit` is µs, ms, × or what is counted."""

    name: str
    value: float
    unit: str
    aim: Aim | None = None

    @property
    def misses_aim(self) -> bool:
        """Whether it has an aim and does not reach it."""
        return self.aim is not None and not self.aim.is_met(self.value)

    @property
    def fails(self) -> bool:
        """Whether it misses even the generous aim."""
        return self.aim is not None and not self.aim.generous.is_met(self.value)


class Report(NamedTuple):
    """What one benchmark found."""

    title: str
    figures: Sequence[Figure]


def micro(name: str, seconds: float) -> Figure:
    """A duration in microseconds."""
    return Figure(name, seconds * 1e6, "µs")


def milli(name: str, seconds: float) -> Figure:
    """A duration in milliseconds."""
    return Figure(name, seconds * 1e3, "ms")


def ratio(name: str, value: float, aim: Aim | None = None) -> Figure:
    """How many times as much one thing takes as another."""
    return Figure(name, value, "×", aim)


def count(name: str, value: int, unit: str, *, at_most: int | None = None) -> Figure:
    """A number of things, and how many there may be on any machine."""
    return Figure(name, value, unit, None if at_most is None else Aim(at_most, exact=True))
