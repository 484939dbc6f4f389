"""The hall as the core knows it: services, windows, and every number of the queue's rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from hub.core.figures import Figures, Served, Span

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS


@dataclass(frozen=True, slots=True)
class Service:
    """One service that a visitor may take a number for."""

    id: str
    letter: str
    mean_s: int
    windows_primary: frozenset[int]
    windows_secondary: frozenset[int] = frozenset()
    card_optional: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """One window; `transfer_service` is what a leg transferred to it becomes."""

    number: int
    zone: str
    transfer_service: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the rules, each with its default; all times are in milliseconds."""

    # Numbers on paper: 701-999 belong to offline leases, so online skips them.
    online_last: int = 700
    online_resume: int = 1001
    offline_first: int = 701
    offline_last: int = 999
    offline_block: int = 20  # numbers in one lease
    offline_renew_at: int = 8  # so many left, and the machine asks for the next

    # Issue.
    print_timeout_ms: int = 20 * SECOND_MS

    # Order: what is taken off the base; the largest that applies, never a sum.
    credit_booked_ms: int = 15 * MINUTE_MS
    credit_priority_ms: int = 20 * MINUTE_MS

    # The booked window, relative to the slot's start.
    booking_early_ms: int = 30 * MINUTE_MS
    booking_credit_ms: int = 15 * MINUTE_MS
    booking_walk_in_ms: int = 60 * MINUTE_MS
    booking_call_early_ms: int = 5 * MINUTE_MS

    # T: when a secondary service counts as a primary one.
    secondary_after_ms: int = 20 * MINUTE_MS

    # Caller keys.
    next_lock_ms: int = 8 * SECOND_MS
    confirm_ms: int = 3 * SECOND_MS  # kept by the caller: how long a second press counts
    start_after_ms: int = 45 * SECOND_MS
    noshow_serving_ms: int = 10 * MINUTE_MS
    hold_ms: int = 10 * MINUTE_MS

    # Recall and no-show.
    recall_gap_ms: int = 8 * SECOND_MS
    calls_max: int = 3
    noshow_free_calls: int = 2  # from this call on 过号 needs no second press

    # A missed leg's return.
    return_within_ms: int = 60 * MINUTE_MS
    return_behind: int = 3

    # Calls: the zone's voice and board.
    speak_times: int = 2
    speak_timeout_ms: int = 30 * SECOND_MS
    board_calls: int = 6

    # Rating.
    rating_ms: int = 30 * SECOND_MS

    # The day; the hub sends OpenDay and CloseDay.
    issue_before_ms: int = 30 * MINUTE_MS
    post_open_ms: int = 10 * MINUTE_MS  # a rostered window that is not open by then: an alert
    close_after_ms: int = 60 * MINUTE_MS

    @property
    def overtake_max_ms(self) -> int:
        """The bound of the order: the most by which a called leg's base may be the later one."""
        return max(self.credit_booked_ms, self.credit_priority_ms, self.secondary_after_ms)


@dataclass(frozen=True, slots=True)
class Circle:
    """Services and windows that have to do with each other, be it by way of others."""

    services: frozenset[str]
    windows: frozenset[int]


@dataclass(frozen=True)
class Rules:
    """One hall's services, windows and policy; never changes while the hub runs."""

    services: dict[str, Service]
    windows: dict[int, Window]
    policy: Policy = field(default_factory=Policy)
    voiced_zones: frozenset[str] = frozenset()
    posts: dict[int, str] = field(default_factory=dict)  # the roster: who sits at a window
    figures: Figures = field(default_factory=Figures)

    @cached_property
    def primary(self) -> dict[int, tuple[str, ...]]:
        """Services of which a window is a primary one, in the order of the configuration."""
        return {
            number: tuple(s.id for s in self.services.values() if number in s.windows_primary)
            for number in self.windows
        }

    @cached_property
    def secondary(self) -> dict[int, tuple[str, ...]]:
        """Services that a window takes only in second place."""
        return {
            number: tuple(
                s.id
                for s in self.services.values()
                if number in s.windows_secondary and number not in s.windows_primary
            )
            for number in self.windows
        }

    @cached_property
    def served(self) -> dict[str, Served]:
        """How long each service takes: as measured, else as the hall's file says."""
        measured = self.figures.served
        return {
            s.id: measured.get(s.id) or Served.from_mean(s.mean_s) for s in self.services.values()
        }

    @cached_property
    def stays(self) -> dict[str, Span]:
        """How long a leg of each service keeps a window."""
        return {name: self.figures.stay(served) for name, served in self.served.items()}

    @cached_property
    def circles(self) -> dict[str, Circle]:
        """For each service all that may delay it."""
        found: list[Circle] = []
        for service in self.services.values():
            mine = Circle(
                frozenset({service.id}), service.windows_primary | service.windows_secondary
            )
            for other in [circle for circle in found if circle.windows & mine.windows]:
                found.remove(other)
                mine = Circle(mine.services | other.services, mine.windows | other.windows)
            found.append(mine)
        return {name: circle for circle in found for name in circle.services}
