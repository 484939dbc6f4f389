"""The caller's keys: every cell of the table, key by what stands at the window."""

from __future__ import annotations

import pytest

from fakes.hall import MINUTE, SECOND, World, kinds
from hub.core import Refused, model, remark
from hub.core import commands as cmd
from hub.core.keys import KEYS, TABLE

STANDS = ("closed", "paused", "idle", "called", "serving")


def window_1(stands: str) -> World:
    """A world whose window 1 stands like this, with one more leg waiting for it."""
    world = World()
    if stands == "paused":
        world.press(1, "pause")
    if stands in ("paused", "idle"):
        world.press(1, "pause")
    if stands == "called":
        world.called()
    if stands == "serving":
        world.serving()
    world.take("loan", "waiting")
    world.wait(9 * SECOND)
    assert world.hall.window_view(1, world.now).st == stands
    return world


CELLS = {
    # (key, stands): the events of a press, or the reason of its refusal
    ("next", "closed"): ["window_opened", "called"],
    ("next", "paused"): ["window_opened", "called"],
    ("next", "idle"): ["called"],
    ("next", "called"): "CONFIRM_SERVED",
    ("next", "serving"): ["finished", "called"],
    ("recall", "closed"): "WINDOW_CLOSED",
    ("recall", "paused"): "WINDOW_PAUSED",
    ("recall", "idle"): "NOT_CALLED",
    ("recall", "called"): ["recalled"],
    ("recall", "serving"): "SERVING",
    ("noshow", "closed"): "WINDOW_CLOSED",
    ("noshow", "paused"): "WINDOW_PAUSED",
    ("noshow", "idle"): "NOT_CALLED",
    ("noshow", "called"): "CONFIRM_NOSHOW",
    ("noshow", "serving"): "SERVING",
    ("done", "closed"): "WINDOW_CLOSED",
    ("done", "paused"): "WINDOW_PAUSED",
    ("done", "idle"): "NOT_CALLED",
    ("done", "called"): ["started"],
    ("done", "serving"): ["finished"],
    ("transfer", "closed"): "WINDOW_CLOSED",
    ("transfer", "paused"): "WINDOW_PAUSED",
    ("transfer", "idle"): "NOT_CALLED",
    ("transfer", "called"): "NO_TARGET",
    ("transfer", "serving"): "NO_TARGET",
    ("pause", "closed"): ["window_opened"],
    ("pause", "paused"): ["window_opened"],
    ("pause", "idle"): ["window_paused"],
    ("pause", "called"): ["pause_asked"],
    ("pause", "serving"): ["pause_asked"],
}


def test_the_cells_are_all_there_are():
    assert set(CELLS) == {(key, stands) for key in KEYS for stands in STANDS}
    assert set(TABLE) <= set(CELLS)


@pytest.mark.parametrize(("key", "stands"), CELLS)
def test_each_cell_of_the_table(key, stands):
    world, expected = window_1(stands), CELLS[key, stands]
    if isinstance(expected, str):
        assert world.refused(1, key) == expected
    else:
        ver = world.state.window(1).ver
        assert kinds(world.press(1, key)) == expected
        assert world.state.window(1).ver > ver


CONFIRMED = {
    # cells that differ when pressed again, or long
    ("next", "called", "again"): ["started", "finished", "called"],
    ("noshow", "called", "again"): ["missed"],
    ("noshow", "serving", "again"): "SERVING",
    ("recall", "idle", "long"): "NOTHING_HELD",
    ("recall", "called", "long"): ["recalled"],
    ("transfer", "called", "long"): ["started", "held"],
    ("transfer", "serving", "long"): ["held"],
}


@pytest.mark.parametrize(("key", "stands", "how"), CONFIRMED)
def test_cells_pressed_again_or_long(key, stands, how):
    world, expected = window_1(stands), CONFIRMED[key, stands, how]
    if isinstance(expected, str):
        assert world.refused(1, key, **{how: True}) == expected
    else:
        assert kinds(world.press(1, key, **{how: True})) == expected


@pytest.mark.parametrize("stands", STANDS)
def test_lamps_are_lit_for_the_keys_that_are_accepted(stands):
    world = window_1(stands)
    lit = world.hall.window_view(1, world.now).lit
    for key in KEYS:
        assert (key in lit) == (is_accepted(world, key, False) or is_accepted(world, key, True))


def is_accepted(world: World, key: str, long: bool) -> bool:
    twin = world.copy()
    try:
        twin.press(1, key, again=True, long=long)
    except Refused:
        return False
    return True


# --- 下一位 ------------------------------------------------------------------------------------


