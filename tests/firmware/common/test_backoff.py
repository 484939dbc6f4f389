"""How long a device waits before it tries again."""
# runs on CPython and MicroPython

import random
import unittest

from common.backoff import wait_ms

ALMOST_1 = 0.999999
# The shortest and longest wait of a configuration that names none, in ms.
USUAL = (1_000, 30_000)


class BackoffTest(unittest.TestCase):
    def test_the_shortest_wait_is_a_second_however_often_it_failed(self):
        self.assertEqual([wait_ms(n, 0, *USUAL) for n in (1, 3, 100)], [1_000] * 3)

    def test_the_longest_doubles_after_the_second_up_to_half_a_minute(self):
        longest = [wait_ms(n, ALMOST_1, *USUAL) + 1 for n in range(1, 7)]
        self.assertEqual(longest, [4_000, 4_000, 8_000, 16_000, 30_000, 30_000])

    def test_another_range_keeps_its_ends(self):
        self.assertEqual(wait_ms(1, 0, 200, 3_000), 200)
        self.assertEqual(wait_ms(1, ALMOST_1, 200, 3_000), 799)
        self.assertEqual(wait_ms(2, 0, 200, 3_000), 600)
        self.assertEqual(wait_ms(2, ALMOST_1, 1_000, 2_000), 2_000)
        self.assertEqual(wait_ms(9, ALMOST_1, 200, 3_000), 2_999)

    def test_years_of_failures_are_one_more_wait(self):
        self.assertEqual(wait_ms(1 << 29, ALMOST_1, *USUAL) + 1, 30_000)

    def test_a_hall_that_lost_its_broker_for_up_to_2_s_comes_back_spread_and_soon(self):
        random.seed(1)
        crowds = []
        for away_ms in (0, 400, 1_000, 1_500, 2_000):
            for _ in range(3):
                came = sorted([self.back_at(away_ms) for _ in range(100)])
                self.assertLessEqual(came[-1], away_ms + 4_000)
                crowds.append(max([len([t for t in came if at <= t < at + 250]) for at in came]))
        # Chance decides: 8 are expected, and once in some hundred absences there are 21.
        crowds.sort()
        self.assertLessEqual(crowds[-3], 20)

    def back_at(self, away_ms):
        """When a device connects that lost its broker at 0."""
        at_ms = failures = 0
        while at_ms <= away_ms:
            failures += 1
            at_ms += wait_ms(failures, random.random(), *USUAL)
        return at_ms


if __name__ == "__main__":
    unittest.main()
