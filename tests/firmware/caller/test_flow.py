"""The caller's flow: what a clerk sees and hears, and exactly which presses are sent."""
# runs on CPython and MicroPython

import unittest

from caller.flow import BLINK_HALF_MS, REFUSAL_MS, WAIT_AFTER_MS, picture
from fakes.clerk import Clerk, want
from protocol.caller import KEYS
from protocol.reasons import Reason, codes


class PictureTest(unittest.TestCase):
    def test_ticket_in_the_first_four_and_waiting_in_the_last_two(self):
        self.assertEqual(picture(want(waiting=3)), "A012 3")
        self.assertEqual(picture(want(waiting=0)), "A012 0")
        self.assertEqual(picture(want(waiting=41)), "A01241")

    def test_more_than_two_digits_of_waiting_is_99(self):
        self.assertEqual(picture(want(waiting=99)), "A01299")
        self.assertEqual(picture(want(waiting=100)), "A01299")

    def test_past_999_the_ticket_takes_five_and_waiting_one(self):
        self.assertEqual(picture(want(ticket="A1001", waiting=4)), "A10014")
        self.assertEqual(picture(want(ticket="A1001", waiting=10)), "A10019")

    def test_without_a_ticket_a_word_stands_in_its_place(self):
        self.assertEqual(picture(want("idle", None, waiting=7)), "     7")
        self.assertEqual(picture(want("paused", None, waiting=7)), "PAU  7")
        self.assertEqual(picture(want("closed", None, waiting=0)), "oFF  0")

    def test_a_blanked_number_leaves_the_waiting(self):
        self.assertEqual(picture(want(waiting=3), True), "     3")
        self.assertEqual(picture(want(ticket="A1001", waiting=4), True), "     4")


class ShowTest(unittest.TestCase):
    def setUp(self):
        self.clerk = Clerk()

    def test_not_connected_shows_dashes_with_the_cause_and_no_lamp(self):
        shown = []
        for status in ("no-wifi", "no-broker", "refused", "no-hub"):
            self.clerk.give("link", status)
            shown.append(self.clerk.digits)
        self.assertEqual(shown, ["----L1", "----L2", "----L3", "----  "])
        self.assertEqual((self.clerk.lit, self.clerk.blink), ((), ()))

    def test_a_want_is_shown_and_acknowledged_only_when_ready(self):
        self.clerk.give("want", want("serving"), [7, 2])
        self.assertEqual(self.clerk.shown, [])
        self.clerk.give("link", "ready")
        self.assertEqual(self.clerk.digits, "A012 3")
        self.assertEqual(self.clerk.lit, ("recall", "done"))
        self.assertEqual(self.clerk.shown, [[7, 2]])

    def test_a_called_number_blinks_and_a_served_one_is_steady(self):
        self.clerk.ready(want("called"))
        seen = []
        for _ in range(4):
            seen.append(self.clerk.digits)
            self.clerk.wait(BLINK_HALF_MS)
        self.assertEqual(seen, ["A012 3", "     3"] * 2)
        self.clerk.give("want", want("serving"), [1, 2])
        self.assertEqual(self.clerk.digits, "A012 3")
        self.assertIsNone(self.clerk.flow.due_ms(self.clerk.now_ms))

    def test_a_number_called_in_the_dark_half_of_another_begins_lit(self):
        self.clerk.ready(want("called"))
        self.clerk.wait(BLINK_HALF_MS)
        self.assertEqual(self.clerk.digits, "     3")
        other = want("called", "A013", 4)
        other.leg = 13
        self.clerk.give("want", other, [1, 2])
        self.assertEqual(self.clerk.digits, "A013 3")

    def test_blinking_lamps_get_a_phase_and_are_not_also_lit(self):
        self.clerk.ready(want("idle", None, lit=("next", "recall"), blink=("next",)))
        self.assertEqual((self.clerk.lit, self.clerk.blink), (("recall",), ("next",)))
        phases = []
        for _ in range(3):
            phases.append(self.clerk.phase)
            self.clerk.wait(BLINK_HALF_MS)
        self.assertEqual(phases, [True, False, True])

    def test_a_pause_that_waits_for_the_leg_to_end_blinks(self):
        self.clerk.ready(want("serving", pausing=True))
        self.assertEqual(self.clerk.blink, ("pause",))

    def test_losing_the_hub_shows_dashes_and_its_return_shows_the_picture(self):
        self.clerk.ready(want("serving"))
        self.clerk.give("link", "no-hub")
        self.assertEqual((self.clerk.digits, self.clerk.lit), ("----  ", ()))
        self.clerk.give("link", "ready")
        self.assertEqual((self.clerk.digits, self.clerk.lit), ("A012 3", ("recall", "done")))

    def test_an_arrival_is_heard(self):
        self.clerk.ready(want("idle", None))
        self.clerk.give("beep")
        self.assertEqual(self.clerk.sounds, ["arrive"])


