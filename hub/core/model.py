"""The state that the events fold into: plain data, changed by `fold.apply` alone."""

from __future__ import annotations

from dataclasses import dataclass, field

# Leg states. NEW is the state of a leg that does not exist yet.
NEW = "NEW"
RESERVED = "RESERVED"
WAITING = "WAITING"
CALLED = "CALLED"
SERVING = "SERVING"
DONE = "DONE"
HELD = "HELD"
MISSED = "MISSED"
VOID = "VOID"
UNSERVED = "UNSERVED"
NO_SHOW = "NO_SHOW"

STATES = (RESERVED, WAITING, CALLED, SERVING, DONE, HELD, MISSED, VOID, UNSERVED, NO_SHOW)
LIVE = frozenset({RESERVED, WAITING, CALLED, SERVING, HELD, MISSED})
AT_WINDOW = frozenset({CALLED, SERVING})

# What is known of a leg's paper.
PRINTING = "printing"
PRINTED = "printed"
PRINT_UNSURE = "unsure"  # the machine does not know
PRINT_SILENT = "silent"  # the machine has not said

# Where a rating stands; NOT_ASKED also for good, after a transfer or a forced end.
NOT_ASKED = "not-asked"
ASKED = "asked"
SHOWN = "shown"
RATED = "rated"
UNRATED = "unrated"

# Window states; whether its leg is CALLED or SERVING is the leg's own state.
CLOSED = "closed"
PAUSED = "paused"
OPEN = "open"

# What stands at a window, for its clerk: CLOSED, PAUSED, or one of these.
IDLE = "idle"
STANDING = {CALLED: "called", SERVING: "serving"}

# Booking states.
BOOKED = "booked"
CHECKED_IN = "checked-in"
CANCELLED = "cancelled"
BOOKING_MISSED = "missed"

# Call states.
QUEUED = "queued"  # the first of a zone's queue is the one being spoken
SPOKEN = "spoken"
DROPPED = "dropped"
SHOWN_ONLY = "shown-only"  # the zone has no voice

# A zone's board never shows more rows than this: 128x64 pixels hold four, a wall of two eight.
BOARD_CALLS_MAX = 16


@dataclass(slots=True)
class Leg:
    """One service of one visit, from the number to the end."""

    id: int
    visit: int
    day: str
    ticket: str
    service: str
    token: str
    machine: str
    session: str
    holder: str | None
    booking: str | None
    slot_ms: int | None
    priority: bool
    arrived_ms: int
    base_ms: int
    credit_ms: int
    ready_ms: int  # callable from here on (a booked leg: some minutes before its slot)
    state: str
    state_ms: int  # since when
    urgent: bool = False  # a manager put it before everybody
    paper: str = PRINTING
    offline: bool = False  # given out by its machine without the hub
    claimed: bool = False  # its visitor spoke of a booking that could not be looked up
    twin: int | None = None  # a live leg that the same card had for the same service
    origin: int | None = None  # the leg that was transferred into this one
    window: int | None = None  # where it is, or last was, called
    call: int | None = None  # its last call
    calls: int = 0
    first_call_ms: int | None = None
    asked_ms: int | None = None  # last call or recall key
    announced_ms: int | None = None  # end of the last announcement; None while it is to come
    implicit: bool = False  # SERVING without 到·完成
    forced: bool = False
    post: str | None = None  # who served it: the roster's code
    misses: int = 0
    hold_until_ms: int | None = None
    hold_reason: str | None = None  # a manager's; None: the window's clerk put it aside
    rating: str = NOT_ASKED
    rating_ms: int | None = None  # since when
    level: int | None = None
    unrated_why: str | None = None

    @property
    def key_ms(self) -> int:
        """The order: lowest first."""
        return self.base_ms - self.credit_ms


@dataclass(slots=True)
class WindowState:
    """What stands at one window; `ver` rises with every change of it that its clerk can see."""

    number: int
    state: str = CLOSED
    leg: int | None = None
    ver: int = 0
    pausing: bool = False
    rating: int | None = None  # the leg whose rating is open here


