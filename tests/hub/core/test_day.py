"""The day's opening and close."""

from __future__ import annotations

from fakes.hall import DAY, MINUTE, SECOND, World, kinds
from hub.core import commands as cmd
from hub.core import model

NEXT_DAY = "2019-05-28"


def full_world() -> World:
    """One leg in each live state; window 1 serves, window 2 has called, window 3 is idle."""
    world = World()
    for done in ("transfer", "noshow"):
        world.serving() if done == "transfer" else world.called()
        world.press(1, done, long=True, again=True)
    world.serving(1)
    world.called(2, "invoice")
    world.press(3, "pause")
    world.take("grant")
    world.do(world.reserve("grant"))
    states = [leg.state for leg in world.hall.legs.values()]
    assert states == ["HELD", "MISSED", "SERVING", "CALLED", "WAITING", "RESERVED"]
    return world


def test_the_close_gives_every_leg_its_true_end_and_serving_goes_on():
    world = full_world()
    world.book("b1", world.now)
    world.do(cmd.CloseDay())
    assert [leg.state for leg in world.hall.legs.values()] == [
        "UNSERVED",
        "NO_SHOW",
        "SERVING",
        "NO_SHOW",
        "UNSERVED",
        "UNSERVED",
    ]
    assert world.state.bookings["b1"].state == model.BOOKING_MISSED
    stands = [world.hall.window_view(n, world.now).st for n in (1, 2, 3)]
    assert stands == ["serving", "closed", "closed"]
    assert world.why(cmd.CloseDay()) == "DAY_CLOSED"


def test_calls_that_the_close_overtakes_are_dropped_but_for_the_one_being_spoken():
    world = World()
    for window in (1, 2):
        world.take("loan")
        world.press(window, "next")
    events = world.do(cmd.CloseDay())
    dropped = [event for event in events if event.kind == "call_dropped"]
    assert [(event.call, event.why) for event in dropped] == [(2, "cancelled")]
    assert kinds(world.do(cmd.Spoken(1))) == ["call_spoken"]


def test_the_next_day_begins_empty_with_the_versions_of_the_windows_kept():
    world = full_world()
    seen = world.state.window(1).ver
    events = world.do(cmd.OpenDay(NEXT_DAY))
    assert kinds(events)[-3:] == ["day_closed", "finished", "day_opened"]
    assert world.hall.legs == {}
    assert world.state.window(1).ver > seen
    assert world.state.window(1).state == model.CLOSED
    assert world.wait(60 * MINUTE) == []


def test_a_leg_left_serving_overnight_is_forced_and_asks_for_no_rating():
    world = World()
    world.serving()
    world.do(cmd.CloseDay())
    forced = world.hall.decide(cmd.OpenDay(NEXT_DAY), world.now)[0]
    world.hall.apply(forced)
    assert (world.leg(1).forced, world.leg(1).rating) == (True, model.NOT_ASKED)


def test_opening_the_open_day_again_changes_nothing_and_a_past_or_closed_one_is_refused():
    world = World()
    assert world.do(cmd.OpenDay(DAY)) == []
    assert world.why(cmd.OpenDay("2019-05-26")) == "DAY_CLOSED"
    world.do(cmd.CloseDay())
    assert world.why(cmd.OpenDay(DAY)) == "DAY_CLOSED"


def test_before_the_first_day_nothing_can_be_closed():
    assert World(open_day=False).why(cmd.CloseDay()) == "DAY_CLOSED"


def test_a_rating_may_still_come_after_the_close():
    world = World()
    world.serving()
    world.press(1, "done")
    world.do(cmd.CloseDay())
    world.wait(SECOND)
    assert kinds(world.do(cmd.Rate(1, 5))) == ["rated"]
