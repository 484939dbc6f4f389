"""The checker of calls: when a call that no display shows needs an alarm of its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sim.checkers import calls

CALL = {"leg": 1, "window": 5, "zone": "south", "call": 43}


def problems(again: int | None, alarms_ms: tuple[int, ...]) -> list[str]:
    """What is found of a call at 0, recalled at 40 s as call `again`, and missed at 80 s."""
    rows = [
        SimpleNamespace(at_ms=0, kind="called", data=CALL),
        SimpleNamespace(at_ms=40_000, kind="recalled", data=CALL | {"call": again}),
        SimpleNamespace(at_ms=80_000, kind="missed", data=CALL),
    ]
    seen = SimpleNamespace(
        world=SimpleNamespace(now_ms=90_000),
        alarms=[(at_ms, "no display shows F022 at window 5") for at_ms in alarms_ms],
        pictures=[],
        sentences=[],
        boots=[],
    )
    window = SimpleNamespace(bar=None)
    config = SimpleNamespace(windows={5: window}, boards=(), zone_boards=lambda _: ())
    evidence: Any = SimpleNamespace(rows=rows, tickets={1: "F022"}, seen=seen, config=config)
    return [problem.name for problem in calls.check(evidence)]


@pytest.mark.parametrize(
    ("again", "alarms_ms", "found"),
    [
        (None, (6_000,), 0),  # the same call: the manager knows
        (44, (6_000, 46_000), 0),
        (44, (6_000,), 1),
        (None, (), 2),
        (None, (85_000,), 2),
    ],
)
def test_a_call_that_nobody_sees_is_alarmed_of_once(again, alarms_ms, found) -> None:
    assert problems(again, alarms_ms) == ["call unshown without an alarm"] * found
