"""The rough estimate: honest about what it cannot know, and sane about the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.hall import MINUTE, World, small_rules
from hub.core import Refused

LOAN_S = 540


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
    assert (quote.ahead, quote.p50_s, quote.p90_s) == (0, 0, 0)


def test_the_wait_grows_with_the_work_ahead_and_shrinks_with_windows():
    world = World()
    world.serving(1)
    quotes = [world.hall.quote("loan", "card", None, world.now)]
    assert (quotes[0].ahead, quotes[0].p50_s) == (0, LOAN_S)
    for _ in range(3):
        world.take("loan")
        quotes.append(world.hall.quote("loan", "card", None, world.now))
    assert [quote.ahead for quote in quotes] == [0, 1, 2, 3]
    assert [quote.p50_s for quote in quotes] == [LOAN_S * n for n in (1, 2, 3, 4)]
    assert all(quote.p50_s < quote.p90_s for quote in quotes)
    world.press(2, "pause")
    assert world.hall.quote("loan", "card", None, world.now).p50_s < quotes[3].p50_s / 2 + 1


def test_work_for_other_windows_counts_by_the_share_that_falls_on_ours():
    world = World()
    world.press(1, "pause")
    world.press(2, "pause")
    world.take("loan")
    assert world.hall.quote("card", "card", None, world.now).p50_s == LOAN_S // 2


def test_work_that_no_open_window_takes_delays_nobody():
    world = World()
    world.take("grant")
    world.press(2, "pause")
    quote = world.hall.quote("invoice", "card", None, world.now)
    assert (quote.ahead, quote.p50_s) == (1, 0)


def test_secondary_windows_serve_when_no_primary_one_is_open():
    world = World()
    world.press(2, "pause")
    assert world.hall.quote("card", "card", None, world.now).p50_s == 0


def test_a_booked_visitor_waits_for_the_slot_at_least():
    world = World()
    world.book("b1", world.now + 30 * MINUTE)
    world.press(1, "pause")
    quote = world.hall.quote("loan", "card-b1", "b1", world.now)
    assert (quote.ahead, quote.p50_s, quote.p90_s) == (0, 25 * 60, 25 * 60)


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
