"""The simulation finds mistakes that are planted in the product, each by its name."""

from __future__ import annotations

import pytest

from proof.mutations import MUTATIONS, planted
from sim.run import played
from sim.verdict import problems

# Seed, events and visitors a day with which each is found, and by which of the problems.
FOUND = {
    "dedupe off": (1, 1_500, 260, "hub ended"),
    "stale version accepted": (1, 5_000, 260, "a stale press is refused"),
    "credits summed": (1, 2_500, 260, "the largest credit, never a sum"),
    "number reused after VOID": (1, 5_000, 260, "number given twice"),
    "secondary before primary": (1, 2_500, 260, "primaries, then secondaries, by key"),
    "second return allowed": (1, 5_000, 260, "a second miss is a no-show"),
    "key changed by hold": (1, 10_000, 260, "hold keeps the key"),
    "rating bound to the next leg": (1, 2_500, 260, "rating that no pad sent"),
    "answer before commit": (1, 10_000, 260, "answer that is not in the journal"),
    "DAY_CLOSE makes SERVING DONE": (1, 10_000, 60, "act of a clerk without a key"),
    "two legs of one visit called": (1, 5_000, 260, "two legs of a visit"),
}


def test_each_of_the_mistakes_is_looked_for():
    assert FOUND.keys() == {mutation.name for mutation in MUTATIONS}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_the_simulation_finds(mutation):
    seed, events, visitors, problem = FOUND[mutation.name]
    with planted(mutation), played(seed, events, visitors=visitors) as run:
        found = {p.name for p in problems(run)}
    assert problem in found
