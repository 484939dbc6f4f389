"""Leased numbers on flash: each given once, in its hours only, whatever the hub says twice."""
# runs on CPython and MicroPython
# ruff: noqa: PTH123 (no pathlib on MicroPython)

import unittest

from fakes.offline_machine import DAY, FOLDER, HOUR_MS, NINE_S, empty, lease
from ticket_machine.leases import DAY as AT_DAY
from ticket_machine.leases import Leases

NOW = NINE_S * 1000


class LeasesTest(unittest.TestCase):
    """One folder of flash."""

    def setUp(self):
        empty()
        self.leases = Leases(FOLDER)

    def tearDown(self):
        empty()

    def use_all(self, letter="C", now_ms=NOW):
        numbers = []
        while True:
            found = self.leases.find(letter, now_ms)
            if type(found) is str:
                break
            numbers.append(self.leases.use(letter, found))
            # As after a power cut between any two numbers.
            self.leases = Leases(FOLDER)
        return numbers

    def test_nothing_is_there_at_first(self):
        self.assertEqual(self.leases.find("CF", NOW), "NO_HUB")
        self.assertEqual(self.leases.left("C", NOW), 0)

    def test_a_block_is_given_out_once_and_then_is_out(self):
        self.leases.keep(lease())
        self.assertEqual(self.leases.find("CF", NOW)[AT_DAY], DAY)
        self.assertEqual(self.use_all(), list(range(701, 721)))
        self.assertEqual(self.leases.find("C", NOW), "LEASE_NONE")
        self.assertEqual(self.leases.left("C", NOW), 0)

    def test_two_blocks_are_used_one_after_the_other(self):
        self.leases.keep(lease())
        for _ in range(13):
            self.leases.use("C", self.leases.find("C", NOW))
        self.assertEqual(self.leases.left("C", NOW), 7)
        self.leases.keep(lease(first=741, last=760))
        self.assertEqual(self.leases.left("C", NOW), 27)
        self.assertEqual(self.use_all(), list(range(714, 721)) + list(range(741, 761)))

    def test_a_block_that_comes_again_is_not_used_again(self):
        self.leases.keep(lease())
        self.leases.use("C", self.leases.find("C", NOW))
        self.leases.keep(lease())
        self.assertEqual(self.use_all(), list(range(702, 721)))
        self.leases.keep(lease())
        self.assertEqual(self.use_all(), [])
        self.leases.keep(lease(first=721, last=725))
        self.leases.keep(lease())
        self.assertEqual(self.use_all(), [721, 722, 723, 724, 725])

    def test_outside_its_hours_it_gives_none(self):
        self.leases.keep(lease())
        self.assertEqual(self.leases.find("C", NOW - HOUR_MS - 1), "OFFLINE_HOURS")
        self.assertEqual(self.leases.find("C", NOW + 8 * HOUR_MS + 1), "OFFLINE_HOURS")
        for edge_ms in (NOW - HOUR_MS, NOW + 8 * HOUR_MS):
            self.assertEqual(self.leases.find("C", edge_ms)[AT_DAY], DAY)
        # It is there for later in the day, and no more after it.
        self.assertEqual(self.leases.left("C", NOW - 2 * HOUR_MS), 20)
        self.assertEqual(self.leases.left("C", NOW + 9 * HOUR_MS), 0)

    def test_the_next_day_replaces_the_day(self):
        self.leases.keep(lease())
        self.leases.use("C", self.leases.find("C", NOW))
        self.leases.keep(lease(day="2019-05-28", shift_ms=24 * HOUR_MS))
        self.assertEqual(self.leases.find("C", NOW), "OFFLINE_HOURS")
        self.assertEqual(self.use_all(now_ms=NOW + 24 * HOUR_MS), list(range(701, 721)))

    def test_departments_have_their_own(self):
        self.leases.keep(lease("F", 721, 722))
        self.assertEqual(self.leases.find("C", NOW), "NO_HUB")
        self.assertEqual(self.leases.find("CF", NOW)[AT_DAY], DAY)
        self.assertEqual(self.use_all("F"), [721, 722])

    def test_a_spoilt_file_is_as_none(self):
        self.leases.keep(lease())
        with open(FOLDER + "/lease-C", "wb") as file:
            file.write(b'[["2019')
        self.assertEqual(self.leases.find("C", NOW), "NO_HUB")
        self.leases.keep(lease(first=721, last=740))
        self.assertEqual(self.leases.use("C", self.leases.find("C", NOW)), 721)


if __name__ == "__main__":
    unittest.main()
