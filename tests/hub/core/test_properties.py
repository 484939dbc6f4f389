"""The short form of the stateful properties, and that they find a planted mistake."""

from __future__ import annotations

import pytest

from proof.mutations import MUTATIONS, planted
from proof.properties import check

EXAMPLES, STEPS = 100, 50

# What chance finds within so few histories; the exploration finds all of them.
FOUND = {
    "stale version accepted",
    "number reused after VOID",
    "lease given twice",
    "offline number also issued online",
    "offline paper merged twice",
    "secondary before primary",
    "key changed by hold",
    "two legs of one visit called",
}


def test_no_history_of_random_steps_breaks_an_invariant():
    check(EXAMPLES, STEPS, derandomize=True)


@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if m.name in FOUND], ids=lambda m: m.name
)
def test_the_properties_find(mutation):
    with planted(mutation), pytest.raises(AssertionError):
        check(EXAMPLES, STEPS, derandomize=True, shortest=False)
