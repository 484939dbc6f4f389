"""The journal of offline tickets: what is whole comes back, whatever stands torn between."""
# runs on CPython and MicroPython
# ruff: noqa: PTH102, PTH123 (no pathlib on MicroPython)

import json
import os
import unittest

from fakes.offline_machine import FOLDER, empty
from ticket_machine.ticket_log import MAX_BYTES, TicketLog

PATH = FOLDER + "/tickets"


def line(number, service="transcript"):
    return json.dumps({"number": number, "service": service})


class TicketLogTest(unittest.TestCase):
    """One file."""

    def setUp(self):
        empty()
        try:
            os.mkdir(FOLDER)
        except OSError as error:
            self.assertEqual(error.errno, 17)
        self.log = TicketLog(PATH)

    def tearDown(self):
        empty()

    def whole(self):
        with open(PATH, "rb") as file:
            return file.read()

    def write(self, raw):
        with open(PATH, "wb") as file:
            file.write(raw)

    def found(self, at=0):
        return [(t["number"], t.get("result")) for t, _ in self.log.tickets(at)]

    def test_nothing_is_there_at_first(self):
        self.assertEqual(self.found(), [])
        self.assertIsNone(self.log.next(0))
        self.assertFalse(self.log.is_full)
        self.log.clear()

    def test_tickets_come_back_in_order_with_their_results(self):
        for number, result in ((701, "printed"), (702, None), (703, "failed"), (704, None)):
            self.log.add(line(number))
            if result:
                self.log.add(result)
        expected = [(701, "printed"), (702, None), (703, "failed"), (704, None)]
        self.assertEqual(self.found(), expected)
        at, one_by_one = 0, []
        while self.log.next(at):
            ticket, at = self.log.next(at)
            one_by_one.append((ticket["number"], ticket.get("result")))
        self.assertEqual(one_by_one, expected)
        self.log.add(line(705))
        self.assertEqual(self.found(at), [(705, None)])
        self.log.clear()
        self.assertEqual(self.found(), [])

    def test_every_torn_tail_is_recognised_and_what_follows_it_is_whole(self):
        self.log.add(line(701))
        self.log.add("printed")
        before = len(self.whole())
        self.log.add(line(702))
        whole = self.whole()
        for size in range(before, len(whole)):
            self.write(whole[:size])
            self.assertEqual(self.found(), [(701, "printed")])
            self.log.add(line(703))
            self.log.add("printed")
            self.assertEqual(self.found(), [(701, "printed"), (703, "printed")])

    def test_a_torn_result_is_none(self):
        self.log.add(line(701))
        before = len(self.whole())
        self.log.add("printed")
        whole = self.whole()
        for size in range(before, len(whole)):
            self.write(whole[:size])
            self.assertEqual(self.found(), [(701, None)])

    def test_a_line_that_rotted_is_skipped_and_no_other(self):
        for number in (701, 702, 703):
            self.log.add(line(number))
            self.log.add("printed")
        whole = self.whole()
        for at in range(len(whole)):
            self.write(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
            found = [number for number, _ in self.found()]
            self.assertTrue(len(found) >= 2 and set(found) <= {701, 702, 703}, at)

    def test_only_those_with_marks(self):
        self.log.add(line(701))
        self.log.add("printed")
        self.log.add(line(702, "retake"))
        marked = [t["number"] for t, _ in self.log.tickets(0, [b"retake"])]
        self.assertEqual(marked, [702])
        marked = [t["number"] for t, _ in self.log.tickets(0, [b"transcript"])]
        self.assertEqual(marked, [701])

    def test_it_is_full_with_a_roll_of_paper(self):
        self.write(bytes(MAX_BYTES - 1))
        self.assertFalse(self.log.is_full)
        self.write(bytes(MAX_BYTES))
        self.assertTrue(self.log.is_full)


if __name__ == "__main__":
    unittest.main()
