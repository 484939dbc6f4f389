"""What happened to the day, the windows, the bookings and the calls; `events` has it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from hub.core.stored import plain, stored_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at_ms` (hub time)."""

    kind: ClassVar[str] = ""
    at_ms: int

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON values, without `at_ms`: the journal has a column for it."""
        return {name: plain(getattr(self, name)) for name in stored_names(type(self))}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOpened(Event):
    """A business day began; what was left of the days before is forgotten."""

    kind: ClassVar[str] = "day_opened"
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayClosed(Event):
    """Nothing more is issued that day."""

    kind: ClassVar[str] = "day_closed"
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsSet(Event):
    """The day's hours: UTC ms, from and until of each session in turn."""

    kind: ClassVar[str] = "sessions_set"
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsChecked(Event):
    """Some minutes into the session that opened then: these rostered windows were not open."""

    kind: ClassVar[str] = "posts_checked"
    session_ms: int
    late: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted(Event):
    """The manager must know: a service (`subject`) takes no more people, and why (`what`)."""

    kind: ClassVar[str] = "alerted"
    what: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed(Event):
    """A manager did this (`act`) to a leg, a window or the day; what it led to follows."""

    kind: ClassVar[str] = "managed"
    act: str
    reason: str
    leg: int | None = None
    window: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased(Event):
    """These numbers of the department, inclusive, are the machine's for that day."""

    kind: ClassVar[str] = "leased"
    day: str
    machine: str
    letter: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasesSet(Event):
    """The machine gets no more numbers in advance today; or, `allowed`, it does again."""

    kind: ClassVar[str] = "leases_set"
    machine: str
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strayed(Event):
    """A paper of an earlier day was handed in: whoever held it was not served by it."""

    kind: ClassVar[str] = "strayed"
    day: str
    machine: str
    letter: str
    number: int
    service: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingEvent(Event):
    """Something that happened to one booking."""

    booking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingImported(BookingEvent):
    """A booking came from the campus server, or came again changed."""

    kind: ClassVar[str] = "booking_imported"
    service: str
    slot_ms: int
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCancelled(BookingEvent):
    """A booking was taken back before its holder came."""

    kind: ClassVar[str] = "booking_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMissed(BookingEvent):
    """A booking's holder did not come."""

    kind: ClassVar[str] = "booking_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowEvent(Event):
    """Something that happened to one window; `transitions` says in which states it may."""

    window: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOpened(WindowEvent):
    """A window was opened, or resumed after a pause."""

    kind: ClassVar[str] = "window_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPaused(WindowEvent):
    """A window calls nobody until it is resumed."""

    kind: ClassVar[str] = "window_paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowClosed(WindowEvent):
    """A manager closed a free window before the day's end."""

    kind: ClassVar[str] = "window_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseAsked(WindowEvent):
    """The window will pause when its leg ends; or, `on` false, it will not after all."""

    kind: ClassVar[str] = "pause_asked"
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(Event):
    """The end of one call in its zone's voice."""

    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSpoken(CallEvent):
    """The zone's voice has spoken this call to its end."""

    kind: ClassVar[str] = "call_spoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDropped(CallEvent):
    """A call left the voice's queue unspoken: `answered`, `cancelled`, `expired` or `silent`."""

    kind: ClassVar[str] = "call_dropped"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicesResumed(Event):
    """The hub can ask the voices again; the time of the sentences that wait begins anew."""

    kind: ClassVar[str] = "voices_resumed"
