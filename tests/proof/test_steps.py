"""The proof in its short form: a hub killed at a few steps of a visitor's way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

STEPS = Path(__file__).with_name("steps.py")
# A visitor takes about 800 steps: about 10 kills, in 15 s on a machine that does nothing else.
STRIDE = 79


def test_a_hub_killed_at_any_step_loses_and_doubles_nothing() -> None:
    command = [sys.executable, str(STEPS), "--first", "31", "--stride", str(STRIDE), "--json"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert figures["kills"] >= 5
    assert figures["kills"] * STRIDE < figures["steps"] + STRIDE
