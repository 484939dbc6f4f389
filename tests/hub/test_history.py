"""What is learned from a journal: lengths that were measured, errors that were made."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from fakes.day import random_day
from fakes.hall import DAY, HOUR, MINUTE, SECOND, World, small_rules
from hub.core import commands as cmd
from hub.core.figures import P90_SIGMAS, Figures, Served
from hub.history import ERRORS_MIN, Errors, Lengths, _quantiles, learn
from hub.log.journal import Entry, Journal


def serve(world: World, minutes: float, *, implicit: bool = False, forced: bool = False) -> None:
    """One loan at window 1, called, walking for 20 s, served."""
    leg = world.take("loan")
    world.press(1, "next")
    world.speak()
    world.wait(20 * SECOND)
    if implicit:
        world.wait(MINUTE)
    else:
        world.press(1, "done")
    world.wait(round(minutes * MINUTE))
    if forced:
        world.do(cmd.ForceFinish(leg, "forgotten"))
    else:
        world.press(1, "done")
    world.wait(MINUTE)


def lengths(world: World) -> Lengths:
    found = Lengths()
    for event in world.log:
        found.add(event)
    return found


def test_services_are_measured_and_forced_or_implicit_ones_are_not():
    world = World()
    for _ in range(40):
        serve(world, 3)
        serve(world, 50, implicit=True)
        serve(world, 50, forced=True)
    figures = lengths(world).figures(world.hall.rules)
    measured = math.exp(figures.served["loan"].log_mean) / 60
    assert 3 <= measured < 4  # 540 s by the file, still a little in it
    assert figures.served["loan"].log_sd < 0.5
    assert figures.served["grant"] == Served.from_mean(600)
    assert figures.walk_s == pytest.approx(20, abs=2)


def test_missed_calls_pauses_and_bookings_that_came_are_counted():
    world = World()
    for number in range(20):
        world.book(f"b{number}", world.now + (HOUR if number % 2 else 0))
        if not number % 2:
            world.check_in(f"b{number}")
        world.take("loan")
        world.press(1, "next")
        world.speak()
        world.wait(40 * SECOND)
        world.press(1, "noshow", again=True)
        world.press(1, "pause")
        world.wait(6 * MINUTE)
        world.press(1, "pause")
    world.wait(3 * HOUR)
    world.press(1, "pause")
    world.wait(2 * HOUR)
    world.press(1, "pause")
    figures = lengths(world).figures(world.hall.rules)
    assert figures.noshow_share > 0.7 and figures.noshow_s == pytest.approx(46, abs=3)
    assert figures.show_share == pytest.approx(0.6, abs=0.05)
    assert 360 <= figures.pause_s < 450  # the two hours were no pause


def test_a_transferred_leg_is_measured_under_the_service_it_became():
    world = World()
    world.serving(1)
    world.press(1, "transfer", target=1)
    for key in ("next", "done"):
        world.press(1, key)
    world.wait(MINUTE)
    world.press(1, "done")
    assert lengths(world)._logs.keys() == {"card"}


def steady_world(count: int) -> World:
    """A queue in which every service takes a third of what the file says."""
    world = World()
    world.press(1, "pause")
    for number in range(count):
        world.take("loan")
        world.wait(MINUTE)
        if number % 3 == 2:
            if world.state.standing(1) == "idle":
                world.press(1, "next")
                world.press(1, "done")
            else:
                world.press(1, "next")
                world.press(1, "done")
    return world


def test_forecasts_that_were_always_too_long_are_corrected():
    world = steady_world(300)
    errors = Errors(world.hall.rules, skip=0)
    for event in world.log:
        errors.add(event)
    corrections = errors.corrections()
    assert corrections
    for median, ninetieth in corrections.values():
        assert median < 0 and ninetieth < P90_SIGMAS
    assert ("A", 4) in corrections and ("", 4) in corrections


def test_a_wait_that_never_ended_counts_as_beyond_its_promise_but_only_then():
    world = World()
    world.press(1, "pause")
    for _ in range(ERRORS_MIN):
        world.take("loan")
    early = world.copy()
    for one, after, broken in ((world, 24 * HOUR, True), (early, SECOND, False)):
        one.now += after
        one.do(cmd.CloseDay())
        errors = Errors(one.hall.rules, skip=0)
        for event in one.log:
            errors.add(event)
        assert bool(errors._found) is broken


def test_legs_of_gone_services_booked_for_later_or_past_the_limit_teach_nothing():
    world = steady_world(12)
    world.book("b1", world.now + 20 * MINUTE)
    world.check_in("b1")
    rules = small_rules()
    without = {name: service for name, service in rules.services.items() if name != "loan"}
    for known, skip in ((replace(rules, services=without), 0), (rules, 12)):
        errors = Errors(known, skip)
        for event in world.log:
            errors.add(event)
        assert not errors._found and not errors._open


def test_quantiles_are_of_the_sorted_errors_and_bounded():
    median, ninetieth = _quantiles([float(number) for number in range(-50, 51)])
    assert median == 0.0 and ninetieth == 8.0


def test_learning_reads_a_journal_and_is_the_same_each_time(tmp_path):
    *_, world = random_day(seed=3, steps=1_500)
    journal = Journal(tmp_path / "j")
    journal.append([Entry(DAY, event.at_ms, (event,)) for event in world.log])
    figures = learn(journal.events, small_rules())
    assert (
        figures == learn(journal.events, small_rules()) == learn(lambda: world.log, small_rules())
    )
    assert figures != Figures()
