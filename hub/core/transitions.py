"""Which event may happen in which state, as four tables; any other pair is an IllegalEvent.

Rule 1: everything that can happen to a leg, a window, a booking or a call is a row here, and
`step` is the only function that reads the tables.

Rule 2: a row says that something may happen, not that it should: when, and in whose interest, is
decided before (`keys`, `issue`, `day`, `timers`). So a log can be replayed without the rules of
its time, and a mistake in a decision cannot bring a leg into a state that does not exist.

Rule 3: a leg waits (WAITING), stands at a window (CALLED, SERVING), stands aside (HELD, MISSED)
or is over (DONE, VOID, UNSERVED, NO_SHOW). From the over states nothing leads back: a person who
comes again gets a new leg.

NB: paper and rating have no states of their own in the table. News of a paper may come late,
when the leg has long been called, and a rating that a pad kept may come after it was given up;
neither moves the leg.
"""

from __future__ import annotations

from collections.abc import Mapping

from hub.core.errors import IllegalEvent
from hub.core.model import (
    BOOKED,
    BOOKING_MISSED,
    CALLED,
    CANCELLED,
    CHECKED_IN,
    CLOSED,
    DONE,
    DROPPED,
    HELD,
    MISSED,
    NEW,
    NO_SHOW,
    OPEN,
    PAUSED,
    QUEUED,
    RESERVED,
    SERVING,
    SPOKEN,
    UNSERVED,
    VOID,
    WAITING,
)

Table = Mapping[tuple[str, str], str]

LEGS: Table = {
    (NEW, "reserved"): RESERVED,
    (NEW, "merged"): WAITING,
    (NEW, "forwarded"): WAITING,
    # The paper is being printed.
    (RESERVED, "printed"): WAITING,
    (RESERVED, "print_unsure"): WAITING,
    (RESERVED, "reprinted"): RESERVED,
    (RESERVED, "voided"): VOID,
    (RESERVED, "unserved"): UNSERVED,
    # In the queue.
    (WAITING, "printed"): WAITING,
    (WAITING, "print_unsure"): WAITING,
    (WAITING, "reprinted"): WAITING,
    (WAITING, "voided"): VOID,
    (WAITING, "prioritised"): WAITING,
    (WAITING, "checked_in"): WAITING,
    (WAITING, "called"): CALLED,
    (WAITING, "unserved"): UNSERVED,
    # On the way to a window.
    (CALLED, "printed"): CALLED,
    (CALLED, "reprinted"): CALLED,
    (CALLED, "recalled"): CALLED,
    (CALLED, "started"): SERVING,
    (CALLED, "missed"): MISSED,
    (CALLED, "no_show"): NO_SHOW,
    # At the window; missed from here only if the start was implicit.
    (SERVING, "printed"): SERVING,
    (SERVING, "reprinted"): SERVING,
    (SERVING, "finished"): DONE,
    (SERVING, "transferred"): DONE,
    (SERVING, "held"): HELD,
    (SERVING, "missed"): MISSED,
    (SERVING, "no_show"): NO_SHOW,
    # Aside.
    (HELD, "printed"): HELD,
    (HELD, "reprinted"): HELD,
    (HELD, "returned"): WAITING,
    (HELD, "unserved"): UNSERVED,
    (MISSED, "returned"): WAITING,
    (MISSED, "no_show"): NO_SHOW,
    # Over, but for the visitor's opinion.
    (DONE, "rating_shown"): DONE,
    (DONE, "rated"): DONE,
    (DONE, "unrated"): DONE,
}

WINDOWS: Table = {
    (CLOSED, "window_opened"): OPEN,
    (PAUSED, "window_opened"): OPEN,
    (OPEN, "window_paused"): PAUSED,
    (OPEN, "window_closed"): CLOSED,
    (PAUSED, "window_closed"): CLOSED,
    (OPEN, "pause_asked"): OPEN,
    (OPEN, "called"): OPEN,
}

BOOKINGS: Table = {
    (NEW, "booking_imported"): BOOKED,
    (BOOKED, "booking_imported"): BOOKED,
    (CANCELLED, "booking_imported"): BOOKED,
    (BOOKED, "booking_cancelled"): CANCELLED,
    (BOOKED, "booking_missed"): BOOKING_MISSED,
    (BOOKED, "reserved"): CHECKED_IN,
    (BOOKED, "checked_in"): CHECKED_IN,
    (CHECKED_IN, "voided"): BOOKED,
}

CALLS: Table = {
    (QUEUED, "call_spoken"): SPOKEN,
    (QUEUED, "call_dropped"): DROPPED,
}


def step(table: Table, state: str, kind: str, subject: str) -> str:
    """The state after the event; raises IllegalEvent naming subject, event and state."""
    after = table.get((state, kind))
    if after is None:
        raise IllegalEvent(kind, subject, f"not possible in {state}")
    return after
