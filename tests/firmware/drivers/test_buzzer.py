"""The buzzer's patterns, moved on by the caller's clock."""
# runs on CPython and MicroPython

import unittest

from drivers.buzzer import PATTERNS, Buzzer
from fakes.pins import FakePwm


def tones(log):
    """Frequencies in order, 0 for silence."""
    return [hz for hz, _ in log]


class BuzzerTest(unittest.TestCase):
    def setUp(self):
        self.pwm = FakePwm()
        self.buzzer = Buzzer(self.pwm)
        del self.pwm.log[:]

    def run_ms(self, start_ms, end_ms):
        now_ms = start_ms
        while now_ms < end_ms:
            due_ms = self.buzzer.due_ms(now_ms)
            if due_ms is None:
                return
            now_ms += due_ms
            self.buzzer.step(now_ms)

    def test_a_refusal_is_two_low_tones(self):
        self.buzzer.play("low", 100)
        self.run_ms(100, 5_000)
        self.assertEqual(tones(self.pwm.log), [400, 0, 400, 0])

    def test_an_arrival_is_one_short_tone(self):
        self.buzzer.play("arrive", 5_000)
        self.assertEqual(self.buzzer.due_ms(5_020), 100)
        self.buzzer.step(5_119)
        self.assertEqual(tones(self.pwm.log), [2400])
        self.buzzer.step(5_120)
        self.assertEqual(tones(self.pwm.log), [2400, 0])

    def test_a_new_sound_replaces_the_one_that_still_sounds(self):
        self.buzzer.play("low", 0)
        self.buzzer.play("arrive", 50)
        self.run_ms(50, 5_000)
        self.assertEqual(tones(self.pwm.log), [400, 2400, 0])

    def test_silence_wants_no_tick(self):
        self.assertIsNone(self.buzzer.due_ms(0))
        self.buzzer.play("ok", 0)
        self.run_ms(0, 1_000)
        self.assertIsNone(self.buzzer.due_ms(1_000))

    def test_no_pattern_holds_the_buzzer_for_long(self):
        for name, pattern in PATTERNS.items():
            with self.subTest(name):
                self.assertLess(sum([ms for _, ms in pattern]), 500)


if __name__ == "__main__":
    unittest.main()
