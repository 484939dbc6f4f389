"""The whole queue over seeded random days: replay, fairness, and the invariants of the hall."""

from __future__ import annotations

import json

import pytest

from fakes.day import random_day
from fakes.hall import MINUTE, World, small_rules
from hub.core import Hall, Quote
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.model import AT_WINDOW, STATES, WAITING
from proof.rows import ALL_ROWS, Row, rows_of

SEEDS = (1, 2, 3)
STEPS = 400


def replay(log: list[ev.Event]) -> Hall:
    """A hall made of nothing but what the journal would hold."""
    hall = Hall(small_rules())
    for event in log:
        stored = json.loads(json.dumps(event.to_json()))
        hall.apply(ev.from_json(event.kind, event.at_ms, stored))
    return hall


def test_a_restart_after_any_event_of_a_day_folds_to_the_same_bytes():
    twin, folded = Hall(small_rules()), 0
    for world in random_day(seed=1, steps=250):
        for event in world.log[folded:]:
            stored = json.loads(json.dumps(event.to_json()))
            twin.apply(ev.from_json(event.kind, event.at_ms, stored))
        folded = len(world.log)
        assert twin.digest() == world.hall.digest()
        assert twin.state.index == world.state.index
        assert twin.next_due_ms(world.now) == world.hall.next_due_ms(world.now)


@pytest.mark.parametrize("seed", SEEDS)
def test_invariants_hold_after_every_step_of_a_random_day(seed):
    tickets: dict[str, int] = {}
    for world in random_day(seed, STEPS):
        check_windows(world)
        check_index(world)
        check_numbers(world, tickets)
        assert world.state.breaches == 0
    assert replay(world.log).digest() == world.hall.digest()


def check_windows(world: World) -> None:
    standing = [leg for leg in world.hall.legs.values() if leg.state in AT_WINDOW]
    assert len({leg.window for leg in standing}) == len(standing)
    assert len({leg.visit for leg in standing}) == len(standing)
    at = {w.number: w.leg for w in world.state.windows.values() if w.leg is not None}
    assert at == {leg.window: leg.id for leg in standing}


def check_index(world: World) -> None:
    index = world.state.index
    for state in STATES:
        assert {n for n, leg in world.hall.legs.items() if leg.state == state} == set(
            index.by_state[state]
        )
    waiting = {n for legs in index.waiting.values() for n in legs}
    assert waiting == {n for n, leg in world.hall.legs.items() if leg.state == WAITING}
    assert index.slots == sorted(
        (b.slot_ms, b.id) for b in world.state.bookings.values() if b.state == "booked"
    )


def check_numbers(world: World, tickets: dict[str, int]) -> None:
    for leg in world.hall.legs.values():
        assert tickets.setdefault(leg.day + leg.ticket, leg.visit) == leg.visit


@pytest.mark.parametrize("seed", SEEDS)
def test_no_call_of_a_random_day_overtakes_beyond_the_bound(seed):
    hall, calls = Hall(small_rules()), 0
    for event in whole_log(seed, STEPS):
        if isinstance(event, ev.Called):
            calls += 1
            check_bound(hall, event)
        hall.apply(event)
    assert calls > 20


def check_bound(hall: Hall, event: ev.Called) -> None:
    """Measured here from the rule's own words, not with the core's functions."""
    policy, called = hall.rules.policy, hall.legs[event.leg]
    most_ms = max(policy.credit_booked_ms, policy.credit_priority_ms, policy.secondary_after_ms)
    busy = {leg.visit for leg in hall.legs.values() if leg.state in AT_WINDOW}
    for leg in hall.legs.values():
        service = hall.rules.services[leg.service]
        takes = event.window in service.windows_primary | service.windows_secondary
        if leg.state == WAITING and takes and leg.ready_ms <= event.at_ms:
            assert leg.visit in busy or called.base_ms - leg.base_ms <= most_ms


def test_every_row_of_the_tables_is_reached_by_decisions():
    fired: set[Row] = set()
    for log in (missed_again_while_serving(), *(whole_log(seed, 3_000) for seed in range(1, 9))):
        hall = Hall(small_rules())
        for event in log:
            fired.update(rows_of(hall.state, event))
            hall.apply(event)
    assert fired == ALL_ROWS


def whole_log(seed: int, steps: int) -> list[ev.Event]:
    """All events of a random day."""
    *_, last = random_day(seed, steps)
    return last.log


def missed_again_while_serving() -> list[ev.Event]:
    """The one thing too rare for chance: a returned leg that time alone made SERVING."""
    world = World()
    leg = world.called()
    world.press(1, "noshow", again=True)
    world.press(1, "recall", long=True)
    world.press(1, "next")
    world.speak()
    world.wait(MINUTE)
    assert world.leg(leg).implicit
    world.press(1, "noshow", again=True)
    return world.log


def test_two_halls_with_the_same_past_are_equal_and_others_are_not():
    one, two = World(), World()
    one.take("loan", "card-1")
    two.take("loan", "card-1")
    assert one.hall.digest() == two.hall.digest()
    two.wait(MINUTE)
    two.take("loan", "card-2")
    assert one.hall.digest() != two.hall.digest()


def test_decide_and_due_change_nothing_before_they_are_applied():
    world = World()
    leg = world.take()
    world.book("b1", world.now + MINUTE)
    before = world.hall.digest()
    world.hall.decide(world.press_of(1, "next"), world.now)
    world.hall.decide(cmd.CloseDay(), world.now)
    world.hall.due(world.now + 8 * 60 * MINUTE)
    world.hall.window_view(1, world.now)
    assert isinstance(world.hall.promise(leg, world.now), Quote)
    assert world.hall.digest() == before
