"""A visitor: books or walks in, takes a paper, reads and listens, walks, is served, rates."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from firmware.virtual.models.panel import NoSuchButton
from hub.config import HallConfig
from hub.demo.senses import Ears, Eyes, as_heard

# Seconds of people, divided by the demo's speed.
WALK_S = (4.0, 12.0)
THINK_S = (1.0, 4.0)
RATE_AFTER_S = (2.0, 8.0)
# Real seconds, so that a hall that hangs ends the demo instead of holding it for ever.
PAGE_TIMEOUT_S = 10.0
PATIENCE_S = 170.0
LOOK_S = 0.003
PATIENT_LOOK_S = 0.05
RATING_SHARE = 0.8
TRIES = 4
HOME = ("预约取号", "现场取号")


class SentHome(Exception):
    """The machine has forgotten a visitor who was too slow; nothing was reserved."""


@dataclass(slots=True)
class Visitor:
    """One person with one card and one errand; `booked` when the campus server knows of it."""

    name: str
    card: str
    service: str
    booked: bool
    by_code: str | None = None  # types this booking code in place of tapping the card
    stays_away: bool = False  # takes a number and is never seen again
    ticket: str | None = None
    window: int | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False  # served, given up as absent, or failed
    rated: int | None = None
    failed: str | None = None


class Visiting:
    """What visitors share: the machine they queue for, the panels and voices of each zone."""

    def __init__(self, config: HallConfig, speed: float, machine: Any, rng: random.Random) -> None:
        self.config = config
        self.speed = speed
        self.machine = machine
        self.rng = rng
        self.at_machine = asyncio.Lock()
        self.bars: dict[int, Eyes] = {}
        self.boards: dict[str, Eyes] = {}
        self.voices: dict[str, Ears] = {}
        self.pads: dict[int, Any] = {}
        self.waiting: dict[str, Visitor] = {}  # by ticket: whom a clerk will meet
        self.tickets = 0

    async def pause(self, span_s: tuple[float, float]) -> None:
        """People's time, divided by the speed."""
        await asyncio.sleep(self.rng.uniform(*span_s) / self.speed)

    async def visit(self, visitor: Visitor) -> None:
        """From the door to the door."""
        try:
            async with self.at_machine:
                await self._take_ticket(visitor)
            if visitor.stays_away:
                return
            await self._be_called(visitor)
            await asyncio.wait_for(visitor.released.wait(), PATIENCE_S)
            await self._rate(visitor)
        except TimeoutError:
            visitor.failed = f"waited in vain ({self._where(visitor)})"
            visitor.over = True

    def _where(self, visitor: Visitor) -> str:
        if visitor.ticket is None:
            return f"at the machine: {self.machine.panel.shown!r}"
        return f"with {visitor.ticket}, window {visitor.window}"

    async def _take_ticket(self, visitor: Visitor) -> None:
        """At the machine; somebody who was too slow, and is sent home, starts anew."""
        panel, printer = self.machine.panel, self.machine.printer
        papers = len(printer.tickets)
        for _ in range(TRIES):
            try:
                await self._choose(visitor)
            except SentHome:
                continue
            break
        async with asyncio.timeout(PAGE_TIMEOUT_S):
            while len(printer.tickets) == papers:
                await asyncio.sleep(0.005)
        visitor.ticket = printer.tickets[papers].number
        self.waiting[str(visitor.ticket)] = visitor
        self.tickets += 1
        if "完成" in panel.buttons().values():
            panel.press_label("完成")

    async def _choose(self, visitor: Visitor) -> None:
        """From the first page to 取号."""
        panel = self.machine.panel
        await panel.wait_for(*HOME, timeout_s=PAGE_TIMEOUT_S)
        await self.pause(THINK_S)
        panel.press_label("预约取号" if visitor.booked else "现场取号")
        await self._page("请刷校园卡")
        if visitor.by_code:
            await self._type_code(visitor.by_code)
        else:
            self.machine.reader.tap(visitor.card)
        if not visitor.booked:
            await self._choose_service(visitor.service)
        await self._page("取号", "返回", self._zh(visitor.service))
        await self.pause(THINK_S)
        self._press("取号")
        await asyncio.sleep(PATIENT_LOOK_S)
        while "还在吗" in panel.shown:
            self._press("继续")
            await self._page("取号", "返回")
            self._press("取号")
            await asyncio.sleep(PATIENT_LOOK_S)

    async def _type_code(self, code: str) -> None:
        self._press("预约码")
        await self._page("确定")
        for at, digit in enumerate(code, 1):
            self._press(digit)
            await self._page(code[:at])
        self._press("确定")

    async def _choose_service(self, service_id: str) -> None:
        service = self.config.services[service_id]
        siblings = [
            s.category_zh
            for s in self.config.services.values()
            if s.department == service.department
        ]
        steps = [self.config.departments[service.department].zh]
        if len(set(siblings)) > 1:
            steps.append(service.category_zh)
        steps.append(service.zh)
        for label in steps:
            await self._page(label)
            await self.pause(THINK_S)
            self._press(label)

    async def _page(self, *words: str) -> None:
        """Wait for a page with these words, answering 还在吗?; SentHome if the session is gone."""
        panel = self.machine.panel
        left_home = False
        async with asyncio.timeout(PAGE_TIMEOUT_S):
            while not all(word in panel.shown for word in words):
                if "还在吗" in panel.shown:
                    self._press("继续")
                    await asyncio.sleep(PATIENT_LOOK_S)
                at_home = all(word in panel.shown for word in HOME)
                left_home = left_home or not at_home
                if at_home and left_home:
                    raise SentHome
                await asyncio.sleep(LOOK_S)

    def _press(self, label: str) -> None:
        """Touch a button; one that has just gone was too slow a finger."""
        try:
            self.machine.panel.press_label(label)
        except NoSuchButton:
            raise SentHome from None

    def _zh(self, service_id: str) -> str:
        return self.config.services[service_id].zh

    async def _be_called(self, visitor: Visitor) -> None:
        """Walk only after the number was read with its window, and both were heard."""
        ticket = str(visitor.ticket)
        windows = self.config.service_windows(visitor.service)
        zone = self.config.windows[windows[0]].zone
        board, ears = self.boards[zone], self.voices[zone]
        heard = len(ears.heard)

        def shows_me(lines: list[str]) -> bool:
            return any(ticket in line and "号窗口" in line for line in lines)

        await board.until(shows_me, PATIENCE_S)
        line = next(line for _, lines in reversed(board.seen) for line in lines if ticket in line)
        visitor.window = int(line.partition("到")[2].removesuffix("号窗口"))
        await ears.until_heard(as_heard(ticket, visitor.window), max(0, heard - 1), PATIENCE_S)
        await self.pause(WALK_S)
        visitor.arrived.set()

    async def _rate(self, visitor: Visitor) -> None:
        """Press one of five keys when all five light up, or leave."""
        pad = self.pads.get(visitor.window or 0)
        if pad is None or self.rng.random() > RATING_SHARE:
            return
        try:
            async with asyncio.timeout(1.0):
                while len(pad.lamps.lit) < 5:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            return
        await self.pause(RATE_AFTER_S)
        level = self.rng.choices((5, 4, 3, 2, 1), (60, 25, 8, 4, 3))[0]
        if len(pad.lamps.lit) == 5:
            await pad.keys.press(str(level))
            visitor.rated = level
