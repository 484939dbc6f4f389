"""The ticket machine's flow: every way to a number, one number for one visitor."""
# runs on CPython and MicroPython

import unittest

from fakes.machine_hall import CARD, Hall, want
from fakes.menus import MENUS
from protocol.machine import Menu
from ticket_machine import panel_project as panel


class WayToANumberTest(unittest.TestCase):
    """The ways a visitor is meant to go."""

    def test_home_offers_both_ways(self):
        hall = Hall()
        self.assertEqual(hall.page, panel.HOME)
        self.assertEqual(hall.shown(), ["预约取号", "现场取号", "我的号·过号"])
        self.assertEqual(hall.title, ("服务中心", "Hall"))

    def test_booked_visitor_with_a_card_and_one_booking(self):
        hall = Hall()
        hall.press("预约取号")
        self.assertEqual(hall.page, panel.IDENTIFY)
        self.assertEqual(hall.shown(), ["校园卡", "预约码", "返回"])
        hall.do("card", CARD)
        self.assertEqual(hall.last(), ("identify", {"s": "17-1", "how": "card", "id": CARD}))
        hall.found("enrolment-proof")
        fields = {"s": "17-1", "how": "card", "id": CARD}
        fields["service"] = "enrolment-proof"
        fields["booking"] = "b-1"
        fields["priority"] = False
        self.assertEqual(hall.last(), ("quote", fields))
        hall.quoted(slot="10:15")
        self.assertEqual(hall.page, panel.QUOTE)
        self.assertEqual(hall.title[0], "在读证明")
        self.assertEqual(
            [line[0] for line in hall.body],
            [
                "1楼 4、5号窗口",
                "前面3人",
                "预计等8分钟,九成不超过20分钟",
                "请备好:校园卡",
                "预约 10:15",
            ],
        )
        self.assertEqual(hall.shown(), ["取号", "优先(老残孕军)", "返回"])
        hall.press("取号")
        self.assertEqual(hall.last(), ("reserve", fields))
        hall.reserved(slot="10:15")
        self.assertEqual(hall.jobs[0][0].ticket, "C012")
        self.assertEqual(hall.jobs[0][1].id, "enrolment-proof")
        hall.printed()
        self.assertEqual(hall.last(), ("printed", {"leg": 12, "result": "printed"}))
        self.assertEqual((hall.page, hall.title[0]), (panel.DONE, "出号成功"))
        self.assertIn("C012", hall.body[0][0])
        self.assertEqual(hall.shown(), ["完成", "再办一项"])
        hall.press("完成")
        self.assertEqual(hall.page, panel.HOME)
        self.assertTrue(hall.card_is_gone())

    def test_a_card_at_home_goes_straight_to_its_one_booking(self):
        hall = Hall()
        hall.do("card", CARD)
        hall.found("transcript")
        self.assertEqual(hall.last()[1]["booking"], "b-1")

    def test_booking_code_typed_on_the_pad(self):
        hall = Hall()
        hall.press("预约取号")
        hall.press("预约码")
        for label in ("1", "2", "删除", "0", "4", "5"):
            hall.press(label)
        self.assertEqual(hall.body[0][0], "1045")
        hall.press("确定")
        self.assertEqual(hall.last(), ("identify", {"s": "17-1", "how": "code", "id": "1045"}))

    def test_a_code_that_is_too_short_is_not_sent(self):
        hall = Hall()
        hall.press("预约取号")
        hall.press("预约码")
        hall.press("1")
        hall.press("确定")
        self.assertEqual(hall.sent, [])

    def test_several_bookings_are_a_list_with_a_way_to_a_walk_in_number(self):
        hall = Hall()
        hall.do("card", CARD)
        hall.found("enrolment-proof", "account", live=("transcript",))
        labels = ["10:15 在读证明", "10:15 统一身份账号", "C009 成绩单", "返回", "现场取号"]
        self.assertEqual(hall.shown(), labels)
        hall.press("10:15 统一身份账号")
        self.assertEqual(
            (hall.last()[1]["service"], hall.last()[1]["booking"]), ("account", "b-2")
        )
        hall.quoted()
        hall.press("返回")
        hall.press("现场取号")
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])

    def test_walk_in_with_a_card_through_category_and_service(self):
        hall = Hall()
        hall.press("现场取号")
        self.assertEqual(hall.shown(), ["校园卡", "无卡", "返回"])
        hall.do("card", CARD)
        hall.found()
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])
        hall.press("本科生院")
        self.assertEqual(hall.shown(), ["学籍", "成绩", "返回"])
        hall.press("成绩")
        self.assertEqual(hall.shown(), ["成绩单", "重修报名", "返回"])
        hall.press("重修报名")
        self.assertEqual(hall.last()[1]["service"], "retake")
        self.assertIsNone(hall.last()[1]["booking"])
        hall.quoted("retake")
        hall.press("返回")
        self.assertEqual(hall.shown(), ["成绩单", "重修报名", "返回"])
        hall.press("返回")
        hall.press("返回")
        hall.press("返回")
        self.assertEqual(hall.page, panel.HOME)

    def test_a_single_category_is_skipped_in_both_directions(self):
        hall = Hall()
        hall.press("现场取号")
        hall.do("card", CARD)
        hall.found()
        hall.press("信息中心")
        self.assertEqual(hall.shown(), ["统一身份账号", "账号解锁", "返回"])
        hall.press("返回")
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])

    def test_without_a_card_only_what_allows_it_is_offered(self):
        hall = Hall()
        hall.press("现场取号")
        hall.press("无卡")
        self.assertEqual(hall.shown(), ["信息中心", "返回"])
        hall.press("信息中心")
        self.assertEqual(hall.shown(), ["统一身份账号", "返回"])
        hall.press("统一身份账号")
        self.assertEqual((hall.last()[1]["how"], hall.last()[1]["id"]), ("none", ""))

    def test_no_card_is_not_offered_where_every_service_needs_one(self):
        hall = Hall(menus={"C": MENUS["C"]})
        hall.press("现场取号")
        self.assertEqual(hall.shown(), ["校园卡", "返回"])
        hall.do("touch", panel.IDENTIFY, 3)
        self.assertEqual(hall.page, panel.IDENTIFY)

    def test_walk_in_with_one_booking_sees_it_and_may_go_on_to_another_service(self):
        hall = Hall()
        hall.press("现场取号")
        hall.do("card", CARD)
        hall.found("enrolment-proof")
        hall.quoted(slot="10:15")
        hall.press("返回")
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])

    def test_more_than_twelve_departments_turn_over(self):
        letters = "ABCDEFGHJKLMNP"
        menus = {}
        for letter in letters:
            fields = dict(MENUS["C"].plain(), zh="部门" + letter)
            menus[letter] = Menu(**fields)
        hall = Hall(menus=menus)
        hall.do("want", want(letters=letters))
        hall.press("现场取号")
        hall.do("card", CARD)
        hall.found()
        self.assertEqual(len(hall.shown()), 14)
        hall.press("更多")
        self.assertEqual(hall.shown(), ["部门N", "部门P", "返回", "更多"])
        hall.do("touch", panel.LIST, 5)
        self.assertEqual(hall.flow.screen, "departments")
        hall.press("部门P")
        self.assertEqual(hall.flow.screen, "categories")


