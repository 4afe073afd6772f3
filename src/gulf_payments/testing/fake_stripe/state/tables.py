"""Objects by id and in order, with an index for each field that lists filter by.

**Objects are values.** A change makes a new mapping and puts it in the old one's place; nothing is ever changed
inside. So an event that holds an object holds a snapshot of it, for nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any

Resource = Mapping[str, Any]
"""One Stripe object as JSON: read-only, see above."""


_NOTHING = ""
"""The id at the place of an object that was removed."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows a list wants. Cursors are ids that exist; `where` maps an indexed field to its wanted values.

    `since` leaves out what was created before that second, in a table whose rows come by age and stay.
    """

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    where: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    matches: Callable[[Resource], bool] = lambda _row: True
    since: int | None = None

    def wants(self, row: Resource) -> bool:
        """Whether a row is among those that the query asks for, apart from its page."""
        return all(row[name] in wanted for name, wanted in self.where.items()) and self.matches(row)


class Table:
    """The objects of one kind. Every operation costs the same with one object as with a hundred thousand."""

    def __init__(self, indexed: tuple[str, ...] = ()) -> None:
        self._indexed = indexed
        self._rows: dict[str, Resource] = {}
        self._sequence: dict[str, int] = {}
        self._ids: list[str] = []
        self._index: defaultdict[tuple[str, Any], list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._rows.values())

    def get(self, identifier: str) -> Resource | None:
        """The object with this id, or None."""
        return self._rows.get(identifier)

    def put(self, row: Resource) -> None:
        """Add an object, or put it in the place of the one with its id."""
        identifier = row["id"]
        before = self._rows.get(identifier)
        self._rows[identifier] = row
        if before is None:
            self._append(identifier, row)
            return
        for name in self._indexed:
            if before[name] != row[name]:
                self._reindex(name, self._sequence[identifier], before, row)

    def _append(self, identifier: str, row: Resource) -> None:
        sequence = len(self._ids)
        self._sequence[identifier] = sequence
        self._ids.append(identifier)
        for name in self._indexed:
            self._index[name, row[name]].append(sequence)

    def _reindex(self, name: str, sequence: int, before: Resource, after: Resource) -> None:
        stream = self._index[name, before[name]]
        del stream[bisect_left(stream, sequence)]
        insort(self._index[name, after[name]], sequence)

    def remove(self, identifier: str) -> None:
        """Forget an object. Its place in the order stays its own, so a page that ended with it can still go on."""
        row = self._rows.pop(identifier)
        sequence = self._sequence[identifier]
        self._ids[sequence] = _NOTHING
        for name in self._indexed:
            stream = self._index[name, row[name]]
            del stream[bisect_left(stream, sequence)]

    def values(self, name: str) -> list[Any]:
        """Every value that an indexed field has."""
        return [value for indexed, value in self._index if indexed == name]

    def having(self, name: str, value: object) -> Iterator[Resource]:
        """The objects with this value in an indexed field, newest first."""
        return (self._rows[self._ids[sequence]] for sequence in reversed(self._index.get((name, value), ())))

    def page(self, query: Query) -> tuple[list[Resource], bool]:
        """The rows that a query wants, newest first, and whether more lie beyond them."""
        rows = self._newer(query) if query.ending_before else self._older(query)
        found = list(islice((row for row in rows if query.wants(row)), query.limit + 1))
        more = len(found) > query.limit
        found = found[: query.limit]
        return (found[::-1] if query.ending_before else found), more

    def _older(self, query: Query) -> Iterator[Resource]:
        end = len(self._ids) if query.starting_after is None else self._sequence[query.starting_after]
        start = 0 if query.since is None else self._first_since(query.since)
        streams = (_between(stream, start, end) for stream in self._streams(query))
        return self._rows_of(merge(*streams, reverse=True))

    def _newer(self, query: Query) -> Iterator[Resource]:
        start = self._sequence[str(query.ending_before)]
        return self._rows_of(merge(*(_above(stream, start) for stream in self._streams(query))))

    def _streams(self, query: Query) -> Iterable[Sequence[int]]:
        for name, wanted in query.where.items():
            return [self._index.get((name, value), []) for value in wanted]
        return [range(len(self._ids))]

    def _first_since(self, created: int) -> int:
        return bisect_left(self._ids, created, key=lambda identifier: int(self._rows[identifier]["created"]))

    def _rows_of(self, sequences: Iterable[int]) -> Iterator[Resource]:
        rows = (self._rows.get(self._ids[sequence]) for sequence in sequences)
        return (row for row in rows if row is not None)


def _between(stream: Sequence[int], start: int, end: int) -> Iterator[int]:
    first, behind = bisect_left(stream, start), bisect_left(stream, end)
    return (stream[position] for position in range(behind - 1, first - 1, -1))


def _above(stream: Sequence[int], start: int) -> Iterator[int]:
    return (stream[position] for position in range(bisect_right(stream, start), len(stream)))
