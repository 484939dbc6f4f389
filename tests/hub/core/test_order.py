"""Who is next: keys, credits, primary and secondary services, and the bound."""

from __future__ import annotations

import pytest

from fakes.hall import HOUR, MINUTE, SECOND, World, small_rules
from hub.core import Rules, Service, Window
from hub.core import commands as cmd
from hub.core.moment import Moment
from hub.core.order import overtaken, waiting_at


def calls(world: World, window: int, times: int) -> list[int]:
    """The legs that a window calls one after the other."""
    called = []
    for _ in range(times):
        world.press(window, "next")
        called.append(world.state.window(window).leg)
        world.press(window, "done")
    return called


def test_walk_ins_come_in_the_order_of_their_arrival_not_of_their_papers():
    world = World()
    (first,) = world.do(world.reserve())
    (second,) = world.do(world.reserve())
    world.do(cmd.ConfirmPrint(second.leg, "printed"))
    world.do(cmd.ConfirmPrint(first.leg, "printed"))
    assert calls(world, 1, 2) == [first.leg, second.leg]


def test_a_booked_leg_has_15_min_of_credit_and_a_priority_one_20_but_never_the_sum():
    world = World()
    world.book("b1", world.now + 30 * MINUTE)
    walk_in = world.take("loan")
    world.wait(15 * MINUTE + SECOND)
    late_walk_in = world.take("loan")
    priority = world.take("loan", priority=True)
    booked = world.take("loan", "card-b1", booking="b1", priority=True)
    leg = world.leg(booked)
    assert (leg.base_ms, leg.credit_ms) == (leg.slot_ms, 20 * MINUTE)
    world.wait(10 * MINUTE)
    assert calls(world, 1, 4) == [priority, walk_in, booked, late_walk_in]


def test_a_booked_leg_is_not_called_6_min_before_its_slot_while_others_wait():
    world = World()
    world.book("b1", world.now + 6 * MINUTE)
    booked = world.check_in("b1")
    walk_in = world.take("loan")
    world.press(1, "next")
    assert world.state.window(1).leg == walk_in
    world.press(2, "next")
    assert world.state.window(2).leg == booked  # nobody else: an idle window takes it


def test_a_booked_leg_is_callable_5_min_before_its_slot():
    world = World()
    world.book("b1", world.now + 5 * MINUTE)
    walk_in, booked = world.take("loan"), world.check_in("b1")
    assert calls(world, 1, 2) == [booked, walk_in]


def test_a_secondary_service_waits_for_the_primaries_until_it_has_waited_20_min():
    world = World()
    secondary = world.take("card")
    primary = world.take("loan")
    late = world.copy()
    assert calls(world, 2, 2) == [primary, secondary]
    late.wait(20 * MINUTE)
    assert calls(late, 2, 2) == [secondary, primary]


def test_a_secondary_service_is_taken_when_no_primary_waits():
    world = World()
    secondary = world.take("card")
    assert calls(world, 2, 1) == [secondary]


def test_a_joint_window_calls_one_number_for_all_partners():
    joint = Service("entry", "J", 480, frozenset({2}))
    rules = small_rules()
    world = World(
        Rules({**rules.services, "entry": joint}, {**rules.windows, 2: Window(2, "floor-1")})
    )
    leg = world.take("entry")
    world.press(1, "pause")
    assert world.refused(1, "next") == "NOBODY"
    assert calls(world, 2, 1) == [leg]
    assert world.leg(leg).ticket == "J001"


def test_a_booked_primary_before_its_slot_does_not_break_the_bound_for_a_secondary():
    # By the letter of "has waited T" the secondary (19 min) would come after a booked leg
    # whose base is 24 min later than its own: more than the bound of 20 min.
    world = World()
    slot_ms = world.now + 24 * MINUTE
    world.book("b1", slot_ms)
    secondary = world.take("card")
    world.wait(19 * MINUTE)
    booked = world.check_in("b1")
    assert world.leg(booked).base_ms - world.leg(secondary).base_ms == 24 * MINUTE
    assert calls(world, 2, 2) == [secondary, booked]
    assert world.state.breaches == 0


def test_a_primary_within_the_bound_still_goes_before_the_secondary():
    world = World()
    world.book("b1", world.now + 20 * MINUTE)
    secondary = world.take("card")
    world.wait(19 * MINUTE)
    booked = world.check_in("b1")
    assert calls(world, 2, 2) == [booked, secondary]


def test_a_breach_of_the_bound_is_found_counted_and_named():
    world = World()
    old = world.take("loan")
    world.wait(HOUR)
    young = world.take("loan")
    m = Moment(world.hall.rules, world.state, world.now)
    assert overtaken(m, 1, world.leg(young)).id == old
    assert overtaken(m, 1, world.leg(old)) is None
    (opened, called) = world.hall.decide(world.press_of(1, "next"), world.now)
    world.hall.apply(opened)
    world.hall.apply(type(called)(**{**fields(called), "leg": young, "breach": old}))
    assert world.state.breaches == 1


def fields(event) -> dict[str, object]:
    return {"at_ms": event.at_ms, **event.to_json()}


def test_the_other_leg_of_a_visitor_at_a_window_keeps_its_key_and_is_passed_over():
    world = World()
    world.take("loan", "card-1")
    other = world.take("grant", "card-1")
    third = world.take("grant")
    key_ms = world.leg(other).key_ms
    world.press(1, "next")
    world.press(3, "next")
    assert world.state.window(3).leg == third
    world.press(1, "done")
    world.press(1, "done")
    world.press(3, "done")
    world.press(3, "next")
    assert world.state.window(3).leg == other
    assert world.leg(other).key_ms == key_ms


# --- A missed leg comes back -------------------------------------------------------------------


def missed_world(others: int) -> tuple[World, int]:
    world = World()
    leg = world.called()
    world.press(1, "noshow", again=True)
    for _ in range(others):
        world.wait(MINUTE)
        world.take("loan")
    return world, leg


@pytest.mark.parametrize(("others", "place"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 3)])
def test_a_missed_leg_comes_back_behind_the_third_who_waits(others, place):
    world, leg = missed_world(others)
    world.press(1, "recall", long=True)
    order = calls(world, 1, others + 1)
    assert order.index(leg) == place


def test_a_missed_leg_that_returns_keeps_its_key_if_that_is_the_later_one():
    world, leg = missed_world(others=0)
    world.take("loan", priority=True)
    key_ms = world.leg(leg).key_ms
    world.press(1, "recall", long=True)
    assert world.leg(leg).key_ms == key_ms


def test_the_same_card_brings_a_missed_leg_back_and_after_60_min_does_not():
    world = World()
    leg = world.take("loan", "card-1")
    world.press(1, "next")
    world.press(1, "noshow", again=True)
    late = world.copy()
    (returned,) = world.do(world.reserve("loan", "card-1"))
    assert (returned.kind, returned.leg) == ("returned", leg)
    late.wait(60 * MINUTE)
    assert late.leg(leg).state == "NO_SHOW"
    (reserved,) = late.do(late.reserve("loan", "card-1"))
    assert (reserved.kind, reserved.leg) == ("reserved", leg + 1)


def test_waiting_counts_all_that_the_window_could_take():
    world = World()
    for service in ("loan", "card", "invoice", "grant"):
        world.take(service)
    m = Moment(world.hall.rules, world.state, world.now)
    assert [waiting_at(m, window) for window in (1, 2, 3)] == [2, 3, 2]
