"""The power fails in every flash program of the time without a hub; no number is doubled."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from firmware.virtual import images

ROOT = Path(__file__).resolve().parents[3]
# More than any of these takes: who gets here has a fault in its loop.
CUTS_MAX = 200
TIMEOUT_S = 60


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A flash with nothing on it."""
    empty = tmp_path_factory.mktemp("empty")
    image = tmp_path_factory.mktemp("images") / "fresh.img"
    images.tree_image(empty, image)
    return image


def run(image: Path, programs: int, *acts: str) -> list[list[str]]:
    """What a board says before it ends, a line each, in words."""
    script = ROOT / "tests" / "fakes" / "offline_day.py"
    command = [*images.MICROPYTHON, str(script), str(images.shims()), str(ROOT), str(image)]
    done = subprocess.run(
        [*command, str(programs), *acts],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert "Error" not in done.stdout + done.stderr, done.stdout + done.stderr
    return [line.split(" ", 2) for line in done.stdout.splitlines()]


def told(lines: list[list[str]]) -> list[dict]:
    return [json.loads(" ".join(line[1:])) for line in lines if line[0] == "told"]


def check(lines: list[list[str]]) -> None:
    """Each paper was told, each number is one visitor's, in the order of issue."""
    numbers: dict[str, str] = {}
    for line in lines:
        if line[0] == "paper":
            # The same card may have the same number printed again.
            assert numbers.setdefault(line[1], line[2]) == line[2]
    tokens: dict[str, str] = {}
    for body in told(lines):
        ticket = f"{body['letter']}{body['number']:03}"
        assert tokens.setdefault(ticket, body["token"]) == body["token"]
        assert body["result"] in ("printed", "unsure")
    assert numbers.keys() <= tokens.keys()
    assert list(tokens) == sorted(tokens)


def test_in_every_program_while_numbers_are_given_out(fresh, tmp_path):
    image = tmp_path / "flash.img"
    for programs in range(CUTS_MAX):
        shutil.copyfile(fresh, image)
        lines = run(image, programs, "work")
        was_cut = lines[-1:] != [["whole"]]
        lines += run(image, -1, "work", "meet")
        check(lines)
        if not was_cut:
            break
    assert 20 < programs < CUTS_MAX - 1


def test_in_every_program_while_tickets_are_handed_in(fresh, tmp_path):
    before, image = tmp_path / "before.img", tmp_path / "flash.img"
    shutil.copyfile(fresh, before)
    papers = run(before, -1, "work")
    for programs in range(CUTS_MAX):
        shutil.copyfile(before, image)
        lines = papers + run(image, programs, "meet")
        was_cut = lines[-1:] != [["whole"]]
        lines += run(image, -1, "meet", "later")
        check(lines[:-2])
        assert len(told(lines)) in (3, 6)
        # What was handed in is not given out again.
        assert lines[-2][:2] == ["paper", "C742"]
        if not was_cut:
            break
    assert 0 < programs < CUTS_MAX - 1
