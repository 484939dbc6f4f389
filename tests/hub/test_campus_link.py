"""Bookings from a real campus server into the journal, outcomes back to it, each once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from fakes.hub import DAY, MACHINE, PROOF, TEN, example
from fakes.odd_campus import OddCampus, Step
from hub.campus import CampusServer, CampusStore, campus_hash
from hub.campus.keyfiles import create
from hub.campus_link import CampusLink
from hub.clock import Clock
from hub.core import commands, model
from hub.day import DayKeeper
from hub.log.journal import Journal, Row
from hub.log.restart import restored
from hub.service import Service

KEY = bytes(32)
TOKEN = "a-token-of-the-campus"
CARD = "62E3086C"


class Linked:
    """A service with its day keeper and link, beside a campus server."""

    def __init__(self, folder: Path, store: CampusStore, steps: Sequence[Step] = ()) -> None:
        self.server = OddCampus(CampusServer(store, TOKEN), list(steps))
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
        campus = dataclasses.replace(example().campus, url=url, poll_ms=20, timeout_ms=300)
        config = dataclasses.replace(example(), campus=campus)
        clock = Clock(lambda: self.now, lambda: self.now)
        hall, outcomes = restored(self._journal, config)
        self.day = DayKeeper(config, hall, clock, KEY, self._folder / "day.key")
        self.service = Service(config, (hall, outcomes), self._journal, self.day.holder, clock)
        self.link = CampusLink(config, self.service, self.day, outcomes, self._folder)
        self.link.sync._backoff_s = (0.01, 0.05)
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


def test_an_odd_server_neither_loses_nor_doubles_what_it_is_told(tmp_path: Path) -> None:
    """Errors, silence, a trickle, half an answer and an answer nobody hears, one after another."""
    store = CampusStore()
    store.put([booking("b-1")])
    odd = ["silent", "cut", "drip", "kept", web.Response(status=500), "kept"]
    steps: list[Step] = [lambda _, each=each: each for each in odd]

    async def scenario(here: Linked) -> None:
        await here.service.ask([commands.Reserve(MACHINE, "s", PROOF, "other", None, "t")])
        await here.until(lambda: "b-1" in here.bookings, "booking")
        await here.service.ask([commands.CloseDay()])
        await here.until(lambda: not here.service.outcomes.pending(), "delivery")
        assert here.server.scripted == 0

    linked = Linked(tmp_path, store, steps)
    asyncio.run(linked.run(scenario))
    ids = [outcome["id"] for outcome in store.outcomes()]
    assert sorted(ids) == [f"{DAY}-1", f"{DAY}-b-b-1"]


def test_a_booking_cancelled_after_check_in_keeps_its_number_whatever_comes_again(
    tmp_path: Path,
) -> None:
    """Also when the server is set back to a copy of yesterday, and tells everything anew."""
    store = CampusStore()
    store.put([booking("b-1"), booking("b-2")])

    async def scenario(here: Linked) -> None:
        await here.until(lambda: set(here.bookings) == {"b-1", "b-2"}, "bookings")
        holder = here.day.holder("card", CARD)
        asked = commands.Reserve(MACHINE, "s", PROOF, holder, "b-1", "t")
        assert await here.service.ask([asked, commands.ConfirmPrint(1, "printed")]) == [None] * 2
        store.put([booking("b-1", "cancelled"), booking("b-2", "cancelled")])
        await here.until(lambda: here.bookings["b-2"].state == "cancelled", "cancellation")
        # The copy knows of no cancellation, and its cursor is an older one.
        CampusStore.__init__(store)
        store.put([booking("b-2"), booking("b-1")])
        await here.until(lambda: here.link.sync.counts["cursor-back"], "cursor that goes back")
        await here.until(lambda: here.bookings["b-2"].state == "booked", "b-2 once more")
        store.put([booking("b-2"), booking("b-2")])
        await here.until(lambda: here.service.outcomes.cursor == store.cursor, "repeats")
        leg = here.service.hall.legs[1]
        assert (leg.state, leg.booking, len(here.service.hall.legs)) == (model.WAITING, "b-1", 1)
        assert here.bookings["b-1"].state == model.CHECKED_IN

    play(tmp_path, store, scenario)
    kinds = [row.kind for row in rows_of(tmp_path)]
    assert kinds.count("reserved") == 1
    assert kinds.count("booking_cancelled") == 1


def rows_of(folder: Path) -> list[Row]:
    journal = Journal(folder / "journal.sqlite")
    try:
        return list(journal.rows())
    finally:
        journal.close()
