"""The caller on a board: wires keys, digits, lamps, buzzer and link to the flow, and waits."""

import asyncio

from caller.board import Board
from caller.flow import Flow
from common import ticks
from common.errors import ConfigError
from common.keypad import serve
from common.link import Link
from common.supervisor import supervise, watch
from protocol import caller as bodies
from protocol.caller import Press
from protocol.envelope import Fault


class App:
    """One window caller; `do` is what its keys and the time call."""

    def __init__(self, board, link, flag):
        self._board = board
        self._link = link
        self._flag = flag  # set by key interrupts, and when the link brought something
        self.flow = Flow()
        self._acts = {
            "sound": self._sound,
            "digits": board.digits.show,
            "lamps": board.lamps.set,
            "phase": board.lamps.phase,
            "shown": link.ack_want,
            "fault": self._fault,
        }
        link.on_want = lambda want: self._from_link(("want", want.d, want.rev))
        link.on_status = lambda status: self._from_link(("link", status))
        link.on_answer = lambda n, answer: self._from_link(("answer", n, answer.why))
        link.on_cmd = self._on_cmd
        self.do(("link", link.status))
        if not board.digits.probe():
            self._fault("digits-absent", True)

    def do(self, event):
        """Give the flow an event, and do what it says."""
        events = [event]
        while events:
            for effect in self.flow.handle(events.pop(0), ticks.now_ms()):
                if effect[0] == "press":
                    _, key, long, again, leg, ver, target = effect
                    press = Press(key=key, long=long, again=again, leg=leg, ver=ver, target=target)
                    events.append(("sent", self._link.send("press", press, keep=True)))
                else:
                    self._acts[effect[0]](*effect[1:])

    def _from_link(self, event):
        self.do(event)
        self._flag.set()  # what is due may have changed

    def _on_cmd(self, cmd):
        self._from_link(("beep",))
        self._link.ack_cmd(cmd.id)

    def _sound(self, name):
        self._board.buzzer.play(name, ticks.now_ms())

    def _fault(self, what, on):
        self._link.send("fault", Fault(what=what, on=on))


async def run(settings, *args):
    """Board, link and app; pins that cannot be used stand on the digits."""
    flag = asyncio.ThreadSafeFlag()
    try:
        board = Board(settings.pins, flag.set)
    except ConfigError:
        Board({}, flag.set).digits.show("ConF")
        raise
    if not args:
        from caller.self_test import self_test

        return await self_test(board)
    link = Link(settings, "caller", bodies)
    app = App(board, link, flag)
    # Noise or a loose plug may leave the digits dark; a minute is short for an engineer.
    serving = serve(link, flag, board, app.flow, app.do, board.digits.refresh)
    await asyncio.gather(link.run(), serving, watch(link, *args))


def power_up():
    """The device from its power-on, for ever."""
    supervise("caller", run, ("key_next", 6), ("key_recall", 7))