class PressTest(unittest.TestCase):
    def setUp(self):
        self.clerk = Clerk()
        self.clerk.ready(want("serving"))

    def test_a_press_carries_what_the_clerk_saw_and_shows_dashes_until_answered(self):
        self.clerk.press("next")
        self.assertEqual(self.clerk.presses, [("next", False, False, 12, 3)])
        self.assertEqual(self.clerk.digits, "----  ")
        self.clerk.answer()
        self.assertEqual(self.clerk.digits, "A012 3")
        self.assertEqual(self.clerk.sounds, [])

    def test_an_answer_that_comes_at_once_shows_no_dashes_in_between(self):
        self.clerk.give("down", "next", self.clerk.now_ms)
        self.clerk.wait(WAIT_AFTER_MS - 1)
        self.assertEqual(self.clerk.digits, "A012 3")
        self.clerk.wait(1)
        self.assertEqual(self.clerk.digits, "----  ")

    def test_every_key_without_a_long_meaning_counts_when_it_goes_down(self):
        for key in KEYS:
            if key != "transfer":
                with self.subTest(key):
                    clerk = Clerk()
                    clerk.ready(want("serving"))
                    clerk.give("down", key, clerk.now_ms)
                    self.assertEqual(clerk.presses, [(key, False, False, 12, 3)])

    def test_a_press_while_one_is_unanswered_is_ignored_with_a_beep(self):
        self.clerk.press("next")
        self.clerk.press("done")
        self.clerk.press("transfer")
        self.assertEqual(len(self.clerk.presses), 1)
        self.assertEqual(self.clerk.sounds, ["busy", "busy"])
        self.clerk.answer()
        self.assertEqual(len(self.clerk.presses), 1)

    def test_a_want_that_comes_before_the_answer_is_shown_after_it(self):
        self.clerk.press("next")
        self.clerk.give("want", want("called", "B003", 4), [1, 2])
        self.assertEqual(self.clerk.digits, "----  ")
        self.clerk.answer()
        self.assertEqual(self.clerk.digits, "B003 3")
        self.assertEqual(self.clerk.shown, [[1, 1], [1, 2]])

    def test_an_answer_to_something_else_does_not_free_the_press(self):
        self.clerk.press("next")
        self.clerk.give("answer", 99, None)
        self.assertEqual(self.clerk.digits, "----  ")

    def test_short_and_long_are_told_apart_where_long_means_something(self):
        for key, shown, leg in (
            ("transfer", want("serving"), 12),
            ("recall", want("idle", None), None),
        ):
            with self.subTest(key):
                clerk = Clerk()
                clerk.ready(shown)
                clerk.give("down", key, clerk.now_ms)
                self.assertEqual(clerk.presses, [])
                clerk.give("up", key, clerk.now_ms)
                self.assertEqual(clerk.presses, [(key, False, False, leg, 3)])
                clerk.answer()
                clerk.give("down", key, clerk.now_ms)
                clerk.give("long", key, clerk.now_ms)
                clerk.give("up", key, clerk.now_ms)
                self.assertEqual(clerk.presses[1:], [(key, True, False, leg, 3)])

    def test_a_long_key_carries_what_was_seen_when_it_went_down(self):
        self.clerk.give("down", "transfer", self.clerk.now_ms)
        self.clerk.give("want", want("called", "B003", 4), [1, 2])
        self.clerk.give("up", "transfer", self.clerk.now_ms)
        self.assertEqual(self.clerk.presses, [("transfer", False, False, 12, 3)])

    def test_a_second_key_while_a_long_one_is_held_is_ignored(self):
        self.clerk.give("down", "transfer", self.clerk.now_ms)
        self.clerk.give("down", "next", self.clerk.now_ms)
        self.clerk.give("up", "next", self.clerk.now_ms)
        self.assertEqual((self.clerk.presses, self.clerk.sounds), ([], ["busy"]))
        self.clerk.give("up", "transfer", self.clerk.now_ms)
        self.assertEqual(len(self.clerk.presses), 1)

    def test_before_the_first_picture_a_press_has_nothing_to_refer_to(self):
        clerk = Clerk()
        clerk.press("next")
        self.assertEqual((clerk.presses, clerk.sounds), ([], ["low"]))

    def test_a_press_while_the_hub_is_away_is_kept_until_answered(self):
        self.clerk.give("link", "no-hub")
        self.clerk.press("done")
        self.assertEqual(len(self.clerk.presses), 1)
        self.clerk.give("link", "ready")
        self.assertEqual(self.clerk.digits, "----  ")
        self.clerk.answer("STALE")
        self.assertEqual(self.clerk.digits, Reason("STALE").digits)

    def test_a_full_outbox_is_a_refusal(self):
        effects = self.clerk.flow.handle(("down", "next", self.clerk.now_ms), self.clerk.now_ms)
        self.assertEqual(effects[0][0], "press")
        self.clerk.give("sent", 0)
        self.assertEqual(self.clerk.digits, Reason("OUTBOX_FULL").digits)

    def test_a_stuck_key_is_a_fault_until_it_comes_up(self):
        self.clerk.give("stuck", "next", self.clerk.now_ms)
        self.clerk.give("up", "next", self.clerk.now_ms)
        self.assertEqual(self.clerk.faults, [("key-next", True), ("key-next", False)])


