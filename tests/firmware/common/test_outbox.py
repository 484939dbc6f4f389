"""Events waiting for the hub's answer, in RAM and on flash."""
# runs on CPython and MicroPython
# ruff: noqa: PTH107, PTH123, PTH208 (no pathlib on MicroPython)

import json
import os
import unittest

from common import outbox as rows
from common.outbox import Outbox, payload
from protocol.envelope import Evt

FOLDER = __file__.rsplit("/", 4)[0] + "/build/test-outbox/out"
HUB_MS = 1_700_000_000_000


def event(n, boot=7, at_ms=0, ts=None):
    return Evt(k="rate", boot=boot, n=n, t=at_ms, ts=ts, d={"leg": n, "level": 5})


def transmit_all(outbox, now_ms, hub_ms=None):
    """The numbers that go out at `now_ms`, in order."""
    numbers = []
    entry = outbox.due(now_ms, hub_ms)
    while entry is not None:
        entry[rows.SENT_MS] = now_ms
        numbers.append(entry[rows.N])
        entry = outbox.due(now_ms, hub_ms)
    return numbers


class OutboxTest(unittest.TestCase):
    def setUp(self):
        try:
            for name in os.listdir(FOLDER):
                os.remove(FOLDER + "/" + name)
        except OSError:
            self.assertRaises(OSError, os.listdir, FOLDER)
        self.outbox = self.boot()

    def boot(self):
        """The outbox of a new boot."""
        return Outbox(FOLDER, limit=4, resend_ms=3000)

    def add(self, *numbers, keep=False, **facts):
        for n in numbers:
            self.assertTrue(self.outbox.add(event(n, **facts), keep))


class RamTest(OutboxTest):
    def test_new_events_are_due_at_once_and_in_order(self):
        self.add(1, 2, 3)
        self.assertEqual(transmit_all(self.outbox, 0), [1, 2, 3])

    def test_an_event_tells_its_age_at_each_transmission(self):
        self.add(1, at_ms=500)
        entry = self.outbox.due(500, None)
        self.assertEqual(json.loads(payload(entry, 500))["age_ms"], 0)
        plain = json.loads(payload(entry, 4_750))
        self.assertEqual((plain["age_ms"], plain["n"], plain["d"]["level"]), (4_250, 1, 5))

    def test_the_unanswered_is_due_again_after_three_seconds(self):
        self.add(1, 2)
        transmit_all(self.outbox, 0)
        self.outbox.settle(self.outbox.find(7, 1))
        self.assertEqual(transmit_all(self.outbox, 2999), [])
        self.assertEqual(transmit_all(self.outbox, 3000), [2])

    def test_rewind_makes_everything_due_oldest_first(self):
        self.add(1, 2, 3)
        transmit_all(self.outbox, 0)
        self.outbox.rewind()
        self.assertEqual(transmit_all(self.outbox, 1), [1, 2, 3])

    def test_a_full_outbox_refuses_the_newest_and_counts_it(self):
        self.add(1, 2, 3, 4)
        self.assertFalse(self.outbox.add(event(5), False))
        self.assertEqual(self.outbox.refused, 1)
        self.assertEqual(transmit_all(self.outbox, 0), [1, 2, 3, 4])

    def test_a_repeated_or_foreign_answer_finds_nothing(self):
        self.add(1)
        self.assertIsNone(self.outbox.find(6, 1))
        self.outbox.settle(self.outbox.find(7, 1))
        self.assertIsNone(self.outbox.find(7, 1))
        self.assertEqual(self.outbox.entries, [])


class FlashTest(OutboxTest):
    def test_only_what_is_to_be_kept_outlives_the_power(self):
        self.add(1)
        self.add(2, 3, keep=True)
        self.outbox.spill()
        self.assertEqual(sorted(os.listdir(FOLDER)), ["7-2", "7-3"])
        self.assertEqual([entry[rows.N] for entry in self.boot().entries], [2, 3])

    def test_what_was_answered_before_it_was_written_never_touches_the_flash(self):
        self.add(1, keep=True)
        self.outbox.settle(self.outbox.find(7, 1))
        self.outbox.spill()
        self.assertEqual(self.boot().entries, [])

    def test_an_answered_event_leaves_the_flash(self):
        self.add(1, keep=True)
        self.outbox.spill()
        self.outbox.settle(self.outbox.find(7, 1))
        self.assertEqual(os.listdir(FOLDER), [])

    def test_events_of_earlier_boots_keep_their_names_and_go_first(self):
        for boot, n in ((10, 1), (9, 2), (9, 10)):
            self.add(n, keep=True, boot=boot)
        self.outbox.spill()
        self.outbox = self.boot()
        self.add(1, boot=11)
        names = [(entry[rows.BOOT], entry[rows.N]) for entry in self.outbox.entries]
        self.assertEqual(names, [(9, 2), (9, 10), (10, 1), (11, 1)])

    def test_the_hub_s_clock_tells_how_old_an_event_of_an_earlier_boot_is(self):
        self.add(1, keep=True, ts=HUB_MS)
        self.outbox.spill()
        self.outbox = self.boot()
        # Until that clock is known it waits.
        self.assertIsNone(self.outbox.due(2_000, None))
        entry = self.outbox.due(2_500, HUB_MS + 6_500)
        self.assertEqual(json.loads(payload(entry, 2_500))["age_ms"], 6_500)

    def test_a_clock_that_went_back_does_not_make_it_younger_than_this_boot(self):
        self.add(1, keep=True, ts=HUB_MS)
        self.outbox.spill()
        entry = self.boot().due(2_500, HUB_MS - 99_000)
        self.assertEqual(json.loads(payload(entry, 2_500))["age_ms"], 2_500)

    def test_without_a_clock_it_goes_when_it_is_stale_for_certain(self):
        self.add(1, keep=True)
        self.outbox.spill()
        self.outbox = self.boot()
        self.assertIsNone(self.outbox.due(10_000, HUB_MS))
        entry = self.outbox.due(10_001, None)
        self.assertEqual(json.loads(payload(entry, 10_001))["age_ms"], 10_001)

    def test_a_write_cut_short_is_an_event_that_was_never_kept(self):
        self.add(1, 2, keep=True)
        self.outbox.spill()
        with open(FOLDER + "/7-2", "rb") as file:
            whole = file.read()
        for size in range(0, len(whole), 9):
            with open(FOLDER + "/7-3.tmp", "wb") as file:
                file.write(whole[:size])
            self.assertEqual([entry[rows.N] for entry in self.boot().entries], [1, 2])
            self.assertEqual(sorted(os.listdir(FOLDER)), ["7-1", "7-2"])

    def test_what_we_did_not_write_is_removed(self):
        self.add(1, keep=True)
        self.outbox.spill()
        for name, content in (
            ("7-2", b"\xff\xfe"),
            ("7-3", b'{"boot'),
            ("7-4", b"[]"),
            ("7-5", b'{"v":1,"k":"rate"}'),
            ("7-6", b"null"),
            ("notes", b"{}"),
        ):
            with open(FOLDER + "/" + name, "wb") as file:
                file.write(content)
        self.assertEqual([entry[rows.N] for entry in self.boot().entries], [1])
        self.assertEqual(os.listdir(FOLDER), ["7-1"])


if __name__ == "__main__":
    unittest.main()
