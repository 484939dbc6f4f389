"""The rating pad on a board: wires keys, lamps, buzzer and link to the flow, and waits."""

import asyncio

from common import ticks
from common.errors import ConfigError
from common.link import Link
from common.supervisor import supervise, watch
from protocol import pad as bodies
from protocol.envelope import Fault
from protocol.pad import LEVELS, Rate
from rating_pad.board import Board
from rating_pad.flow import Flow

# So often a task that has nothing to do shows that it lives.
_IDLE_MS = 60_000


class App:
    """One rating pad; `run` never ends."""

    def __init__(self, board, link, flag):
        self._board = board
        self._link = link
        self._flag = flag  # set by key interrupts, and when the link brought something
        self._flow = Flow()
        link.on_want = self._on_want
        link.on_answer = lambda n, answer: self._from_link(("answer", n, answer.why))
        link.on_kept = lambda: self._from_link(("kept",))
        link.on_cmd = self._on_cmd
        link.due_ms = self._flow.due_ms

    async def run(self):
        """Serve keys and timers as they come due."""
        while True:
            self._link.tasks["keys"] = ticks.now_ms()
            await self._wait()
            now_ms = ticks.now_ms()
            for event in self._board.keys.poll(now_ms):
                self._do(event)
            self._board.buzzer.step(now_ms)
            self._do(("tick",))

    async def _wait(self):
        now_ms = ticks.now_ms()
        parts = (self._flow, self._board.keys, self._board.buzzer)
        dues = [part.due_ms(now_ms) for part in parts]
        dues = [due_ms for due_ms in dues if due_ms is not None]
        try:
            await asyncio.wait_for_ms(self._flag.wait(), min(dues + [_IDLE_MS]))
        except asyncio.TimeoutError:
            return  # nothing happened, but something is due

    def _do(self, event):
        events = [event]
        while events:
            for effect in self._flow.handle(events.pop(0), ticks.now_ms()):
                what = effect[0]
                if what == "rate":
                    n = self._link.send("rate", Rate(leg=effect[1], level=effect[2]), keep=True)
                    events.append(("sent", n))
                elif what == "lamps":
                    self._board.lamps.set(LEVELS if effect[1] else ())
                elif what == "sound":
                    self._board.buzzer.play(effect[1], ticks.now_ms())
                elif what == "fault":
                    self._link.send("fault", Fault(what=effect[1], on=effect[2]))

    def _from_link(self, event):
        self._do(event)
        self._flag.set()  # what is due may have changed

    def _on_want(self, want):
        if want.d.win is None:
            self._from_link(("close", None))  # moved away from its window: nothing to rate here
        self._link.ack_want(want.rev)

    def _on_cmd(self, cmd):
        if cmd.k == "rate-open":
            self._from_link(("open", cmd.d.leg, cmd.d.open_ms))
        else:
            self._from_link(("close", cmd.d.leg))
        self._link.ack_cmd(cmd.id)


async def run(settings, *args):
    """Board, link and app; pins that cannot be used light the two outer lamps."""
    flag = asyncio.ThreadSafeFlag()
    try:
        board = Board(settings.pins, flag.set)
    except ConfigError:
        Board({}, flag.set).lamps.set((LEVELS[0], LEVELS[-1]))
        raise
    if not args:
        from rating_pad.self_test import self_test

        return await self_test(board)
    link = Link(settings, "rating_pad", bodies)
    app = App(board, link, flag)
    await asyncio.gather(link.run(), app.run(), watch(link, *args))


def power_up():
    """The device from its power-on, for ever."""
    supervise("rating_pad", run, ("key_5", 6), ("key_4", 7))
