"""Pages of a search: a cursor names the last row seen, so pages stay put while new orders arrive before them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from gulf_payments.errors import InvalidInput
from gulf_payments.ports import Page, Query
from gulf_payments.stores.rows import instant, seconds

T = TypeVar("T")
LARGEST = 1000


class Place(NamedTuple):
    """Where a row stands: newest first, then by id."""

    created_at: int
    id: str


def page_size(query: Query) -> int:
    """How many rows a page holds, at most 1000. Raises InvalidInput below 1."""
    if query.limit < 1:
        raise InvalidInput(f"a page holds at least one row, not {query.limit}")
    return min(query.limit, LARGEST)


def place_before(query: Query) -> Place | None:
    """The last row of the page before; None for the first page. Raises InvalidInput for a cursor not made here."""
    if not query.cursor:
        return None
    try:
        created_at, row_id = json.loads(base64.urlsafe_b64decode(query.cursor))
        return Place(seconds(instant(int(created_at))), str(row_id))
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInput("this cursor is not the next_cursor of a page") from error


def page(found: Sequence[T], query: Query, place: Callable[[T], Place]) -> Page[T]:
    """A page of rows found, of which one more than fits was asked for."""
    size = page_size(query)
    items = tuple(found[:size])
    return Page(items, _cursor(place(items[-1])) if len(found) > size else "")


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
