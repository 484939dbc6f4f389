"""The paper's bytes, against GB18030 written out: MicroPython has no codec for it."""
# runs on CPython and MicroPython

import unittest
from binascii import unhexlify

from protocol import machine
from ticket_machine import ticket_layout


def raw(text):
    """Bytes from spaced hex."""
    return unhexlify(text.replace(" ", ""))


WANT = machine.MachineWant(
    hall_zh="综合事务服务中心",
    hall_en="Service Centre",
    hall_g="19u6z8rCzvHNs9bg0sS9",
    feedback="swfw@whu.edu.cn 68773295",
    letters="",
    open=True,
)
ITEM = machine.MenuService(
    id="enrolment-proof",
    zh="在读证明",
    en="Enrolment certificate",
    g="1Nq2wdakw/c=",
    cat_zh="学籍",
    cat_en="Enrolment",
    windows=[4, 5, 6],
    bring="校园卡",
    bring_g="0KPUsL+o",
)


def reserved(**changes):
    fields = {
        "leg": 12,
        "ticket": "C012",
        "token": "k3v9",
        "at": "2026-11-22 10:03",
        "service": "enrolment-proof",
        "ahead": 3,
        "p50": 8,
        "p90": 20,
        "windows": [4, 5, 6],
        "floor": 1,
        "slot": "10:15",
    }
    fields.update(changes)
    return machine.Reserved(**fields)


def paper(item=ITEM, want=WANT, **changes):
    return ticket_layout.build(reserved(**changes), item, want)


AHEAD_3 = raw("C7 B0 C3 E6 33 C8 CB")  # 前面3人
NEXT = raw("C2 ED C9 CF C2 D6 B5 BD C4 FA")  # 马上轮到您
WAIT = raw("D4 A4 BC C6 B5 C8 38 B7 D6 D6 D3 2C BE C5 B3 C9 B2 BB B3 AC B9 FD 32 30 B7 D6 D6 D3")
BOOKED = raw("D4 A4 D4 BC 20 31 30 3A 31 35")  # 预约 10:15
PLACE = raw("31 C2 A5 20 34 A1 A2 35 A1 A2 36 BA C5 B4 B0 BF DA")  # 1楼 4、5、6号窗口
BRING = raw("C7 EB B1 B8 BA C3 3A D0 A3 D4 B0 BF A8 0A")  # 请备好:校园卡
RETURN = raw("B9 FD BA C5 36 30 B7 D6 D6 D3 C4 DA BF C9 D6 D8 C5 C5 D2 BB B4 CE")
QR = raw("1D 28 6B 07 00 31 50 30 6B 33 76 39 1D 28 6B 03 00 31 51 30")
FEEDBACK = raw("D2 E2 BC FB B7 B4 C0 A1 3A") + b"swfw@whu.edu.cn 68773295\n"


class TicketLayoutTest(unittest.TestCase):
    """What stands on the paper."""

    def test_everything_in_its_order(self):
        head, rest = paper()
        self.assertEqual(head[:10], raw("1B 40 1B 74 00 1C 26 1B 61 01"))
        at = 0
        number = raw("1D 21 11") + b"C012\n" + raw("1D 21 00")
        for part in (number, BOOKED, AHEAD_3, WAIT, PLACE, BRING, RETURN, b"2026-11-22", QR):
            found = rest.find(part, at)
            self.assertGreaterEqual(found, at)
            at = found
        self.assertEqual(rest[-(len(FEEDBACK) + 9) : -9], FEEDBACK)
        self.assertEqual(rest[-6:], raw("1B 64 06 1D 56 01"))

    def test_nothing_of_the_number_is_in_the_head(self):
        head, rest = paper()
        self.assertNotIn(b"C012", head)
        self.assertTrue(rest.startswith(raw("1D 21 11") + b"C012"))

    def test_nobody_ahead_says_so_and_gives_no_wait(self):
        rest = paper(ahead=0, p50=0, p90=0)[1]
        self.assertIn(NEXT, rest)
        self.assertNotIn(raw("D4 A4 BC C6 B5 C8"), rest)

    def test_an_unknown_wait_is_left_out(self):
        rest = paper(p50=None, p90=None)[1]
        self.assertIn(AHEAD_3, rest)
        self.assertNotIn(raw("D4 A4 BC C6 B5 C8"), rest)

    def test_a_walk_in_paper_names_no_booking(self):
        self.assertNotIn(raw("D4 A4 D4 BC"), paper(slot=None)[1])

    def test_english_beside_or_below_but_never_wider_than_the_paper(self):
        rest = paper()[1]
        self.assertIn(AHEAD_3 + b"  3 ahead\n", rest)
        self.assertIn(WAIT + b"\nAbout 8 min, 9 of 10 in 20\n", rest)
        many = paper(windows=list(range(1, 13)))[1]
        self.assertNotIn(b"Floor", many)

    def test_a_basement_and_no_windows(self):
        self.assertIn(
            raw("B5 D8 CF C2 31 B2 E3") + b"  Floor -1\n", paper(floor=-1, windows=[])[1]
        )

    def test_the_same_number_again_says_reprint(self):
        self.assertIn(raw("B2 B9 B4 F2") + b"  Reprint\n", paper(again=True)[1])
        self.assertNotIn(b"Reprint", paper()[1])

    def test_a_service_missing_in_the_menu_prints_its_id(self):
        rest = paper(item=None)[1]
        self.assertIn(b"enrolment-proof " + BOOKED, rest)
        self.assertNotIn(raw("C7 EB B1 B8 BA C3"), rest)

    def test_minutes_to_return_are_the_halls(self):
        want = machine.MachineWant(
            hall_zh="厅", hall_en="", hall_g="zPw=", letters="", open=True, return_min=45
        )
        rest = paper(want=want)[1]
        self.assertIn(raw("B9 FD BA C5 34 35 B7 D6 D6 D3"), rest)
        self.assertNotIn(raw("D2 E2 BC FB"), rest)

    def test_hanzi_in_the_feedback_line_are_not_sent_as_utf8(self):
        want = machine.MachineWant(
            hall_zh="厅", hall_en="", hall_g="zPw=", letters="", open=True, feedback="电话 1"
        )
        self.assertNotIn("电话".encode(), paper(want=want)[1])

    def test_a_ticket_takes_little_wire_time(self):
        head, rest = paper()
        # 0.6 s at 9600 baud.
        self.assertLess(len(head) + len(rest), 576)


if __name__ == "__main__":
    unittest.main()
