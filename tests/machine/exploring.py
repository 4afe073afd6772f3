"""Every way in which news can arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gulf_payments.machine import dump, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gulf_payments.machine import Dossier, Facts

Ways = dict[frozenset[int], list["Dossier"]]


def every_way(start: Dossier, news: Sequence[Facts]) -> Ways:
    """Deliver news in every order, each piece any number of times; return the dossiers by what was delivered.

    What happens next depends on the dossier alone, so it is enough to go on once from each that is reached: the
    permutations that lead to the same one are the same from there. On the way a duplicate must change nothing and
    announce nothing, and no key may be announced twice.
    """
    nothing: frozenset[int] = frozenset()
    reached, waiting = {(nothing, dump(start))}, [(nothing, start)]
    ways: Ways = {nothing: [start]}
    while waiting:
        seen, before = waiting.pop()
        for index, piece in enumerate(news):
            after, effects = step(before, piece)
            keys = [effect.key for effect in effects]
            assert len(set(keys)) == len(keys)
            assert before.announced.isdisjoint(keys)
            assert after.announced == before.announced.union(keys)
            if index in seen:
                assert (after, keys) == (before, [])
                continue
            now = seen | {index}
            if (now, dump(after)) not in reached:
                reached.add((now, dump(after)))
                waiting.append((now, after))
                ways.setdefault(now, []).append(after)
    return ways
