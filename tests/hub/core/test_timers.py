"""Time alone: what is due, when, and in which order."""

from __future__ import annotations

from fakes.hall import HOUR, MINUTE, SECOND, World, kinds
from hub.core import commands as cmd


def test_timers_that_ran_out_together_come_in_the_order_of_their_times():
    world = World()
    world.book("b1", world.now)
    world.do(world.reserve("grant"))
    world.called()
    world.now += 2 * HOUR
    assert kinds(world.hall.due(world.now)) == ["print_unsure", "started", "booking_missed"]


def test_every_kind_of_timer_announces_itself():
    world = World()
    start = world.now
    world.do(world.reserve("grant"))
    assert world.hall.next_due_ms(world.now) == start + 20 * SECOND
    world.do(cmd.ConfirmPrint(1, "printed"))
    assert world.hall.next_due_ms(world.now) is None
    world.take("loan")
    world.press(1, "next")
    world.wait(9 * SECOND)
    assert world.hall.next_due_ms(world.now) == start + 30 * SECOND  # the voice
    world.speak()
    assert world.hall.next_due_ms(world.now) == world.now + 45 * SECOND
    world.press(1, "transfer", long=True)
    assert world.hall.next_due_ms(world.now) == world.now + 10 * MINUTE
    world.called()
    world.press(1, "noshow", again=True)
    world.wait(10 * MINUTE)
    assert world.hall.next_due_ms(world.now) == world.now + 50 * MINUTE
    world.wait(50 * MINUTE)
    world.press(1, "next")
    world.press(1, "done")
    world.press(1, "done")
    assert world.hall.next_due_ms(world.now) == world.now + 30 * SECOND  # the rating
    world.wait(30 * SECOND)
    world.book("b1", world.now)
    world.book("b2", world.now + HOUR)
    assert world.hall.next_due_ms(world.now) == world.now + HOUR + 1


def test_a_hub_that_slept_catches_up_at_once():
    world = World()
    world.called()
    world.press(1, "noshow", again=True)
    world.now += 5 * HOUR
    events = world.hall.due(world.now)
    assert kinds(events) == ["no_show"]
    assert events[0].at_ms == world.now
