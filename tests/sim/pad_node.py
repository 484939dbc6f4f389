"""A window's rating pad: five keys and five lamps around the production flow."""

from __future__ import annotations

from typing import Any

from protocol import pad as bodies
from protocol.pad import Rate
from rating_pad.flow import Flow
from sim.keys_node import KeysNode

HELD_MS = 150


class PadNode(KeysNode):
    """`finger` presses a key; `is_lit` is what the visitor sees."""

    role = "rating_pad"
    bodies = bodies

    def __init__(self, window: int, *board: Any) -> None:
        super().__init__(window, *board)
        self.is_lit = False
        self.on_lamps: Any = lambda: None

    def _build(self) -> None:
        self.flow = Flow()
        link = self.link
        link.on_want = self._on_want
        link.on_answer = lambda n, answer: self.do(("answer", n, answer.why))
        link.on_kept = lambda: self.do(("kept",))
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

    def _carry_out(self, effect: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if effect[0] == "rate":
            rate = Rate(leg=effect[1], level=effect[2])
            return "sent", self.link.send("rate", rate, keep=True)
        if effect[0] == "lamps":
            self.is_lit = effect[1]
            self.on_lamps()
        return None

    def finger(self, level: int) -> None:
        """A key goes down now, and up a little later."""
        self._press(level, HELD_MS)
