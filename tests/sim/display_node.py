"""A window bar or a zone board: a picture and, on some, a voice, around the production flow."""

from __future__ import annotations

import re
from typing import Any

from display.flow import Flow
from display.render import Report
from drivers import syn6288
from protocol import panel as bodies
from protocol.envelope import Fault
from sim.board_node import BoardNode
from sim.seen import CALLED_TO, Sentence

ACCEPT_MS = 30
CHARACTER_MS = 220
_TAG = re.compile(r"\[[a-z]\d\]")


class DisplayNode(BoardNode):
    """`lines` is the picture; who listens hears a sentence when it has been spoken to its end."""

    role = "display"
    bodies = bodies

    def __init__(self, voice: bool, *board: Any) -> None:
        super().__init__(*board)
        self.has_voice = voice
        self.lines: tuple[str, ...] = ()
        self.on_call: Any = lambda text: None  # somebody may see or hear it
        self._speech = 0  # rises with each frame, so an end that was cut off is none
        self.is_mute = False

    def _build(self) -> None:
        self.flow = Flow(self.has_voice)
        link = self.link
        link.on_status = lambda status: self.do(("status", status))
        link.on_want = lambda want: self.do(("want", want.rev, want.d))
        link.on_cmd = lambda cmd: self.do(("say", cmd.id, cmd.d, cmd.exp - self.link.hub_now_ms()))
        self._carry_out(self.flow.start(self.ticks_ms()))

    def _dark(self) -> None:
        self.lines = ()
        self._speech += 1

    def _do(self, event: tuple[Any, ...]) -> None:
        """As display.app."""
        self._carry_out(self.flow.handle(event, self.ticks_ms()))

    def _carry_out(self, effects: list[tuple[Any, ...]]) -> None:
        for effect in effects:
            what = effect[0]
            if what == "show":
                self._show(effect[1], effect[2])
            elif what == "ack_want":
                self.link.ack_want(effect[1])
            elif what == "ack_cmd":
                self.link.ack_cmd(*effect[1:])
            elif what == "send":
                self._hear(effect[1])
            elif what == "fault":
                _, name, on, detail = effect
                self.link.send("fault", Fault(what=name, on=on, detail=detail))

    def _show(self, lines: Any, blink_on: bool) -> None:
        texts = tuple(text for text, _ in lines)
        if texts != self.lines:
            self.lines = texts
            self.seen.pictures.append((self.world.now_ms, self.id, texts))
            for text, blink in lines:
                if blink:
                    self.on_call(text)
        self.do(("drawn", Report("", False)))

    # --- The speech chip -----------------------------------------------------------------------

    def _hear(self, frame: bytes) -> None:
        self._speech += 1
        if bytes(frame) == syn6288.STOP or self.is_mute:
            return
        text = _TAG.sub("", bytes(frame)[5:-1].decode("utf-16-be"))
        self.later(ACCEPT_MS, self._reply, syn6288.ACCEPTED)
        self.later(ACCEPT_MS + CHARACTER_MS * len(text), self._spoken, text, self._speech)

    def _spoken(self, text: str, speech: int) -> None:
        if speech == self._speech:
            found = CALLED_TO.search(text)
            if found:
                number, window = found[1], int(found[2])
                self.seen.sentences.append(Sentence(self.world.now_ms, self.id, number, window))
                self.on_call(text)
            self._reply(syn6288.IDLE)

    def _reply(self, byte: int) -> None:
        self.do(("reply", byte))
        self.after()
