"""The soak in short: a device in a small, broken-up heap, through cuts and black holes."""

from __future__ import annotations

import asyncio

from proof.soak import FLAT_BYTES, soak

EVENTS = 30
# The design's 128k and room for the half of what is free that the shattering takes for good.
HEAP = "144k"


def test_a_caller_works_in_a_shattered_heap_through_a_failing_network(tmp_path):
    result = asyncio.run(soak(EVENTS, HEAP, 8, 1, tmp_path, True))
    assert result["lost"] == 0
    assert result["memory_errors"] == []
    assert result["resets"] == 0
    assert result["reconnects"] >= 1
    assert result["spread_bytes"] <= FLAT_BYTES
