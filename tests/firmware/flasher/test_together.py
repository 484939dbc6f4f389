"""One line per board: what an engineer sees on a terminal and in a log, and what to do next."""

from __future__ import annotations

import json
import re

import pytest

from firmware.flasher.ports import Port
from firmware.flasher.together import Row, Screen, summary

COLUMNS = 40
DONE = {"copied": 3, "deleted": 1, "seconds": 2.5, "ready": True}


class Terminal:
    """What is seen after everything was printed: the few codes that we use, and no others."""

    def __init__(self, printed):
        self.lines = [""]
        row = 0
        for code, count, text in re.findall(r"(\033\[(\d*)[ABK]|\r|\n)|([^\033\r\n]+)", printed):
            if text:
                self.lines[row] = text  # we always write whole lines
            elif code == "\n":
                row += 1
                self.lines += [""] * (row == len(self.lines))
            elif code.endswith("K"):
                self.lines[row] = ""
            elif code.endswith(("A", "B")):
                row += int(count) * (1 if code.endswith("B") else -1)


@pytest.fixture
def rows():
    return [Row(Port(f"/dev/ttyACM{n}", f"E66{n}"), f"E66{n}") for n in range(3)]


@pytest.fixture
def terminal(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    return lambda: Terminal(capsys.readouterr().out).lines


def step(row, **facts):
    row.heard(json.dumps(facts))


def test_on_a_terminal_each_board_keeps_its_line(rows, terminal):
    screen = Screen(rows, on_terminal=True)
    step(rows[1], who="pad-19", step="copying", done=3, total=12)
    screen.show(rows[1])
    step(rows[0], who="caller-19", step="parking", done=0, total=0)
    screen.show(rows[0])
    step(rows[1], who="pad-19", step="copying", done=4, total=12)
    screen.show(rows[1])
    rows[2].heard("Traceback: " + "x" * 200)
    rows[2].ended(1)
    screen.show(rows[2])
    seen = terminal()
    assert seen[0] == "caller-19  parking"
    assert seen[1] == "pad-19     copying 4/12"
    assert seen[2] == ("E662       FAILED: Traceback: " + "x" * 200)[: COLUMNS - 1]
    assert seen[3:] == [""]


def test_in_a_log_each_change_of_step_is_one_line(rows, capsys):
    screen = Screen(rows, on_terminal=False)
    for done in range(4):
        step(rows[0], who="caller-19", step="copying", done=done, total=3)
        screen.show(rows[0])
    step(rows[0], step="checking", done=0, total=0)
    screen.show(rows[0])
    step(rows[0], result=DONE)
    screen.show(rows[0])
    rows[0].ended(0)
    screen.show(rows[0])
    assert capsys.readouterr().out.splitlines() == [
        "caller-19: copying 0/3",
        "caller-19: checking",
        "caller-19: ready: 3 files copied, 1 deleted, 2.5 s",
    ]


def test_the_end_says_what_to_do_for_each_board_that_failed(rows):
    step(rows[0], who="caller-19", result=DONE)
    rows[0].ended(0)
    step(rows[1], who="pad-19", why="the flash is too small", todo="Take another")
    rows[1].ended(5)
    rows[2].ended(-9)
    assert summary(rows).splitlines() == [
        "1 of 3 boards done",
        "pad-19: the flash is too small",
        "  Take another",
        "  Alone: ./flash.sh --port E661",
        "E662: it ended without a word",
        "  Run it alone, which shows more",
        "  Alone: ./flash.sh --port E662 --id ID",
    ]


def test_two_boards_with_one_id_are_told(rows):
    for row in rows[:2]:
        step(row, who="caller-19", result=DONE)
        row.ended(0)
    assert "caller-19: 2 boards have this id" in summary(rows[:2])
