"""A board with keys at a window: what caller and rating pad have in common."""

from __future__ import annotations

from typing import Any

from protocol.envelope import Fault
from sim.board_node import BoardNode


class KeysNode(BoardNode):
    """A subclass carries out its flow's effects, and says what event follows from one."""

    def __init__(self, window: int, *board: Any) -> None:
        super().__init__(*board)
        self.window = window

    def _carry_out(self, effect: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Do what the flow wants; the event that follows from it, if any."""
        raise NotImplementedError

    def _do(self, event: tuple[Any, ...]) -> None:
        """As the device's app."""
        events = [event]
        while events:
            for effect in self.flow.handle(events.pop(0), self.ticks_ms()):
                if effect[0] == "fault":
                    self.link.send("fault", Fault(what=effect[1], on=effect[2]))
                elif (follows := self._carry_out(effect)) is not None:
                    events.append(follows)

    def _edge(self, what: str, key: Any) -> None:
        """A key goes down or up, or has been held for long."""
        self.do((what, key, self.ticks_ms()))
        self.after()

    def _press(self, key: Any, held_ms: int, *facts: Any) -> bool:
        """A key goes down now, and up after so many ms; False: there is no power."""
        if self.is_on:
            self.world.event("act", self.id, key, *facts)
            self._edge("down", key)
            self.later(held_ms, self._edge, "up", key)
        return self.is_on
