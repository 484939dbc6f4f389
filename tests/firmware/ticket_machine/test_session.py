"""What a session remembers, and that it is overwritten."""
# runs on CPython and MicroPython

import unittest

from ticket_machine.session import MAX_CODE, Session


class SessionTest(unittest.TestCase):
    """One visitor."""

    def test_a_card_is_remembered_until_it_is_wiped(self):
        session = Session()
        session.begin("17-1", "booked")
        session.means("card", "62E3086CED")
        fields = {"s": "17-1", "how": "card", "id": "62E3086CED"}
        self.assertEqual(session.request("identify"), fields)
        memory = session._id
        session.begin(None, None)
        self.assertEqual(bytes(memory), b"\x00" * 32)
        self.assertIs(session._id, memory)
        self.assertEqual(session.id, "")
        self.assertIsNone(session.s)

    def test_a_shorter_identity_leaves_nothing_of_the_longer(self):
        session = Session()
        session.means("card", "62E3086CED")
        session.means("code")
        session.type("7")
        self.assertEqual(session.id, "7")
        self.assertEqual(bytes(session._id[1:]), b"\x00" * 31)

    def test_digits_are_typed_and_rubbed_out(self):
        session = Session()
        session.means("code")
        session.type("rub")
        for digit in "409":
            session.type(digit)
        session.type("rub")
        self.assertEqual((session.how, session.id), ("code", "40"))

    def test_a_code_has_a_longest_length(self):
        session = Session()
        session.means("code")
        for _ in range(MAX_CODE + 5):
            session.type("1")
        self.assertEqual(len(session.id), MAX_CODE)

    def test_the_letter_of_a_paper_is_not_rubbed_out(self):
        session = Session()
        session.means("paper", "C")
        session.type("rub")
        session.type("0")
        self.assertEqual((session.how, session.id), ("paper", "C0"))


if __name__ == "__main__":
    unittest.main()
