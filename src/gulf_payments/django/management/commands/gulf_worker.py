"""`manage.py gulf_worker`: performs what is due. Exit codes: 0 done, 1 something was given up, 2 could not run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from gulf_payments.django import payments
from gulf_payments.errors import ConfigurationError, StoreError
from gulf_payments.worker import stop_on_signals, summary, work

GIVEN_UP, COULD_NOT_RUN = 1, 2


class Command(BaseCommand):
    """The worker on Django's connections."""

    help = "Perform what is due (mails, your subscribers, look-ups) until SIGTERM; any number may run at once."
    requires_system_checks = ()  # what matters here is told by the first use of payments, under exit code 2

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once and --idle-seconds."""
        parser.add_argument("--once", action="store_true", help="One pass of what is due, then stop: for cron.")
        parser.add_argument("--idle-seconds", type=float, default=1.0, help="How long to sleep when nothing is due.")

    def handle(self, *, once: bool, idle_seconds: float, **_: Any) -> None:  # noqa: ANN401 - Django's own options
        """Run; CommandError carries the exit code."""
        try:
            if once:
                self._once()
            else:
                self._until_stopped(idle_seconds)
        except (ConfigurationError, StoreError) as trouble:
            raise CommandError(f"{type(trouble).__name__}: {trouble}", returncode=COULD_NOT_RUN) from trouble

    def _once(self) -> None:
        delivered = payments.deliver_effects()
        self.stdout.write(summary(delivered))
        if delivered.dead:
            raise CommandError(f"{delivered.dead} deliveries were given up", returncode=GIVEN_UP)

    def _until_stopped(self, idle_seconds: float) -> None:
        stop = stop_on_signals()
        self._say(f"working for {payments.scope}; stop with Ctrl-C or SIGTERM")
        work(payments, stop=stop, idle_seconds=idle_seconds, report=self._say, between=close_old_connections)
        self._say("stopped")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
