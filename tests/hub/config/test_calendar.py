"""When the example hall serves: seasons, Fridays, noon, holidays and clock changes."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from hub.config import EXAMPLE, load
from hub.config.calendar import Calendar
from hub.config.model import Season, Session

HALL = load(EXAMPLE)
SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("when", "serves"),
    [
        ("2026-07-06T07:59", False),  # a Monday in summer
        ("2026-07-06T08:00", True),
        ("2026-07-06T11:59", True),
        ("2026-07-06T12:00", False),
        ("2026-07-06T14:29", False),
        ("2026-07-06T17:59", True),
        ("2026-07-06T18:00", False),
        ("2026-12-07T14:00", True),  # a Monday in winter
        ("2026-12-07T17:30", False),
        ("2026-07-10T15:59", True),  # a Friday
        ("2026-07-10T16:00", False),
        ("2026-07-11T09:00", False),  # a Saturday
        ("2026-10-01T09:00", False),  # the National Day, a Thursday
        ("2026-10-10T09:00", True),  # a Saturday with a Wednesday's hours
        ("2026-10-10T17:00", True),
        ("2026-01-15T09:00", True),  # winter goes on over the new year
    ],
)
def test_the_hall_serves_in_its_sessions(when: str, serves: bool) -> None:
    assert (HALL.session_at(at(when)) is not None) is serves
    assert (HALL.session_at(at(when).astimezone(dt.UTC)) is not None) is serves
    assert (HALL.session_at(at(when).replace(tzinfo=None)) is not None) is serves


def test_spans_are_utc_and_in_order() -> None:
    spans = HALL.calendar.spans(dt.date(2026, 7, 6))
    assert spans == tuple(
        (
            round(at(f"2026-07-06T{a}").timestamp() * 1000),
            round(at(f"2026-07-06T{b}").timestamp() * 1000),
        )
        for a, b in (("08:00", "12:00"), ("14:30", "18:00"))
    )
    assert HALL.calendar.spans(dt.date(2026, 7, 11)) == ()


def test_the_business_day_is_the_local_date() -> None:
    just_after_midnight_ms = round(at("2026-07-06T00:01").timestamp() * 1000)
    assert HALL.calendar.business_day(just_after_midnight_ms) == dt.date(2026, 7, 6)


def test_a_hall_open_all_day_serves_at_any_time() -> None:
    always = HALL.open_all_day()
    for when in ("2026-10-01T00:00", "2026-07-11T23:59", "2026-02-28T12:30"):
        assert always.session_at(at(when)) is not None
    ((start_ms, end_ms),) = always.calendar.spans(dt.date(2026, 10, 1))
    assert end_ms - start_ms == 24 * 3_600_000


def test_hours_are_wall_time_on_a_day_with_a_clock_change() -> None:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    year = Season("year", (1, 1), (12, 31))
    calendar = Calendar(berlin, (year,), (Session("year", ("sun",), 0, 24 * 60),), {})
    ((start_ms, end_ms),) = calendar.spans(dt.date(2026, 3, 29))
    assert end_ms - start_ms == 23 * 3_600_000
