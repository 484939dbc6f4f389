"""Reads the whole journal again in the background: a start checks only its newer rows."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path

from hub.log.journal import Journal, JournalError

log = logging.getLogger(__name__)

# A year of a large hall is some ten million rows: a day is enough to find a rotten one.
EVERY_S = 24 * 3600.0
# So many rows at once take some 10 ms; the pause leaves the processor to those who wait.
ROWS = 2_000
PAUSE_S = 0.05


class Audit:
    """What was found: `checked` is the last row of a whole reading, `damage` what is wrong."""

    def __init__(self, journal: Path) -> None:
        self._path = journal
        self._ended = threading.Event()
        self.checked = 0
        self.damage: str | None = None

    async def run(self) -> None:
        """Read it now, and every day again; the hall goes on whatever is found."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(EVERY_S)
        finally:
            # A thread cannot be cancelled, and the hub's end would wait for it for minutes.
            self._ended.set()

    async def look(self) -> None:
        """Read it once, with a connection of its own, in a thread."""
        try:
            self.checked = await asyncio.to_thread(self._read)
            self.damage = None
        except JournalError as error:
            # Old, or new since the start: that refuses what it finds in the last CHECKED_ROWS.
            self.damage = str(error)
            log.warning("%s: restore a backup when the hall is closed", error)

    def _read(self) -> int:
        checked = 0
        journal = Journal(self._path, read_only=True)
        try:
            for row in journal.audit(ROWS):
                checked = row
                if self._ended.wait(PAUSE_S):
                    break
        finally:
            journal.close()
        return checked
