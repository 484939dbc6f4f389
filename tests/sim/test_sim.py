"""The simulation itself: what is rare is played, the same digest twice, and the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.clean import EVENTS
from sim.evidence import Evidence
from sim.run import played

SIM = Path(__file__).parents[1] / "proof" / "sim.py"


def test_what_is_rare_is_played_too():
    """改办, a return by a paper's digits, a sentence given ahead and taken back."""
    played_so_far = set()
    for seed in range(1, 20):
        with played(seed, EVENTS) as run:
            books = Evidence.of(run).books
            if any(given.other for given in run.hall.seen.given_up):
                played_so_far.add("changed")
            for name, sent in books.events.items():
                event = sent[0][1]
                if event["k"] == "return" and event["d"]["how"] == "paper":
                    played_so_far |= {"back" for _, a in books.answers.get(name, []) if a["ok"]}
            if any(c["k"] == "say" and c["d"]["times"] == 0 for c in books.cmds.values()):
                played_so_far.add("taken back")
        if len(played_so_far) == 3:
            return
    pytest.fail(f"only {played_so_far}")


def _command(hash_seed: str) -> dict[str, object]:
    command = [sys.executable, SIM, "--seed", "7", "--events", "3000", "--json"]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_seed_plays_the_same_hall_again_whatever_the_order_of_hashes():
    one, other = _command("1"), _command("2")
    assert one.pop("seconds") and other.pop("seconds")
    assert one == other
    assert one.keys() >= {"seed", "events", "faults", "tickets", "lost", "duplicated"}
