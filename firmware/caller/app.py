"""The caller on a board: wires keys, digits, lamps, buzzer and link to the flow, and waits."""

import asyncio

from caller.board import Board
from caller.flow import Flow
from common import ticks
from common.errors import ConfigError
from common.link import Link
from common.supervisor import supervise, watch
from protocol import caller as bodies
from protocol.caller import Press
from protocol.envelope import Fault

# Noise or a loose plug may leave the digits dark or scrambled; a minute is short for an engineer.
_REFRESH_MS = 60_000


class App:
    """One window caller; `run` never ends."""

    def __init__(self, board, link, flag):
        self._board = board
        self._link = link
        self._flag = flag  # set by key interrupts, and when the link brought something
        self._flow = Flow()
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
        self._refreshed_ms = ticks.now_ms()
        self._do(("link", link.status))
        if not board.digits.probe():
            self._fault("digits-absent", True)

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
            if now_ms - self._refreshed_ms >= _REFRESH_MS:
                self._refreshed_ms = now_ms
                self._board.digits.refresh()

    async def _wait(self):
        now_ms = ticks.now_ms()
        parts = (self._flow, self._board.keys, self._board.buzzer)
        dues = [part.due_ms(now_ms) for part in parts]
        dues = [due_ms for due_ms in dues if due_ms is not None]
        dues.append(max(0, self._refreshed_ms + _REFRESH_MS - now_ms))
        try:
            await asyncio.wait_for_ms(self._flag.wait(), min(dues))
        except asyncio.TimeoutError:
            return  # nothing happened, but something is due

    def _do(self, event):
        events = [event]
        while events:
            for effect in self._flow.handle(events.pop(0), ticks.now_ms()):
                if effect[0] == "press":
                    _, key, long, again, leg, ver, target = effect
                    press = Press(key=key, long=long, again=again, leg=leg, ver=ver, target=target)
                    events.append(("sent", self._link.send("press", press, keep=True)))
                else:
                    self._acts[effect[0]](*effect[1:])

    def _from_link(self, event):
        self._do(event)
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
    await asyncio.gather(link.run(), app.run(), watch(link, *args))


def power_up():
    """The device from its power-on, for ever."""
    supervise("caller", run, ("key_next", 6), ("key_recall", 7))