def test_next_with_nobody_waiting_is_refused_when_idle_and_remarked_otherwise():
    world = World()
    opened = world.press_of(1, "next")
    assert remark(opened, world.do(opened)) == "NOBODY"
    assert world.refused(1, "next") == "NOBODY"
    world.serving()
    finished = world.press_of(1, "next")
    events = world.do(finished)
    assert kinds(events) == ["finished"]
    assert remark(finished, events) == "NOBODY"


def test_next_that_called_somebody_needs_no_remark():
    world = window_1("serving")
    press = world.press_of(1, "next")
    assert remark(press, world.do(press)) is None
    assert remark(world.press_of(1, "done"), []) is None


def test_next_while_called_is_locked_for_8_s_and_then_needs_a_second_press():
    world = World()
    world.called()
    world.wait(8 * SECOND - 1)
    assert world.refused(1, "next", again=True) == "TOO_SOON"
    world.wait(1)
    assert world.refused(1, "next") == "CONFIRM_SERVED"
    assert kinds(world.press(1, "next", again=True)) == ["started", "finished"]
    assert world.leg(1).state == model.DONE
    assert world.leg(1).implicit


def test_finish_and_call_frees_the_visitor_for_the_next_leg_at_the_same_window():
    world = World()
    world.take("loan", "card-1")
    second = world.take("card", "card-1")
    world.press(1, "next")
    world.press(1, "done")
    assert kinds(world.press(1, "next")) == ["finished", "called"]
    assert world.state.window(1).leg == second


# --- 重呼 --------------------------------------------------------------------------------------


def test_recalls_are_8_s_apart_and_three_calls_in_all_then_no_show_blinks():
    world = World()
    leg = world.called()
    assert world.refused(1, "recall") == "TOO_SOON"
    for calls in (2, 3):
        assert world.hall.window_view(1, world.now).blink == ()
        world.wait(8 * SECOND)
        world.press(1, "recall")
        world.speak()
        assert world.leg(leg).calls == calls
    world.wait(8 * SECOND)
    assert world.refused(1, "recall") == "RECALL_LIMIT"
    assert world.hall.window_view(1, world.now).blink == ("noshow",)


def test_a_recall_of_what_is_still_to_be_spoken_is_merged_and_not_counted():
    world = World()
    world.take()
    world.press(1, "next")
    world.wait(8 * SECOND)
    (recalled,) = world.press(1, "recall")
    assert recalled.call is None
    assert world.leg(1).calls == 1
    assert world.refused(1, "recall") == "TOO_SOON"
    world.speak()
    world.wait(8 * SECOND)
    (recalled,) = world.press(1, "recall")
    assert recalled.call == 2


def test_long_recall_brings_back_the_last_held_or_missed_here():
    world = World()
    held, missed = world.serving(), None
    world.press(1, "transfer", long=True)
    world.wait(SECOND)
    missed = world.called()
    world.press(1, "noshow", again=True)
    elsewhere = world.called(2, "invoice")
    world.press(2, "noshow", again=True)
    assert world.refused(1, "recall") == "NOT_CALLED"
    for expected in (missed, held):
        (returned,) = world.press(1, "recall", long=True)
        assert returned.leg == expected
    assert world.refused(1, "recall", long=True) == "NOTHING_HELD"
    assert world.leg(elsewhere).state == model.MISSED


# --- 过号 --------------------------------------------------------------------------------------


def test_no_show_needs_no_second_press_once_called_twice():
    world = World()
    leg = world.called()
    world.wait(8 * SECOND)
    world.press(1, "recall")
    assert kinds(world.press(1, "noshow")) == ["missed"]
    assert world.leg(leg).state == model.MISSED


def test_a_second_miss_is_a_no_show():
    world = World()
    leg = world.called()
    world.press(1, "noshow", again=True)
    world.press(1, "recall", long=True)
    world.press(1, "next")
    assert kinds(world.press(1, "noshow", again=True)) == ["no_show"]
    assert world.leg(leg).state == model.NO_SHOW


def test_no_show_while_serving_only_if_nobody_said_that_the_visitor_came():
    world = World()
    leg = world.called()
    world.wait(45 * SECOND)
    assert world.leg(leg).implicit
    assert world.refused(1, "noshow") == "CONFIRM_NOSHOW"
    late = world.copy()
    late.wait(10 * MINUTE)
    assert late.refused(1, "noshow", again=True) == "SERVING"
    assert kinds(world.press(1, "noshow", again=True)) == ["missed"]


# --- 转移 --------------------------------------------------------------------------------------


