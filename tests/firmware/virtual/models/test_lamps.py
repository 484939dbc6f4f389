"""The model of the lamps: off, on, or blinking."""

from __future__ import annotations

import asyncio

import pytest

from fakes.bench import FakeBench
from firmware.virtual.models import lamps as module
from firmware.virtual.models.lamps import Lamps


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_lamp_is_off_then_on():
    bench = FakeBench()
    lamps = Lamps(bench, {"next": 16, "done": 19})
    assert lamps.state("next") == "off"
    bench.give(16, 1)
    assert (lamps.lit, lamps.state("next"), lamps.state("done")) == ({"next"}, "on", "off")


def test_a_lamp_that_goes_to_and_fro_blinks_until_it_stays(clock):
    bench = FakeBench()
    lamps = Lamps(bench, {"next": 16})
    for level in (1, 0, 1):
        bench.give(16, level)
        clock[0] += 0.4
    assert lamps.state("next") == "blink"
    clock[0] += 0.4
    assert lamps.state("next") == "on"


def test_a_lamp_that_changes_rarely_does_not_blink(clock):
    bench = FakeBench()
    lamps = Lamps(bench, {"next": 16})
    for level in (1, 0):
        clock[0] += 5
        bench.give(16, level)
    assert lamps.state("next") == "off"


def test_the_same_level_twice_is_no_change():
    bench = FakeBench()
    lamps = Lamps(bench, {"next": 16})
    told = []
    lamps.on_change = lambda name, lit: told.append((name, lit))
    bench.give(16, 0)
    bench.give(16, 1)
    bench.give(16, 1)
    assert told == [("next", True)]


def test_waiting_for_a_state_that_never_comes_times_out():
    lamps = Lamps(FakeBench(), {"next": 16})
    with pytest.raises(TimeoutError):
        asyncio.run(lamps.until("next", "on", timeout_s=0.05))
