"""The ticket machine's flow when something is missing: the visitor, the paper, the hub."""
# runs on CPython and MicroPython

import unittest

from fakes.machine_hall import CARD, Hall, want
from ticket_machine import pages, screens
from ticket_machine import panel_project as panel
from ticket_machine.transitions import rows, screen


class IdleTest(unittest.TestCase):
    """Visitors who walk away."""

    def test_still_there_after_20_s_and_wiped_10_s_later(self):
        hall = Hall()
        hall.to_quote()
        hall.after(19_999)
        self.assertEqual(hall.flow.screen, "quote")
        hall.after(1)
        self.assertEqual(hall.title[0], "还在吗?")
        hall.after(9_999)
        self.assertFalse(hall.card_is_gone())
        hall.after(1)
        self.assertEqual(hall.page, panel.HOME)
        self.assertTrue(hall.card_is_gone())

    def test_the_visitor_goes_on_where_they_were(self):
        hall = Hall()
        hall.to_quote()
        hall.after(25_000)
        hall.press("继续")
        self.assertEqual((hall.page, hall.title[0]), (panel.QUOTE, "在读证明"))
        hall.after(19_000)
        self.assertEqual(hall.page, panel.QUOTE)

    def test_the_visitor_says_they_are_done(self):
        hall = Hall()
        hall.to_quote()
        hall.after(20_000)
        hall.press("结束")
        self.assertEqual(hall.page, panel.HOME)
        self.assertTrue(hall.card_is_gone())

    def test_times_come_from_the_hub(self):
        hall = Hall()
        hall.do("want", want(idle_ms=2_000, wipe_ms=500))
        hall.press("预约取号")
        hall.after(2_000)
        self.assertEqual(hall.title[0], "还在吗?")
        hall.after(500)
        self.assertEqual(hall.page, panel.HOME)

    def test_each_touch_starts_the_time_again(self):
        hall = Hall()
        hall.press("预约取号")
        hall.after(15_000)
        hall.do("touch", panel.IDENTIFY, 1)
        hall.after(15_000)
        self.assertEqual(hall.page, panel.IDENTIFY)

    def test_success_leaves_by_itself(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        hall.reserved()
        hall.printed()
        hall.after(7_000)
        self.assertEqual(hall.page, panel.HOME)


class PrinterTest(unittest.TestCase):
    """Paper, and what happens without it."""

    def test_a_touch_without_paper(self):
        hall = Hall()
        hall.printer = "paper"
        hall.press("现场取号")
        self.assertEqual(hall.title[0], "缺纸,请联系工作人员")
        fault = {"what": "printer-paper", "on": True, "detail": "paper"}
        self.assertEqual(hall.sent, [("fault", fault)])
        self.assertEqual(hall.flow.paper, "out")
        hall.do("printer", "ok")
        self.assertEqual(hall.page, panel.HOME)
        self.assertEqual(
            hall.last(), ("fault", {"what": "printer-paper", "on": False, "detail": "ok"})
        )
        self.assertEqual(hall.flow.paper, "ok")

    def test_a_card_without_paper_is_forgotten_and_not_sent(self):
        hall = Hall()
        hall.printer = "paper"
        hall.do("card", CARD)
        self.assertEqual([kind for kind, _ in hall.sent], ["fault"])
        self.assertTrue(hall.card_is_gone())

    def test_paper_that_ends_before_the_reserve_means_no_reserve(self):
        hall = Hall()
        hall.to_quote()
        hall.printer = "paper"
        hall.press("取号")
        self.assertNotIn("reserve", [kind for kind, _ in hall.sent])
        self.assertEqual(hall.title[0], "缺纸,请联系工作人员")

    def test_paper_that_ends_in_the_middle_of_choosing(self):
        hall = Hall()
        hall.to_quote()
        hall.do("printer", "paper")
        self.assertEqual(hall.title[0], "缺纸,请联系工作人员")
        self.assertTrue(hall.card_is_gone())

    def test_the_fault_is_reported_once_while_nobody_is_there(self):
        hall = Hall()
        for _ in range(3):
            hall.do("printer", "paper")
        self.assertEqual(len(hall.sent), 1)
        self.assertEqual(hall.page, panel.HOME)

    def test_cover_and_silence_are_another_fault(self):
        for state in ("cover", "error", "offline"):
            with self.subTest(state):
                hall = Hall()
                hall.printer = state
                hall.press("预约取号")
                self.assertEqual(hall.title[0], "打印机故障,请联系工作人员")
                fault = {"what": "printer-offline", "on": True, "detail": state}
                self.assertEqual(hall.sent, [("fault", fault)])

    def test_little_paper_is_enough(self):
        hall = Hall()
        hall.printer = "low"
        hall.press("现场取号")
        self.assertEqual(hall.page, panel.IDENTIFY)
        self.assertEqual(hall.flow.paper, "low")

    def test_failed_before_the_number_line(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        hall.reserved()
        hall.printed("failed", "paper")
        self.assertEqual(hall.last(), ("printed", {"leg": 12, "result": "failed"}))
        self.assertEqual(hall.title[0], "缺纸,请联系工作人员")
        hall.do("printer", "ok")
        self.assertEqual(len(hall.jobs), 1)

    def test_unsure_is_printed_again_when_paper_is_back(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        hall.reserved()
        hall.printed("unsure", "paper")
        self.assertEqual(hall.last(), ("printed", {"leg": 12, "result": "unsure"}))
        self.assertEqual((hall.title, hall.body[0][0]), (screens.say("keeps"), "C012"))
        hall.after(60_000)
        hall.do("printer", "ok")
        self.assertEqual(len(hall.jobs), 2)
        self.assertEqual(hall.jobs[1][0].ticket, "C012")
        hall.printed()
        self.assertEqual(hall.last(), ("printed", {"leg": 12, "result": "printed"}))
        hall.press("完成")
        hall.do("printer", "ok")
        self.assertEqual(len(hall.jobs), 2)

    def test_the_owed_paper_comes_before_the_next_visitor(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        hall.reserved()
        hall.printed("unsure", "offline")
        hall.do("card", "B0864D2501")
        self.assertEqual(hall.flow.screen, "printing")
        self.assertTrue(hall.card_is_gone())
        self.assertEqual([kind for kind, _ in hall.sent].count("identify"), 1)


class LinkTest(unittest.TestCase):
    """Without the hub."""

    def test_connecting_until_the_link_is_ready(self):
        hall = Hall(ready=False)
        self.assertEqual((hall.page, hall.title[0]), (panel.NOTICE, "正在连接"))
        for status in ("no-broker", "no-hub"):
            hall.do("status", status)
        hall.do("want", want())
        self.assertEqual(hall.title[0], "正在连接")
        hall.do("status", "ready")
        self.assertEqual(hall.page, panel.HOME)

    def test_paused_after_10_s_and_back_by_itself(self):
        hall = Hall()
        hall.do("status", "no-hub")
        self.assertEqual(hall.title[0], "正在连接")
        hall.after(6_000)
        hall.do("status", "no-broker")
        hall.after(4_000)
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")
        hall.do("status", "no-hub")
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")
        hall.do("status", "ready")
        self.assertEqual(hall.page, panel.HOME)

    def test_a_refused_device_is_paused_at_once(self):
        hall = Hall(ready=False)
        hall.do("status", "refused")
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")

    def test_a_lost_link_ends_the_session(self):
        hall = Hall()
        hall.to_quote()
        hall.do("status", "no-broker")
        self.assertEqual(hall.title[0], "正在连接")
        self.assertTrue(hall.card_is_gone())

    def test_a_lost_link_does_not_cut_a_number_short(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        hall.do("status", "no-broker")
        hall.do("status", "ready")
        hall.reserved()
        hall.do("status", "no-broker")
        hall.printed()
        self.assertEqual(hall.title[0], "出号成功")
        hall.press("完成")
        self.assertEqual(hall.title[0], "正在连接")

    def test_closed_with_the_halls_own_words(self):
        hall = Hall()
        hall.do("want", want(open=False, notice="午休,14:30继续取号"))
        self.assertEqual(hall.title[0], "午休,14:30继续取号")
        hall.do("want", want(open=False))
        self.assertEqual(hall.title[0], "今天已停止取号")
        hall.do("card", CARD)
        self.assertEqual(hall.sent, [])
        hall.do("want", want())
        self.assertEqual(hall.page, panel.HOME)

    def test_a_notice_stands_on_the_first_page(self):
        hall = Hall()
        hall.do("want", want(notice="今日人多"))
        self.assertEqual(hall.body[0][0], "今日人多")

    def test_a_new_want_does_not_disturb_a_session(self):
        hall = Hall()
        hall.to_quote()
        hall.do("want", want(notice="今日人多"))
        self.assertEqual(hall.page, panel.QUOTE)


class TablesTest(unittest.TestCase):
    """The tables name what exists."""

    def test_every_name_in_the_tables_is_a_method(self):
        flow = Hall().flow
        shown, touches = rows()
        for method in [row[4] for row in shown] + [row[2] for row in touches]:
            self.assertTrue(method == "-" or hasattr(flow, method), method)

    def test_every_screen_has_a_page_that_can_be_drawn(self):
        for name, page, draw, _, _ in rows()[0]:
            self.assertEqual(screen(name)[0], name)
            self.assertIn(panel.page(page), panel.PAGES)
            self.assertTrue(hasattr(pages, draw), draw)

    def test_every_touch_is_on_a_slot_its_page_has(self):
        for name, slot, _ in rows()[1]:
            slots = panel.PAGES[panel.page(screen(name)[1])][2]
            number = panel.BACK if slot == "back" else slot
            self.assertTrue(slot == "item" or int(number) in slots, (name, slot))


if __name__ == "__main__":
    unittest.main()
