"""A bench without a board: the test gives what a board would, and reads what models drive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class FakeBench:
    """The side of a Bench that models of digital parts use."""

    def __init__(self) -> None:
        self.driven: list[tuple[int, int]] = []
        self._listeners: dict[int, Callable[[int], Any]] = {}

    def on_level(self, pin: int, fn: Callable[[int], Any]) -> None:
        self._listeners[pin] = fn

    on_pwm = on_level

    def drive(self, pin: int, level: int) -> None:
        self.driven.append((pin, level))

    def give(self, pin: int, value: int) -> None:
        """The board sets a level, or a tone."""
        self._listeners[pin](value)
