"""Bookings from a real campus server into the journal, outcomes back to it, each once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from fakes.hub import DAY, MACHINE, PROOF, TEN, example
from hub.campus import CampusServer, CampusStore, campus_hash
from hub.campus.keyfiles import create
from hub.campus_link import CampusLink
from hub.clock import Clock
from hub.core import Hall, commands
from hub.day import DayKeeper
from hub.journal import Journal
from hub.service import Service

KEY = bytes(32)
TOKEN = "a-token-of-the-campus"
CARD = "62E3086C"


class Linked:
    """A service with its day keeper and link, beside a campus server."""

    def __init__(self, folder: Path, store: CampusStore) -> None:
        self.server = CampusServer(store, TOKEN)
        self.store = store
        self.now = TEN
        self._folder = folder
        self._journal = Journal(folder / "journal.sqlite")
        token = folder / example().campus.token_file
        if not token.exists():
            create(token, TOKEN)

    async def run(self, scenario: Callable[[Linked], Any]) -> None:
        """Play it while everything runs."""
        url = await self.server.start()
        campus = dataclasses.replace(example().campus, url=url, poll_ms=20)
        config = dataclasses.replace(example(), campus=campus)
        clock = Clock(lambda: self.now, lambda: self.now)
        hall = Hall(config.to_rules())
        self._journal.fold(hall)
        self.day = DayKeeper(config, hall, clock, KEY, self._folder / "day.key")
        self.service = Service(config, hall, self._journal, self.day.holder, clock)
        self.link = CampusLink(config, self.service, self.day, self.service.outcomes, self._folder)
        tasks = [asyncio.create_task(self.service.run())]
        await self.day.look(self.service.ask)
        tasks.append(asyncio.create_task(self.link.sync.run()))
        try:
            await scenario(self)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self.server.stop()
            self._journal.close()

    async def until(self, met: Callable[[], object], what: str) -> None:
        for _ in range(500):
            if met():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {what}")

    @property
    def bookings(self):
        return self.service.hall.state.bookings


def booking(name: str, state: str = "booked", day: str = DAY) -> dict[str, Any]:
    return {
        "id": name,
        "service": PROOF,
        "slot": f"{day}T10:15:00+08:00",
        "holders": [campus_hash(KEY, "card", CARD)],
        "state": state,
    }


def play(folder: Path, store: CampusStore, scenario: Callable[[Linked], Any]) -> None:
    asyncio.run(Linked(folder, store).run(scenario))


def test_todays_bookings_arrive_under_the_days_hash_and_no_others(tmp_path: Path) -> None:
    store = CampusStore()
    store.put([booking("b-1"), booking("b-2", day="2026-09-22"), booking("b-3")])

    async def scenario(here: Linked) -> None:
        await here.until(lambda: len(here.bookings) == 2, "bookings")
        assert set(here.bookings) == {"b-1", "b-3"}
        holder = here.day.holder("card", CARD)
        assert here.bookings["b-1"].holders == (holder,)
        assert here.bookings["b-1"].slot_ms == int(
            datetime.fromisoformat(f"{DAY}T10:15+08:00").timestamp() * 1000
        )
        store.put([booking("b-3", "cancelled")])
        await here.until(lambda: here.bookings["b-3"].state == "cancelled", "cancellation")

    play(tmp_path, store, scenario)
    # Campus hashes would find the holder on any day: the journal must not have them.
    stored = (tmp_path / "journal.sqlite").read_bytes()
    stored += b"".join(path.read_bytes() for path in tmp_path.glob("journal.sqlite-wal"))
    assert b"b-1" in stored
    assert campus_hash(KEY, "card", CARD).encode() not in stored
    assert CARD.encode() not in stored


def test_an_outcome_is_delivered_once_also_after_a_restart(tmp_path: Path) -> None:
    store = CampusStore()

    async def first(here: Linked) -> None:
        holder = here.day.holder("card", CARD)
        await here.service.ask([commands.Reserve(MACHINE, "s", PROOF, holder, None, "t")])
        await here.service.ask([commands.CloseDay()])
        await here.until(lambda: not here.service.outcomes.pending(), "delivery")

    async def second(here: Linked) -> None:
        await asyncio.sleep(0.1)
        assert here.service.outcomes.pending() == []

    play(tmp_path, store, first)
    (delivered,) = store.outcomes()
    assert (delivered["id"], delivered["result"]) == (f"{DAY}-1", "unserved")
    play(tmp_path, store, second)
    assert len(store.outcomes()) == 1


def test_a_restart_goes_on_where_it_was_and_a_lost_key_begins_anew(tmp_path: Path) -> None:
    store = CampusStore()
    store.put([booking("b-1")])
    cursors = []

    async def scenario(here: Linked) -> None:
        cursors.append(here.link.sync.cursor)
        await here.until(lambda: here.service.outcomes.cursor, "cursor")

    play(tmp_path, store, scenario)
    play(tmp_path, store, scenario)
    (tmp_path / "day.key").unlink()
    play(tmp_path, store, scenario)
    assert cursors[0] == cursors[2] == 0
    assert cursors[1] > 0
