"""The model of the buzzer: tones with their times."""

from __future__ import annotations

from fakes.bench import FakeBench
from firmware.virtual.models.buzzer import Buzzer


def test_tones_are_kept_when_they_end():
    bench = FakeBench()
    buzzer = Buzzer(bench, 22)
    for hz in (400, 0, 400, 2400, 0):
        bench.give(22, hz)
    assert [tone.hz for tone in buzzer.beeps] == [400, 400, 2400]
    assert all(tone.start <= tone.end for tone in buzzer.beeps)
    assert buzzer.hz == 0


def test_a_tone_that_goes_on_is_heard_but_not_over():
    bench = FakeBench()
    buzzer = Buzzer(bench, 22)
    bench.give(22, 400)
    assert (buzzer.hz, buzzer.beeps) == (400, [])
