"""The row behind a day's opening that spares a start all the days before it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from hub.core import Hall
from hub.log.rows import DAWN, json_object


@dataclass(frozen=True, slots=True)
class Dawn:
    """The newest such row: its number, what it says, and the first row that a start reads."""

    seq: int
    state: dict[str, Any]
    cursor: int  # of the campus server's bookings
    first_seq: int


def note_of(hall: Hall, cursor: int, since: str) -> tuple[str, dict[str, Any]]:
    """The note that goes with the opening of the hall's day, in the same commit.

    `since`: the first day of which the campus server may still be owed an outcome, or empty.
    """
    return DAWN, {"state": hall.dawn(), "cursor": cursor, "since": since}


def newest_dawn(db: sqlite3.Connection) -> Dawn | None:
    """The newest one; None: there is none, or none that can be read, so all rows are needed."""
    query = "SELECT seq, data FROM events WHERE kind = ? ORDER BY seq DESC LIMIT 1"
    found = db.execute(query, (DAWN,)).fetchone()
    if found is None:
        return None
    try:
        facts = json_object(found[1])
        first = _opening(db, facts["since"]) if facts["since"] else found[0]
        return Dawn(found[0], facts["state"], facts["cursor"], first)
    except (ValueError, KeyError):
        return None


def _opening(db: sqlite3.Connection, day: str) -> int:
    """The row that opened a day: behind it stands all that its outcomes are made of."""
    query = (
        "SELECT seq FROM events WHERE kind = 'day_opened' AND day = ? ORDER BY seq DESC LIMIT 1"
    )
    found = db.execute(query, (day,)).fetchone()
    return 1 if found is None else int(found[0])
