"""The reasons of a place are the reasons of the order itself."""

from __future__ import annotations

from dataclasses import replace

from fakes.hall import MINUTE, World, small_rules
from hub.core import commands as cmd
from hub.core.explain import BOOKED, EARLIER, OWN, PRIORITY, URGENT


def why(world: World, leg: int) -> dict[int, str]:
    return {one.leg.id: one.why for one in world.hall.explain(leg, world.now).before}


def test_each_reason_for_standing_before_has_its_name():
    world = World()
    world.press(1, "pause")
    early = world.take("loan")
    world.book("b1", world.now + 20 * MINUTE)
    booked = world.check_in("b1")
    world.wait(16 * MINUTE)
    mine = world.take("loan")
    assert why(world, mine) == {early: EARLIER, booked: BOOKED}
    world.wait(MINUTE)
    elder = world.take("loan", priority=True)
    hurt = world.take("loan")
    world.do(cmd.Prioritise(hurt, "hurt", urgent=True))
    assert why(world, mine) == {hurt: URGENT, early: EARLIER, elder: PRIORITY, booked: BOOKED}


def test_a_booked_leg_is_before_nobody_until_it_may_be_called():
    world = World()
    world.book("b1", world.now + 25 * MINUTE)
    booked = world.check_in("b1")
    world.wait(12 * MINUTE)
    mine = world.take("loan")
    assert why(world, mine) == {}
    told = world.hall.explain(booked, world.now)
    assert [one.leg.id for one in told.before] == [mine]
    assert told.callable_ms == world.now + 8 * MINUTE


def test_a_helped_out_service_waits_for_the_windows_own_until_its_time():
    world = World()
    world.press(2, "pause")
    mine = world.take("card")
    world.wait(MINUTE)
    own = world.take("invoice")
    told = world.hall.explain(mine, world.now)
    assert why(world, mine) == {own: OWN} and told.windows == (2,)
    assert told.equal_ms == world.now + 19 * MINUTE
    world.wait(19 * MINUTE)
    assert why(world, mine) == {}
    assert world.hall.explain(mine, world.now).equal_ms is None


def test_who_is_at_a_window_or_on_hold_is_not_before_but_is_told_of():
    world = World()
    held = world.serving(1)
    world.press(1, "transfer", long=True)
    elsewhere = world.take("loan", "card-1")
    world.take("grant", "card-1")
    world.press(3, "next")
    world.press(1, "pause")
    world.press(2, "pause")
    mine = world.take("loan")
    told = world.hall.explain(mine, world.now)
    assert told.before == () and told.open
    assert [leg.id for leg in told.held] == [held]
    assert [leg.id for leg in told.elsewhere] == [elsewhere]
    assert world.hall.explain(elsewhere, world.now).at_window == 3


def test_one_whose_paper_is_being_printed_stands_in_the_queue_already():
    world = World()
    world.press(1, "pause")
    world.do(world.reserve("loan"))
    assert why(world, world.take("loan")) == {1: EARLIER}


def test_others_windows_do_not_count():
    world = World()
    world.take("grant")
    world.do(world.reserve("grant"))
    assert why(world, world.take("loan")) == {}


def test_a_leg_that_does_not_wait_or_whose_service_is_gone_has_no_place():
    world = World()
    serving, waiting = world.serving(), world.take("loan")
    assert world.hall.explain(serving, world.now).windows == ()
    rules = small_rules()
    services = {name: service for name, service in rules.services.items() if name != "loan"}
    world.hall.rules = replace(rules, services=services)
    assert world.hall.explain(waiting, world.now).windows == ()


def test_the_first_of_the_explained_is_whom_the_window_calls():
    world = World()
    world.press(1, "pause")
    for minutes in (0, 3, 2):
        world.take("loan", priority=minutes == 2)
        world.wait(minutes * MINUTE)
    mine = world.take("loan")
    before = [one.leg.id for one in world.hall.explain(mine, world.now).before]
    called = []
    while mine not in called:
        world.press(1, "next")
        called.append(world.state.window(1).leg)
        world.press(1, "done")
    assert called == [*before, mine]
