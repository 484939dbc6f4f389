"""The hall's static description."""

from __future__ import annotations

from fakes.hall import MINUTE, small_rules
from hub.core import Policy


def test_services_of_a_window_come_in_the_order_of_the_configuration():
    rules = small_rules()
    assert rules.primary == {1: ("loan", "card"), 2: ("loan", "invoice"), 3: ("grant",)}
    assert rules.secondary == {1: (), 2: ("card",), 3: ("invoice",)}


def test_the_bound_is_the_largest_credit_or_t():
    assert Policy().overtake_max_ms == 20 * MINUTE
    assert Policy(credit_booked_ms=25 * MINUTE).overtake_max_ms == 25 * MINUTE
    assert Policy(secondary_after_ms=30 * MINUTE).overtake_max_ms == 30 * MINUTE
