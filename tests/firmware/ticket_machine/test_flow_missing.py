"""The ticket machine's flow when something is missing: the visitor, the paper, the hub."""
# runs on CPython and MicroPython
# ruff: noqa: PTH123 (no pathlib on MicroPython)

import unittest

from fakes.machine_hall import CARD, Hall, want
from protocol import machine
from ticket_machine import panel_project as panel
from ticket_machine import printer_health, screens

# What a screen may take: see flow.py for who asks.
TAKES = ("", "rest", "rest card", "card", "issuing", "issuing card", "refused card")


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
        hall.after(9_999)
        self.assertEqual(hall.page, panel.DONE)
        hall.after(1)
        self.assertEqual(hall.page, panel.HOME)
        self.assertTrue(hall.card_is_gone())


class PrinterTest(unittest.TestCase):
    """Paper, and what happens without it."""

    def test_a_touch_without_paper(self):
        hall = Hall()
        hall.printer = "paper"
        hall.press("现场取号")
        self.assertEqual(hall.title[0], "缺纸,请联系工作人员")
        fault = {"what": "printer-paper", "on": True, "detail": "paper"}
        self.assertEqual(hall.sent, [("fault", fault)])
        self.assertEqual(printer_health.paper(hall.flow.printer), "out")
        hall.do("printer", "ok")
        self.assertEqual(hall.page, panel.HOME)
        self.assertEqual(
            hall.last(), ("fault", {"what": "printer-paper", "on": False, "detail": "ok"})
        )
        self.assertEqual(printer_health.paper(hall.flow.printer), "ok")

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
        self.assertEqual(printer_health.paper(hall.flow.printer), "low")

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
        self.assertEqual((hall.title[0], hall.body[0][0]), ("您的号码仍有效,来纸后补打", "C012"))
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

    def test_paused_after_5_s_and_back_by_itself(self):
        hall = Hall()
        hall.do("status", "no-hub")
        self.assertEqual(hall.title[0], "正在连接")
        hall.after(3_000)
        hall.do("status", "no-broker")
        hall.after(2_000)
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
        self.assertEqual(hall.title[0], "今天已停止取号,请到服务台")
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


class TableTest(unittest.TestCase):
    """screens.txt names what exists."""

    def setUp(self):
        with open(screens.__file__.rsplit(".", 1)[0] + ".txt", encoding="utf-8") as file:
            text = "\n" + file.read()
        blocks = [part.strip("\n").split("\n") for part in text.split("\n\n")]
        blocks = [[row for row in rows if not row.startswith("#")] for rows in blocks]
        self.screens = [rows for rows in blocks if rows[0] != "lines||"]

    def test_every_screen_is_found_by_its_name_and_has_a_page(self):
        self.assertGreater(len(self.screens), 20)
        for rows in self.screens:
            name, page, takes, timer, then, _, _, _ = rows[0].split("|")
            self.assertEqual(list(screens.block(name)), [row.split("|") for row in rows])
            self.assertTrue(panel.page(int(page)), name)
            self.assertIn(takes, TAKES)
            self.assertEqual(bool(timer), bool(then), name)
            self.assertTrue(not timer or timer.isdigit() or hasattr(want(), timer), name)

    def test_every_act_is_a_method_and_every_slot_on_its_page(self):
        flow = Hall().flow
        for rows in self.screens:
            first = rows[0].split("|")
            slots = panel.page(int(first[1]))[2]
            acts = [row.split("|")[:2] for row in rows[1:]] + [["item", first[4]]]
            for slot, act in acts:
                known = slot == "item" or slot in machine.ANSWERS
                self.assertTrue(known or int(slot) in slots, rows[0])
                self.assertTrue(not act or hasattr(flow, "do_" + act.split(":")[0]), act)

    def test_nobody_is_asked_on_a_screen_that_does_not_exist(self):
        with self.assertRaises(KeyError):
            list(screens.block("no-such-screen"))

    def test_words_fit_the_panel(self):
        for rows in self.screens:
            zh, en = rows[0].split("|")[6:]
            self.assertLessEqual(len(zh), panel.TITLE_CHARS[0], zh)
            self.assertLessEqual(len(en), panel.TITLE_CHARS[1], en)
            for row in rows[1:]:
                zh, en = row.split("|")[3:]
                self.assertLessEqual(len(zh), panel.LABEL_CHARS[0], zh)
                self.assertLessEqual(len(en), panel.LABEL_CHARS[1], en)


if __name__ == "__main__":
    unittest.main()