@dataclass(slots=True)
class Booking:
    """A booking of this hall, and what became of it."""

    id: str
    service: str
    slot_ms: int
    holders: tuple[str, ...]
    state: str = BOOKED
    leg: int | None = None


@dataclass(slots=True)
class Call:
    """One announcement: this ticket to this window."""

    id: int
    leg: int
    ticket: str
    window: int
    zone: str
    at_ms: int
    state: str


@dataclass(frozen=True, slots=True)
class Act:
    """What a manager did today, to whom, and why."""

    at_ms: int
    act: str
    reason: str
    leg: int | None
    window: int | None


@dataclass(slots=True)
class Lease:
    """Numbers of a department and day that only this machine gives out, when it has no hub."""

    day: str
    machine: str
    letter: str
    first: int
    last: int
    at_ms: int
    # Numbers that were handed in → their legs; 0: on a later day.
    used: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Index:
    """Legs and bookings where a decision looks for them; derived, so never in the digest."""

    by_state: dict[str, dict[int, Leg]] = field(
        default_factory=lambda: {state: {} for state in (NEW, *STATES)}
    )
    waiting: dict[str, dict[int, Leg]] = field(default_factory=dict)  # by service
    # Last leg without a card, by machine, session and service.
    sessions: dict[tuple[str, str, str], int] = field(default_factory=dict)
    visit_legs: dict[int, list[int]] = field(default_factory=dict)
    slots: list[tuple[int, str]] = field(default_factory=list)  # BOOKED ones, sorted


@dataclass(slots=True)
class State:
    """All that the hall knows; a fold of the journal and nothing else."""

    day: str | None = None
    day_open: bool = False
    last_leg: int = 0
    last_visit: int = 0
    last_call: int = 0
    sessions: tuple[tuple[int, int], ...] = ()  # the day's hours; none: no hours are kept
    posts_checked_ms: int = 0  # the last session for which it was looked who is not at the window
    alerts: dict[str, int] = field(default_factory=dict)  # what:subject → since when
    # The day's acts of managers, who may break the order's bound: a person's work, some dozens.
    acts: list[Act] = field(default_factory=list)
    # Of today and the days before; a machine may hand papers in when their day is long over.
    leases: list[Lease] = field(default_factory=list)
    revoked: dict[str, int] = field(default_factory=dict)  # machines that get none today → since
    breaches: int = 0  # calls that broke the bound of the order: always 0, or an alarm
    numbers: dict[str, int] = field(default_factory=dict)  # last number by letter
    legs: dict[int, Leg] = field(default_factory=dict)
    windows: dict[int, WindowState] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)  # by holder
    calls: dict[int, Call] = field(default_factory=dict)
    voice: dict[str, list[int]] = field(default_factory=dict)  # calls to be spoken, by zone
    voice_ms: dict[str, int] = field(default_factory=dict)  # since when the first of them is
    boards: dict[str, list[int]] = field(default_factory=dict)  # newest call first, by zone
    index: Index = field(default_factory=Index)

    def leases_today(self) -> list[Lease]:
        """The day's blocks, oldest first."""
        return [one for one in self.leases if one.day == self.day]

    def leases_of(self, letter: str) -> list[Lease]:
        """Today's blocks of a department, in the order of their numbers."""
        return [one for one in self.leases_today() if one.letter == letter]

    def lease_of(self, day: str | None, letter: str, number: int) -> Lease | None:
        """The block that has this number of that day, whoever holds it."""
        for one in self.leases:
            if (one.day, one.letter) == (day, letter) and one.first <= number <= one.last:
                return one
        return None

    def window(self, number: int) -> WindowState:
        """The window's state; a window nobody has touched yet is closed."""
        return self.windows.get(number) or WindowState(number)

    def standing(self, number: int) -> str:
        """What the window's clerk sees: closed, paused, idle, called or serving."""
        window = self.window(number)
        if window.leg is not None:
            return STANDING[self.legs[window.leg].state]
        return IDLE if window.state == OPEN else window.state
