"""The ticket machine's tasks: panel, card reader, printer and link around the flow."""

import asyncio
import gc

from common import ticks
from common.link import Link
from common.supervisor import supervise, watch
from drivers import dgus2, uid_uart
from protocol import machine
from ticket_machine import panel_project, printer_health
from ticket_machine.board import Board
from ticket_machine.flow import Flow
from ticket_machine.menus import Menus

PRINTER_POLL_MS = 1_000
# The last lines and the cutter of a 60 mm ticket, at the printer's 90 mm/s.
SETTLE_MS = 400
# A panel that lost its own power shows its first page; it is put right this often.
REFRESH_MS = 30_000
# Touches and cards beyond this are a child or a fault. Answers and paper are never dropped; they
# are bounded by what the flow asked for: one request, one printer job.
MAX_INPUTS = 8
# A UART that reports readable and gives nothing must not spin (seen on esp32).
NOTHING_READ_MS = 100
# A department that got no numbers is asked for again so often: the next day may have begun. Less
# than the supervisor takes for standing still.
MEET_S = 240
# What the machine does without the hub leaves memory when the last visitor of that time has left.
FORGET_S = 1


class App:
    """Turns what happens into the flow's events, and its effects into bytes."""

    def __init__(self, conf, board):
        self._board = board
        self._panel = asyncio.StreamReader(self._board.panel)
        self._menus = Menus()
        self._flow = Flow(self._menus, self._new_session, self._desk)
        self._link = Link(conf, "ticket_machine", machine)
        self._link.on_want = self._on_want
        self._link.on_answer = self._on_answer
        self._link.on_menu = self._menus.store
        self._link.on_status = self._on_status
        self._link.due_ms = self._due_ms
        self._flow.readers = self._board.readers
        self._link.desc = {"caps": ["card", "code", "printer"]}
        self._sessions = 0
        self._events = []
        self._more = asyncio.Event()
        self._job = None  # what to print: (Reserved, MenuService, MachineWant)
        self._ask_printer = asyncio.Event()
        self._rev = None
        self._offline = None  # the OfflineDesk, while there is anything for it to do
        self._meeting = None
        self._is_met = asyncio.Event()  # the hub, or a new want of it
        self.dropped = 0

    async def run(self, *args):
        """All tasks for ever; one that fails ends them all, and the board starts again."""
        await asyncio.gather(
            watch(self._link, *args),
            self._link.run(),
            self._touches(),
            self._paper(),
            self._decide(),
            self._meet(),
            *self._readers(),
        )

    # In

    def _happened(self, event):
        self._events.append(event)
        self._more.set()

    def _input(self, event):
        if len(self._events) >= MAX_INPUTS:
            self.dropped += 1
        else:
            self._happened(event)

    def _on_want(self, want):
        self._rev = want.rev
        self._happened(("want", want.d))
        self._is_met.set()

    def _on_answer(self, n, evtack):
        if self._meeting and evtack.k in ("lease", "offline"):
            self._link.tasks["meet"] = ticks.now_ms()
            self._meeting.answered(evtack)
        else:
            self._happened(("answer", n, evtack.k, evtack.ok, evtack.why, evtack.d))

    def _on_status(self, status):
        self._happened(("status", status))
        self._is_met.set()

    async def _touches(self):
        parser = dgus2.Parser()
        while True:
            for vp, slot in parser.feed(await _read(self._panel)):
                page = panel_project.page_of(vp)
                if page is not None:
                    self._input(("touch", page, slot))

    def _readers(self):
        board = self._board
        found = [self._cards()] if board.reader else []
        if board.id_reader or board.scanner:
            # Imported only where there is one of them.
            from ticket_machine.readers import tasks

            found += tasks(board, self._input, _read)
        return found

    async def _cards(self):
        reader = asyncio.StreamReader(self._board.reader)
        parser = uid_uart.Parser()
        while True:
            if parser.is_held:
                # Wake once more to forget the card when it has been gone for long enough.
                try:
                    chunk = await asyncio.wait_for(_read(reader), uid_uart.HELD_MS / 1000)
                except asyncio.TimeoutError:
                    chunk = b""
            else:
                chunk = await _read(reader)
            for uid in parser.feed(chunk, ticks.now_ms()):
                self._input(("card", uid))

    async def _paper(self):
        printer = self._board.printer
        while True:
            self._link.tasks["paper"] = ticks.now_ms()
            try:
                await asyncio.wait_for(self._ask_printer.wait(), PRINTER_POLL_MS / 1000)
            except asyncio.TimeoutError:
                pass
            # Not by how the wait ended: it may be asked in the moment in which the time is up.
            asked = self._ask_printer.is_set()
            self._ask_printer.clear()
            job, self._job = self._job, None
            before = printer.state
            if job:
                result = await printer.print(*_layout(job), SETTLE_MS)
                self._happened(("printed", result, printer.state))
            elif await printer.status() != before or asked:
                self._happened(("printer", printer.state))

    # Out

    async def _decide(self):
        await self._handle(("start",))
        while True:
            tasks = self._link.tasks
            tasks["panel"] = ticks.now_ms()
            if self._link.status != "ready" or self._flow.session.is_offline:
                # For the hub, and for who began without it, `_meet` may wait as long as they take.
                tasks["meet"] = tasks["panel"]
            if not self._events:
                await self._wait()
            event = self._events.pop(0) if self._events else ("tick",)
            await self._handle(event)
            if self._rev and self._link.status == "ready" and not self._events:
                rev, self._rev = self._rev, None
                self._link.ack_want(rev)

    async def _wait(self):
        due_ms = self._flow.due_ms(ticks.now_ms())
        wait_ms = REFRESH_MS if due_ms is None else min(due_ms, REFRESH_MS)
        self._more.clear()
        try:
            await asyncio.wait_for(self._more.wait(), wait_ms / 1000)
        except asyncio.TimeoutError:
            if due_ms is None:
                self._happened(("start",))

    async def _handle(self, event):
        for effect in self._flow.handle(event, ticks.now_ms()):
            kind = effect[0]
            if kind == "show":
                await self._show(*effect[1:])
            elif kind == "send":
                what, body = effect[1], machine.EVENTS[effect[1]](**effect[2])
                n = self._link.send(what, body, keep=what == "printed")
                self._flow.handle(("sent", what, n), ticks.now_ms())
            elif kind == "print":
                self._job = effect[1:]
                self._ask_printer.set()
            elif kind == "check":
                self._ask_printer.set()
        self._link.paper = printer_health.paper(self._flow.printer)

    # Without the hub, and with it again

    def _desk(self):
        if self._offline is None:
            # Imported late, as what is not needed while the hub is there: 12 KB.
            gc.collect()
            from ticket_machine.offline import OfflineDesk

            self._offline = OfflineDesk(self._menus, self._board.i2c)
        return self._offline

    def _begin_meeting(self):
        desk = self._desk()
        from ticket_machine.meeting import Meeting

        self._meeting = Meeting(desk, self._link)
        return self._meeting

    async def _meet(self):
        while True:
            self._link.tasks["meet"] = ticks.now_ms()
            try:
                await asyncio.wait_for(self._is_met.wait(), MEET_S)
            except asyncio.TimeoutError:
                pass  # as good a moment
            self._is_met.clear()
            if self._link.status == "ready" and self._flow.want:
                await self._begin_meeting().run(self._flow.want)
                self._meeting = None
                if self._flow.session.is_offline:
                    # Who began without the hub ends so, and that ticket is handed in as well.
                    while self._flow.session.is_offline:
                        await asyncio.sleep(FORGET_S)
                    self._is_met.set()
                elif self._link.status == "ready":
                    self._offline = None

    async def _show(self, page, title, body, labels):
        # Texts first: the page appears with what belongs on it.
        for vp, text in panel_project.texts(page, title, body, labels):
            self._panel.write(dgus2.write_text(vp, text))
            await self._panel.drain()
        self._panel.write(dgus2.show_page(page))
        await self._panel.drain()

    def _due_ms(self, now_ms):
        """Not None while somebody stands here; a job of the printer has no time of its own."""
        return 0 if self._flow.screen == "printing" else self._flow.due_ms(now_ms)

    def _new_session(self):
        self._sessions += 1
        return "%d-%d" % (self._link.boot, self._sessions)


def _layout(job):
    # Imported late, and forgotten: between two papers other things need its 7 KB.
    from ticket_machine.ticket_layout import build

    return build(*job)


async def _read(stream):
    chunk = await stream.read(64)
    if not chunk:
        await asyncio.sleep(NOTHING_READ_MS / 1000)
    return chunk or b""


async def run(settings, *args):
    """The ticket machine of these settings, for ever."""
    board = Board(settings)
    if not args:
        from ticket_machine.self_test import self_test

        return await self_test(board)
    await App(settings, board).run(*args)


def power_up():
    """The device from its power-on, for ever."""
    supervise("ticket_machine", run, ("key_service", 14), ("key_self_test", 21))
