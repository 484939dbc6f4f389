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
        self.assertEqual([wait_ms(n, 0, *USUAL) for n in (1, 2, 3, 100)], [1_000] * 4)

    def test_the_longest_doubles_after_the_second_up_to_half_a_minute(self):
        longest = [wait_ms(n, ALMOST_1, *USUAL) + 1 for n in range(1, 7)]
        self.assertEqual(longest, [4_000, 4_000, 8_000, 16_000, 30_000, 30_000])

    def test_another_range_keeps_its_ends(self):
        self.assertEqual(wait_ms(1, 0, 200, 3_000), 200)
        self.assertEqual(wait_ms(1, ALMOST_1, 200, 3_000), 799)
        self.assertEqual(wait_ms(9, ALMOST_1, 200, 3_000), 2_999)

    def test_years_of_failures_are_one_more_wait(self):
        self.assertEqual(wait_ms(1 << 29, ALMOST_1, *USUAL) + 1, 30_000)

    def test_a_hall_that_lost_its_broker_at_once_comes_back_spread(self):
        # 100 devices: nobody waits longer than 4 s, and no 250 ms sees more than 20 of them.
        random.seed(1)
        for _ in range(20):
            waits = sorted([wait_ms(1, random.random(), *USUAL) for _ in range(100)])
            self.assertTrue(waits[0] >= 1_000 and waits[-1] <= 4_000)
            for at in waits:
                self.assertLessEqual(len([w for w in waits if at <= w < at + 250]), 20)


if __name__ == "__main__":
    unittest.main()
