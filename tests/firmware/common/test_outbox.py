"""Events waiting for the hub's answer."""
# runs on CPython and MicroPython

import unittest

from common.outbox import Outbox


def transmit_all(outbox, now_ms):
    """The numbers that go out at `now_ms`, in order."""
    numbers = []
    entry = outbox.due(now_ms)
    while entry is not None:
        entry.sent_ms = now_ms
        numbers.append(entry.n)
        entry = outbox.due(now_ms)
    return numbers


class OutboxTest(unittest.TestCase):
    def setUp(self):
        self.outbox = Outbox(limit=4, resend_ms=3000)

    def test_numbers_count_from_one(self):
        self.assertEqual([self.outbox.add("press", None, 0) for _ in range(3)], [1, 2, 3])

    def test_new_events_are_due_at_once_and_in_order(self):
        for _ in range(3):
            self.outbox.add("press", None, 0)
        self.assertEqual(transmit_all(self.outbox, 0), [1, 2, 3])

    def test_the_unanswered_is_due_again_after_three_seconds(self):
        self.outbox.add("press", None, 0)
        self.outbox.add("press", None, 0)
        transmit_all(self.outbox, 0)
        self.assertTrue(self.outbox.settle(1))
        self.assertEqual(transmit_all(self.outbox, 2999), [])
        self.assertEqual(transmit_all(self.outbox, 3000), [2])

    def test_rewind_makes_everything_due_oldest_first(self):
        for _ in range(3):
            self.outbox.add("rate", None, 0)
        transmit_all(self.outbox, 0)
        self.outbox.rewind()
        self.assertEqual(transmit_all(self.outbox, 1), [1, 2, 3])

    def test_a_full_outbox_refuses_the_newest_and_counts_it(self):
        for _ in range(4):
            self.outbox.add("rate", None, 0)
        self.assertEqual(self.outbox.add("rate", None, 0), 0)
        self.assertEqual(self.outbox.refused, 1)
        self.assertEqual(transmit_all(self.outbox, 0), [1, 2, 3, 4])

    def test_a_refused_event_uses_no_number(self):
        for _ in range(4):
            self.outbox.add("rate", None, 0)
        self.outbox.add("rate", None, 0)
        self.outbox.settle(1)
        self.assertEqual(self.outbox.add("rate", None, 0), 5)

    def test_a_repeated_answer_settles_nothing(self):
        self.outbox.add("press", None, 0)
        self.assertTrue(self.outbox.settle(1))
        self.assertFalse(self.outbox.settle(1))
        self.assertEqual(len(self.outbox), 0)


if __name__ == "__main__":
    unittest.main()
