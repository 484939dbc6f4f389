"""Coroutines of the firmware on simulated time: what `asyncio` is to them, in forty lines."""

from __future__ import annotations

import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any

# What a coroutine waits for: so many ms, or an Until.
Awaited = Any


@types.coroutine
def wait(what: Awaited) -> Generator[Awaited, Any, Any]:
    """Suspend the task: for a number of ms, or until an Until is over."""
    return (yield what)


class Until:
    """Something that will happen; whoever waits for it goes on then."""

    def __init__(self) -> None:
        self._then: Callable[[], None] | None = None
        self._is_over = False

    def over(self) -> None:
        """It has happened."""
        self._is_over = True
        if self._then is not None:
            self._then()

    def when_over(self, then: Callable[[], None]) -> None:
        """Have `then()` called, at once if it has happened already."""
        self._then = then
        if self._is_over:
            then()


class Task:
    """One running coroutine of a board; `later(ms, act, ...)` is the board's clock."""

    def __init__(self, later: Callable[..., None], work: Coroutine[Any, Any, Any]) -> None:
        self._later = later
        self._work = work
        self._turn = 0
        self._go_on(0)

    def cancel(self) -> None:
        """It goes on no more."""
        self._turn += 1
        self._work.close()

    def wake(self) -> None:
        """Go on now, whatever it waits for."""
        self._turn += 1
        self._later(0, self._go_on, self._turn)

    def _go_on(self, turn: int) -> None:
        if turn != self._turn:
            return
        try:
            awaited = self._work.send(None)
        except StopIteration:
            return
        self._turn += 1
        if isinstance(awaited, Until):
            turn = self._turn
            awaited.when_over(lambda: self._later(0, self._go_on, turn))
        else:
            self._later(awaited, self._go_on, self._turn)
