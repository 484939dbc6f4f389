"""The ticket machine's flow with an ID card or a code in place of the campus card."""
# runs on CPython and MicroPython

import unittest

from fakes.machine_hall import Hall
from ticket_machine import panel_project as panel
from ticket_machine import screens

NUMBER = "310110200402290010"
CODE = "73941526"
WORDS = ("校园卡·身份证·预约二维码", "campus card/ID card/QR code")


class ReadersTest(unittest.TestCase):
    def identifies(self, hall, how, text):
        """The last thing sent asks for that one."""
        kind, fields = hall.last()
        self.assertEqual((kind, fields["how"], fields["id"]), ("identify", how, text))

    def test_what_was_read_says_what_it_was(self):
        for label in (None, "预约取号", "现场取号", "我的号·过号"):
            for how, text in (("id-number", NUMBER), ("code", CODE)):
                with self.subTest((label, how)):
                    hall = Hall()
                    if label:
                        hall.press(label)
                    hall.do("card", text, how)
                    self.identifies(hall, how, text)

    def test_an_id_card_without_a_booking_goes_on_as_a_walk_in(self):
        hall = Hall()
        hall.do("card", NUMBER, "id-number")
        hall.found()
        self.assertEqual(hall.title[0], "请选择部门")

    def test_an_id_card_with_two_bookings_may_take_another_number(self):
        hall = Hall()
        hall.do("card", NUMBER, "id-number")
        hall.found("enrolment-proof", "transcript")
        self.assertIn("现场取号", hall.shown())

    def test_a_code_that_nobody_booked_is_no_identity_of_a_walk_in(self):
        for label in (None, "预约取号", "现场取号"):
            hall = Hall()
            if label:
                hall.press(label)
            hall.do("card", CODE, "code")
            hall.found()
            self.assertEqual(hall.title[0], "今天没有查到预约")
            self.assertTrue(hall.card_is_gone())

    def test_what_cannot_be_read_is_refused_where_a_card_is_awaited(self):
        for why in ("CARD_UNREADABLE", "CODE_UNREADABLE"):
            hall = Hall()
            hall.do("misread", why)
            self.assertEqual(hall.title, screens.of_reason(why))
            hall.do("card", NUMBER, "id-number")
            self.identifies(hall, "id-number", NUMBER)
            sent = len(hall.sent)
            hall.do("misread", why)  # while the hub is asked
            self.assertEqual((len(hall.sent), hall.title[0]), (sent, "请稍候"))

    def test_visitors_are_told_what_can_be_read(self):
        hall = Hall()
        hall.flow.readers = WORDS
        for label, zh, en in (
            ("预约取号", "预约取号:请刷", "Booking: tap your "),
            ("现场取号", "现场取号:请刷", "Walk in: tap your "),
            ("我的号·过号", "我的号:请刷", "My number: tap your "),
        ):
            hall.press(label)
            self.assertEqual(hall.title, (zh + WORDS[0], en + WORDS[1]))
            self.assertEqual(hall.labels[1], (WORDS[0], "Your " + WORDS[1]))
            for text, most in zip(hall.title + hall.labels[1], (24, 48, 24, 40)):  # noqa: B905
                self.assertTrue(len(text) <= most)
            hall.press("返回")
            self.assertEqual(hall.page, panel.HOME)


if __name__ == "__main__":
    unittest.main()
