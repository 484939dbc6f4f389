"""The machine without the hub, and the moment it is back: every ticket told once and in order."""
# runs on CPython and MicroPython
# ruff: noqa: PTH123, PTH208, UP031 (no pathlib on MicroPython)

import asyncio
import json
import os
import unittest
from binascii import crc32

from fakes.offline_machine import (
    FOLDER,
    HOLDER,
    HOUR_MS,
    NINE_S,
    UID,
    FakeClock,
    FakeLink,
    Menus,
    empty,
    lease,
)
from protocol import machine
from ticket_machine.meeting import WINDOW, Meeting
from ticket_machine.offline import OfflineDesk
from ticket_machine.session import Session
from ticket_machine.ticket_log import TicketLog

WANT = {
    "hall_zh": "服务中心",
    "hall_en": "Hall",
    "hall_g": "zPw=",
    "letters": "CFG",
    "open": True,
    "renew_at": 8,
}


class Case(unittest.TestCase):
    """A desk on a folder, its clock at nine."""

    def setUp(self):
        empty()
        self.boot()

    def tearDown(self):
        empty()

    def boot(self, clock=None):
        self.desk = OfflineDesk(Menus(), None, FOLDER)
        self.clock = self.desk.clock = clock or FakeClock()

    def lease(self, *args, **changes):
        self.desk.leases.keep(lease(*args, **changes))

    def issue(self, uid=UID, service="transcript", letter="C", result="printed", **changes):
        """A visitor's number, or the reason's code."""
        session = Session()
        session.begin("17-1", changes.pop("kind", "walk-in"))
        if uid:
            session.means("card", self.desk.holder(letter, uid))
        session.letter = letter
        session.item = Menus().find(service)
        for name, value in changes.items():
            setattr(session, name, value)
        held = self.desk.answer("reserve", session)
        if type(held) is not str and result and not held.again:
            self.desk.printed(result)
        return held

    def keep(self, want, at_s=NINE_S):
        """The hub says that, and has nothing to lease."""
        self.meet(FakeLink(hub_ms=at_s * 1000), dict(want, renew_at=0))
        self.boot()

    def meet(self, link, want=None, until=None):
        """The hub is there until there is nothing more to say; `until` ends it earlier."""
        want = machine.MachineWant(**(want or WANT))
        talk = Meeting(self.desk, link)
        link.on_answer = talk.answered

        async def hub(meeting):
            while not meeting.done() and not (until and until()):
                await asyncio.sleep(0)
                link.pump()
            meeting.cancel()

        async def both():
            meeting = asyncio.create_task(talk.run(want))
            await hub(meeting)
            try:
                await meeting
            except asyncio.CancelledError:
                return False
            return True

        return asyncio.run(both())


