"""The commands of `gulf-payments`. Exit codes: 0 done, 1 not as it should be, 2 could not run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from gulf_payments import __version__
from gulf_payments.cli.worker import load_app, stop_on_signals, work
from gulf_payments.errors import ConfigurationError, GulfPaymentsError
from gulf_payments.stores.sql import SQLStore

app = typer.Typer(
    name="gulf-payments",
    help="Payments for shops of the Gulf: work the outbox, keep the database, see a demonstration.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database: its tables, and what is derived from the facts.", no_args_is_help=True)
app.add_typer(db, name="db")

console = Console()
errors = Console(stderr=True)

App = Annotated[
    str | None,
    typer.Option("--app", help="Where the shop's Payments object is, as module:object; else the environment is read."),
]
Url = Annotated[
    str | None, typer.Option("--url", help="The database; else the shop's own.", envvar="DATABASE_URL", show_envvar=True)
]
Schema = Annotated[str | None, typer.Option("--schema", help="The PostgreSQL schema that holds the tables.")]


class _Refusals:
    """Turns what the library raises on purpose into one line and exit code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, trouble: object, trace: object) -> None:
        if isinstance(trouble, GulfPaymentsError):
            errors.print(f"[red]{type(trouble).__name__}[/red]: ", end="")
            errors.print(str(trouble), markup=False, highlight=False)
            raise typer.Exit(2)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__, highlight=False)


@app.command()
def worker(
    app_path: App = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="One pass of what is due, then stop.")] = False,
    idle_seconds: Annotated[float, typer.Option(help="How long to sleep when nothing is due.")] = 1.0,
) -> None:
    """Perform what is due (mails, your subscribers, look-ups) until SIGTERM; any number may run at once."""
    with _Refusals():
        payments = load_app(app_path)
        if once:
            delivered = payments.deliver_effects()
            console.print(f"{delivered.done} done, {delivered.retry} to retry, {delivered.dead} dead")
            raise typer.Exit(1 if delivered.dead else 0)
        console.print(f"working for {payments.scope}; stop with Ctrl-C or SIGTERM")
        work(payments, stop=stop_on_signals(), idle_seconds=idle_seconds, report=console.print)
        console.print("stopped")


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where the database and the mails go.")] = Path(
        "gulf-payments-demo"
    ),
) -> None:
    """Play and explain a shop's day on SQLite and a fake Stripe: no network, no keys."""
    from gulf_payments.cli.demo import play

    with _Refusals():
        raise typer.Exit(0 if play(folder, console) else 1)


def _store(url: str | None, app_path: str | None, schema: str | None) -> SQLStore:
    if app_path is None and url is not None:
        return SQLStore(url, schema=schema)
    store: Any = load_app(app_path).store
    if not isinstance(store, SQLStore):
        raise ConfigurationError(f"the shop's store is a {type(store).__name__}, which has no tables of ours")
    return store
