"""The forecast: honest about what it cannot know, and sane about the rest."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from fakes.hall import HOUR, MINUTE, NINE, SECOND, World, small_rules
from hub.core import Refused
from hub.core import commands as cmd
from hub.core.figures import CLASSES_S, Figures, Served, class_of

LOAN_S = 540
# An idle window's clerk takes a moment to press.
AT_ONCE_S = 60
# 2 ms is the promise on a quiet machine; a loaded one that runs other tests gets more.
QUOTE_S_MAX = 0.008


def p50_min(world: World, service: str, card: str = "card") -> float:
    return world.hall.quote(service, card, None, world.now).p50_s / 60


def test_unknown_while_no_window_for_the_service_is_open():
    world = World()
    world.take("loan")
    world.press(3, "pause")
    quote = world.hall.quote("loan", "card", None, world.now)
    assert (quote.ahead, quote.p50_s, quote.p90_s, quote.windows) == (1, None, None, (1, 2))


def test_nobody_ahead_and_an_idle_window_means_now():
    world = World()
    world.press(1, "pause")
    quote = world.hall.quote("loan", "card", None, world.now)
    assert quote.ahead == 0 and quote.p50_s < quote.p90_s <= AT_ONCE_S


def test_the_wait_grows_with_the_work_ahead_and_shrinks_with_windows():
    world = World()
    world.serving(1)
    quotes = [world.hall.quote("loan", "card", None, world.now)]
    for _ in range(3):
        world.take("loan")
        quotes.append(world.hall.quote("loan", "card", None, world.now))
    assert [quote.ahead for quote in quotes] == [0, 1, 2, 3]
    assert all(quote.p50_s < quote.p90_s for quote in quotes)
    assert all(LOAN_S * 0.7 < b.p50_s - a.p50_s < LOAN_S * 1.4 for a, b in pairwise(quotes))
    world.press(2, "pause")
    assert world.hall.quote("loan", "card", None, world.now).p50_s < quotes[3].p50_s * 0.6


def test_the_longer_a_service_has_lasted_the_sooner_the_next_but_never_at_once():
    world = World()
    world.serving(1)
    waits = [p50_min(world, "loan")]
    for _ in range(8):
        world.wait(MINUTE)
        waits.append(p50_min(world, "loan"))
    assert waits[4] < waits[0]
    world.wait(8 * HOUR)
    assert p50_min(world, "loan") > 10


def test_a_called_leg_keeps_its_window_for_a_whole_service():
    world = World()
    world.called(1)
    called = p50_min(world, "loan")
    world.press(1, "done")
    assert called > p50_min(world, "loan") > 1


def test_a_pause_that_is_coming_is_part_of_the_wait():
    world = World()
    world.serving(1)
    before = p50_min(world, "loan")
    world.press(1, "pause")
    assert p50_min(world, "loan") > before + 5


def test_a_paused_window_helps_later_than_an_open_one():
    world = World()
    world.serving(1)
    world.take("loan")
    alone = p50_min(world, "loan")
    world.press(2, "pause")
    both = p50_min(world, "loan")
    world.press(2, "pause")
    assert both < p50_min(world, "loan") < alone


def test_work_that_no_window_of_ours_takes_delays_nobody():
    world = World()
    world.take("grant")
    world.press(2, "pause")
    quote = world.hall.quote("invoice", "card", None, world.now)
    assert quote.ahead == 0 and quote.p50_s <= AT_ONCE_S


def test_work_that_a_neighbour_shares_delays_by_the_share():
    world = World()
    world.press(1, "pause")
    world.take("loan")
    world.take("loan")
    alone = p50_min(world, "card")
    world.press(2, "pause")
    assert p50_min(world, "card") < alone * 0.7


def test_secondary_windows_serve_when_no_primary_one_is_open():
    world = World()
    world.press(2, "pause")
    assert p50_min(world, "card") <= 1
    world.take("loan")
    own_first = p50_min(world, "card")
    assert own_first > 4


def test_a_helped_out_visitor_is_not_put_last_for_ever():
    world = World()
    world.press(2, "pause")
    card = world.take("card")
    for _ in range(12):
        world.wait(2 * SECOND)
        world.take("loan")
    wait_s = world.hall.promise(card, world.now).p50_s
    assert 0 < wait_s < 45 * 60


def test_a_booked_visitor_waits_for_the_slot_at_least():
    world = World()
    world.book("b1", world.now + 30 * MINUTE)
    world.press(1, "pause")
    quote = world.hall.quote("loan", "card-b1", "b1", world.now)
    assert (quote.ahead, quote.p50_s, quote.p90_s) == (0, 25 * 60, 25 * 60)


def test_booked_visitors_who_will_stand_before_are_counted_before_they_come():
    world = World()
    world.serving(1)
    for _ in range(4):
        world.take("loan")
    alone = p50_min(world, "loan")
    for number, minutes in enumerate((5, 10, 14, 60)):
        world.book(f"b{number}", world.now + minutes * MINUTE)
    world.book("other", world.now + 5 * MINUTE, service="grant")
    world.book("late", world.now - 30 * MINUTE)
    more = p50_min(world, "loan") - alone
    assert 15 < more < 35


def test_the_noon_break_is_added_and_the_morning_not_yet_begun():
    noon, two, five = NINE + 3 * HOUR, NINE + 5 * HOUR, NINE + 8 * HOUR
    world = World(open_day=False)
    world.now = NINE - 20 * MINUTE
    world.do(cmd.OpenDay("2019-05-27", ((NINE, noon), (two, five))))
    assert 20 <= p50_min(world, "loan") < 22
    world.now = NINE + MINUTE
    assert 4 < p50_min(world, "loan") < 10  # no window is open yet, but one is due
    world.press(1, "pause")
    world.now = noon - MINUTE
    for _ in range(3):
        world.take("loan")
    assert 120 < p50_min(world, "loan") < 180
    world.now = noon + MINUTE
    assert p50_min(world, "loan") > 119


def test_a_quote_is_refused_as_the_number_would_be():
    world = World()
    assert world.hall.quote("card", None, None, world.now).ahead == 0
    with pytest.raises(Refused, match="NEED_CARD"):
        world.hall.quote("loan", None, None, world.now)


def test_who_has_a_number_is_quoted_the_place_of_that_number():
    world = World()
    world.press(1, "pause")
    leg = world.take("loan", "card-1")
    world.take("loan", "card-2")
    assert world.hall.quote("loan", "card-1", None, world.now).ahead == 0
    assert world.hall.promise(leg, world.now) == world.hall.quote(
        "loan", "card-1", None, world.now
    )
    assert world.hall.quote("grant", "card-1", None, world.now).ahead == 0


def test_a_service_taken_out_of_the_configuration_does_not_break_the_others():
    world = World()
    world.serving(1)
    old = world.take("loan")
    rules = small_rules()
    services = {name: service for name, service in rules.services.items() if name != "loan"}
    world.hall.rules = replace(rules, services=services)
    assert world.hall.quote("card", "card", None, world.now).ahead == 0
    with pytest.raises(Refused, match="UNKNOWN_SERVICE"):
        world.hall.promise(old, world.now)
    assert world.why(world.reserve("loan")) == "UNKNOWN_SERVICE"


def test_measured_lengths_and_errors_are_used():
    slow = Served.from_mean(3 * LOAN_S)
    world = World()
    world.serving(1)
    world.take("loan")
    usual = world.hall.quote("loan", "card", None, world.now)
    world.hall.rules = replace(small_rules(), figures=Figures(served={"loan": slow}))
    assert world.hall.quote("loan", "card", None, world.now).p50_s > 2 * usual.p50_s
    errors = {("", number): (0.5, 2.5) for number in range(len(CLASSES_S) + 1)}
    world.hall.rules = replace(small_rules(), figures=Figures(errors=errors))
    corrected = world.hall.quote("loan", "card", None, world.now)
    assert corrected.p50_s > usual.p50_s and corrected.p90_s > usual.p90_s


def test_the_rest_of_a_lognormal_service_is_what_integration_says():
    served = Served.from_mean(300.0, 0.7)
    for elapsed_s in (60.0, 300.0, 900.0):
        rest, alive, mean, square = served.rest(elapsed_s), 0.0, 0.0, 0.0
        for step in range(1, 200_000):
            x = step / 10
            z = (math.log(x) - served.log_mean) / served.log_sd
            if x > elapsed_s:
                share = math.exp(-z * z / 2) / x
                alive += share
                mean += share * (x - elapsed_s)
                square += share * (x - elapsed_s) ** 2
        assert rest.mean_s == pytest.approx(mean / alive, rel=0.01)
        assert rest.variance == pytest.approx(square / alive - (mean / alive) ** 2, rel=0.02)


def test_the_classes_of_forecasts_part_all_lengths():
    assert [class_of(s) for s in (0, 60, 61, 900, 1800, 1801)] == [0, 0, 1, 2, 3, 4]


def test_four_hundred_waiting_are_played_in_a_moment():
    world = World()
    for window in (1, 2, 3):
        world.press(window, "pause")
    for number in range(400):
        world.take(("loan", "card", "invoice", "grant")[number % 4])
    leg = world.take("loan")
    spent = []
    for _ in range(5):
        begun = time.process_time()
        quote = world.hall.promise(leg, world.now)
        spent.append(time.process_time() - begun)
    assert quote.ahead == 300 and min(spent) < QUOTE_S_MAX
