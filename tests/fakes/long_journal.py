"""A journal of many days, made by repeating one random day under new dates and ids."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes.day import random_day
from fakes.hall import DAY, HOUR
from hub.core.events import Event
from hub.log.journal import Entry, Journal

DAY_MS = 24 * HOUR


def write_days(path: Path, events: int, seed: int = 5, steps: int = 2_000) -> int:
    """Write at least so many events; returns how many days they are."""
    *_, world = random_day(seed, steps)
    one_day = world.log[:-1]  # without the opening of the next one
    first, days = dt.date.fromisoformat(DAY), -(-events // len(one_day))
    journal = Journal(path)
    for number in range(days):
        day = (first + dt.timedelta(days=number)).isoformat()
        batch = [_moved(event, number, day, world.state) for event in one_day]
        journal.append([Entry(day, batch[0].at_ms, batch)])
    journal.close()
    return days


def _moved(event: Event, number: int, day: str, last: Any) -> Event:
    """The event some days later: ids go on for ever, so they move too."""
    shifts = {
        "leg": last.last_leg,
        "origin": last.last_leg,
        "visit": last.last_visit,
        "call": last.last_call,
    }
    changes: dict[str, Any] = {"at_ms": event.at_ms + number * DAY_MS}
    for name, step in shifts.items():
        if getattr(event, name, None) is not None:
            changes[name] = getattr(event, name) + number * step
    if hasattr(event, "day"):
        changes["day"] = day
    return replace(event, **changes)
