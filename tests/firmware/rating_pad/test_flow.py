"""The rating pad's flow: one rating a leg, nobody reads the choice, two keys are none."""
# runs on CPython and MicroPython

import unittest

from rating_pad.flow import IGNORE_MS, THANKS, TOGETHER_MS, Flow


class Visitor:
    """Works a flow by hand and keeps what it did."""

    def __init__(self):
        self.flow = Flow()
        self.now_ms = 1_000
        self.lamps = []
        self.sounds = []
        self.rates = []
        self.faults = []
        self.room = self.flash = True

    def give(self, *event):
        for effect in self.flow.handle(event, self.now_ms):
            if effect[0] == "lamps":
                self.lamps.append(effect[1])
            elif effect[0] == "sound":
                self.sounds.append(effect[1])
            elif effect[0] == "fault":
                self.faults.append(effect[1:])
            else:
                self.rates.append(effect[1:])
                self.give("sent", len(self.rates) if self.room else 0)
                if self.flash:
                    self.give("kept")

    def lit(self):
        return bool(self.lamps) and self.lamps[-1]

    def down(self, level):
        self.give("down", level, self.now_ms)

    def up(self, level):
        self.give("up", level, self.now_ms)

    def press(self, level):
        self.down(level)
        self.wait(100)
        self.up(level)

    def wait(self, ms):
        end_ms = self.now_ms + ms
        while True:
            due_ms = self.flow.due_ms(self.now_ms)
            if due_ms is None or self.now_ms + due_ms > end_ms:
                self.now_ms = end_ms
                self.give("tick")
                return
            self.now_ms += due_ms
            self.give("tick")


