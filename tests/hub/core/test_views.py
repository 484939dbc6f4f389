"""What devices are shown."""

from __future__ import annotations

from fakes.hall import HOUR, MINUTE, SECOND, World
from hub.core import model


def test_a_windows_view_follows_its_leg_and_its_version_rises():
    world = World()
    seen = [world.hall.window_view(1, world.now)]
    world.take("loan")
    for key in ("next", "done", "done"):
        world.press(1, key)
        seen.append(world.hall.window_view(1, world.now))
    assert [view.st for view in seen] == ["closed", "called", "serving", "idle"]
    assert [view.ticket for view in seen] == [None, "A001", "A001", None]
    versions = [view.ver for view in seen]
    assert versions == sorted(set(versions))


def test_what_no_press_changed_leaves_the_version():
    world = World()
    world.called()
    ver = world.state.window(1).ver
    world.take("loan")
    world.wait(8 * SECOND)
    world.speak()
    assert world.state.window(1).ver == ver


def test_a_press_that_brings_somebody_back_counts_once_though_the_picture_stays():
    world = World()
    first = world.serving()
    world.press(1, "transfer", long=True)
    second = world.serving()
    world.press(1, "transfer", long=True)
    back = world.press_of(1, "recall", long=True)
    assert [event.leg for event in world.do(back)] == [second]
    assert world.why(back) == "STALE"
    assert world.leg(first).state == model.HELD


def test_a_visitor_who_comes_back_alone_leaves_the_clerks_picture_alone():
    world = World()
    world.take("loan", "card-1")
    world.press(1, "next")
    world.press(1, "noshow", again=True)
    ver = world.state.window(1).ver
    world.do(world.reserve("loan", "card-1"))
    assert world.state.window(1).ver == ver


def test_lamps_that_change_by_time_alone_are_announced():
    world = World()
    world.called()
    assert "next" not in world.hall.window_view(1, world.now).lit
    due_ms = world.hall.next_due_ms(world.now)
    assert due_ms == world.now + 8 * SECOND
    assert world.hall.due(due_ms) == []
    assert {"next", "recall"} <= set(world.hall.window_view(1, due_ms).lit)
    assert world.hall.next_due_ms(due_ms) == world.now + 45 * SECOND


def test_the_no_show_lamp_of_an_implicit_start_goes_out_10_min_after_the_call():
    world = World()
    world.called()
    called_ms = world.now
    world.wait(45 * SECOND)
    assert world.hall.next_due_ms(world.now) == called_ms + 10 * MINUTE + 1
    assert "noshow" in world.hall.window_view(1, called_ms + 10 * MINUTE).lit
    assert "noshow" not in world.hall.window_view(1, called_ms + 10 * MINUTE + 1).lit


def test_an_untouched_hall_has_nothing_to_wait_for():
    assert World().hall.next_due_ms(0) is None


def test_bookings_of_a_holder_are_those_still_of_use_by_slot():
    world = World()
    world.book("later", world.now + 2 * HOUR, "card-1", service="grant")
    world.book("sooner", world.now, "card-1")
    world.book("other", world.now, "card-2")
    assert [b.id for b in world.hall.bookings_of("card-1", world.now)] == ["sooner", "later"]
    past_ms = world.now + HOUR + 1
    assert [b.id for b in world.hall.bookings_of("card-1", past_ms)] == ["later"]
    world.take("loan", "card-1", booking="sooner")
    assert [b.id for b in world.hall.bookings_of("card-1", world.now)] == ["later"]
