"""Wires board, link and flow of a display; the only place that waits."""

import asyncio

from common import ticks
from common.link import Link
from common.supervisor import supervise, watch
from display import render
from display.board import FONT_PATH, Board
from display.flow import Flow
from display.font import Font
from display.pins import Pins
from protocol import panel as messages
from protocol.envelope import Fault

# Noise or a loose plug may leave a module dark or scrambled; a minute is short for an engineer
# and 20 frames long for the bus.
_REFRESH_MS = 60_000
# A UART that reports readable and gives nothing must not spin (seen on esp32).
_NOTHING_READ_MS = 100


class App:
    """Carries out what the flow decides."""

    def __init__(self, config, board, pins):
        self._board = board
        self._font = Font(FONT_PATH)
        self._flow = Flow(pins.voice)
        self._changed = asyncio.Event()
        self._link = link = Link(config, "display", messages)
        link.desc = {"caps": ["panel-" + pins.panel] + (["voice"] if pins.voice else [])}
        link.on_status = lambda status: self._handle(("status", status))
        link.on_want = lambda want: self._handle(("want", want.rev, want.d))
        link.on_cmd = self._on_cmd
        self._effects = {
            "show": self._show,
            "ack_want": link.ack_want,
            "ack_cmd": link.ack_cmd,
            "send": self._send,
            "fault": self._fault,
        }

    async def run(self, *args):
        """Show and speak for ever."""
        self._carry_out(self._flow.start(ticks.now_ms()))
        tasks = [self._tick(), self._refresh(), self._link.run(), watch(self._link, *args)]
        if self._board.uart is not None:
            tasks += [self._hear(), self._watch_busy()]
        await asyncio.gather(*tasks)

    def _on_cmd(self, cmd):
        self._handle(("say", cmd.id, cmd.d, cmd.exp - self._link.hub_now_ms()))

    def _handle(self, event):
        self._carry_out(self._flow.handle(event, ticks.now_ms()))
        self._changed.set()

    def _carry_out(self, effects):
        for effect in effects:
            self._effects[effect[0]](*effect[1:])

    def _show(self, lines, blink_on):
        panel = self._board.panel
        report = render.draw(panel, self._font, lines, blink_on)
        panel.show()
        self._handle(("drawn", report))

    def _send(self, frame):
        # 206 bytes at most, and the port's own buffer is empty between two frames.
        self._board.uart.write(frame)

    def _fault(self, what, on, detail):
        self._link.send("fault", Fault(what=what, on=on, detail=detail))

    async def _tick(self):
        while True:
            self._changed.clear()
            now_ms = self._link.tasks["flow"] = ticks.now_ms()
            due_ms = self._flow.due_ms(now_ms)
            if due_ms is None:
                await self._changed.wait()
                continue
            try:
                await asyncio.wait_for_ms(self._changed.wait(), due_ms)
            except asyncio.TimeoutError:
                self._handle(("tick",))

    async def _refresh(self):
        while True:
            await asyncio.sleep_ms(_REFRESH_MS)
            self._board.panel.refresh()
            self._changed.set()  # also a flow with nothing due shows that it lives

    async def _hear(self):
        stream = asyncio.StreamReader(self._board.uart)
        while True:
            replies = await stream.read(8)
            for byte in replies or b"":
                self._handle(("reply", byte))
            if not replies:
                await asyncio.sleep_ms(_NOTHING_READ_MS)

    async def _watch_busy(self):
        busy = self._board.busy
        moved = asyncio.ThreadSafeFlag()
        busy.irq(lambda _: moved.set(), busy.IRQ_RISING | busy.IRQ_FALLING)
        while True:
            await moved.wait()
            self._handle(("busy", busy.value() == 1))


async def run(settings, *args):
    """Run the display that the settings describe; ConfigError names a wrong key."""
    pins = Pins(settings)
    board = Board(pins)
    if not args:
        from display.self_test import self_test

        return await self_test(board, Font(FONT_PATH))
    await App(settings, board, pins).run(*args)


def power_up():
    """The device from its power-on, for ever."""
    supervise("display", run, ("key_service", 14), ("key_self_test", 15))
