"""The key driver: bouncing contacts, long and stuck keys, two at once, and ticks that wrap."""
# runs on CPython and MicroPython

import unittest

from common.debounce import Debounce
from drivers.keys import LONG_MS, STUCK_MS, EdgeRing, Keys
from fakes.pins import FakePin, FakeTicks


class RingTest(unittest.TestCase):
    def test_edges_come_out_in_order(self):
        ring = EdgeRing()
        ring.put(2, 10)
        ring.put(5, 11)
        self.assertEqual([ring.get(), ring.get(), ring.get()], [(2, 10), (5, 11), None])

    def test_a_full_ring_keeps_the_first_edges_and_counts_the_rest(self):
        ring = EdgeRing()
        for at_ms in range(EdgeRing.SIZE + 5):
            ring.put(0, at_ms)
        self.assertEqual(ring.dropped, 6)
        self.assertEqual(ring.get(), (0, 0))


class KeysTest(unittest.TestCase):
    def setUp(self):
        # Close to the end of the ticks, so that every test also sees them wrap.
        self.ticks = FakeTicks(FakeTicks.PERIOD - 30)
        self.now_ms = 5_000
        self.pins = {"next": FakePin(), "transfer": FakePin()}
        self.woken = 0
        self.start()

    def start(self):
        self.keys = Keys(
            tuple(self.pins.items()), Debounce, self.wake, self.now_ms, clock=self.ticks
        )

    def wake(self):
        self.woken += 1

    def after(self, ms):
        """Lets time pass, polling at once and when the driver asks, and returns what happened."""
        events = self.keys.poll(self.now_ms)
        while True:
            due_ms = self.keys.due_ms(self.now_ms)
            step_ms = ms if due_ms is None else min(ms, max(1, due_ms))
            self.now_ms += step_ms
            self.ticks.now_ms += step_ms
            ms -= step_ms
            events += self.keys.poll(self.now_ms)
            if not ms:
                return events

    def names(self, events):
        return [event[:2] for event in events]

    def test_a_key_counts_on_its_first_edge(self):
        self.pins["next"].fall()
        self.assertEqual(self.woken, 1)
        self.assertEqual(self.keys.poll(self.now_ms), [("down", "next", 5_000)])

    def test_a_press_keeps_its_time_when_it_is_read_late(self):
        self.pins["next"].fall()
        self.now_ms += 40
        self.ticks.now_ms += 40
        self.assertEqual(self.keys.poll(self.now_ms), [("down", "next", 5_000)])

    def test_a_bouncing_press_and_release_is_one_press(self):
        pin = self.pins["next"]
        events = []
        for _ in range(4):
            pin.fall()
            pin.rise()
            events += self.after(1)
        pin.fall()
        events += self.after(80)
        pin.rise()
        for _ in range(4):
            pin.fall()
            pin.rise()
            events += self.after(1)
        events += self.after(300)
        self.assertEqual(self.names(events), [("down", "next"), ("up", "next")])

    def test_a_tap_shorter_than_the_lock_out_is_not_lost(self):
        self.pins["next"].fall()
        self.pins["next"].rise()
        self.assertEqual(self.names(self.after(200)), [("down", "next"), ("up", "next")])

    def test_a_contact_that_opens_for_a_moment_while_held_is_not_pressed_twice(self):
        pin = self.pins["next"]
        pin.fall()
        events = self.after(179)
        # Open at two looks in a row, but closed in between.
        for _ in range(2):
            pin.rise()
            events += self.after(2)
            pin.fall()
            events += self.after(18)
        events += self.after(300)
        self.assertEqual(self.names(events), [("down", "next")])

    def test_two_quick_presses_are_two(self):
        pin = self.pins["next"]
        events = []
        for _ in range(2):
            pin.fall()
            events += self.after(60)
            pin.rise()
            events += self.after(100)
        self.assertEqual(self.names(events), [("down", "next"), ("up", "next")] * 2)

    def test_a_second_press_begun_inside_the_lock_out_still_counts(self):
        pin = self.pins["next"]
        pin.fall()
        self.after(60)
        pin.rise()
        self.after(45)
        pin.fall()
        self.assertEqual(self.names(self.after(100)), [("down", "next")])

    def test_a_held_key_is_long_once_while_still_down(self):
        self.pins["transfer"].fall()
        events = self.after(LONG_MS + 200)
        self.assertEqual(self.names(events), [("down", "transfer"), ("long", "transfer")])
        self.assertTrue(LONG_MS <= events[1][2] - events[0][2] <= LONG_MS + 40)

    def test_a_key_let_go_just_before_is_not_long(self):
        self.pins["transfer"].fall()
        self.after(LONG_MS - 10)
        self.pins["transfer"].rise()
        self.assertEqual(self.names(self.after(200)), [("up", "transfer")])

    def test_a_stuck_key_is_reported_once_and_then_comes_up(self):
        self.pins["next"].fall()
        events = self.after(STUCK_MS * 2 + 200)
        self.pins["next"].rise()
        events += self.after(300)
        self.assertEqual([event[0] for event in events], ["down", "long", "stuck", "up"])

    def test_two_keys_at_once_are_both_reported(self):
        self.pins["next"].fall()
        self.pins["transfer"].fall()
        events = self.names(self.after(10))
        self.assertEqual(events, [("down", "next"), ("down", "transfer")])

    def test_a_key_that_is_down_at_boot_was_not_pressed(self):
        self.pins["next"].level = 0
        self.start()
        self.assertEqual(self.after(2_000), [])
        self.pins["next"].rise()
        self.assertEqual(self.names(self.after(300)), [("up", "next")])
        self.pins["next"].fall()
        self.assertEqual(self.names(self.after(10)), [("down", "next")])

    def test_idle_keys_want_no_polling(self):
        self.assertIsNone(self.keys.due_ms(self.now_ms))
        self.pins["next"].fall()
        self.pins["next"].rise()
        self.after(500)
        self.assertIsNone(self.keys.due_ms(self.now_ms))


if __name__ == "__main__":
    unittest.main()
