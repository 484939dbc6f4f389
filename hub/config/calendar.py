"""When the hall serves: seasons, sessions by weekday, and days that run otherwise."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hub.config.keys import WEEKDAYS
from hub.config.model import Season, Session

# A hall that serves at all does so at some time of the year.
DAYS_AHEAD = 366


def in_season(season: Season, month_day: tuple[int, int]) -> bool:
    """Whether the day lies in the season; a season may run over the new year."""
    if season.first <= season.last:
        return season.first <= month_day <= season.last
    return month_day >= season.first or month_day <= season.last


@dataclass(frozen=True)
class Calendar:
    """The hall's hours; days are local dates, spans are UTC milliseconds."""

    time_zone: zoneinfo.ZoneInfo
    seasons: tuple[Season, ...]
    sessions: tuple[Session, ...]
    special_days: Mapping[dt.date, str]
    # The spans that were asked for before; they are looked at every second.
    _spans: dict[dt.date, tuple[tuple[int, int], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def business_day(self, now_ms: int) -> dt.date:
        """The local date at this UTC time."""
        return dt.datetime.fromtimestamp(now_ms / 1000, self.time_zone).date()

    def sessions_on(self, day: dt.date) -> tuple[Session, ...]:
        """The sessions of a date, earliest first; none: the hall is closed."""
        weekday = self.special_days.get(day, WEEKDAYS[day.weekday()])
        here = {s.id for s in self.seasons if in_season(s, (day.month, day.day))}
        found = (s for s in self.sessions if s.season in here and weekday in s.days)
        return tuple(sorted(found, key=lambda session: session.opens))

    def session_at(self, local: dt.datetime) -> Session | None:
        """The session that holds this local time; its closing minute is no part of it."""
        if local.tzinfo is not None:
            local = local.astimezone(self.time_zone)
        minute = local.hour * 60 + local.minute
        return next(
            (s for s in self.sessions_on(local.date()) if s.opens <= minute < s.closes), None
        )

    def spans(self, day: dt.date) -> tuple[tuple[int, int], ...]:
        """The sessions of a date as (from, until) in UTC ms."""
        found = self._spans.get(day)
        if found is None:
            found = self._spans[day] = tuple(
                (self._utc_ms(day, s.opens), self._utc_ms(day, s.closes))
                for s in self.sessions_on(day)
            )
        return found

    def hours(self, day: dt.date) -> tuple[tuple[int, int], ...]:
        """The spans of a date; none if a session lasts all day, for then there are no hours."""
        whole_day = any(s.opens == 0 and s.closes == 24 * 60 for s in self.sessions_on(day))
        return () if whole_day else self.spans(day)

    def next_opens(self, now_ms: int, before_ms: int) -> int | None:
        """The next moment `before_ms` ahead of a day's first session; None: not in a year."""
        today = self.business_day(now_ms)
        for later in range(DAYS_AHEAD):
            day = today + dt.timedelta(days=later)
            spans = self.spans(day)
            # A business day is a date, so it begins at midnight at the earliest.
            opens_ms = max(self._utc_ms(day, 0), spans[0][0] - before_ms) if spans else 0
            if opens_ms > now_ms:
                return opens_ms
        return None

    def _utc_ms(self, day: dt.date, minute: int) -> int:
        # Wall time, not midnight plus a duration: they differ on a day with a clock change.
        later = day + dt.timedelta(days=minute // (24 * 60))
        clock = dt.time(minute % (24 * 60) // 60, minute % 60, tzinfo=self.time_zone)
        return round(dt.datetime.combine(later, clock).timestamp() * 1000)


def days_of_year() -> Iterable[tuple[int, int]]:
    """Every (month, day) of a leap year."""
    day = dt.date(2024, 1, 1)
    while day.year == 2024:
        yield day.month, day.day
        day += dt.timedelta(days=1)