class RefusedTest(unittest.TestCase):
    """Sentences instead of numbers."""

    def test_each_refusal_is_a_sentence_and_leads_home(self):
        for why, zh in (
            ("BOOKING_EARLY", "未到预约时间,请稍后再取号"),
            ("NEWER", "不能办理,请联系工作人员"),
        ):
            with self.subTest(why):
                hall = Hall()
                hall.to_quote()
                hall.press("取号")
                hall.refuse(why)
                self.assertEqual((hall.page, hall.title[0]), (panel.NOTICE, zh))
                self.assertTrue(hall.card_is_gone())
                hall.press("返回")
                self.assertEqual(hall.page, panel.HOME)

    def test_code_without_a_booking(self):
        hall = Hall()
        hall.press("预约取号")
        hall.press("预约码")
        for _ in range(4):
            hall.press("7")
        hall.press("确定")
        hall.found()
        self.assertEqual(hall.title[0], "今天没有查到预约")

    def test_a_booking_whose_menu_is_missing(self):
        hall = Hall(menus={})
        hall.do("card", CARD)
        hall.found("enrolment-proof")
        self.assertEqual(hall.title[0], "业务目录未就绪,请稍候")

    def test_a_hub_that_does_not_answer(self):
        hall = Hall()
        hall.do("card", CARD)
        hall.after(5_000)
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")
        self.assertTrue(hall.card_is_gone())

    def test_an_answer_that_comes_too_late_changes_nothing(self):
        hall = Hall()
        hall.do("card", CARD)
        hall.after(5_000)
        hall.found("enrolment-proof")
        self.assertEqual(hall.flow.screen, "refused")
        self.assertEqual(len(hall.sent), 1)


