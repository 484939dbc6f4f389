"""What a seed must come to, and the seeds that every run of the tests plays.

They are as many as take a minute of one processor; a count, for what is proved must not depend on
the machine. They stand in files of their own because a worker takes whole files.
"""

from __future__ import annotations

from sim.run import played
from sim.verdict import figures, problems

EVENTS = 5_000
SEEDS_A_FILE = 15


def seeds(file: int) -> range:
    """The seeds of the first, second, third file."""
    return range((file - 1) * SEEDS_A_FILE + 1, file * SEEDS_A_FILE + 1)


def assert_clean(seed: int) -> None:
    """Nothing is lost, doubled or broken, in a hall in which people took numbers."""
    with played(seed, EVENTS) as run:
        found = problems(run)
        assert found == []
        assert figures(run, found)["tickets"] > 20
