"""The hub's clock on a device."""
# runs on CPython and MicroPython

import unittest

from common.hubtime import HubTime
from common.ticks import TICKS_PERIOD, Counter

HUB_MS = 1_795_363_200_000


class HubTimeTest(unittest.TestCase):
    def test_unknown_before_the_first_message(self):
        self.assertIsNone(HubTime().at(1000))

    def test_one_message_sets_the_offset(self):
        clock = HubTime()
        clock.sample(HUB_MS, 1000)
        self.assertEqual(clock.at(3500), HUB_MS + 2500)

    def test_the_least_delayed_of_the_last_samples_counts(self):
        clock = HubTime()
        for delay_ms in (40, 5, 300):
            clock.sample(HUB_MS, 1000 + delay_ms)
        self.assertEqual(clock.at(1005), HUB_MS)

    def test_a_hub_set_back_is_believed_after_eight_samples(self):
        clock = HubTime()
        clock.sample(HUB_MS, 0)
        for index in range(8):
            clock.sample(HUB_MS - 60_000 + index, index)
            if index == 6:
                self.assertEqual(clock.at(0), HUB_MS)
        self.assertEqual(clock.at(0), HUB_MS - 60_000)

    def test_the_wrap_of_the_ticks_is_no_step(self):
        at = [TICKS_PERIOD - 1_000]
        ticks = Counter(lambda: at[0] % TICKS_PERIOD)
        clock = HubTime()
        clock.sample(HUB_MS, ticks.now_ms())
        at[0] += 2_500
        self.assertEqual(clock.at(ticks.now_ms()), HUB_MS + 2_500)
        clock.sample(HUB_MS + 2_490, ticks.now_ms())
        self.assertEqual(clock.at(ticks.now_ms()), HUB_MS + 2_500)


if __name__ == "__main__":
    unittest.main()
