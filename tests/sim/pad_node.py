"""A window's rating pad: five keys and five lamps around the production flow."""

from __future__ import annotations

from typing import Any

from protocol import pad as bodies
from protocol.envelope import Fault
from protocol.pad import Rate
from rating_pad.flow import Flow
from sim.board_node import BoardNode

HELD_MS = 150


class PadNode(BoardNode):
    """`finger` presses a key; `is_lit` is what the visitor sees."""

    role = "rating_pad"
    bodies = bodies

    def __init__(self, window: int, *board: Any) -> None:
        super().__init__(*board)
        self.window = window
        self.is_lit = False
        self.on_lamps: Any = lambda: None

    def _build(self) -> None:
        self.flow = Flow()
        link = self.link
        link.on_want = self._on_want
        link.on_answer = lambda n, answer: self.do(("answer", n, answer.why))
        link.on_cmd = self._on_cmd

    def _dark(self) -> None:
        self.is_lit = False

    def _on_want(self, want: Any) -> None:
        if want.d.win is None:
            self.do(("close", None))
        self.link.ack_want(want.rev)

    def _on_cmd(self, cmd: Any) -> None:
        if cmd.k == "rate-open":
            self.do(("open", cmd.d.leg, cmd.d.open_ms))
        else:
            self.do(("close", cmd.d.leg))
        self.link.ack_cmd(cmd.id)

    def _do(self, event: tuple[Any, ...]) -> None:
        """As rating_pad.app."""
        events = [event]
        while events:
            for effect in self.flow.handle(events.pop(0), self.ticks_ms()):
                what = effect[0]
                if what == "rate":
                    n = self.link.send("rate", Rate(leg=effect[1], level=effect[2]), keep=True)
                    events.append(("sent", n))
                elif what == "lamps":
                    self.is_lit = effect[1]
                    self.on_lamps()
                elif what == "fault":
                    self.link.send("fault", Fault(what=effect[1], on=effect[2]))

    def finger(self, level: int) -> None:
        """A key goes down now, and up a little later."""
        if not self.is_on:
            return
        self.world.event("act", self.id, level)
        self.do(("down", level, self.ticks_ms()))
        self.after()
        self.later(HELD_MS, self._up, level)

    def _up(self, level: int) -> None:
        self.do(("up", level, self.ticks_ms()))
        self.after()
