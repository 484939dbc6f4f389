"""A ticket machine's flow, driver and paper in one process, the hub's core behind them.

All of it is production code but for what a person could touch: the printer is the virtual
board's, its wire counts bytes. `shop.wire.cut_at` pulls the board's plug at a byte of the job,
`shop.wire.when` does something to the printer there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers import escpos
from fakes.hub import MACHINE, PROOF, TEN, Desk
from fakes.machine_hall import NoDesk, want
from fakes.uart import UartBench
from firmware.virtual.models import printer as model
from hub.core import commands
from hub.core.model import VOID, Leg
from protocol import machine
from protocol.codec import encode
from ticket_machine import ticket_layout
from ticket_machine.flow import Flow
from ticket_machine.menus import Menus

CARD = "AB"
# Mechanics and wire take no time to speak of.
FAST = 1e9
# What a visitor who wants a paper touches, in this order of preference; then the number itself.
WANTED = ("取号", "补打", "预约取号")
# More pages than that have no end.
PAGES_MAX = 20


class PowerCut(Exception):
    """The board has lost its power."""


class Wire:
    """The board's end of the printer's UART, and its stream."""

    def __init__(self, bench: UartBench, printer: model.Printer, sent: bytearray) -> None:
        self._far = bench.uart(1)
        self._printer = printer
        self._answers = b""
        self._sent = sent  # by all boards that ever hung here
        self.job_bytes: int | None = None  # sent of the present job
        self.cut_at: int | None = None
        self.when: tuple[int, Callable[[], None]] | None = None

    def write(self, data: bytes) -> None:
        for at in range(len(data)) if self.job_bytes is not None else ():
            if self.when is not None and self.when[0] == self.job_bytes + at:
                act, self.when = self.when[1], None
                self._feed(data[:at])
                act()
                data = data[at:]
                break
            if self.cut_at == self.job_bytes + at:
                self._feed(data[:at])
                raise PowerCut
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        self._sent += data
        if self.job_bytes is not None:
            self.job_bytes += len(data)
        self._far.feed(data)
        self._answers += self._far.take()

    async def drain(self) -> None:
        """Until the printer has printed all of it: nothing hangs on who is quicker."""
        while self._printer.is_working:  # noqa: ASYNC110  the model tells no event
            await asyncio.sleep(0)

    async def read(self, size: int) -> bytes:
        if not self._answers:
            await asyncio.sleep(60)  # whoever waits has had enough long before
        data, self._answers = self._answers[:size], self._answers[size:]
        return data


class Uart:
    """What an answer that came too late is read away from."""

    def read(self, _size: int) -> bytes | None:
        return None


class PrintShop:
    """`boot` it, let somebody `visit`; `whole` are the papers that fell out."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk()
        self.desk.do(commands.ImportBooking("b-1", PROOF, TEN, (f"card:{CARD}",)))
        self.sent = bytearray()
        self.now_ms = 1_000
        self._bench = UartBench()
        self.printer = model.Printer(self._bench, 1, FAST)
        self._folder = str(folder)
        self._letter = self.desk.config.services[PROOF].department
        self._boots = self._n = self._sessions = 0
        self.labels: dict[int, tuple[str, str]] = {}
        self.page = 0

    async def boot(self) -> None:
        """Power on; the hub hears of each further boot as of a machine that was born anew."""
        self._boots += 1
        if self._boots > 1:
            self.desk.do(commands.MachineBooted(MACHINE))
        self.wire = Wire(self._bench, self.printer, self.sent)
        await self.wire.drain()
        self.driver = escpos.Printer(Uart(), 1_000_000_000, self.wire)
        menus = Menus(self._folder)
        menus.store(self._letter, encode(self.desk.config.menu(self._letter).message([1, 1])))
        self.flow = Flow(menus, self._new_session, NoDesk)
        await self.do("start")
        await self.do("want", want(letters=self._letter))
        await self.do("status", "ready")

    def _new_session(self) -> str:
        self._sessions += 1
        return f"{self._boots}-{self._sessions}"

    async def do(self, *event: Any) -> None:
        """An event and all that follows from it, as ticket_machine.app."""
        events = [event]
        while events:
            for effect in self.flow.handle(events.pop(0), self.now_ms):
                what = effect[0]
                if what == "show":
                    _, self.page, _, _, self.labels = effect
                elif what == "send":
                    events.append(self._ask(*effect[1:]))
                elif what == "check":
                    events.append(("printer", await self.driver.status()))
                elif what == "print":
                    self.wire.job_bytes = 0
                    head, rest = ticket_layout.build(*effect[1:])
                    result = await self.driver.print(head, rest, 0)
                    self.wire.job_bytes = None
                    events.append(("printed", result, self.driver.state))

    def _ask(self, kind: str, fields: dict[str, Any]) -> tuple[Any, ...]:
        """The hub's answer, as it comes back over the wire."""
        self._n += 1
        body = machine.EVENTS[kind](**fields)
        reply = self.desk.tell(MACHINE, kind, body, n=self._n, boot=self._boots)
        self.flow.handle(("sent", kind, self._n), self.now_ms)
        said = reply.answer
        answer = machine.ANSWERS[kind].parse(said["d"]) if said["ok"] else None
        return "answer", self._n, kind, said["ok"], said["why"], answer

    async def poll(self) -> None:
        """The printer is asked as it is each second, by now for the last time today."""
        await self.do("printer", await self.driver.status())
        self.now_ms += 600_000
        await self.do("tick")

    async def visit(self) -> None:
        """Somebody with a booking, until there is one more paper or the machine has none."""
        before = len(self.whole)
        for _ in range(PAGES_MAX):
            shown = {label[0]: slot for slot, label in self.labels.items()}
            if len(self.whole) > before or ("返回" in shown and len(shown) == 1):
                return
            if self.flow.screen in ("refused", "keeps", "no-paper", "closed"):
                return
            if "校园卡" in shown:
                await self.do("card", CARD)
                continue
            wanted = next((label for label in WANTED if label in shown), None)
            if wanted is None:
                # The list of what this card has already: the number.
                wanted = next(label for label in shown if label not in ("返回", "更多"))
            await self.do("touch", self.page, shown[wanted])
        raise AssertionError(f"no end at {self.flow.screen}: {self.labels}")

    @property
    def whole(self) -> list[model.Ticket]:
        """Papers with a number that were cut off; what a power cut began has none."""
        return [paper for paper in self.printer.tickets if paper.number]

    @property
    def legs(self) -> list[Leg]:
        """All numbers that were ever given."""
        return list(self.desk.hall.legs.values())

    def live(self) -> Leg:
        """The one number that is not void."""
        (leg,) = [leg for leg in self.legs if leg.state != VOID]
        return leg

    def was_sent(self, leg: Leg) -> bool:
        """Whether the printer ever got the line with this number."""
        return escpos.DOUBLE + leg.ticket.encode() + b"\n" in self.sent