class PadTest(unittest.TestCase):
    def setUp(self):
        self.visitor = Visitor()

    def open(self, leg=12, open_ms=30_000):
        self.visitor.give("open", leg, open_ms)

    def test_keys_mean_nothing_while_closed(self):
        self.visitor.press(5)
        self.assertEqual((self.visitor.rates, self.visitor.sounds), ([], []))
        self.assertFalse(self.visitor.lit())

    def test_one_key_rates_the_leg_and_closes(self):
        self.open()
        self.assertTrue(self.visitor.lit())
        self.visitor.press(4)
        self.assertEqual(self.visitor.rates, [(12, 4)])
        self.assertEqual(self.visitor.sounds, ["ok"])
        self.visitor.wait(5_000)
        self.visitor.press(1)
        self.assertEqual(self.visitor.rates, [(12, 4)])

    def test_all_lamps_answer_together_whatever_the_level(self):
        seen = []
        for level in (1, 2, 3, 4, 5):
            visitor = Visitor()
            visitor.give("open", 12, 30_000)
            visitor.press(level)
            visitor.wait(5_000)
            seen.append((visitor.lamps, visitor.sounds))
        self.assertEqual(seen, [seen[0]] * 5)
        self.assertEqual(seen[0][0], [True] + [on for on, _ in THANKS] + [False])

    def test_it_closes_by_itself(self):
        self.open(open_ms=30_000)
        self.visitor.wait(29_999)
        self.assertTrue(self.visitor.lit())
        self.visitor.wait(1)
        self.assertFalse(self.visitor.lit())
        self.assertIsNone(self.visitor.flow.due_ms(self.visitor.now_ms))

    def test_a_key_pressed_in_the_last_moment_counts(self):
        self.open(open_ms=1_000)
        self.visitor.wait(990)
        self.visitor.down(5)
        self.visitor.now_ms += 30
        self.visitor.up(5)
        self.visitor.wait(100)
        self.assertEqual(self.visitor.rates, [(12, 5)])

    def test_the_hub_closes_only_the_leg_it_means(self):
        self.open(leg=12)
        self.visitor.give("close", 11)
        self.assertTrue(self.visitor.lit())
        self.visitor.give("close", 12)
        self.assertFalse(self.visitor.lit())

    def test_a_pad_moved_away_closes_whatever_is_open(self):
        self.open()
        self.visitor.give("close", None)
        self.assertFalse(self.visitor.lit())

    def test_the_next_leg_takes_over_from_one_that_was_not_rated(self):
        self.open(leg=12)
        self.open(leg=13)
        self.visitor.press(3)
        self.assertEqual(self.visitor.rates, [(13, 3)])

    def test_two_keys_at_once_are_none_and_it_stays_open(self):
        self.open()
        self.visitor.down(5)
        self.visitor.wait(TOGETHER_MS - 1)
        self.visitor.down(4)
        self.visitor.wait(500)
        self.assertEqual((self.visitor.rates, self.visitor.sounds), ([], ["low"]))
        self.visitor.up(5)
        self.visitor.down(3)
        self.visitor.wait(500)
        self.visitor.up(3)
        self.visitor.up(4)
        self.assertEqual((self.visitor.rates, self.visitor.sounds), ([], ["low"]))
        self.assertTrue(self.visitor.lit())
        self.visitor.press(5)
        self.assertEqual(self.visitor.rates, [(12, 5)])

    def test_two_keys_read_late_in_one_go_are_still_two(self):
        self.open()
        at_ms = self.visitor.now_ms
        self.visitor.now_ms += 300
        self.visitor.give("down", 5, at_ms)
        self.visitor.give("down", 4, at_ms + 10)
        self.visitor.give("tick")
        self.assertEqual(self.visitor.rates, [])

    def test_two_quick_taps_of_different_keys_are_none(self):
        self.open()
        self.visitor.down(5)
        self.visitor.wait(30)
        self.visitor.up(5)
        self.visitor.down(4)
        self.visitor.wait(200)
        self.assertEqual(self.visitor.rates, [])

    def test_a_second_press_soon_after_does_not_rate_the_next_visitor(self):
        self.open(leg=12)
        self.visitor.press(5)
        self.visitor.wait(500)
        self.open(leg=13)
        self.visitor.press(5)
        self.assertEqual(self.visitor.rates, [(12, 5)])
        self.visitor.wait(IGNORE_MS)
        self.visitor.press(2)
        self.assertEqual(self.visitor.rates, [(12, 5), (13, 2)])

    def test_a_stuck_key_is_reported_and_the_others_still_rate(self):
        self.visitor.down(3)
        self.visitor.give("stuck", 3, self.visitor.now_ms)
        self.assertEqual(self.visitor.faults, [("key-3", True)])
        self.open()
        self.visitor.press(4)
        self.assertEqual(self.visitor.rates, [(12, 4)])
        self.visitor.up(3)
        self.assertEqual(self.visitor.faults[1:], [("key-3", False)])

    def test_a_refused_rating_is_heard_while_the_visitor_is_there(self):
        self.open()
        self.visitor.press(4)
        self.visitor.give("answer", 1, "NOT_RATEABLE")
        self.assertEqual(self.visitor.sounds, ["ok", "low"])
        self.assertFalse(self.visitor.lit())

    def test_a_refused_rating_is_silent_when_the_visitor_is_gone(self):
        self.open()
        self.visitor.press(4)
        self.visitor.wait(20_000)
        self.visitor.give("answer", 1, "NOT_RATEABLE")
        self.assertEqual(self.visitor.sounds, ["ok"])

    def test_no_room_for_a_rating_is_heard(self):
        self.visitor.room = False
        self.open()
        self.visitor.press(4)
        self.assertEqual(self.visitor.sounds, ["low"])
        self.assertFalse(self.visitor.lit())

    def rate_unsafely(self):
        self.visitor.flash = False
        self.open()
        self.visitor.press(4)
        self.visitor.wait(100)
        self.assertEqual((self.visitor.rates, self.visitor.sounds), ([(12, 4)], []))
        self.assertFalse(self.visitor.lit())

    def test_thanks_wait_until_the_rating_is_on_flash(self):
        self.rate_unsafely()
        self.visitor.give("kept")
        self.visitor.give("answer", 1, None)
        self.visitor.wait(5_000)
        self.assertEqual(self.visitor.sounds, ["ok"])
        self.assertEqual(self.visitor.lamps, [True] + [on for on, _ in THANKS] + [False])

    def test_thanks_wait_until_the_hub_has_the_rating(self):
        self.rate_unsafely()
        self.visitor.give("answer", 1, None)
        self.visitor.give("kept")
        self.assertEqual(self.visitor.sounds, ["ok"])

    def test_a_rating_refused_before_the_thanks_gets_none(self):
        self.rate_unsafely()
        self.visitor.give("answer", 1, "NOT_RATEABLE")
        self.visitor.give("kept")
        self.visitor.wait(5_000)
        self.assertEqual((self.visitor.sounds, self.visitor.lit()), (["low"], False))

    def test_the_next_visitor_is_not_thanked(self):
        self.rate_unsafely()
        self.open(leg=13)
        self.visitor.give("kept")
        self.assertEqual((self.visitor.sounds, self.visitor.lit()), ([], True))

    def test_nobody_is_thanked_who_is_gone(self):
        self.rate_unsafely()
        self.visitor.wait(IGNORE_MS)
        self.visitor.give("answer", 1, None)
        self.assertEqual((self.visitor.sounds, self.visitor.lit()), ([], False))


if __name__ == "__main__":
    unittest.main()