class OnceTest(unittest.TestCase):
    """One visitor, one number."""

    def test_double_taps_reserve_once(self):
        hall = Hall()
        hall.to_quote()
        page = hall.page
        hall.do("touch", page, 1)
        hall.do("touch", page, 1)
        hall.do("touch", page, 1)
        self.assertEqual([kind for kind, _ in hall.sent].count("reserve"), 1)

    def test_a_repeated_answer_prints_once(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        n = hall.n
        hall.reserved()
        hall.reserved(n=n)
        hall.printed()
        hall.reserved(n=n)
        self.assertEqual(len(hall.jobs), 1)
        self.assertEqual([kind for kind, _ in hall.sent].count("printed"), 1)

    def test_a_number_for_a_visitor_who_left_is_given_back_once(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        n = hall.n
        hall.after(15_000)
        self.assertEqual(hall.title[0], "系统暂停,请到服务台")
        hall.reserved(n=n)
        hall.reserved(n=n)
        self.assertEqual(hall.jobs, [])
        self.assertEqual(hall.last(), ("printed", {"leg": 12, "result": "failed"}))
        self.assertEqual([kind for kind, _ in hall.sent].count("printed"), 1)

    def test_a_touch_made_on_another_page_is_dropped(self):
        hall = Hall()
        hall.to_quote()
        hall.do("touch", panel.HOME, 1)
        hall.do("touch", panel.LIST, 1)
        self.assertEqual(hall.flow.screen, "quote")

    def test_a_touch_of_an_unlabelled_slot_is_dropped(self):
        hall = Hall()
        hall.press("现场取号")
        hall.press("无卡")
        for slot in (0, 2, 12, 14, 15, 200):
            hall.do("touch", panel.LIST, slot)
        self.assertEqual(hall.flow.screen, "departments")

    def test_a_second_card_in_a_session_is_dropped(self):
        hall = Hall()
        hall.to_quote()
        hall.do("card", "B0864D2501")
        self.assertEqual(hall.flow.session.id, CARD)

    def test_every_session_has_its_own_id(self):
        hall = Hall()
        for number in (1, 2):
            hall.do("card", CARD)
            self.assertEqual(hall.last()[1]["s"], "17-" + str(number))
            hall.refuse("BOOKING_UNKNOWN")

    def test_a_card_while_the_last_paper_is_shown_begins_anew(self):
        hall = Hall()
        hall.to_quote()
        hall.press("取号")
        hall.reserved()
        hall.printed()
        hall.do("card", "B0864D2501")
        self.assertEqual(
            hall.last(), ("identify", {"s": "17-2", "how": "card", "id": "B0864D2501"})
        )
        self.assertEqual(hall.body, [])


if __name__ == "__main__":
    unittest.main()
