"""The proof in its short form; and that it turns red when the journal forgets what it answered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHAOS = Path(__file__).with_name("chaos.py")
SECONDS = {"sound": "12", "forgets": "5"}
MUTATION = {"sound": "-", "forgets": "idempotency"}


@pytest.fixture(scope="module")
def runs() -> dict[str, tuple[int, dict[str, Any], str]]:
    """Both at once, for most of it is waiting: exit code, figures, and what was said."""
    started = {
        name: subprocess.Popen(
            [
                *(sys.executable, str(CHAOS), "--seed", "1", "--seconds", SECONDS[name], "--json"),
                *("--mutation", MUTATION[name]),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in SECONDS
    }
    ended = {}
    for name, process in started.items():
        output, said = process.communicate()
        ended[name] = process.returncode, json.loads(output or "{}"), said
    return ended


def test_nothing_is_lost_or_doubled_while_parts_fail(runs) -> None:
    code, figures, said = runs["sound"]
    assert code == 0, said
    assert figures["wrong"] == []
    assert figures["kills"] == figures["kills_before_evtack"] == 1
    assert figures["broker_restarts"] == figures["power_cuts"] == 1
    assert figures["link_faults"] >= 1
    assert figures["called"] >= 1


def test_it_turns_red_when_the_journal_forgets_what_it_answered(runs) -> None:
    code, figures, said = runs["forgets"]
    assert code == 1, said
    assert figures["duplicated"] > 0
