"""The machine's flow without the hub: its own numbers, and a hub that comes back meanwhile."""
# runs on CPython and MicroPython

import unittest

from common.store import write_json
from fakes.machine_hall import CARD, Hall, want
from fakes.offline_machine import (
    FOLDER,
    HOLDER,
    NINE_S,
    FakeClock,
    Menus,
    empty,
    lease,
)
from protocol.machine import MachineWant
from ticket_machine import panel_project as panel
from ticket_machine import ticket_layout
from ticket_machine.offline import OfflineDesk

AWAY_MS = 5_000
OFFLINE = "离线取号:请触摸选择"
UNKNOWN = "离线取号,等候时间以现场叫号为准"


class OfflineFlowTest(unittest.TestCase):
    """A machine with numbers of C and F."""

    def setUp(self):
        empty()
        self.desk = OfflineDesk(Menus(), None, FOLDER)
        self.clock = self.desk.clock = FakeClock()
        for letter in "CF":
            self.desk.leases.keep(lease(letter))

    def tearDown(self):
        empty()

    def away(self):
        """A hall whose hub has been away for a moment."""
        hall = Hall(desk=self.desk)
        hall.flow.menus = hall.flow.choice._menus = Menus()
        hall.do("status", "no-hub")
        hall.after(AWAY_MS)
        return hall

    def to_quote(self, hall, way="现场取号"):
        hall.press(way)
        hall.do("card", CARD)
        for label in ("本科生院", "成绩", "成绩单"):
            hall.press(label)

    def take(self, hall, way="现场取号"):
        self.to_quote(hall, way)
        hall.press("取号")
        return hall.jobs[-1][0]

    def test_connecting_for_a_moment_then_a_home_page_that_says_so(self):
        hall = Hall(desk=self.desk)
        hall.do("status", "no-hub")
        hall.after(AWAY_MS - 1)
        self.assertEqual(hall.title[0], "正在连接")
        hall.after(1)
        self.assertEqual((hall.page, hall.title[0]), (panel.HOME, "服务中心"))
        self.assertEqual(hall.body, [[OFFLINE, "Offline numbers: please touch to choose"]])
        self.assertEqual(hall.shown(), ["预约取号", "现场取号"])
        hall.do("status", "no-broker")
        self.assertEqual(hall.body[0][0], OFFLINE)
        hall.do("status", "ready")
        self.assertEqual(hall.shown(), ["预约取号", "现场取号", "我的号·过号"])

    def test_a_walk_in_with_a_card(self):
        hall = self.away()
        hall.press("现场取号")
        hall.do("card", CARD)
        self.assertEqual(hall.flow.session.id, HOLDER)
        for label in ("本科生院", "成绩", "成绩单"):
            hall.press(label)
        self.assertEqual(hall.page, panel.QUOTE)
        self.assertEqual([line[0] for line in hall.body[:2]], ["1楼 4、5号窗口", UNKNOWN])
        hall.press("取号")
        self.assertEqual((hall.jobs[0][0].ticket, hall.jobs[0][1].id), ("C701", "transcript"))
        hall.printed()
        self.assertEqual((hall.page, hall.title[0]), (panel.DONE, "出号成功"))
        self.assertIn("C701", hall.body[0][0])
        self.assertIn(UNKNOWN, [line[0] for line in hall.body])
        self.assertEqual(hall.sent, [])
        self.assertEqual(self.desk.log.next(0)[0]["result"], "printed")
        hall.press("完成")
        self.assertEqual(hall.body[0][0], OFFLINE)
        self.assertTrue(hall.card_is_gone())

    def test_the_line_is_on_flash_before_the_printer_has_a_job(self):
        hall = self.away()
        self.to_quote(hall)
        self.assertIsNone(self.desk.log.next(0))
        hall.press("取号")
        self.assertEqual(self.desk.log.next(0)[0]["number"], 701)
        self.assertNotIn("result", self.desk.log.next(0)[0])

    def test_an_id_card_and_a_code_are_hashed_too_and_a_code_is_a_bookings(self):
        for how, raw, booked in (
            ("id-number", "310110200402290010", False),
            ("code", "73941526", True),
        ):
            hall = self.away()
            hall.press("现场取号")
            hall.do("card", raw, how)
            for label in ("本科生院", "成绩", "成绩单"):
                hall.press(label)
            session = hall.flow.session
            self.assertEqual((session.how, session.id), (how, self.desk.holder("C", raw, how)))
            hall.press("取号")
            self.assertEqual(hall.jobs[-1][0].booked, booked)
            hall.printed()

    def test_a_booked_visitor_is_marked_to_be_checked(self):
        hall = self.away()
        hall.press("预约取号")
        self.assertEqual(hall.shown(), ["校园卡", "返回"])
        hall.press("返回")
        held = self.take(hall, "预约取号")
        self.assertTrue(held.booked)
        paper = b"".join(ticket_layout.build(held, hall.jobs[0][1], want()))
        # 离线取号, and 预约待核
        self.assertIn(bytes.fromhex("c0ebcfdfc8a1bac5"), paper)
        self.assertIn(bytes.fromhex("d4a4d4bcb4fdbacb"), paper)
        self.assertIn(b"Issued offline: wait not known", paper)
        self.assertIn(held.code.encode(), paper)
        hall.printed()
        self.assertIn("预约待核", [line[0] for line in hall.body])

    def test_a_walk_in_paper_speaks_of_no_booking(self):
        held = self.take(self.away())
        paper = b"".join(ticket_layout.build(held, None, want()))
        self.assertNotIn(bytes.fromhex("d4a4d4bcb4fdbacb"), paper)
        self.assertIn(b"\n2019-05-27 09:00\n", paper)

    def test_without_a_card_where_the_service_allows_it(self):
        hall = self.away()
        for label in ("现场取号", "无卡", "信息中心", "统一身份账号", "取号"):
            hall.press(label)
        self.assertEqual(hall.jobs[0][0].ticket, "F701")
        hall.printed()
        self.assertEqual(hall.shown(), ["完成"])

    def test_priority_and_back_and_one_more_service(self):
        hall = self.away()
        self.to_quote(hall)
        hall.press("优先(老残孕军)")
        hall.press("返回")
        hall.press("重修报名")
        hall.press("取号")
        self.assertTrue(hall.jobs[0][0].priority)
        hall.printed()
        hall.press("再办一项")
        for label in ("信息中心", "账号解锁", "取号"):
            hall.press(label)
        self.assertEqual(hall.jobs[1][0].ticket, "F701")

    def test_the_same_card_gets_its_number_printed_again(self):
        hall = self.away()
        self.take(hall)
        hall.printed()
        hall.press("完成")
        again = self.take(hall)
        self.assertEqual((again.ticket, again.again), ("C701", True))
        hall.printed()
        self.assertEqual(len(list(self.desk.log.tickets())), 1)

    def test_a_card_on_the_page_of_the_paper_before_begins_anew(self):
        hall = self.away()
        self.take(hall)
        hall.printed()
        hall.do("card", "0000000001")
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])
        self.assertNotEqual(hall.flow.session.id, HOLDER)
        self.assertEqual(len(hall.flow.session.id), 32)
        self.assertEqual(hall.flow.session.kind, "walk-in")

    def test_a_hub_that_returns_does_not_disturb_the_visitor(self):
        hall = self.away()
        self.to_quote(hall)
        hall.do("status", "ready")
        hall.do("want", want())
        self.assertEqual(hall.page, panel.QUOTE)
        hall.press("取号")
        self.assertEqual(hall.jobs[0][0].ticket, "C701")
        hall.do("status", "no-hub")
        hall.do("status", "ready")
        hall.printed()
        self.assertEqual(hall.page, panel.DONE)
        hall.press("完成")
        self.assertEqual(hall.shown(), ["预约取号", "现场取号", "我的号·过号"])
        self.assertEqual(hall.sent, [])

    def test_a_visitor_of_the_hub_is_not_served_offline(self):
        hall = Hall(desk=self.desk)
        hall.to_quote()
        hall.do("status", "no-hub")
        self.assertEqual(hall.title[0], "正在连接")
        hall.do("status", "ready")
        self.assertEqual(hall.page, panel.HOME)

    def test_a_paper_that_failed_and_one_that_is_unsure(self):
        hall = self.away()
        self.take(hall)
        hall.printed("failed", "paper")
        self.assertEqual(hall.title[0], "缺纸,请联系工作人员")
        hall.press("返回")
        hall.do("printer", "ok")
        self.assertEqual(hall.body[0][0], OFFLINE)
        self.assertEqual(self.take(hall).ticket, "C702")
        hall.printed("unsure", "paper")
        self.assertEqual(hall.body[0][0], "C702")
        # The same number, when there is paper again, and whoever comes.
        hall.do("printer", "ok")
        self.assertEqual(hall.jobs[2][0].ticket, "C702")
        hall.printed()
        found = [(t["number"], t["result"]) for t, _ in self.desk.log.tickets()]
        self.assertEqual(found, [(701, "failed"), (702, "unsure")])

    def test_numbers_that_run_out_are_said_to_be_out(self):
        self.desk.leases.keep(lease("C", 721, 721))
        empty()
        self.desk.leases.keep(lease("C", 701, 701))
        hall = self.away()
        self.take(hall)
        hall.printed()
        hall.press("完成")
        self.assertEqual(hall.title[0], "断网备用号已用完,请到服务台")
        hall.do("status", "ready")
        self.assertEqual(hall.page, panel.HOME)

    def test_one_department_of_two_is_out(self):
        empty()
        self.desk.leases.keep(lease("F"))
        hall = self.away()
        self.to_quote(hall)
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")
        hall.press("返回")
        self.assertEqual(hall.body[0][0], OFFLINE)

    def test_without_a_date_nothing_is_issued_until_there_is_one(self):
        self.clock.utc_s = None
        hall = self.away()
        self.assertEqual(hall.title[0], "本机时钟无效,请到服务台")
        self.clock.utc_s = NINE_S
        hall.do("start")
        self.assertEqual(hall.body[0][0], OFFLINE)

    def test_hours_begin_and_end(self):
        self.clock.utc_s = NINE_S - 3601
        hall = self.away()
        self.assertEqual(hall.title[0], "现在不在取号时间,请到服务台")
        self.clock.utc_s += 1
        hall.do("start")
        self.assertEqual(hall.body[0][0], OFFLINE)
        self.clock.utc_s = NINE_S + 8 * 3600 + 1
        hall.press("现场取号")
        hall.press("返回")
        self.assertEqual(hall.title[0], "现在不在取号时间,请到服务台")

    def test_a_boot_without_the_hub(self):
        fields = {"hall_zh": "综合大厅", "hall_en": "Hall", "hall_g": "zPw="}
        kept = MachineWant(letters="CF", open=True, renew_at=8, **fields)
        write_json(self.desk.want_path, [kept.plain(), None])
        hall = Hall(ready=False, desk=self.desk)
        hall.flow.menus = hall.flow.choice._menus = Menus()
        self.assertEqual(hall.title[0], "正在连接")
        hall.after(AWAY_MS)
        self.assertEqual((hall.page, hall.title[0]), (panel.HOME, "综合大厅"))
        self.assertEqual(self.take(hall).ticket, "C701")

    def test_a_blank_machine_says_that_it_is_paused(self):
        empty()
        hall = Hall(ready=False, desk=self.desk)
        hall.after(AWAY_MS)
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")


if __name__ == "__main__":
    unittest.main()
