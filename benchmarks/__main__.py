"""Run the benchmarks and print their tables: `python -m benchmarks [name ...] [--rounds N] [--check]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.catalogue import BENCHMARKS
from benchmarks.figures import Figure, Report
from tests.databases import PostgresUnavailable

SHOWN_WHOLE = 100  # above this, three digits are all that a measurement can tell


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and answer the exit code: 1 if `--check` was asked for and a generous aim was missed."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 110)
    failed: list[str] = []
    for name in options.names or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        try:
            report = benchmark.measure(options.rounds or benchmark.rounds)
        except PostgresUnavailable as missing:
            console.print(f"{name}: not measured, {missing}")
            failed.append(f"{name}: not measured")
            continue
        console.print(_table(report))
        failed += [f"{name}: {_words(figure)}" for figure in report.figures if figure.fails]
    if options.check and failed:
        console.print("Beyond even half the strictness of their aims:", *failed, sep="\n  ")
    return 1 if options.check and failed else 0


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks", description="What gulf_payments costs, as ratios.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"some of: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--rounds", type=_positive, help="counted rounds of each benchmark, instead of its own number")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a figure misses even its generous aim")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _table(report: Report) -> Table:
    table = Table(title=report.title, title_justify="left", title_style="bold", min_width=90)
    table.add_column("figure", ratio=1)
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("aim", justify="right", no_wrap=True)
    for figure in report.figures:
        table.add_row(figure.name, _measured(figure), _aim(figure))
    return table


def _words(figure: Figure) -> str:
    return f"{figure.name}: {_measured(figure)}, aim {figure.aim}"


def _measured(figure: Figure) -> str:
    is_whole = figure.value >= SHOWN_WHOLE or figure.value == int(figure.value)
    return f"{figure.value:,.0f} {figure.unit}" if is_whole else f"{figure.value:.3g} {figure.unit}"


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    return f"{figure.aim} {'[red]missed[/]' if figure.misses_aim else '[green]met[/]'}"


if __name__ == "__main__":
    sys.exit(main())
