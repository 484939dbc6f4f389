"""What the hall looks like from outside: read only, never part of a decision."""

from __future__ import annotations

from dataclasses import dataclass

CALLED = "called"
SERVING = "serving"
IDLE = "idle"


@dataclass(frozen=True, slots=True)
class WindowView:
    """One window as its caller shows it; `lit` keys would be accepted now."""

    st: str  # closed | paused | idle | called | serving
    leg: int | None
    ticket: str | None
    ver: int
    waiting: int
    lit: tuple[str, ...]
    blink: tuple[str, ...]
    pausing: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """What a visitor may expect; times in seconds, None where they cannot be known."""

    ahead: int
    p50_s: int | None
    p90_s: int | None
    windows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ZoneCall:
    """One row of a zone's board."""

    call: int
    leg: int
    ticket: str
    window: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Speech:
    """One sentence for a zone's voice, to be said `times` times."""

    call: int
    ticket: str
    window: int
    times: int
