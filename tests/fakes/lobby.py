"""The place before the ticket machine: a hall that runs through many tests, and its visitors."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub.campus import campus_hash
from hub.demo.hall import DemoHall

PATIENCE_S = 60
HOME = ("预约取号", "现场取号")


@dataclass(frozen=True)
class Booking:
    """A booking as its holder knows it: `slot` is the local HH:MM."""

    id: str
    service: str
    slot: str


class Lobby:
    """The ticket machine of a running hall, and what stands in the journal about it."""

    def __init__(self, hall: DemoHall) -> None:
        self.hall = hall
        machine = next(b for b in hall.boards.values() if b.role == "ticket_machine")
        self.machine = machine
        self.panel: Any = machine.parts.panel
        self.printer: Any = machine.parts.printer
        self.reader: Any = machine.parts.reader
        self.id_reader: Any = machine.parts.id_reader
        self.scanner: Any = machine.parts.scanner

    async def until(self, fact: Callable[[], object], what: str) -> None:
        """Wait for something that people would notice."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not fact():  # noqa: ASYNC110  models tell no event for each fact
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"no {what}; the panel shows {self.panel.shown!r}") from None

    async def page(self, *words: str) -> None:
        """Wait until the panel shows all these words."""
        await self.until(lambda: all(word in self.panel.shown for word in words), str(words))

    async def touch(self, label: str) -> None:
        """Wait for a button that says so, or begins so, and touch it."""
        await self.until(
            lambda: any(text.startswith(label) for text in self.panel.buttons().values()), label
        )
        self.panel.press_label(label)

    # Bookings

    async def book(self, name: str, service: str, **means: str) -> Booking:
        """A booking for a moment ago, made at the campus server and known to the hub."""
        hall = self.hall
        key = bytes.fromhex(hall.campus_key)
        slot = datetime.now(hall.config.time_zone) - timedelta(seconds=1)
        plain = {
            "id": name,
            "service": service,
            "slot": slot.isoformat(),
            "holders": [
                campus_hash(key, how.replace("_", "-"), raw) for how, raw in means.items()
            ],
            "state": "booked",
        }
        hall.campus.store.put([plain])
        await self.until(
            lambda: any(row["booking"] == name for row in self.journal("booking_imported")),
            f"booking {name} at the hub",
        )
        return Booking(name, service, slot.strftime("%H:%M"))

    # At the machine

    async def type_code(self, code: str) -> None:
        """A booking code on the digit pad."""
        await self.touch("预约码")
        for at, digit in enumerate(code, 1):
            await self.touch(digit)
            await self.page(code[:at])
        await self.touch("确定")

    async def choose(self, service_id: str) -> None:
        """Through the menus to a service."""
        services = self.hall.config.services
        service = services[service_id]
        same = {s.category_zh for s in services.values() if s.department == service.department}
        await self.touch(self.hall.config.departments[service.department].zh)
        if len(same) > 1:
            await self.touch(service.category_zh)
        await self.touch(service.zh)

    async def paper(self) -> Any:
        """取号, and the paper that falls out."""
        before = len(self.printer.tickets)
        await self.touch("取号")
        await self.page("出号成功")
        await self.until(lambda: len(self.printer.tickets) > before, "paper")
        await self.touch("完成")
        await self.page(*HOME)
        return self.printer.tickets[before]

    # What was written down

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """All journalled events of one kind."""
        return read_journal(self.hall.journal, kind)

    def outcomes(self) -> list[dict[str, Any]]:
        """What the campus server was told."""
        return self.hall.campus.store.outcomes()


def read_journal(path: Path, kind: str) -> list[dict[str, Any]]:
    """All events of one kind, read beside the running hub."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = db.execute("SELECT data FROM events WHERE kind = ? ORDER BY seq", (kind,))
        return [json.loads(data) for (data,) in found]
    finally:
        db.close()


def local_now(hall: DemoHall, minutes_ago: int = 0) -> str:
    """The hall's clock as papers print it."""
    at = time.time() - 60 * minutes_ago
    return datetime.fromtimestamp(at, hall.config.time_zone).strftime("%Y-%m-%d %H:%M")
