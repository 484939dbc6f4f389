"""What each device shows for what stands in the hall."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest

from fakes.hub import MACHINE, MINUTE, PROOF, SEAL, Desk, example, holder
from hub.config import EXAMPLE, HallConfig, load
from hub.core import commands
from hub.wire.wants import (
    CLOSED_FOR_TODAY,
    NOT_OPEN,
    PAUSED,
    bar_want,
    board_line,
    facts_of,
    issuing,
    text_width,
    want_of,
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shown(desk: Desk, device_id: str):
    """The want's body of a device."""
    device = desk.config.device(device_id)
    facts = facts_of(
        device,
        desk.config,
        desk.hall,
        desk.now,
        lambda number: desk.hall.window_view(number, desk.now),
    )
    return want_of(device, desk.config, facts)[1]


def lines(desk: Desk, device_id: str) -> list[tuple[str, bool]]:
    return [(line.t, line.blink) for line in shown(desk, device_id).lines]


def test_a_window_from_closed_to_closed_again(desk: Desk) -> None:
    bar = [lines(desk, "bar-04")]
    desk.press(4, "pause")
    bar.append(lines(desk, "bar-04"))
    desk.take()
    desk.press(4, "next")
    bar.append(lines(desk, "bar-04"))
    desk.press(4, "done")
    bar.append(lines(desk, "bar-04"))
    desk.press(4, "done")
    desk.press(4, "pause")
    bar.append(lines(desk, "bar-04"))
    texts = [NOT_OPEN, "4号窗口", "请C001", "C001办理", PAUSED]
    assert bar == [[(text, text == "请C001")] for text in texts]


@pytest.mark.parametrize("ticket", ["C001", "C1001"])
@pytest.mark.parametrize("st", ["closed", "paused", "idle", "called", "serving"])
def test_a_bar_of_64_pixels_holds_every_line(ticket: str, st: str) -> None:
    (line,) = bar_want(20, st, ticket).lines
    assert text_width(line.t) <= 64
    assert ticket in line.t or st not in ("called", "serving")


@pytest.mark.parametrize(
    ("ticket", "window", "line"),
    [
        ("A012", 3, "请A012到3号窗口"),
        ("A012", 12, "请A012到12号窗口"),
        ("A1012", 12, "A1012到12号窗口"),
    ],
)
def test_a_boards_line_loses_its_please_before_its_number(ticket, window, line) -> None:
    assert board_line(ticket, window, 128) == line
    assert text_width(line) <= 128


def test_a_board_names_the_hall_until_the_first_call(desk: Desk) -> None:
    assert lines(desk, "board-1") == [("综合事务服务中心", False), ("一楼学生事务区", False)]


def test_a_board_shows_the_last_calls_of_its_zone_newest_on_top(desk: Desk) -> None:
    for window, card in ((4, "AB"), (5, "CD")):
        desk.press(window, "pause")
        desk.take(PROOF, card)
        desk.press(window, "next")
    assert lines(desk, "board-1") == [("请C002到5号窗口", True), ("请C001到4号窗口", True)]
    desk.press(4, "done")
    assert lines(desk, "board-1")[1] == ("请C001到4号窗口", False)
    assert lines(desk, "board-3")[0] == ("综合事务服务中心", False)


def test_a_caller_gets_its_windows_view_and_no_more_than_four_digits(desk: Desk) -> None:
    desk.press(4, "pause")
    leg = desk.take()
    desk.press(4, "next")
    want = shown(desk, "caller-04")
    assert (want.st, want.leg, want.ticket, want.waiting) == ("called", leg, "C001", 0)
    assert (want.ver, want.confirm_ms) == (2, desk.config.policy.confirm_ms)
    assert want.choose_ms == desk.config.policy.choose_ms
    assert "done" in want.lit
    view = desk.hall.window_view(4, desk.now)._replace(waiting=12_345)
    assert want_of(desk.config.device("caller-04"), desk.config, view)[1].waiting == 9999


def test_a_pad_knows_its_window(desk: Desk) -> None:
    assert shown(desk, "pad-20").win == 20


def test_a_machine_is_open_while_the_day_is(desk: Desk) -> None:
    desk.take(SEAL)
    open_ = shown(desk, MACHINE)
    assert (open_.open, open_.notice, len(open_.letters)) == (True, None, 12)
    desk.do(commands.CloseDay())
    closed = shown(desk, MACHINE)
    assert (closed.open, closed.notice) == (
        False,
        MIDNIGHT,
    )


def test_a_machine_says_when_it_opens_and_when_it_has_stopped() -> None:
    hours = load(EXAMPLE)
    desk = Desk(hours)
    day = desk.hall.state.day
    desk.do(commands.OpenDay(day, hours.calendar.hours(date.fromisoformat(day))))
    leg = desk.take()
    end_ms = desk.hall.state.sessions[-1][1]
    desk.now = end_ms - 1
    assert desk.hall.next_due_ms(desk.now) <= end_ms
    assert (shown(desk, MACHINE).open, shown(desk, MACHINE).notice) == (True, None)
    desk.now = end_ms
    stopped = "今天已停止取号,9月22日07:30起 Opens 22 Sep 07:30"
    # Who missed a call may still come back.
    assert (shown(desk, MACHINE).open, shown(desk, MACHINE).notice) == (True, stopped)
    desk.do(commands.Cancel(leg, holder("card", "AB")))
    assert (shown(desk, MACHINE).open, shown(desk, MACHINE).notice) == (False, stopped)
    desk.do(commands.CloseDay())
    assert shown(desk, MACHINE).notice == stopped
    desk.now = at_hours(hours, "2026-09-22", 0) - 1
    assert shown(desk, MACHINE).notice == "9月22日07:30起取号 Opens 22 Sep 07:30"


MIDNIGHT = "今天已停止取号,9月22日00:00起 Opens 22 Sep 00:00"


def at_hours(config: HallConfig, day: str, session: int) -> int:
    """When numbers are first given on a day."""
    return config.calendar.spans(date.fromisoformat(day))[session][0] - 30 * MINUTE


def test_the_longest_notice_fits_the_wire_and_a_hall_that_never_opens_says_so() -> None:
    desk = Desk(load(EXAMPLE))
    day = next(
        found
        for days in range(366)
        if (found := date(2026, 9, 21) + timedelta(days=days)).month == 12
        and found.day >= 11
        and desk.config.calendar.spans(found)
    )
    desk.now = at_hours(desk.config, day.isoformat(), 0) - 12 * 60 * MINUTE
    desk.hall.state.sessions = ((0, 1),)
    desk.hall.state.day = (day - timedelta(days=1)).isoformat()
    assert shown(desk, MACHINE).notice.startswith("今天已停止取号,12月")
    assert len(shown(desk, MACHINE).notice) <= 40
    never = dataclasses.replace(desk.config, sessions=())
    assert issuing(never, desk.hall, desk.now) == (False, CLOSED_FOR_TODAY)


def test_a_speed_that_leaves_no_minute_is_still_a_minute() -> None:
    desk = Desk(example().scaled(600))
    assert shown(desk, MACHINE).return_min == 1
