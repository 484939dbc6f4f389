"""The rating pad on a board: wires keys, lamps, buzzer and link to the flow, and waits."""

import asyncio

from common import ticks
from common.errors import ConfigError
from common.keypad import serve
from common.link import Link
from common.supervisor import supervise, watch
from protocol import pad as bodies
from protocol.envelope import Fault
from protocol.pad import LEVELS, Rate
from rating_pad.board import Board
from rating_pad.flow import Flow


class App:
    """One rating pad; `do` is what its keys and the time call."""

    def __init__(self, board, link, flag):
        self._board = board
        self._link = link
        self._flag = flag  # set by key interrupts, and when the link brought something
        self.flow = Flow()
        link.on_want = self._on_want
        link.on_answer = lambda n, answer: self._from_link(("answer", n, answer.why))
        link.on_kept = lambda: self._from_link(("kept",))
        link.on_cmd = self._on_cmd
        link.due_ms = self.flow.due_ms

    def do(self, event):
        """Give the flow an event, and do what it says."""
        events = [event]
        while events:
            for effect in self.flow.handle(events.pop(0), ticks.now_ms()):
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
        self.do(event)
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
    serving = serve(link, flag, board, app.flow, app.do)
    await asyncio.gather(link.run(), serving, watch(link, *args))


def power_up():
    """The device from its power-on, for ever."""
    supervise("rating_pad", run, ("key_5", 6), ("key_4", 7))