class IssueTest(Case):
    """What visitors get."""

    def test_all_that_the_paper_says(self):
        self.lease()
        held = self.issue(priority=True, kind="booked")
        self.assertEqual((held.ticket, held.leg, held.ahead), ("C701", 0, None))
        self.assertEqual((held.at, held.booked, held.priority), ("2019-05-27 09:00", True, True))
        self.assertEqual((held.again, held.windows, held.floor), (False, [4, 5], 1))
        self.assertEqual((held.p50, held.p90, held.slot), (None, None, None))
        self.assertEqual(len(held.token), 32)
        self.assertEqual(held.code, "%04d" % (crc32(held.token.encode()) % 10000))

    def test_a_quote_takes_no_number(self):
        self.lease()
        session = Session()
        session.begin("17-1", "walk-in")
        session.letter, session.item = "C", Menus().find("transcript")
        self.assertIsNone(self.desk.answer("quote", session).ahead)
        self.assertEqual(self.issue().ticket, "C701")

    def test_a_card_is_a_keyed_hash_at_once_and_never_on_flash(self):
        self.lease()
        self.assertEqual(self.desk.holder("C", UID), HOLDER)
        # "id-number:" and "code:" in place of "card:", by another program as well.
        for how, raw, named in (
            ("id-number", "310110200402290010", "9a6ebaf023613ce4f93481cb315be144"),
            ("code", "73941526", "10f38c1fad6dfecb25995c6dcfcfca15"),
        ):
            self.assertEqual(self.desk.holder("C", raw, how), named)
        self.issue()
        for name in os.listdir(FOLDER):
            with open(FOLDER + "/" + name, "rb") as file:
                self.assertNotIn(UID.encode(), file.read())

    def test_the_same_card_and_service_get_the_same_number_again(self):
        self.lease()
        first = self.issue()
        again = self.issue()
        self.assertEqual((again.ticket, again.token, again.again), ("C701", first.token, True))
        self.assertEqual(self.issue(service="retake").ticket, "C702")
        self.assertEqual(self.issue(uid="0000000001").ticket, "C703")
        self.boot()
        self.assertEqual(self.issue().ticket, "C701")

    def test_who_has_no_card_gets_a_number_each_time(self):
        self.lease("F")
        for number in ("F701", "F702"):
            held = self.issue(None, "account", "F")
            self.assertEqual((held.ticket, held.again), (number, False))

    def test_a_number_whose_paper_failed_is_not_printed_again(self):
        self.lease()
        self.issue(result="failed")
        held = self.issue()
        self.assertEqual((held.ticket, held.again), ("C702", False))

    def test_a_ticket_of_yesterday_is_nobodys_today(self):
        self.lease()
        self.issue()
        self.clock.utc_s += 24 * 3600
        self.lease(day="2019-05-28", shift_ms=24 * HOUR_MS)
        held = self.issue()
        self.assertEqual((held.ticket, held.again, held.at[:10]), ("C701", False, "2019-05-28"))

    def test_every_reason_not_to_issue(self):
        self.assertEqual(self.issue(), "NO_HUB")
        self.lease(last=701)
        self.clock.utc_s = None
        self.assertEqual(self.issue(), "NO_DATE")
        self.clock.utc_s = "gone"
        self.assertEqual(self.issue(), "NO_DATE")
        self.clock.utc_s = NINE_S + 9 * 3600
        self.assertEqual(self.issue(), "OFFLINE_HOURS")
        self.clock.utc_s = NINE_S
        full, TicketLog.is_full = TicketLog.is_full, True
        try:
            self.assertEqual(self.issue(), "OFFLINE_FULL")
        finally:
            TicketLog.is_full = full
        self.assertEqual(self.issue().ticket, "C701")
        self.assertEqual(self.issue(uid="0000000001"), "LEASE_NONE")

    def test_a_hall_that_was_closed_in_its_hours_stays_closed(self):
        self.lease()
        closed = dict(WANT, open=False)
        self.keep(closed)
        self.assertEqual(self.issue(), "DAY_CLOSED")
        self.boot()
        self.assertEqual(self.issue(), "DAY_CLOSED")
        self.keep(WANT)
        self.assertEqual(self.issue().ticket, "C701")

    def test_the_hubs_word_that_the_day_is_over_is_kept(self):
        self.lease()
        self.assertTrue(self.meet(FakeLink(), dict(WANT, open=False, renew_at=0)))
        self.boot()
        self.assertEqual(self.issue(), "DAY_CLOSED")

    def test_a_hall_that_had_not_opened_yet_opens_by_the_lease(self):
        self.lease()
        closed = dict(WANT, open=False)
        self.keep(closed, NINE_S - 7200)
        self.assertEqual(self.issue().ticket, "C701")

    def test_a_flash_that_takes_no_more_is_full(self):
        self.lease()

        def fail(text):
            raise OSError(28)

        self.desk.log.add = fail
        self.assertEqual(self.issue(), "OFFLINE_FULL")
        self.boot()
        # The number that found no room is not given to the next.
        self.assertEqual(self.issue().ticket, "C702")


