"""The demo's hall in a thread of its own, beside a test that speaks to broker and people."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Self

from hub.demo.hall import DemoHall
from hub.demo.senses import Ears, Eyes, as_heard
from hub.demo.visitor import Visiting, Visitor

# Long enough for a loaded machine; nothing waits for it when all is well.
PATIENCE_S = 60


class Stage:
    """`with Stage(folder, [4], …) as stage:` broker, hub, and the boards of windows and zones."""

    def __init__(self, folder: Path, windows: Iterable[int], speed: float, heap: str) -> None:
        self.hall = DemoHall(folder, windows, speed, heap=heap)
        self.bars: dict[str, Eyes] = {}
        self.voices: dict[str, Ears] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stage")
        self._people = random.Random(1)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.do(self.hall.__aenter__(), 60)
        except BaseException:
            self._close()
            raise
        for name, board in self.hall.boards.items():
            if board.role == "display":
                self.bars[name] = Eyes(board.parts.led)
                if self.hall.config.device(name).voice:
                    self.voices[name] = Ears(board.parts.voice)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.do(self.hall.__aexit__(), 60)
        finally:
            self._close()

    def _close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def do(self, act: Coroutine[Any, Any, Any], timeout_s: float = PATIENCE_S) -> Any:
        """Have something done where the boards live; its result."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(timeout_s)

    def parts(self, device: str) -> Any:
        """What is wired to a board."""
        return self.hall.boards[device].parts

    def until(self, met: Callable[[], object], what: str) -> None:
        """Look until it is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not met():
            assert time.monotonic() < deadline, f"no {what}"
            time.sleep(0.02)

    def press(self, device: str, key: str) -> None:
        """A finger on a key, until it is up again."""

        async def finger() -> None:
            await self.parts(device).keys.press(key)

        self.do(finger())

    def shows(self, device: str, line: str) -> None:
        """Wait until a panel shows this line."""
        eyes = self.bars[device]
        self.until(lambda: line in eyes.lines, f"{line} on {device}, but {eyes.lines}")

    def panel_shows(self, machine: str, *words: str) -> None:
        """Wait until a ticket machine's page has all these words."""
        self.do(self.parts(machine).panel.wait_for(*words, timeout_s=PATIENCE_S))

    def touch(self, machine: str, label: str) -> None:
        """A finger on a button of the page, once it is there: labels follow the title."""
        panel = self.parts(machine).panel

        async def finger() -> None:
            await panel.wait_for(label, timeout_s=PATIENCE_S)
            panel.press_label(label)

        self.do(finger())

    def tap(self, machine: str, card: str) -> None:
        """A card on the reader."""

        async def hand() -> None:
            self.parts(machine).reader.tap(card)

        self.do(hand())

    def new_card(self) -> str:
        """A card that nobody has used."""
        return f"{self._people.getrandbits(40):010X}"

    def take_number(self, machine: str, service: str) -> str:
        """A walk-in with a new card; the number on the paper."""
        visiting = Visiting(
            self.hall.config, self.hall.speed, self.parts(machine), random.Random(1)
        )
        visitor = Visitor("v", self.new_card(), service, booked=False, stays_away=True)
        self.do(visiting.visit(visitor), 60)
        assert visitor.failed is None, visitor.failed
        return str(visitor.ticket)

    def serve(self, window: int, ticket: str, board: str) -> None:
        """The clerk calls the ticket, which bar and voice say, and finishes it."""
        caller, bar = f"caller-{window:02d}", f"bar-{window:02d}"
        heard = len(self.voices[board].heard)
        digits = self.parts(caller).digits
        # The paper is in the visitor's hand a moment before the hub hears of it.
        self.until(lambda: digits.reading[4:].strip() not in ("", "0"), "waiting visitor")
        self.press(caller, "next")
        self.shows(bar, f"请{ticket}")
        sentence = as_heard(ticket, window)
        self.until(lambda: sentence in self.voices[board].heard[heard:], f"word of {ticket}")
        for _ in range(20):
            if f"{window}号窗口" in self.bars[bar].lines:
                return
            self.press(caller, "done")
            time.sleep(0.3)
        raise AssertionError(f"{ticket} is not finished: {self.bars[bar].lines}")

    def status(self) -> dict[str, Any]:
        """The hub's status.json, written now."""
        file = self.hall.data / "status.json"
        before = file.stat().st_mtime_ns if file.exists() else 0
        assert self.hall.hub is not None
        os.kill(self.hall.hub.pid, signal.SIGUSR1)
        self.until(lambda: file.exists() and file.stat().st_mtime_ns != before, "status.json")
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found
