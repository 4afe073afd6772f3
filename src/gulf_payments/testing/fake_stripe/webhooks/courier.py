"""Sends in the background what an API request has made due: its caller may be the very server that is to hear of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

Errand = Callable[[], object]


class Courier:
    """Runs errands in order, on one thread of its own that ends when there are none left."""

    def __init__(self) -> None:
        self._state = Condition()
        self._errands: deque[Errand] = deque()
        self._on_the_road = False

    def take(self, errand: Errand) -> None:
        """Run this after those that were taken before."""
        with self._state:
            self._errands.append(errand)
            if self._on_the_road:
                return
            self._on_the_road = True
        Thread(target=self._run, name="fake-stripe-courier", daemon=True).start()

    def wait(self, timeout_seconds: float) -> bool:
        """Wait until all is run; whether it is."""
        with self._state:
            return self._state.wait_for(lambda: not self._on_the_road, timeout_seconds)

    def _run(self) -> None:
        try:
            while (errand := self._next()) is not None:
                errand()
        except BaseException:
            with self._state:
                self._rest()
            raise

    def _next(self) -> Errand | None:
        with self._state:
            if self._errands:
                return self._errands.popleft()
            # Said under the same lock: whoever comes with an errand from here on starts a new thread.
            self._rest()
            return None

    def _rest(self) -> None:
        self._on_the_road = False
        self._state.notify_all()
