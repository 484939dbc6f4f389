"""One rating a leg, or none and why."""

from __future__ import annotations

import pytest

from fakes.hall import SECOND, World, kinds
from hub.core import commands as cmd
from hub.core import model


def done_world() -> World:
    world = World()
    world.serving()
    world.press(1, "done")
    return world


def test_a_rating_is_asked_for_shown_and_given():
    world = done_world()
    assert world.leg(1).rating == model.ASKED
    world.do(cmd.RatingOpened(1))
    assert world.do(cmd.RatingOpened(1)) == []
    world.do(cmd.Rate(1, 4))
    assert (world.leg(1).rating, world.leg(1).level) == (model.RATED, 4)
    assert world.why(cmd.Rate(1, 5)) == "RATED"
    assert world.wait(60 * SECOND) == []


def test_no_key_within_30_s_of_its_showing_is_unrated():
    world = done_world()
    world.wait(10 * SECOND)
    world.do(cmd.RatingOpened(1))
    assert world.wait(30 * SECOND - 1) == []
    (unrated,) = world.wait(1)
    assert unrated.why == "no-key"


def test_a_pad_that_never_showed_it_is_offline():
    world = done_world()
    (unrated,) = world.wait(30 * SECOND)
    assert unrated.why == "offline"


def test_a_pad_known_to_be_away_is_offline_at_once():
    world = done_world()
    assert kinds(world.do(cmd.RatingOffline(1))) == ["unrated"]
    assert world.do(cmd.RatingOffline(1)) == []


def test_the_next_leg_at_the_window_closes_the_rating_not_its_call():
    world = done_world()
    world.called()
    assert world.leg(1).rating == model.ASKED
    assert kinds(world.press(1, "done")) == ["unrated", "started"]
    assert (world.leg(1).rating, world.leg(1).unrated_why) == (model.UNRATED, "next")


def test_a_rating_running_out_as_time_alone_starts_the_next_leg_ends_once():
    world = World()
    world.called()
    world.wait(8 * SECOND)
    world.press(1, "done")
    world.take("loan")
    world.press(1, "next")
    world.speak()
    world.now += 45 * SECOND
    events = world.hall.due(world.now)
    assert sorted(kinds(events)) == ["started", "unrated"]


def test_a_rating_that_a_pad_kept_counts_when_it_comes():
    world = done_world()
    world.wait(30 * SECOND)
    world.do(cmd.Rate(1, 2))
    leg = world.leg(1)
    assert (leg.rating, leg.level, leg.unrated_why) == (model.RATED, 2, None)


def test_a_kept_rating_does_not_close_the_one_that_is_open_now():
    world = done_world()
    world.wait(30 * SECOND)
    second = world.serving()
    world.press(1, "done")
    world.do(cmd.Rate(1, 5))
    assert world.state.window(1).rating == second


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_level_that_the_pad_does_not_have(level):
    assert done_world().why(cmd.Rate(1, level)) == "NOT_RATEABLE"


def test_only_a_finished_leg_is_rated():
    world = World()
    world.serving()
    assert world.why(cmd.Rate(1, 5)) == "NOT_RATEABLE"
    assert world.why(cmd.Rate(9, 5)) == "UNKNOWN_LEG"
    world.press(1, "transfer", target=1)
    assert world.why(cmd.Rate(1, 5)) == "NOT_RATEABLE"
