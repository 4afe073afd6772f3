"""The commands of `gulf-payments`. Exit codes: 0 done, 1 not as it should be, 2 could not run."""

from __future__ import annotations

from pathlib import Path
from secrets import randbelow
from typing import Annotated, Any, Literal, get_args

import typer
from rich.console import Console
from rich.progress import Progress

from gulf_payments import __version__
from gulf_payments.cli.loading import load_app
from gulf_payments.errors import ConfigurationError, GulfPaymentsError
from gulf_payments.worker import stop_on_signals, summary, work

app = typer.Typer(
    name="gulf-payments",
    help="Payments for shops of the Gulf: work the outbox, keep the database, see a demonstration.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database: its tables, and what is derived from the facts.", no_args_is_help=True)
app.add_typer(db, name="db")
mail = typer.Typer(help="The mails: how they look before they are sent.", no_args_is_help=True)
app.add_typer(mail, name="mail")

console = Console(markup=False, emoji=False)  # names and errors are printed as they are
errors = Console(markup=False, emoji=False, stderr=True)

App = Annotated[
    str | None,
    typer.Option("--app", help="Where the shop's Payments object is, as module:object; else the environment is read."),
]
Url = Annotated[
    str | None,
    typer.Option("--url", help="The database; else the shop's own.", envvar="DATABASE_URL", show_envvar=True),
]
Locale = Literal["ar", "en"]
Schema = Annotated[str | None, typer.Option("--schema", help="The PostgreSQL schema that holds the tables.")]


class _Refusals:
    """Turns what the library raises on purpose, and a missing extra, into one line and exit code 2."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, trouble: object, trace: object) -> None:
        if isinstance(trouble, GulfPaymentsError):
            errors.print(f"{type(trouble).__name__}: ", style="red", end="")
            errors.print(str(trouble), highlight=False, soft_wrap=True)
            raise typer.Exit(2)
        if isinstance(trouble, ModuleNotFoundError) and not str(trouble.name).startswith("gulf_payments"):
            errors.print(f"this command needs {trouble.name}: pip install 'gulf_payments[sql,cli]'", highlight=False)
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
            console.print(summary(delivered))
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
    with _Refusals():
        from gulf_payments.cli.demo import play

        raise typer.Exit(0 if play(folder, console) else 1)


@app.command("fake-stripe")
def fake_stripe(
    *,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Where to listen; 0 picks a free port.")] = 12_111,
    webhook: Annotated[list[str] | None, typer.Option(help="Where to send every event; may be repeated.")] = None,
    webhook_secret: Annotated[
        str | None, typer.Option(help="What these webhooks are signed with; by default each has a secret of its own.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Makes ids and bad luck: the same seed gives the same run. Drawn if not given.")
    ] = None,
    api_version: Annotated[
        str | None, typer.Option(help="Of events, and of answers to requests that name none.")
    ] = None,
) -> None:
    """Run a fake Stripe on this machine's loopback, for a browser, another language or the Stripe SDK."""
    with _Refusals():
        from gulf_payments.cli.fake_stripe import register, running, serve

        stop = stop_on_signals()
        # A shop's database outlives the server, so the next one must not make the same ids again by itself.
        fake = running(seed=randbelow(10**6) if seed is None else seed, api_version=api_version)
        webhooks = {url: register(fake, url, webhook_secret) for url in webhook or ()}
        serve(fake, port=port, webhooks=webhooks, console=console, stop=stop)


@mail.command()
def preview(
    *,
    folder: Annotated[Path, typer.Option("--dir", help="Where they are written.")] = Path("gulf-payments-mails"),
    locale: Annotated[Locale | None, typer.Option("--locale", help="One language; else both.")] = None,
    templates: Annotated[
        Path | None, typer.Option(help="Your own templates, found before ours.", exists=True, file_okay=False)
    ] = None,
    app_path: Annotated[
        str | None, typer.Option("--app", help="Your Payments object, as module:object, for your brand and texts.")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in your browser.")] = False,
) -> None:
    """Write every mail in each language, with a page that shows them side by side; 1 if a template is broken."""
    with _Refusals():
        from gulf_payments.cli import previews

        locales = [locale] if locale else list(get_args(Locale))
        own = previews.shops_mail(app_path)
        whole = previews.preview(folder, locales, mail=own, templates=templates, out=console, err=errors)
        if show:
            previews.show(folder / "index.html")
        raise typer.Exit(0 if whole else 1)


@db.command()
def upgrade(url: Url = None, app_path: App = None, schema: Schema = None) -> None:
    """Make the tables, or bring them up to this version; safe to run at every deployment and by several at once."""
    with _Refusals():
        from gulf_payments.stores import migrations

        target = _database(url, app_path)
        migrations.upgrade(target, schema=schema)
        console.print(f"the tables are at revision {migrations.current(target, schema=schema)}")


@db.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="The revision to go back to; `base` drops the tables.")],
    url: Url = None,
    app_path: App = None,
    schema: Schema = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before data is dropped.")] = False,
) -> None:
    """Take the tables back to an earlier revision. `base` drops them with every order and payment they hold."""
    with _Refusals():
        from gulf_payments.stores import migrations

        target = _database(url, app_path)
        if revision == "base" and not yes:
            typer.confirm("This drops every order and payment. Go on?", abort=True)
        migrations.downgrade(target, schema=schema, revision=revision)
        console.print(f"the tables are at revision {migrations.current(target, schema=schema) or 'base'}")


@db.command()
def recompute(
    scope: Annotated[str, typer.Argument(help="Shop and mode, such as gulf-emperor:live.")],
    url: Url = None,
    app_path: App = None,
    schema: Schema = None,
) -> None:
    """Derive every status and searchable column again from the facts: after an upgrade of the law."""
    with _Refusals(), Progress(console=errors, transient=True) as progress:
        from gulf_payments.stores import migrations
        from gulf_payments.stores.sql import SQLStore

        store = SQLStore(_database(url, app_path), schema=schema)
        task = progress.add_task("orders", total=None)
        done = migrations.recompute(store, scope, lambda count: progress.update(task, completed=count))
        store.close()
        console.print(f"{done} orders of {scope} recomputed")


def _database(url: str | None, app_path: str | None) -> Any:  # noqa: ANN401 - what the migrations take: a URL or an engine
    """The database named, else that of the shop's own store."""
    from gulf_payments.stores.sql import SQLStore

    if url is not None and app_path is None:
        return url
    store = load_app(app_path).store
    if not isinstance(store, SQLStore):
        raise ConfigurationError(f"the shop's store is a {type(store).__name__}, which has no tables of ours")
    return store.engine
