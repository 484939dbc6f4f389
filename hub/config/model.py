"""The loaded hall: frozen records, times in milliseconds, references already checked."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("ticket_machine", "caller", "rating_pad", "display")


@dataclass(frozen=True, slots=True)
class Hall:
    """Names, place and feedback line of the hall."""

    site: str
    time_zone: str
    zh: str
    en: str
    feedback: str
    services: str


@dataclass(frozen=True, slots=True)
class Campus:
    """The campus server (url "": none) and the names of its files in the data folder."""

    url: str
    token_file: str
    key_file: str
    day_key_file: str
    poll_ms: int
    timeout_ms: int
    page: int


@dataclass(frozen=True, slots=True)
class Season:
    """A part of the year, first and last day as (month, day), both included."""

    id: str
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Session:
    """Hours of service on some weekdays of a season, in minutes after local midnight."""

    season: str
    days: tuple[str, ...]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Department:
    """A department and its ticket letter."""

    letter: str
    id: str
    zh: str
    en: str
    floor: int


@dataclass(frozen=True, slots=True)
class Service:
    """A service; `windows`: its own ones in place of its department's."""

    department: str
    id: str
    zh: str
    en: str
    category_zh: str
    category_en: str
    mean_ms: int
    bring_zh: tuple[str, ...]
    card: str
    windows: tuple[int, ...]
    partners: tuple[str, ...]

    @property
    def card_required(self) -> bool:
        """False: a walk-in without a card may take it."""
        return self.card == "required"

    @property
    def joint(self) -> bool:
        """Departments handle it together at one window (联合办理)."""
        return bool(self.partners)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the hall with one voice."""

    id: str
    floor: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Board:
    """A zone board; `voice`: it speaks the zone's calls."""

    id: str
    zone: str
    panel: str
    voice: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A window with its device ids ("": none) and departments' letters."""

    number: int
    zone: str
    caller: str
    pad: str
    bar: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    transfer_service: str


@dataclass(frozen=True, slots=True)
class TicketMachine:
    """A ticket machine and the departments it offers."""

    id: str
    zone: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """What one device id stands for; panel and voice are for displays."""

    id: str
    role: str
    zone: str
    window: int | None = None
    panel: str | None = None
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the queue's rules (`[rules]`); durations in milliseconds."""

    online_last: int
    offline_first: int
    offline_last: int
    online_resume: int
    offline_block: int
    offline_renew_at: int
    print_timeout_ms: int
    credit_booked_ms: int
    credit_priority_ms: int
    booking_early_ms: int
    booking_credit_ms: int
    booking_walk_in_ms: int
    booking_call_early_ms: int
    secondary_after_ms: int
    next_lock_ms: int
    confirm_ms: int
    choose_ms: int
    start_after_ms: int
    noshow_serving_ms: int
    hold_ms: int
    press_stale_ms: int
    recall_gap_ms: int
    calls_max: int
    noshow_free_calls: int
    return_within_ms: int
    return_behind: int
    issue_before_ms: int
    post_open_ms: int
    close_after_ms: int
    speak_times: int
    speak_timeout_ms: int
    board_calls: int
    rating_ms: int
    idle_ms: int
    wipe_ms: int
    silent_lost_ms: int