class RefusalTest(unittest.TestCase):
    def setUp(self):
        self.clerk = Clerk()
        self.clerk.ready(want("serving"))

    def test_every_reason_is_shown_for_two_seconds_with_its_sound(self):
        for code in codes():
            with self.subTest(code):
                clerk = Clerk()
                clerk.ready(want("serving"))
                clerk.press("done")
                clerk.answer(code)
                self.assertEqual(clerk.digits, Reason(code).digits)
                self.assertEqual(clerk.sounds, [Reason(code).sound])
                clerk.wait(REFUSAL_MS - 1)
                self.assertEqual(clerk.digits, Reason(code).digits)
                clerk.wait(1)
                self.assertEqual(clerk.digits, "A012 3")

    def test_a_newer_hubs_reason_is_still_a_refusal(self):
        self.clerk.press("done")
        self.clerk.answer("BRAND_NEW")
        self.assertEqual(self.clerk.digits, Reason("BRAND_NEW").digits)

    def test_a_key_during_a_refusal_counts(self):
        self.clerk.press("recall")
        self.clerk.answer("NOT_CALLED")
        self.clerk.press("next")
        self.assertEqual(len(self.clerk.presses), 2)

    def test_the_refreshed_picture_must_be_seen_before_a_key_counts(self):
        self.clerk.press("done")
        self.clerk.answer("STALE")
        self.clerk.give("want", want("called", "B003", 4), [1, 2])
        self.assertEqual(self.clerk.digits, Reason("STALE").digits)
        self.clerk.press("done")
        self.assertEqual((len(self.clerk.presses), self.clerk.digits), (1, "B003 3"))
        self.clerk.press("done")
        self.assertEqual(self.clerk.presses[1], ("done", False, False, 12, 4))

    def test_a_second_press_confirms_and_its_lamp_blinks_meanwhile(self):
        self.clerk.press("noshow")
        self.clerk.answer("CONFIRM_NOSHOW")
        self.assertEqual(self.clerk.blink, ("noshow",))
        self.clerk.wait(REFUSAL_MS + 500)
        self.assertEqual((self.clerk.digits, self.clerk.blink), ("A012 3", ("noshow",)))
        self.clerk.press("noshow")
        self.assertEqual(self.clerk.presses[1], ("noshow", False, True, 12, 3))
        self.clerk.answer()
        self.assertEqual(self.clerk.blink, ())

    def test_a_second_press_too_late_is_a_first_press(self):
        self.clerk.press("noshow")
        self.clerk.answer("CONFIRM_NOSHOW")
        self.clerk.wait(3_001)
        self.assertEqual(self.clerk.blink, ())
        self.clerk.press("noshow")
        self.assertEqual(self.clerk.presses[1], ("noshow", False, False, 12, 3))

    def test_a_second_press_too_late_confirms_nothing_even_before_the_tick(self):
        self.clerk.press("noshow")
        self.clerk.answer("CONFIRM_NOSHOW")
        self.clerk.now_ms += 3_000
        self.clerk.press("noshow")
        self.assertEqual(self.clerk.presses[1], ("noshow", False, False, 12, 3))

    def test_the_hubs_confirm_time_is_used(self):
        self.clerk.give("want", want("serving", confirm_ms=300), [1, 2])
        self.clerk.press("next")
        self.clerk.answer("CONFIRM_SERVED")
        self.clerk.wait(400)
        self.clerk.press("next")
        self.assertEqual(self.clerk.presses[1], ("next", False, False, 12, 3))

    def test_another_key_ends_the_question(self):
        self.clerk.press("noshow")
        self.clerk.answer("CONFIRM_NOSHOW")
        self.clerk.press("done")
        self.clerk.answer()
        self.clerk.press("noshow")
        self.assertEqual(
            [press[:3] for press in self.clerk.presses[1:]],
            [("done", False, False), ("noshow", False, False)],
        )

    def test_an_accepted_press_may_still_say_why(self):
        self.clerk.press("next")
        self.clerk.give("want", want("idle", None, 4, 0), [1, 2])
        self.clerk.answer("NOBODY")
        self.assertEqual(self.clerk.digits, Reason("NOBODY").digits)
        self.clerk.wait(REFUSAL_MS)
        self.assertEqual(self.clerk.digits, "     0")


if __name__ == "__main__":
    unittest.main()
