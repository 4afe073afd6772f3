"""`gulf-payments mail preview`: what is seen while the mails are written, and what came of each."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path

from rich.box import ROUNDED, Box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from gulf_payments.cli.loading import load_app
from gulf_payments.errors import ConfigurationError
from gulf_payments.mail import Mail
from gulf_payments.mail.preview import Album, Shown, composed, write_index
from gulf_payments.mail.preview.samples import SAMPLES
from gulf_payments.messages import clean

LINE = 240


def shops_mail(app_path: str | None) -> Mail | None:
    """The `Mail` of the shop's own Payments object; None if no object was named. Raises ConfigurationError."""
    if app_path is None:
        return None
    mail = load_app(app_path).mail
    if not isinstance(mail, Mail):
        raise ConfigurationError(f"the Payments object at {app_path} has no Mail to preview")
    return mail


def preview(
    folder: Path, locales: Sequence[str], *, mail: Mail | None, templates: Path | None, out: Console, err: Console
) -> bool:
    """Write every mail and the index, telling of each; True if all of them are whole."""
    album = Album(folder)
    shown = []
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("composing", total=len(locales) * len(SAMPLES))
        for one in composed(locales, mail=mail, templates=templates):
            album.add(one)
            shown.append(one)
            progress.update(task, advance=1, description=f"{one.locale} {one.name}")
    write_index(album, shown)
    _tell(shown, out)
    for one in shown:
        if one.fault:
            err.print(f"{one.locale} {one.name}: {one.fault}", style="red", soft_wrap=True, highlight=False)
    out.print(
        f"{sum(not one.fault for one in shown)} of {len(shown)} mails written; look at {album.index}", soft_wrap=True
    )
    return not any(one.fault for one in shown)


def _tell(shown: Sequence[Shown], out: Console) -> None:
    """A framed table for a person; for a pipe one line a mail, whatever the width of no terminal."""
    if out.is_terminal:
        out.print(_table(shown, box=ROUNDED))
    else:
        Console(file=out.file, markup=False, emoji=False, width=LINE).print(_table(shown, box=None))


def _table(shown: Sequence[Shown], *, box: Box | None) -> Table:
    table = Table(box=box, pad_edge=box is not None)
    for heading in ("Language", "Mail", "Subject"):
        table.add_column(heading, overflow="fold")
    table.add_column("HTML", justify="right", no_wrap=True)
    for one in shown:
        message = one.message
        told = (clean(message.subject), f"{len(message.html.encode()) / 1024:.1f} KB") if message else ("broken", "")
        table.add_row(one.locale, one.name, *told, style=None if message else "red")
    return table


def show(index: Path) -> None:
    """Open the page in the browser of whoever runs this."""
    webbrowser.open(index.resolve().as_uri())
