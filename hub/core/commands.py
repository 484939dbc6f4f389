"""What the core can be asked; each is decided into events or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Begin the business day `day` (the hall's local date); closes one that was left open."""

    day: str


@dataclass(frozen=True, slots=True)
class CloseDay:
    """End the business day: whoever still waits is UNSERVED, whoever was called is NO_SHOW."""


@dataclass(frozen=True, slots=True)
class ImportBooking:
    """A booking as the campus server now has it; `holders` are hashes made with the day's key."""

    id: str
    service: str
    slot_ms: int
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """A booking that the campus server has taken back."""

    id: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """A number for one service, booked (`booking`) or as a walk-in.

    `session` is one visitor's time at the machine and never repeats there; `token` is the
    public random name of the leg, made by the caller because the core has no randomness.
    """

    machine: str
    session: str
    service: str
    holder: str | None
    booking: str | None
    token: str
    priority: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmPrint:
    """How the paper ended: `printed`, `failed` (before the number line) or `unsure`."""

    leg: int
    result: str


@dataclass(frozen=True, slots=True)
class MachineBooted:
    """A ticket machine is back with a new boot; what it was printing is unsure."""

    machine: str


@dataclass(frozen=True, slots=True)
class Press:
    """A key of a window's caller; `leg` and `ver` are what its clerk was looking at.

    `again`: the second press after an answer CONFIRM_*; `target`: the window of a transfer.
    """

    window: int
    key: str
    long: bool
    again: bool
    leg: int | None
    ver: int
    target: int | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A zone's voice is through with a call; not `heard`: expired, or a voice error."""

    call: int
    heard: bool = True


@dataclass(frozen=True, slots=True)
class RatingOpened:
    """The pad shows the question for this leg; its time runs from now."""

    leg: int


@dataclass(frozen=True, slots=True)
class RatingOffline:
    """No pad could be reached for this leg."""

    leg: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The visitor's key: 5 very satisfied ... 1 very dissatisfied."""

    leg: int
    level: int


Command = (
    OpenDay
    | CloseDay
    | ImportBooking
    | CancelBooking
    | Reserve
    | ConfirmPrint
    | MachineBooted
    | Press
    | Spoken
    | RatingOpened
    | RatingOffline
    | Rate
)
