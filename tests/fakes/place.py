"""A running hall that the tests of a file visit one after another, and how visitors go there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.uid_uart import HELD_MS
from fakes.counter import Counter
from fakes.listener import Listener
from fakes.lobby import HOME, Lobby
from fakes.tuned_hall import tuned_hall
from firmware.virtual.parts.ticket_machine import READER_PINS
from hub.core import return_code
from hub.demo.hall import DemoHall

SPEED = 5
PATIENCE_S = 60
# 60 minutes on the paper, as in a hall that is not sped up.
RULES = {"return_within_min": 60 * SPEED}


@dataclass
class Place:
    """A hall that all tests of this file visit one after another."""

    runner: asyncio.Runner
    lobby: Lobby
    wire: Listener
    counters: dict[int, Counter]
    planted: list[str] = field(default_factory=list)  # what identified somebody

    def run(self, scenario: Any) -> None:
        """Go on with the hall until the scenario is over."""
        self.runner.run(scenario)

    def plant(self, means: str) -> str:
        """A card or code of this test's own, to be looked for later."""
        self.planted.append(means)
        return means

    def look_for_planted(self) -> None:
        """Nothing that identifies anybody was kept or told, but on its one way to the hub."""
        lobby = self.lobby
        own_evt = f"hall/v1/{lobby.hall.config.site}/dev/{lobby.machine.name}/evt"
        told = [topic for topic, payload in self.wire.messages if holds(payload, self.planted)]
        # The one way it may take; and proof that the planted values would be found.
        assert set(told) == {own_evt}
        written = [path for path in lobby.hall.folder.rglob("*") if path.is_file()]
        assert lobby.hall.journal in written
        assert not [path for path in written if holds(_bytes_of(path), self.planted)]
        papers = "".join(f"{paper.text}{paper.qr}" for paper in lobby.printer.tickets)
        assert not holds(papers.encode(), self.planted)


async def _nobody_is_sent(service: str) -> str:
    raise AssertionError(f"numbers for {service} come from the machine here")


@contextmanager
def place_in(
    folder: Path, windows: Iterable[int], readers: bool = False, **rules: int
) -> Iterator[Place]:
    """The example hall in a new folder with these windows open, and maybe all readers."""
    with asyncio.Runner() as runner:
        hall = DemoHall(folder, windows, SPEED, tuned_hall(folder, RULES | rules))
        hall.pins["ticket_machine"] = dict(READER_PINS) if readers else {}
        runner.run(hall.__aenter__())
        try:
            with Listener(hall) as wire:
                counters = {
                    number: Counter(hall, number, "", _nobody_is_sent, voice_of(hall, number))
                    for number in hall.windows
                }
                made = Place(runner, Lobby(hall), wire, counters)
                made.run(open_all(made))
                yield made
        finally:
            runner.run(hall.__aexit__(None, None, None))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""  # the broker has just deleted what everybody had


def voice_of(hall: DemoHall, window: int) -> Any:
    """What is heard at a window."""
    return hall.boards[hall.config.voice(hall.config.windows[window].zone)].parts.voice


async def open_all(place: Place) -> None:
    """Everybody is ready: windows open, the machine shows its first page."""
    for at in place.counters.values():
        await at.ready()
        await at.press("pause")
        await at.until(lambda at=at: at.standing() == "idle", "open window")
    await place.lobby.page(*HOME)


async def press(place: Place, at: Counter, key: str, kind: str) -> None:
    """Press a key until the journal has what it does: one made on an old picture is refused."""
    rows = len(place.lobby.journal(kind))

    def counts() -> bool:
        return len(place.lobby.journal(kind)) > rows

    while not counts():
        await at.press(key)
        await at.until(lambda: counts() or at.caller.digits.text.startswith("E-"), kind)
        await at.until(lambda: not at.caller.digits.text.startswith("E-"), "end of the refusal")


async def serve(place: Place, at: Counter, ticket: str, level: int) -> None:
    """Call, serve, finish; the visitor rates and the campus server hears of it."""
    at.waiting = [ticket]
    outcomes = len(place.lobby.outcomes())
    await press(place, at, "next", "called")
    await at.until(lambda: at.on_bar == f"请{ticket}", "call")
    at.take_up()
    await at.until(at.heard, "voice")
    await press(place, at, "done", "started")
    await at.until(lambda: at.on_bar == f"{ticket}办理", "service")
    await press(place, at, "done", "finished")
    await at.until(lambda: len(at.pad.lamps.lit) == 5, "question on the pad")
    await at.pad.keys.press(str(level))
    lobby = place.lobby
    await at.until(lambda: lobby.journal("rated")[-1:] and not at.pad.lamps.lit, "rating")
    assert lobby.journal("rated")[-1]["level"] == level
    await at.until(lambda: len(lobby.outcomes()) > outcomes, "outcome at the campus server")


def code_of(paper: Any) -> str:
    """The four digits on a paper, which are made of what its QR code says."""
    assert paper.qr
    return return_code(paper.qr)


def lines_of(paper: Any) -> list[str]:
    return [line.text for line in paper.lines]


async def walk_in(place: Place, service: str, card: str) -> None:
    """To the page before 取号."""
    lobby = place.lobby
    await lobby.touch("现场取号")
    await lobby.page("请刷校园卡")
    lobby.reader.tap(card)
    await lobby.choose(service)
    await lobby.page("取号")


async def tap_again(place: Place, card: str, *words: str) -> None:
    """Tap a card that was just there until the reader takes it for a new tap."""
    async with asyncio.timeout(PATIENCE_S):
        while not all(word in place.lobby.panel.shown for word in words):
            await asyncio.sleep(1.2 * HELD_MS / 1000)
            place.lobby.reader.tap(card)
            await asyncio.sleep(0.3)


async def miss(place: Place, at: Counter, ticket: str) -> None:
    """Call somebody who does not come."""
    missed = len(place.lobby.journal("missed"))
    at.waiting = [ticket]
    await press(place, at, "next", "called")
    await at.until(lambda: at.on_bar == f"请{ticket}", "call")
    async with asyncio.timeout(PATIENCE_S):
        while len(place.lobby.journal("missed")) == missed:
            # The second press confirms, within a moment; on a busy machine it may come too late.
            await at.press("noshow")
            await asyncio.sleep(0.2)
    await at.until(lambda: at.standing() == "idle", "idle window")


def holds(data: bytes, planted: list[str]) -> bool:
    """Whether one of the values is in there, however it is spelt."""
    low = data.lower()
    return any(
        value.lower().encode(form) in low for value in planted for form in ("utf-8", "utf-16-le")
    ) or any(bytes.fromhex(value) in data for value in planted if len(value) == 10)
