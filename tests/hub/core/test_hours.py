"""The day's hours: who is still given a number, who is missed at a window, time without breaks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from fakes.hall import DAY, HOUR, MINUTE, NINE, World, kinds, small_rules
from hub.core import Refused, hours
from hub.core import commands as cmd

NOON, TWO, FIVE = NINE + 3 * HOUR, NINE + 5 * HOUR, NINE + 8 * HOUR
SESSIONS = ((NINE, NOON), (TWO, FIVE))


def world_at(at_ms: int, posts: tuple[int, ...] = (), sessions=SESSIONS) -> World:
    world = World(replace(small_rules(), posts={n: f"p-{n}" for n in posts}), open_day=False)
    world.now = at_ms
    world.do(cmd.OpenDay(DAY, sessions))
    return world


def refusal(world: World, **wanted: object) -> Refused:
    with pytest.raises(Refused) as refused:
        world.do(world.reserve(**wanted))
    return refused.value


def test_the_hours_are_kept_and_taken_over_when_they_change():
    world = world_at(NINE)
    assert world.state.sessions == SESSIONS
    assert world.do(cmd.OpenDay(DAY, SESSIONS)) == world.do(cmd.OpenDay(DAY)) == []
    assert kinds(world.do(cmd.OpenDay(DAY, SESSIONS[:1]))) == ["sessions_set"]
    assert world.state.sessions == SESSIONS[:1]
    world.do(cmd.OpenDay(DAY, ()))
    assert world.state.sessions == ()
    world.do(cmd.OpenDay("2019-05-28"))
    assert world.state.sessions == ()


def test_no_number_is_given_after_the_last_session_booked_or_not():
    world = world_at(NINE)
    world.book("b1", FIVE)
    world.now = FIVE
    assert refusal(world).reason == "DAY_CLOSED"
    assert world.why(world.reserve("loan", "card-b1", booking="b1")) == "DAY_CLOSED"


def test_no_number_is_given_when_its_call_would_come_after_the_last_session():
    world = world_at(FIVE - 20 * MINUTE)
    world.press(1, "pause")
    for _ in range(20):
        with suppress(Refused):
            world.take("loan")
    assert 0 < world.state.last_leg < 5
    refused = refusal(world)
    assert (refused.reason, refused.alert) == ("PAST_CLOSING", "past-closing")
    world.book("b1", world.now)
    assert world.check_in("b1")  # the slot is a promise


def test_no_number_is_given_where_no_window_is_open_or_due():
    world = world_at(TWO)
    world.press(2, "pause")
    world.wait(11 * MINUTE)
    refused = refusal(world, service="grant")
    assert (refused.reason, refused.alert) == ("NO_WINDOW", "no-window")
    world.press(2, "pause")
    assert world.take("loan")  # a paused window counts as due


def test_every_window_is_due_before_the_last_session_but_for_those_without_a_post():
    world = world_at(NOON + MINUTE, posts=(1, 2))
    assert world.take("loan")
    assert refusal(world, service="grant").reason == "NO_WINDOW"


def test_a_post_that_is_not_open_ten_minutes_after_a_session_began_is_told_of_once():
    world = world_at(NINE - 30 * MINUTE, posts=(1, 3))
    world.press(1, "pause")
    assert kinds(world.wait(41 * MINUTE)) == ["posts_checked"]
    assert world.state.alerts == {"post-late:3": NINE + 10 * MINUTE}
    world.press(3, "pause")
    assert world.state.alerts == {}
    world.press(1, "pause")
    assert world.wait(2 * HOUR) == []
    assert kinds(world.wait(4 * HOUR)) == ["posts_checked"]
    assert world.state.alerts == {"post-late:1": TWO + 10 * MINUTE}
    assert world.wait(3 * HOUR) == []


def test_a_hub_that_slept_through_a_session_tells_of_nobody():
    world = world_at(NINE, posts=(1,))
    world.now = NOON + MINUTE
    world.wait(MINUTE)
    assert world.state.alerts == {} and world.state.posts_checked_ms == NINE


def test_nobody_looks_for_posts_when_the_day_is_closed():
    world = world_at(NINE, posts=(1,))
    world.do(cmd.CloseDay())
    assert world.wait(HOUR) == []


def test_serving_time_skips_the_breaks_there_and_back():
    world = world_at(NINE)
    for at, serving_min, wait_min in (
        (NINE, 30, 30),
        (NINE - 20 * MINUTE, 30, 50),
        (NOON - 10 * MINUTE, 30, 150),
        (NOON + HOUR, 30, 90),
        (FIVE - 10 * MINUTE, 30, 30),
        (FIVE + HOUR, 30, 30),
    ):
        m = world.hall._at(at)
        assert hours.with_breaks_ms(m, serving_min * MINUTE) == wait_min * MINUTE, at
        assert hours.without_breaks_ms(m, wait_min * MINUTE) == serving_min * MINUTE, at
    nowhere = World().hall._at(NINE)
    assert hours.with_breaks_ms(nowhere, 5.0) == hours.without_breaks_ms(nowhere, 5) == 5
