"""One demo from door to door: the people, the windows they come to, and what is counted."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub.campus import campus_hash
from hub.demo import floor
from hub.demo.clerk import Clerk
from hub.demo.hall import DemoHall
from hub.demo.ledger import Journal, Lamp, make_ledger
from hub.demo.senses import Ears, Eyes
from hub.demo.visitor import Visiting, Visitor
from hub.demo.watch import Watch

WINDOWS = (4, 19, 20)
# What visitors come for, and how often: the joint window's services take longest.
ERRANDS = (
    ("enrolment-proof", 5),
    ("transcript-zh", 4),
    ("cet-certificate", 3),
    ("seal", 5),
    ("official-letter", 3),
    ("grant-entry", 3),
    ("hs-grant-entry", 2),
)
BOOKED_SHARE = 0.4
CODE_SHARE = 0.5  # of the booked, those who type their code
ABSENT_SHARE = 0.05
# Seconds of people between two visitors at the door.
ARRIVAL_S = (5.0, 60.0)
# Real seconds that one visitor takes at the machine: panel and printer at their own baud rates.
AT_MACHINE_S = 1.4
# A device without a board in this demo, whose id the floor's ping may use.
SPARE_DEVICE = "caller-01"


class Demo:
    """Builds the people for a seed; `run` plays them and returns the ledger."""

    def __init__(self, folder: Path, visitors: int, speed: float, seed: int, watch: Watch) -> None:
        self.hall = DemoHall(folder, WINDOWS, speed)
        self.rng = random.Random(seed)
        self.watch = watch
        self.visitors = [self._visitor(at) for at in range(visitors)]

    def _visitor(self, at: int) -> Visitor:
        services, weights = zip(*ERRANDS, strict=True)
        booked = at % 5 < 5 * BOOKED_SHARE
        code = f"{100000 + at:06d}" if booked and self.rng.random() < CODE_SHARE else None
        return Visitor(
            name=f"visitor {at + 1}",
            card=f"{self.rng.getrandbits(40):010X}",
            service=self.rng.choices(services, weights)[0],
            booked=booked,
            by_code=code,
            stays_away=self.rng.random() < ABSENT_SHARE,
        )

    async def run(self) -> dict[str, Any]:
        """The ledger of one demo; raises HallFailed when the hall does not come up."""
        began_s = time.monotonic()
        self._book()
        async with self.hall as hall:
            machine = next(b for b in hall.boards.values() if b.role == "ticket_machine")
            visiting = Visiting(hall.config, hall.speed, machine.parts, self.rng)
            lamps = self._watch(visiting)
            clerks = [self._clerk(number, visiting) for number in WINDOWS]
            await self._until_ready(visiting)
            await self._until_booked()
            ping = asyncio.create_task(floor.measure(hall, SPARE_DEVICE))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.watch.run(visiting, self.visitors, clerks))
                    for clerk in clerks:
                        tasks.create_task(clerk.work(), name=f"clerk {clerk.number}")
                    await self._arrive(visiting, tasks)
            finally:
                floor_ms = await ping
            await self._until_quiet(visiting)
            journal = Journal.read(hall.journal)
            ledger = make_ledger(journal, visiting, self.visitors, clerks, lamps, floor_ms)
        return ledger | {"seconds": round(time.monotonic() - began_s, 1)}

    def _book(self) -> None:
        """The campus server knows the booked visitors, by hashes of card and code."""
        key = bytes.fromhex(self.hall.campus_key)
        now = datetime.now(self.hall.config.time_zone)
        self.hall.campus.store.put(
            [
                {
                    "id": f"b-{at}",
                    "service": visitor.service,
                    # About when they will stand at the machine: early or late by a little.
                    "slot": (now + timedelta(seconds=at * AT_MACHINE_S)).isoformat(),
                    "holders": [campus_hash(key, *means) for means in _means(visitor)],
                    "state": "booked",
                }
                for at, visitor in enumerate(self.visitors)
                if visitor.booked
            ]
        )

    def _watch(self, visiting: Visiting) -> dict[int, Lamp]:
        """Put eyes before every panel, ears under every voice, and count each pad's thanks."""
        lamps: dict[int, Lamp] = {}
        for device in self.hall.devices():
            parts = self.hall.boards[device.id].parts
            if device.role == "rating_pad":
                assert device.window is not None
                lamp = lamps[device.window] = Lamp()
                visiting.pads[device.window] = parts
                parts.lamps.on_change = _thanks_of(lamp)
            elif device.role == "display" and device.window is not None:
                visiting.bars[device.window] = Eyes(parts.led)
            elif device.role == "display":
                visiting.boards[device.zone] = Eyes(parts.led)
                if device.voice:
                    visiting.voices[device.zone] = Ears(parts.voice)
        return lamps

    def _clerk(self, number: int, visiting: Visiting) -> Clerk:
        caller = self.hall.boards[self.hall.config.windows[number].caller].parts
        mine = [
            visitor
            for visitor in self.visitors
            if number in self.hall.config.service_windows(visitor.service)
        ]
        return Clerk(number, caller, visiting.bars[number], visiting, mine)

    async def _until_ready(self, visiting: Visiting) -> None:
        """Every bar shows its window, the machine its first page."""
        await visiting.machine.panel.wait_for("现场取号", timeout_s=20)
        for bar in visiting.bars.values():
            await bar.until(lambda lines: "未开放" in lines, 20)

    async def _until_booked(self) -> None:
        booked = sum(visitor.booked for visitor in self.visitors)
        async with asyncio.timeout(20):
            while len(Journal.read(self.hall.journal).of("booking_imported")) < booked:
                await asyncio.sleep(0.05)

    async def _arrive(self, visiting: Visiting, tasks: asyncio.TaskGroup) -> None:
        for visitor in self.visitors:
            tasks.create_task(visiting.visit(visitor), name=visitor.name)
            await visiting.pause(ARRIVAL_S)

    async def _until_quiet(self, visiting: Visiting) -> None:
        """The last rating closes and the last outcome is delivered before the books are read."""
        await asyncio.sleep(self.hall.config.policy.rating_ms / 1000 + 0.5)


def _means(visitor: Visitor) -> list[tuple[str, str]]:
    means = [("card", visitor.card)]
    return [*means, ("code", visitor.by_code)] if visitor.by_code else means


def _thanks_of(lamp: Lamp) -> Any:
    def changed(name: str, lit: bool) -> None:
        if name == "5":
            lamp.changed(lit, time.monotonic())

    return changed
