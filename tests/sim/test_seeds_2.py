"""The second of the seeds that every run of the tests plays."""

from __future__ import annotations

import pytest

from sim.clean import assert_clean, seeds


@pytest.mark.parametrize("seed", seeds(file=2))
def test_nothing_is_lost_doubled_or_broken(seed):
    assert_clean(seed)
