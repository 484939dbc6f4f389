"""People in chaos: they look, act on what they see, and note down what the far ends showed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections import Counter
from typing import Any

from firmware.virtual.models.panel import NoSuchButton
from hub.demo.senses import Ears, Eyes
from proof.chaos_hall import ChaosHall

LOOK_S = 0.02
# How soon somebody reads a new page; they cannot be quicker than the machine is.
PAGE_S = 0.03
# The same page again: the touch was lost, or the machine waits for something.
AGAIN_S = 0.5
# Between two acts of a clerk: somebody comes, is served, rates.
PEOPLE_S = (0.05, 0.3)
SEEN_S = 2.0
# A pad's thanks: from the press to dark, dark, lit, dark (firmware/rating_pad/flow.py), with room
# for a noisy machine; a question that ends and the next one that begins look otherwise.
THANKS_S = ((0.0, 0.5), (0.08, 0.24), (0.15, 0.38), (0.08, 0.24))
THANKS_TAKE_S = 0.7


class Taker:
    """One visitor after the other at one ticket machine, each with a card of their own."""

    def __init__(self, hall: ChaosHall, machine: str, rng: random.Random) -> None:
        self.machine = machine
        parts: Any = hall.boards[machine].parts
        self.panel, self.printer, self.reader = parts.panel, parts.printer, parts.reader
        self._config = hall.config
        self._services = hall.services
        self._booked = list(hall.booked[machine])
        self._rng = rng
        self._begin()
        self._last, self._acted_s = "", 0.0
        self._changed = asyncio.Event()
        self.panel.on_change(self._changed.set)

    def _begin(self) -> None:
        """The next one in the line: mostly somebody who booked."""
        if self._booked and self._rng.random() < 0.8:
            self._card, _ = self._booked.pop()
            self._way: tuple[str, ...] = ("预约取号",)
            return
        self._card = f"{self._rng.getrandbits(40):010X}"
        item = self._config.services[self._rng.choice(self._services)]
        department = self._config.departments[item.department]
        self._way = ("现场取号", department.zh, item.category_zh, item.zh)

    async def work(self, stop: asyncio.Event) -> None:
        """Take numbers until told to stop, and then leave the machine at its first page."""
        while not (stop.is_set() and "现场取号" in self.panel.shown):
            self._changed.clear()
            self._act()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S):
                    await self._changed.wait()
            await asyncio.sleep(PAGE_S)  # until all of the page is there

    def _act(self) -> None:
        """One look at the page, and what a visitor would do there."""
        shown, now_s = self.panel.shown, time.monotonic()
        if shown == self._last and now_s - self._acted_s < AGAIN_S:
            return
        self._last, self._acted_s = shown, now_s
        labels = list(self.panel.buttons().values())
        if "现场取号" in labels:
            self._begin()
        elif "请刷校园卡" in shown:
            self.reader.tap(self._card)
            return
        for label in ("继续", "完成", "取号", *self._way, "返回"):
            if any(text == label or text.startswith(label + "\n") for text in labels):
                self._touch(label)
                return

    def _touch(self, label: str) -> None:
        try:
            self.panel.press_label(label)
        except NoSuchButton:
            self._last = ""  # the page has changed under the finger


class Clerk:
    """Works one window by what its bar and its caller show."""

    def __init__(self, hall: ChaosHall, number: int, rng: random.Random) -> None:
        window = hall.config.windows[number]
        self.number = number
        self.caller: Any = hall.boards[window.caller].parts
        self.bar = Eyes(hall.boards[window.bar].parts.led)
        self.presses: Counter[str] = Counter()
        self._rng = rng

    @property
    def line(self) -> str:
        """What the bar says, also in the dark half of its blinking."""
        return next(iter(self.bar.reading), "")

    @property
    def waits(self) -> bool:
        """Whether the caller shows no picture, but that it waits for an answer or the hub."""
        return str(self.caller.digits.text).startswith("-")

    async def work(self, stop: asyncio.Event) -> None:
        """Call, begin and finish until told to stop."""
        while not stop.is_set():
            line = self.line
            key = None if str(self.caller.digits.text)[:1] in "-E" else self._key(line)
            if key is None:
                await asyncio.sleep(LOOK_S)
                continue
            await self.press(key)
            until_s = time.monotonic() + SEEN_S
            while (  # noqa: ASYNC110  a clerk looks, too
                self.line == line and time.monotonic() < until_s and not self.waits
            ):
                await asyncio.sleep(LOOK_S)
            await asyncio.sleep(self._rng.uniform(*PEOPLE_S))

    async def press(self, key: str) -> None:
        """Press a key and count it, whatever the hub will make of it."""
        self.presses[key] += 1
        await self.caller.keys.press(key)

    def _key(self, line: str) -> str | None:
        if line in ("未开放", "暂停服务"):
            return "pause"
        if line.startswith("请"):
            return "recall" if self._rng.random() < 0.1 else "done"
        waiting = str(self.caller.digits.text)[4:].strip()
        somebody = waiting.isdigit() and int(waiting) > 0
        if line.endswith("办理"):
            return "next" if somebody and self._rng.random() < 0.5 else "done"
        return "next" if somebody else None

    def called(self) -> set[str]:
        """Every ticket that the bar ever called."""
        lines = (line for _, picture in self.bar.seen for line in picture)
        return {line.removeprefix("请") for line in lines if line.startswith("请")}


class Rater:
    """Whoever was served at one window: presses a key when all five are lit."""

    def __init__(self, hall: ChaosHall, number: int, rng: random.Random) -> None:
        self.number = number
        self.pad: Any = hall.boards[hall.config.windows[number].pad].parts
        self.pressed_s: list[float] = []
        self._rng = rng
        self._changes: list[tuple[bool, float]] = []
        # One lamp tells: all five answer together.
        self.pad.lamps.on_change = lambda name, lit: (
            self._changes.append((lit, time.monotonic())) if name == "3" else None
        )

    @property
    def asked(self) -> bool:
        """Whether all five keys are lit."""
        return len(self.pad.lamps.lit) == 5

    async def work(self, stop: asyncio.Event) -> None:
        """Rate most services until told to stop."""
        while not stop.is_set():
            if self.asked and self._rng.random() < 0.95:
                await asyncio.sleep(self._rng.uniform(0.02, 0.1))
                if self.asked:
                    self.pressed_s.append(time.monotonic())
                    await self.pad.keys.press(str(self._rng.randint(1, 5)))
                    await asyncio.sleep(THANKS_TAKE_S)
            until_s = time.monotonic() + AGAIN_S
            while self.asked and time.monotonic() < until_s:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_S)
            await asyncio.sleep(LOOK_S)

    def thanked(self) -> int:
        """How many of the presses the pad gave thanks for; in doubt, it did not."""
        return sum(self._thanks_after(at_s) for at_s in self.pressed_s)

    def _thanks_after(self, pressed_s: float) -> bool:
        after = [change for change in self._changes if change[1] > pressed_s][:4]
        if [lit for lit, _ in after] != [False, True, False, True]:
            return False
        times = [pressed_s, *(at_s for _, at_s in after)]
        spans = [later - sooner for sooner, later in itertools.pairwise(times)]
        return all(
            least <= span <= most for span, (least, most) in zip(spans, THANKS_S, strict=True)
        )


class People:
    """Everybody in the hall, and everybody's eyes and ears."""

    def __init__(self, hall: ChaosHall, seed: int) -> None:
        machines = [d.id for d in hall.devices() if d.role == "ticket_machine"]
        self.takers = [Taker(hall, m, random.Random(f"{seed}-{m}")) for m in machines]
        self.clerks = [Clerk(hall, n, random.Random(f"{seed}-c{n}")) for n in hall.windows]
        self.raters = [Rater(hall, n, random.Random(f"{seed}-r{n}")) for n in hall.windows]
        zones = sorted({hall.config.windows[n].zone for n in hall.windows})
        self.voiced_zones = [zone for zone in zones if hall.config.voice(zone)]
        self.ears = [
            Ears(hall.boards[hall.config.voice(zone)].parts.voice) for zone in self.voiced_zones
        ]
        self.enough = asyncio.Event()  # nobody takes a number any more
        self.over = asyncio.Event()
        self.longest_outage_s = 0.0

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Let them begin."""
        for taker in self.takers:
            tasks.create_task(taker.work(self.enough), name=taker.machine)
        for person in (*self.clerks, *self.raters):
            tasks.create_task(person.work(self.over), name=f"window {person.number}")
        tasks.create_task(self._watch_outages(), name="outages")

    async def _watch_outages(self) -> None:
        """How long some caller at the longest had no picture before it had one again."""
        since_s: float | None = None
        while not self.over.is_set():
            if any(clerk.waits for clerk in self.clerks):
                since_s = since_s or time.monotonic()
            elif since_s is not None:
                self.longest_outage_s = max(self.longest_outage_s, time.monotonic() - since_s)
                since_s = None
            await asyncio.sleep(LOOK_S)
