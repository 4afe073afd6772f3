"""Payments as a CSV file that a spreadsheet opens without running any of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.timezone import localtime

from gulf_payments.django import models
from gulf_payments.django.admin.displays import money_of
from gulf_payments.messages import clean, plain_amount

COLUMNS = (
    "shop", "order", "payment", "status", "amount", "received", "refunded", "currency", "method", "last4",
    "failure_code", "created", "paid",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BATCH = 500
MARK = "\ufeff"  # by which spreadsheets know UTF-8


class _Line:
    """What the csv module writes to: it returns the line instead."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Any) -> StreamingHttpResponse:
    """Payments as a download, read in batches."""
    found = rows.select_related("order").iterator(chunk_size=BATCH)
    answer = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="payments.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(rows: Iterable[models.Payment]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield MARK + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow(map(harmless, _cells(row)))


def _cells(row: models.Payment) -> tuple[str, ...]:
    amounts = (money_of(minor, row.currency) for minor in (row.amount_minor, row.received_minor, row.refunded_minor))
    return (
        row.scope, row.order.number, row.reference, row.status,
        *(plain_amount(amount) if amount is not None else "" for amount in amounts), row.currency,
        row.method, row.last4, row.failure_code,
        *(localtime(at).isoformat() if at else "" for at in (row.created_at, row.paid_at)),
    )  # fmt: skip


def harmless(cell: str) -> str:
    """The cell as text: a spreadsheet would take what begins with one of FORMULAS for a formula."""
    text = clean(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text
