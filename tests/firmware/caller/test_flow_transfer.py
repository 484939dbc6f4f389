"""The caller's flow: to which window a visitor is sent on, chosen with the clerk's own keys."""
# runs on CPython and MicroPython

import unittest

from caller.flow import LATE_MS
from fakes.clerk import Clerk, want
from protocol.reasons import Reason

CHOOSE_MS = want().choose_ms


class TransferTest(unittest.TestCase):
    def setUp(self):
        self.clerk = Clerk()
        self.clerk.ready(want("serving", targets=[3, 12, 16]))
        self.clerk.press("transfer")

    def shown(self, key):
        self.clerk.press(key)
        return self.clerk.digits

    def test_a_short_press_shows_the_first_open_window_and_sends_nothing(self):
        self.assertEqual(self.clerk.digits, "t  3  ")
        self.assertEqual(
            (self.clerk.lit, self.clerk.blink),
            (("next", "recall", "done", "pause"), ("transfer",)),
        )
        self.assertEqual((self.clerk.presses, self.clerk.sounds), ([], []))

    def test_next_and_recall_step_through_the_windows_round_and_round(self):
        self.assertEqual(
            [self.shown(key) for key in ("next", "next", "next", "recall", "recall")],
            ["t 12  ", "t 16  ", "t  3  ", "t 16  ", "t 12  "],
        )
        self.assertEqual(self.clerk.presses, [])

    def test_done_confirms_the_window_that_is_shown(self):
        self.clerk.press("next")
        self.clerk.press("done")
        self.assertEqual(self.clerk.presses, [("transfer", False, False, 12, 3)])
        self.assertEqual(self.clerk.targets, [12])
        self.clerk.give("want", want("idle", None, 4, 0), [1, 2])
        self.clerk.answer()
        self.assertEqual(self.clerk.digits, "     0")

    def test_pause_cancels_and_pauses_nothing(self):
        self.clerk.press("pause")
        self.assertEqual((self.clerk.digits, self.clerk.presses), ("A012 3", []))
        self.clerk.press("pause")
        self.assertEqual(self.clerk.presses, [("pause", False, False, 12, 3)])
        self.assertEqual(self.clerk.targets, [None])

    def test_five_seconds_without_a_key_cancel(self):
        self.clerk.wait(CHOOSE_MS)
        self.assertEqual((self.clerk.digits, self.clerk.lit), ("t --  ", ()))
        self.clerk.wait(LATE_MS)
        self.assertEqual(self.clerk.digits, "A012 3")
        self.clerk.press("transfer")
        self.clerk.wait(CHOOSE_MS - 200)
        self.clerk.press("next")
        self.clerk.wait(CHOOSE_MS - 200)
        self.assertEqual(self.clerk.digits, "t 12  ")
        self.clerk.wait(200 + LATE_MS)
        self.assertEqual((self.clerk.digits, self.clerk.presses), ("A012 3", []))

    def test_a_confirmation_that_comes_too_late_ends_no_service(self):
        self.clerk.wait(CHOOSE_MS)
        for key in ("done", "pause", "next"):
            self.clerk.press(key)
        self.assertEqual((self.clerk.presses, self.clerk.sounds), ([], ["busy"] * 3))
        self.clerk.wait(LATE_MS)
        self.clerk.press("done")
        self.assertEqual(self.clerk.presses, [("done", False, False, 12, 3)])

    def test_other_keys_mean_nothing_meanwhile(self):
        for key in ("noshow", "transfer"):
            self.assertEqual(self.shown(key), "t  3  ")
        self.assertEqual((self.clerk.presses, self.clerk.sounds), ([], ["busy", "busy"]))

    def test_a_window_that_closed_meanwhile_is_left_out_of_the_steps(self):
        self.clerk.give("want", want("serving", targets=[3, 16]), [1, 2])
        self.assertEqual(self.shown("next"), "t 16  ")
        self.clerk.give("want", want("serving", targets=[3]), [1, 3])
        self.assertEqual(self.clerk.digits, "t 16  ")  # what is confirmed is what was shown
        self.clerk.press("done")
        self.clerk.answer("TARGET_CLOSED")
        self.assertEqual(self.clerk.targets, [16])
        self.assertEqual(self.clerk.digits, Reason("TARGET_CLOSED").digits)

    def test_a_start_by_time_leaves_the_choice_and_the_press_is_not_stale(self):
        self.clerk.give("want", want("serving", ver=4, targets=[3, 16]), [1, 2])
        self.clerk.press("done")
        self.assertEqual(self.clerk.presses, [("transfer", False, False, 12, 4)])

    def test_a_start_by_time_under_the_finger_asks_all_the_same(self):
        clerk = Clerk()
        clerk.ready(want("called", targets=[3]))
        clerk.give("down", "transfer", clerk.now_ms)
        clerk.give("want", want("serving", ver=4, targets=[3]), [1, 2])
        clerk.give("up", "transfer", clerk.now_ms)
        self.assertEqual((clerk.digits, clerk.presses), ("t  3  ", []))
        clerk.press("done")
        self.assertEqual(clerk.presses, [("transfer", False, False, 12, 4)])

    def test_a_leg_that_is_gone_or_no_window_left_ends_the_choice(self):
        for other in (want("called", "B003", 4, targets=[3]), want("serving")):
            clerk = Clerk()
            clerk.ready(want("serving", targets=[3]))
            clerk.press("transfer")
            other.leg = 13 if other.ticket == "B003" else 12
            clerk.give("want", other, [1, 2])
            self.assertEqual(clerk.digits, "t --  ")
            clerk.wait(LATE_MS)
            self.assertEqual(clerk.digits, other.ticket + " 3")

    def test_without_an_open_window_the_hub_says_why_not(self):
        clerk = Clerk()
        clerk.ready(want("serving"))
        clerk.press("transfer")
        self.assertEqual(clerk.presses, [("transfer", False, False, 12, 3)])
        clerk.answer("NO_TARGET")
        self.assertEqual(clerk.digits, Reason("NO_TARGET").digits)

    def test_a_held_key_still_means_hold(self):
        clerk = Clerk()
        clerk.ready(want("serving", targets=[3]))
        clerk.give("down", "transfer", clerk.now_ms)
        clerk.give("long", "transfer", clerk.now_ms)
        self.assertEqual(clerk.presses, [("transfer", True, False, 12, 3)])
        self.assertEqual(clerk.targets, [None])

    def test_the_new_picture_is_acknowledged_once_it_is_seen_again(self):
        self.clerk.give("want", want("serving", targets=[3]), [1, 2])
        self.assertEqual(self.clerk.shown, [[1, 1]])
        self.clerk.press("pause")
        self.assertEqual(self.clerk.shown, [[1, 1], [1, 2]])


if __name__ == "__main__":
    unittest.main()
