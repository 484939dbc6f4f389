"""What happened: the only things that change the hall, each as the journal stores it.

An event carries every fact that its fold needs, so a changed configuration never changes the past.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from hub.core.errors import BadEvent
from hub.core.hall_events import (
    Alerted,
    BookingCancelled,
    BookingEvent,
    BookingImported,
    BookingMissed,
    CallDropped,
    CallEvent,
    CallSpoken,
    DayClosed,
    DayOpened,
    Event,
    Leased,
    LeasesSet,
    Managed,
    PauseAsked,
    PostsChecked,
    SessionsSet,
    Strayed,
    VoicesResumed,
    WindowClosed,
    WindowEvent,
    WindowOpened,
    WindowPaused,
)
from hub.core.stored import shape_of

__all__ = [
    "EVENTS",
    "Alerted",
    "BookingCancelled",
    "BookingEvent",
    "BookingImported",
    "BookingMissed",
    "CallDropped",
    "CallEvent",
    "CallSpoken",
    "Called",
    "CheckedIn",
    "DayClosed",
    "DayOpened",
    "Event",
    "Finished",
    "Forwarded",
    "Held",
    "Leased",
    "LeasesSet",
    "LegEvent",
    "Managed",
    "Merged",
    "Missed",
    "NoShow",
    "PauseAsked",
    "PostsChecked",
    "PrintUnsure",
    "Printed",
    "Prioritised",
    "Rated",
    "RatingShown",
    "Recalled",
    "Reprinted",
    "Reserved",
    "Returned",
    "SessionsSet",
    "Started",
    "Strayed",
    "Transferred",
    "Unrated",
    "Unserved",
    "VoicesResumed",
    "Voided",
    "WindowClosed",
    "WindowEvent",
    "WindowOpened",
    "WindowPaused",
    "from_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEvent(Event):
    """Something that happened to one leg; `transitions` says in which states it may."""

    leg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved(LegEvent):
    """A number was given; its paper is being printed."""

    kind: ClassVar[str] = "reserved"
    visit: int
    letter: str
    number: int
    ticket: str
    service: str
    token: str
    machine: str
    session: str
    holder: str | None
    booking: str | None
    slot_ms: int | None
    priority: bool
    base_ms: int
    credit_ms: int
    ready_ms: int
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(LegEvent):
    """A number that its machine gave out without the hub has come into the queue.

    `sure`: its paper exists; `claimed`: its visitor spoke of a booking; `twin`: a live leg that
    the same card had for the service.
    """

    kind: ClassVar[str] = "merged"
    visit: int
    letter: str
    number: int
    ticket: str
    service: str
    token: str
    machine: str
    holder: str | None
    priority: bool
    claimed: bool
    sure: bool
    twin: int | None
    arrived_ms: int
    credit_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn(LegEvent):
    """The booking that the holder of a merged number had spoken of was found; no key changes."""

    kind: ClassVar[str] = "checked_in"
    booking: str
    slot_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(LegEvent):
    """The paper is in the visitor's hand."""

    kind: ClassVar[str] = "printed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintUnsure(LegEvent):
    """Nobody knows whether a paper exists: `unsure` (said so), `silent` or `rebooted`."""

    kind: ClassVar[str] = "print_unsure"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprinted(LegEvent):
    """The same number is printed again, for the same visitor; None: where it was given."""

    kind: ClassVar[str] = "reprinted"
    machine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(LegEvent):
    """No paper exists, or its holder gave it back; the number is not used again that day."""

    kind: ClassVar[str] = "voided"
    why: str = "no-paper"  # or `cancelled`


@dataclass(frozen=True, slots=True, kw_only=True)
class Prioritised(LegEvent):
    """A manager moved the leg forward, and why; `urgent`: before everybody."""

    kind: ClassVar[str] = "prioritised"
    credit_ms: int
    urgent: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(LegEvent):
    """A window called the leg; `breach` names a leg that it overtook beyond the bound."""

    kind: ClassVar[str] = "called"
    window: int
    zone: str
    call: int
    voiced: bool
    breach: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled(LegEvent):
    """The leg was called again; no `call`: merged with the one that is still to be spoken."""

    kind: ClassVar[str] = "recalled"
    call: int | None
    zone: str
    voiced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(LegEvent):
    """Service began; `implicit` when nobody said so."""

    kind: ClassVar[str] = "started"
    implicit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(LegEvent):
    """Service ended; a `forced` end is left out of the figures and asks for no rating."""

    kind: ClassVar[str] = "finished"
    forced: bool
    post: str | None = None  # the roster's code of who sat there
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(LegEvent):
    """Service here ended because the visitor goes on at another window."""

    kind: ClassVar[str] = "transferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded(LegEvent):
    """The leg that follows a transferred one: same visit, same paper."""

    kind: ClassVar[str] = "forwarded"
    origin: int
    service: str
    base_ms: int
    credit_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(LegEvent):
    """The visitor steps aside until `until_ms`, keeping the key; `reason` is a manager's."""

    kind: ClassVar[str] = "held"
    until_ms: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed(LegEvent):
    """Called, and nobody came; may return once."""

    kind: ClassVar[str] = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(LegEvent):
    """A held or missed leg waits again; whose clerk, or which machine, brought it back."""

    kind: ClassVar[str] = "returned"
    base_ms: int
    window: int | None = None
    machine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow(LegEvent):
    """The leg ended because nobody came."""

    kind: ClassVar[str] = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved(LegEvent):
    """The day ended before the leg was called."""

    kind: ClassVar[str] = "unserved"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingShown(LegEvent):
    """The pad asks the visitor."""

    kind: ClassVar[str] = "rating_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(LegEvent):
    """The visitor's level, 5 to 1."""

    kind: ClassVar[str] = "rated"
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrated(LegEvent):
    """No rating: `no-key`, `offline` or `next` (the next leg began)."""

    kind: ClassVar[str] = "unrated"
    why: str


EVENTS: tuple[type[Event], ...] = (
    DayOpened,
    DayClosed,
    SessionsSet,
    PostsChecked,
    Alerted,
    Managed,
    Leased,
    LeasesSet,
    Strayed,
    BookingImported,
    BookingCancelled,
    BookingMissed,
    WindowOpened,
    WindowPaused,
    WindowClosed,
    PauseAsked,
    CallSpoken,
    CallDropped,
    VoicesResumed,
    Reserved,
    Merged,
    CheckedIn,
    Printed,
    PrintUnsure,
    Reprinted,
    Voided,
    Prioritised,
    Called,
    Recalled,
    Started,
    Finished,
    Transferred,
    Forwarded,
    Held,
    Missed,
    Returned,
    NoShow,
    Unserved,
    RatingShown,
    Rated,
    Unrated,
)


def from_json(kind: str, at_ms: int, data: Mapping[str, Any]) -> Event:
    """The event that `to_json` wrote; raises BadEvent on anything else."""
    shape = _SHAPES.get(kind)
    if shape is None:
        raise BadEvent(kind, "unknown kind")
    if type(at_ms) is not int:
        raise BadEvent(kind, "at_ms is not a whole number")
    event: Event = shape.cls(at_ms=at_ms, **shape.values(data))
    return event


_SHAPES = {cls.kind: shape_of(cls.kind, cls) for cls in EVENTS}
