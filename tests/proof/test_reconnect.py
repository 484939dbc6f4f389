"""The return of a hall to its broker, in short: everybody comes back, and not at once."""

from __future__ import annotations

from proof.reconnect import most_within, run

DEVICES = 40
# Of 100 devices 20 may come within 250 ms; 40 devices, of which 3 are expected, are held to half.
MOST_AT_ONCE = 12


def test_a_hall_comes_back_spread_after_a_short_absence(tmp_path):
    result = run(DEVICES, 0.5, [15, 1_000, 30_000], tmp_path)
    assert result["ready"] == DEVICES
    assert result["connects"] == DEVICES
    assert result["most_connects_in_250_ms"] <= MOST_AT_ONCE


def test_the_largest_crowd_is_found():
    assert most_within([], 0.25) == 0
    assert most_within([1.0, 3.0, 3.2, 3.24, 3.26, 9.0], 0.25) == 3
