"""What the reference campus server remembers: a log of booking changes and the outcomes it got."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from hub.campus.messages import Booking

Plain = dict[str, Any]


class CampusStore:
    """Bookings in the order of their changes; with a path, kept in a JSON file across restarts."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._bookings: dict[str, tuple[int, Plain]] = {}  # id → (number of its change, booking)
        self._outcomes: dict[str, Plain] = {}
        self.cursor = 0
        if path is not None and path.exists():
            self._restore(json.loads(path.read_text(encoding="utf-8")))

    def put(self, bookings: list[Plain]) -> int:
        """Adds or replaces bookings; returns the new cursor; raises BadBooking, then adds none."""
        for plain in bookings:
            Booking.parse(plain)
        for plain in bookings:
            self.cursor += 1
            self._bookings[plain["id"]] = (self.cursor, plain)
        self._save()
        return self.cursor

    def cancel(self, booking_id: str) -> int:
        """Cancels a booking; returns the new cursor; raises KeyError."""
        _, plain = self._bookings[booking_id]
        return self.put([plain | {"state": "cancelled"}])

    def page(self, cursor: int, limit: int) -> tuple[list[Plain], int, bool]:
        """Bookings changed after the cursor, the cursor behind them, and if there are more."""
        changed = sorted(
            ((at, plain) for at, plain in self._bookings.values() if at > cursor),
            key=lambda change: change[0],
        )
        if not changed:
            return [], self.cursor, False  # an older cursor than asked for after a restore
        part = changed[:limit]
        return [plain for _, plain in part], part[-1][0], len(changed) > limit

    def record(self, outcomes: list[Plain]) -> list[str]:
        """Keeps outcomes, the first one of each id; returns all the ids, new or repeated."""
        for outcome in outcomes:
            self._outcomes.setdefault(outcome["id"], outcome)
        self._save()
        return [outcome["id"] for outcome in outcomes]

    def outcomes(self) -> list[Plain]:
        """Every outcome once, in the order of arrival."""
        return list(self._outcomes.values())

    def _save(self) -> None:
        if self._path is None:
            return
        kept = {
            "cursor": self.cursor,
            "bookings": [[at, plain] for at, plain in self._bookings.values()],
            "outcomes": self.outcomes(),
        }
        fresh = self._path.with_name(self._path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _restore(self, kept: Plain) -> None:
        self.cursor = kept["cursor"]
        self._bookings = {plain["id"]: (at, plain) for at, plain in kept["bookings"]}
        self._outcomes = {outcome["id"]: outcome for outcome in kept["outcomes"]}