class MeetTest(Case):
    """What the hub hears."""

    def tickets(self, link):
        return [
            (body.letter, body.number, body.result)
            for kind, body in link.sent
            if kind == "offline"
        ]

    def test_tickets_are_handed_in_once_in_order_and_dropped(self):
        self.lease(last=799)
        self.lease("F", last=799)
        expected = []
        for at in range(30):
            letter, service = (("C", "retake"), ("F", "unlock"))[at % 2]
            self.issue("%010X" % at, service, letter, kind="booked" if at == 4 else "walk-in")
            expected.append((letter, 701 + at // 2, "printed"))
            self.clock.utc_s += 2
        link = FakeLink()
        self.assertTrue(self.meet(link, dict(WANT, renew_at=0)))
        self.assertEqual(self.tickets(link), expected)
        self.assertTrue(link.most <= WINDOW)
        body = link.sent[4][1]
        self.assertEqual((body.day, body.service), ("2019-05-27", "retake"))
        self.assertEqual((body.at, body.booked), ((NINE_S + 8) * 1000, True))
        self.boot()
        self.assertTrue(self.meet(link))
        self.assertEqual(len(self.tickets(link)), 30)

    def test_refused_tickets_are_dropped_as_well(self):
        self.lease()
        self.issue()
        link = FakeLink(lambda kind, body: (False, "LEASE_UNKNOWN", {}))
        self.assertTrue(self.meet(link, dict(WANT, renew_at=0)))
        self.assertIsNone(self.desk.log.next(0))

    def test_an_outbox_without_room_makes_it_wait(self):
        self.lease()
        for at in range(6):
            self.issue("%010X" % at)
        link = FakeLink()
        link.room = 2
        self.assertTrue(self.meet(link, dict(WANT, renew_at=0)))
        self.assertEqual(len(self.tickets(link)), 6)
        self.assertEqual(link.most, 2)

    def test_a_power_cut_while_handing_in_hands_in_again(self):
        self.lease()
        for at in range(6):
            self.issue("%010X" % at)
        link = FakeLink()
        self.assertFalse(self.meet(link, until=lambda: len(link.sent) >= 5))
        self.boot()
        link = FakeLink()
        self.meet(link, dict(WANT, renew_at=0))
        self.assertEqual([number for _, number, _ in self.tickets(link)], list(range(701, 707)))
        # The numbers stay used.
        self.assertEqual(self.issue("00000000FF").ticket, "C707")

    def test_a_line_without_a_result_is_unsure_after_a_reboot(self):
        self.lease()
        self.issue(result="unsure")
        self.issue("0000000001", result=None)
        self.boot()
        self.issue("0000000002", result="failed")
        self.issue("0000000003", result=None)
        self.boot()
        link = FakeLink()
        self.meet(link, dict(WANT, renew_at=0))
        results = [result for _, _, result in self.tickets(link)]
        self.assertEqual(results, ["unsure", "unsure", "failed", "unsure"])

    def test_the_paper_that_is_being_printed_is_waited_for(self):
        self.lease()
        self.issue()
        self.issue("0000000001", result=None)
        link = FakeLink()
        looks = []

        def late():
            looks.append(len(self.tickets(link)))
            if len(looks) == 50:
                self.desk.printed("printed")
            return False

        self.assertTrue(self.meet(link, dict(WANT, renew_at=0), until=late))
        self.assertEqual(looks[49], 1)
        self.assertEqual([result for _, _, result in self.tickets(link)], ["printed"] * 2)

    def test_leases_are_asked_for_where_they_run_out_one_at_a_time(self):
        def leases(kind, body):
            if body.letter == "F":
                return False, "LEASE_REVOKED", {}
            return True, None, lease(body.letter, 741, 760)

        self.lease()
        for at in range(13):
            self.issue("%010X" % at)
        self.lease("G")
        link = FakeLink(lambda k, b: (True, None, {}) if k == "offline" else leases(k, b))
        self.assertTrue(self.meet(link))
        asked = [(b.letter, b.left) for kind, b in link.sent if kind == "lease"]
        self.assertEqual(asked, [("C", 7), ("F", 0)])
        self.assertEqual(self.desk.leases.left("C", NINE_S * 1000), 27)
        self.assertEqual(self.issue(None, "account", "F"), "NO_HUB")

    def test_a_hall_without_offline_numbers_hears_nothing(self):
        link = FakeLink()
        self.assertTrue(self.meet(link, dict(WANT, renew_at=0)))
        self.assertEqual((link.sent, self.clock.sets), ([], []))
        self.assertEqual(self.issue(), "NO_HUB")

    def test_without_any_clock_the_first_answer_tells_the_time(self):
        self.lease()
        self.clock.utc_s = None
        link = FakeLink(hub_ms=None)

        def answer(kind, body):
            link.hub_ms = NINE_S * 1000
            return True, None, lease(body.letter)

        link._answer = answer
        self.assertTrue(self.meet(link))
        self.assertEqual([b.letter for _, b in link.sent], ["C", "F", "G"])
        self.assertEqual(self.clock.sets, [NINE_S])
        # The block that came again is still one.
        self.assertEqual(self.desk.leases.left("C", NINE_S * 1000), 20)

    def test_the_clock_is_set_when_it_is_off_by_more_than_2_s(self):
        for off_s, sets in ((0, 0), (2, 0), (-2, 0), (3, 1), (-3, 1), (86_400, 1)):
            self.boot()
            self.clock.utc_s = NINE_S + off_s
            self.meet(FakeLink())
            self.assertEqual(len(self.clock.sets), sets)
            self.assertEqual(abs(self.clock.utc_s - NINE_S) <= 2, True)

    def test_a_machine_without_the_chip_goes_on(self):
        self.clock.utc_s = "gone"
        self.assertTrue(self.meet(FakeLink()))
        self.assertEqual(self.issue(), "NO_DATE")

    def test_the_halls_names_are_there_after_a_boot_without_the_hub(self):
        self.meet(FakeLink())
        self.boot()
        want = self.desk.want()
        self.assertEqual((want.hall_zh, want.letters, want.idle_ms), ("服务中心", "CFG", 20000))

    def test_a_line_of_another_version_is_skipped(self):
        self.lease()
        self.desk.log.add(json.dumps({"number": 1, "colour": "red"}))
        self.issue()
        link = FakeLink()
        self.meet(link, dict(WANT, renew_at=0))
        self.assertEqual([number for _, number, _ in self.tickets(link)], [701])


if __name__ == "__main__":
    unittest.main()
