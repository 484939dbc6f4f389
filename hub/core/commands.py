"""What the core can be asked; each is decided into events or refused with a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Begin the business day `day` (the hall's local date); closes one that was left open.

    `sessions` are its hours, from and until in UTC ms; empty: no hours are kept; None: nobody
    says. For a day that is open already only the hours are taken over.
    """

    day: str
    sessions: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class CloseDay:
    """End the business day: whoever still waits is UNSERVED, whoever was called is NO_SHOW.

    `reason`: a manager's, for ending it early; None: its time has come.
    """

    reason: str | None = None


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
    alias: str | None = None  # the name that the holder's card has on papers without a hub


@dataclass(frozen=True, slots=True)
class AskLease:
    """A machine wants numbers for the time without a hub; it has `left` unused ones."""

    machine: str
    letter: str
    left: int


@dataclass(frozen=True, slots=True)
class SetLeases:
    """A manager takes a machine's leases away for today, or allows them again, for a reason."""

    machine: str
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class MergeOffline:
    """A paper that a machine gave out without the hub; `arrived_ms` is by the machine's clock.

    `heard_ms`: when the machine was last heard before; None: nobody knows. `result`: as of
    ConfirmPrint; `holder`: the name that the card has on such papers.
    """

    machine: str
    letter: str
    number: int
    day: str
    service: str
    arrived_ms: int
    token: str
    holder: str | None
    booked: bool
    priority: bool
    result: str
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """The holder gives a number back that was not called yet."""

    leg: int
    holder: str


@dataclass(frozen=True, slots=True)
class Return:
    """Who missed a call is back and shows it by the paper: its number and its four digits."""

    ticket: str
    code: str


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
class Prioritise:
    """A manager gives a waiting leg 优先 or, `urgent`, the first place, for a reason."""

    leg: int
    reason: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class ForceFinish:
    """A manager ends a service that its clerk left open, for a reason."""

    leg: int
    reason: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A manager puts who stands at a window on hold, for a reason."""

    leg: int
    reason: str


@dataclass(frozen=True, slots=True)
class BringBack:
    """A manager lets a held or missed leg wait again, for a reason."""

    leg: int
    reason: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """A manager sends who stands at a window on to the window `target`, for a reason."""

    leg: int
    target: int
    reason: str


@dataclass(frozen=True, slots=True)
class SetWindow:
    """A manager has a window `open`, `paused` (when its leg has ended) or `closed`; a reason."""

    window: int
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """The manager must know; once a day for each `what` and `subject`."""

    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A zone's voice is through with a call; not `heard`: expired, or a voice error."""

    call: int
    heard: bool = True


@dataclass(frozen=True, slots=True)
class ResumeVoices:
    """The hub could ask no voice for a while: what is to be spoken has its whole time again."""


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
    | AskLease
    | SetLeases
    | MergeOffline
    | Cancel
    | Return
    | ConfirmPrint
    | MachineBooted
    | Press
    | Prioritise
    | ForceFinish
    | SetAside
    | BringBack
    | Transfer
    | SetWindow
    | Alert
    | Spoken
    | ResumeVoices
    | RatingOpened
    | RatingOffline
    | Rate
)
