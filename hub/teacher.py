"""Learns from the journal when a day is over, and at the start; the hall promises by it then."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import time
from pathlib import Path

from hub.core import CoreError, Hall
from hub.core.figures import Figures
from hub.history import learn
from hub.log.journal import Journal, JournalError

log = logging.getLogger(__name__)

# How often it is looked whether a day has ended.
LOOK_S = 30.0
# Days to learn from: a month of working days follows the year, and is read in seconds.
DAYS_MAX = 22


class Teacher:
    """Keeps the hall's figures; reads with a connection of its own, in a thread."""

    def __init__(self, hall: Hall, journal: Path) -> None:
        self._hall = hall
        self._journal = journal
        self._usual = hall.rules

    async def run(self) -> None:
        """Learn for ever: once for each state of (day, open)."""
        learned: tuple[str | None, bool] | None = None
        while True:
            day = self._hall.state.day, self._hall.state.day_open
            # A day that opens teaches nothing that was not there when the last one closed.
            if learned is None or (day != learned and not day[1]):
                await self.learn()
                learned = day
            await asyncio.sleep(LOOK_S)

    async def learn(self) -> None:
        """Take over the figures of the days that are over."""
        state = self._hall.state
        before = state.day if state.day_open else None
        try:
            figures = await asyncio.to_thread(self._read, before)
        except (JournalError, CoreError) as error:
            # A hall serves well by what is usual; it does not stop for a better guess.
            log.warning("nothing learned: %s", error)
            return
        self._hall.rules = dataclasses.replace(self._usual, figures=figures)

    def _read(self, before: str | None) -> Figures:
        began = time.monotonic()
        journal = Journal(self._journal, read_only=True)
        try:
            days = journal.days(DAYS_MAX, before)
            figures = learn(lambda: journal.events(days), self._usual)
        finally:
            journal.close()
        spent_s = time.monotonic() - began
        log.info("learned from %d days in %.1f s", len(days), spent_s)
        return figures