def test_transfer_ends_the_leg_and_opens_another_with_key_number_and_paper_kept():
    world = World()
    leg = world.serving()
    world.wait(MINUTE)
    assert kinds(world.press(1, "transfer", target=1)) == ["transferred", "forwarded"]
    old, new = world.leg(leg), world.leg(leg + 1)
    assert (old.state, old.rating) == (model.DONE, model.NOT_ASKED)
    assert (new.state, new.service, new.origin) == (model.WAITING, "card", leg)
    assert (new.visit, new.ticket, new.token, new.key_ms, new.paper) == (
        old.visit,
        old.ticket,
        old.token,
        old.key_ms,
        old.paper,
    )
    assert (new.window, new.call, new.calls, new.first_call_ms) == (None, None, 0, None)


def test_transfer_to_the_same_service_loses_the_place():
    world = World()
    leg = world.called(2)
    world.wait(30 * SECOND)
    assert kinds(world.press(2, "transfer", target=2)) == ["started", "transferred", "forwarded"]
    assert world.leg(leg + 1).key_ms == world.now


def test_transfer_to_a_window_that_takes_none_is_refused():
    world = World()
    world.serving()
    assert world.refused(1, "transfer", target=3) == "NO_TARGET"
    assert world.refused(1, "transfer", target=99) == "NO_TARGET"


def test_transfer_to_a_window_that_is_not_open_is_refused():
    world = World()
    world.serving()
    assert world.refused(1, "transfer", target=2) == "TARGET_CLOSED"
    world.press(2, "pause")
    world.press(2, "pause")
    assert world.refused(1, "transfer", target=2) == "TARGET_CLOSED"
    assert world.hall.window_view(1, world.now).targets == ()
    world.press(2, "pause")
    assert world.hall.window_view(1, world.now).targets == (2,)
    assert world.hall.window_view(2, world.now).targets == ()  # nobody there to be sent on
    assert kinds(world.press(1, "transfer", target=2)) == ["transferred", "forwarded"]


def test_hold_keeps_the_key_and_comes_back_by_itself():
    world = World()
    leg = world.serving()
    key_ms = world.leg(leg).key_ms
    world.press(1, "transfer", long=True)
    assert world.leg(leg).state == model.HELD
    assert kinds(world.wait(10 * MINUTE)) == ["returned"]
    assert (world.leg(leg).state, world.leg(leg).key_ms) == (model.WAITING, key_ms)


# --- 暂停 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["done", "next"])
def test_a_pause_asked_for_while_serving_comes_when_the_leg_ends(key):
    world = window_1("serving")
    world.press(1, "pause")
    assert world.hall.window_view(1, world.now).pausing
    press = world.press_of(1, key)
    events = world.do(press)
    assert kinds(events) == ["finished", "window_paused"]
    assert remark(press, events) is None
    view = world.hall.window_view(1, world.now)
    assert (view.st, view.pausing) == ("paused", False)


def test_a_pause_asked_for_twice_is_cancelled():
    world = window_1("called")
    world.press(1, "pause")
    world.press(1, "pause")
    world.press(1, "done")
    assert kinds(world.press(1, "done")) == ["finished"]


def test_no_window_opens_on_a_closed_day_and_one_that_serves_closes_after():
    world = World()
    world.serving()
    world.press(1, "pause")
    world.do(cmd.CloseDay())
    assert world.refused(1, "transfer", long=True) == "DAY_CLOSED"
    assert world.refused(3, "pause") == "DAY_CLOSED"
    assert world.refused(3, "next") == "DAY_CLOSED"
    assert kinds(world.press(1, "done")) == ["finished"]
    assert world.hall.window_view(1, world.now).st == "closed"


def test_a_no_show_after_the_close_is_final():
    world = World()
    world.called()
    world.wait(45 * SECOND)
    world.do(cmd.CloseDay())
    assert kinds(world.press(1, "noshow", again=True)) == ["no_show"]


# --- Who presses -------------------------------------------------------------------------------


def test_presses_from_nowhere_are_refused():
    world = World()
    assert world.refused(99, "next") == "UNKNOWN_WINDOW"
    assert world.refused(1, "coffee") == "UNKNOWN_KEY"


def test_a_press_on_an_older_picture_or_for_another_leg_is_stale():
    world = window_1("serving")
    seen = world.state.window(1)
    assert world.refused(1, "done", ver=seen.ver - 1) == "STALE"
    assert world.refused(1, "done", ver=seen.ver + 1) == "STALE"
    assert world.refused(1, "done", leg=seen.leg + 1) == "STALE"
    assert world.refused(1, "done", leg=None) == "STALE"
