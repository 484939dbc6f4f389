"""The short form of the exploration: no invariant breaks, every row of the tables fires."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy
from dataclasses import fields, is_dataclass
from pathlib import Path

from hub.core import Hall
from hub.core.model import QUEUED, Call
from proof.explore import explore
from proof.rows import ALL_ROWS
from proof.small_hall import RULES, STARTS, start, steps
from proof.snapshot import canonical, clone

EXPLORE = Path(__file__).with_name("explore.py")


def test_everything_in_a_small_hall_keeps_the_invariants_and_fires_every_row():
    result = explore(depth=5)
    assert [violation.problem for violation in result.violations] == []
    assert ALL_ROWS - result.rows == set()
    assert result.transitions > 20_000


def test_the_command_prints_its_figures_and_fails_if_a_row_never_fired():
    command = [sys.executable, EXPLORE, "--depth", "1", "--json", "--processes", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    figures = json.loads(done.stdout)
    assert (figures["depth"], figures["violations"]) == (1, 0)
    assert 0 < figures["rows_fired"] < figures["rows"]
    assert done.returncode == 1
    assert "never fired" in done.stderr


def test_one_process_and_two_count_the_same_transitions_of_the_first_levels():
    assert explore(depth=2, processes=1).figures() == explore(depth=2, processes=2).figures()


def test_a_clone_is_equal_and_its_own_future_leaves_the_original_as_it_was():
    hall = Hall(RULES)
    for name in STARTS:
        node, _ = start(hall, name)
        before = deepcopy(node.state)
        assert clone(node.state) == node.state
        for step in steps(hall, node):
            assert node.state == before, step.label


def test_a_clone_shares_no_container_with_the_original():
    hall = Hall(RULES)
    for name in STARTS:
        node, _ = start(hall, name)
        assert len(_containers(node.state)) > 20
        assert not _containers(node.state) & _containers(clone(node.state))


def _containers(value: object) -> set[int]:
    """Whatever in it can be changed in place, by identity; of a call that is over nothing is."""
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list | set):
        parts = list(value)
    elif isinstance(value, Call) and value.state != QUEUED:
        return set()
    elif is_dataclass(value):
        parts = [getattr(value, field.name) for field in fields(value)]
    else:
        return set()
    return {id(value)}.union(*map(_containers, parts))


def test_a_later_hall_in_which_the_same_can_happen_is_the_same_state():
    hall = Hall(RULES)
    one, _ = start(hall, "one missed")
    policy = RULES.policy
    same = canonical(one.state, one.now_ms, policy, one.hall)
    assert canonical(one.state, one.now_ms + 1, policy, one.hall) == same
    hour_ms = policy.return_within_ms
    assert canonical(one.state, one.now_ms + hour_ms, policy, one.hall) != same
