"""The ticket machine's flow with numbers that exist: 我的号, 过号重排, 优先, and 再办一项."""
# runs on CPython and MicroPython

import unittest

from fakes.machine_hall import CARD, Hall
from protocol import machine
from ticket_machine import panel_project as panel


def at_number(*can, how="card"):
    """A visitor who looks at their one number."""
    hall = Hall()
    hall.press("我的号·过号")
    if how == "card":
        hall.do("card", CARD)
    else:
        hall.press("预约码")
        for digit in "1045":
            hall.press(digit)
        hall.press("确定")
    hall.found(live=("transcript",))
    hall.mine(*can)
    return hall


def typed(hall, digits):
    """A paper's number and code: the letter from a list, the digits on the pad."""
    hall.press("我的号·过号")
    hall.press("纸上号码")
    hall.press("C 本科生院")
    for digit in digits:
        hall.press(digit)
    hall.press("确定")


class NumberTest(unittest.TestCase):
    """我的号."""

    def test_the_only_number_is_shown_at_once_with_place_and_reason(self):
        hall = at_number("reprint", "cancel", "change")
        self.assertEqual((hall.page, hall.title[0]), (panel.NUMBER, "我的号"))
        lines = [line[0] for line in hall.body]
        self.assertEqual(
            lines,
            ["C009 成绩单", "1楼 4、5号窗口", "预计等8分钟,九成不超过20分钟", "已过号"],
        )
        self.assertEqual(hall.shown(), ["补打", "取消此号", "改办其他业务", "返回"])
        hall.press("返回")
        self.assertEqual(hall.page, panel.HOME)
        self.assertTrue(hall.card_is_gone())

    def test_a_booking_code_opens_it_too(self):
        hall = at_number("reprint", how="code")
        self.assertEqual(
            hall.last(), ("mine", {"s": "17-1", "how": "code", "id": "1045", "leg": 9})
        )

    def test_several_numbers_are_a_list_and_back_leads_to_it(self):
        hall = Hall()
        hall.press("我的号·过号")
        hall.do("card", CARD)
        hall.found(live=("transcript", "retake"))
        hall.press("C009 重修报名")
        hall.mine("reprint", service="retake")
        hall.press("返回")
        self.assertEqual(hall.shown()[:2], ["C009 成绩单", "C009 重修报名"])

    def test_a_card_at_home_finds_the_number_beside_a_walk_in(self):
        hall = Hall()
        hall.do("card", CARD)
        hall.found(live=("transcript",))
        self.assertEqual(hall.shown(), ["C009 成绩单", "返回", "现场取号"])
        hall.press("C009 成绩单")
        self.assertEqual(hall.last()[0], "mine")

    def test_nobody_has_no_number(self):
        hall = Hall()
        hall.press("我的号·过号")
        hall.do("card", CARD)
        hall.found()
        self.assertEqual(hall.title[0], "没有这个号")

    def test_it_is_printed_again(self):
        hall = at_number("reprint")
        hall.press("补打")
        kind, fields = hall.last()
        self.assertEqual(
            (kind, fields["service"], fields["booking"]), ("reserve", "transcript", None)
        )
        hall.reserved(ticket="C009", leg=9, again=True)
        hall.printed()
        self.assertEqual((len(hall.jobs), hall.title[0]), (1, "出号成功"))

    def test_it_is_given_back_only_after_a_second_key(self):
        hall = at_number("reprint", "cancel")
        hall.press("取消此号")
        self.assertEqual((hall.title[0], hall.body[0][0]), ("确定取消此号?", "C009"))
        hall.press("返回")
        self.assertEqual(hall.shown(), ["补打", "取消此号", "返回"])
        hall.press("取消此号")
        self.assertNotIn("cancel", [kind for kind, _ in hall.sent])
        hall.press("确定取消")
        self.assertEqual(
            hall.last(), ("cancel", {"s": "17-1", "how": "card", "id": CARD, "leg": 9})
        )
        hall.answer(machine.Empty())
        self.assertEqual(hall.title[0], "此号已取消")
        self.assertTrue(hall.card_is_gone())

    def test_a_missed_one_returns(self):
        hall = at_number("return", "change")
        self.assertEqual(hall.shown(), ["过号重排", "改办其他业务", "返回"])
        hall.press("过号重排")
        self.assertEqual(hall.last()[0], "return")
        hall.mine("reprint", why=("前面3位: 3位先到", "3 ahead: 3 earlier"))
        self.assertEqual((hall.title[0], hall.body[3][0]), ("已重新排队", "前面3位: 3位先到"))
        hall.press("完成")
        self.assertEqual(hall.page, panel.HOME)

    def test_a_return_that_is_refused_says_why(self):
        hall = at_number("return")
        hall.press("过号重排")
        hall.refuse("RETURN_LATE")
        self.assertEqual(hall.title[0], "过号已失效,请重新取号")

    def test_two_touches_return_once(self):
        hall = at_number("return")
        page = hall.page
        for _ in range(3):
            hall.do("touch", page, 3)
        self.assertEqual([kind for kind, _ in hall.sent].count("return"), 1)


class ChangeTest(unittest.TestCase):
    """改办其他业务."""

    def changed(self):
        hall = at_number("reprint", "cancel", "change")
        hall.press("改办其他业务")
        hall.press("信息中心")
        hall.press("账号解锁")
        hall.quoted("unlock")
        hall.press("取号")
        return hall

    def test_the_old_number_goes_when_the_new_paper_is_there(self):
        hall = self.changed()
        hall.reserved(leg=12)
        self.assertNotIn("cancel", [kind for kind, _ in hall.sent])
        hall.printed()
        self.assertEqual(
            hall.last(), ("cancel", {"s": "17-1", "how": "card", "id": CARD, "leg": 9})
        )
        n = hall.n
        hall.press("再办一项")
        hall.found()
        # The old one's answer is nobody's any more.
        hall.do("answer", n, "cancel", True, None, machine.Empty())
        self.assertEqual(hall.flow.screen, "departments")
        hall.press("信息中心")
        hall.press("账号解锁")
        hall.quoted("unlock")
        hall.press("取号")
        hall.reserved(leg=13)
        hall.printed()
        self.assertEqual([kind for kind, _ in hall.sent].count("cancel"), 1)

    def test_without_a_new_paper_the_old_number_stays(self):
        for result in ("failed", "unsure"):
            with self.subTest(result):
                hall = self.changed()
                hall.reserved(leg=12)
                hall.printed(result, "paper")
                self.assertNotIn("cancel", [kind for kind, _ in hall.sent])

    def test_the_same_service_again_keeps_its_number(self):
        hall = self.changed()
        hall.reserved(leg=9, ticket="C009", again=True)
        hall.printed()
        self.assertNotIn("cancel", [kind for kind, _ in hall.sent])


class PaperTest(unittest.TestCase):
    """A number and the four digits on its paper."""

    def test_number_and_code_are_typed_after_the_letter(self):
        hall = Hall()
        typed(hall, "0091234")
        fields = {"s": "17-1", "how": "paper", "id": "C0091234"}
        self.assertEqual(hall.last(), ("identify", fields))
        hall.found(live=("transcript",))
        self.assertEqual(hall.last()[0], "mine")
        hall.mine("return")
        self.assertEqual(hall.shown(), ["过号重排", "返回"])

    def test_too_few_digits_are_not_sent(self):
        hall = Hall()
        typed(hall, "009123")
        self.assertEqual(hall.sent, [])
        self.assertEqual(hall.body[0][0], "C009123")

    def test_a_wrong_code_may_be_typed_again_until_the_hub_says_no(self):
        hall = Hall()
        typed(hall, "0091234")
        hall.refuse("WRONG_CODE")
        self.assertEqual((hall.page, hall.title[0]), (panel.DIGITS, "号码或校验码不对"))
        self.assertEqual(hall.body[0][0], "C")
        for digit in "0094321":
            hall.press(digit)
        self.assertEqual(hall.title[0], "请输入号码和4位校验码")
        hall.press("确定")
        self.assertEqual(hall.last()[1], {"s": "17-1", "how": "paper", "id": "C0094321"})
        hall.refuse("TOO_MANY_TRIES")
        self.assertEqual(hall.title[0], "多次输错,请咨询工作人员")
        self.assertTrue(hall.card_is_gone())

    def test_a_card_in_between_is_taken_instead(self):
        hall = Hall()
        hall.press("我的号·过号")
        hall.press("纸上号码")
        hall.do("card", CARD)
        self.assertEqual(hall.last(), ("identify", {"s": "17-1", "how": "card", "id": CARD}))


class PriorityTest(unittest.TestCase):
    """优先, before the number is taken."""

    def test_it_is_chosen_and_taken_back(self):
        hall = Hall()
        hall.to_quote()
        hall.press("优先(老残孕军)")
        self.assertTrue(hall.last()[1]["priority"])
        hall.quoted()
        self.assertEqual(hall.shown(), ["取号", "不用优先", "返回"])
        self.assertEqual(hall.body[4][0], "优先")
        hall.press("不用优先")
        self.assertFalse(hall.last()[1]["priority"])
        hall.quoted()
        hall.press("优先(老残孕军)")
        hall.quoted()
        hall.press("取号")
        self.assertEqual(hall.last()[0], "reserve")
        self.assertTrue(hall.last()[1]["priority"])

    def test_nobody_inherits_it(self):
        hall = Hall()
        hall.to_quote()
        hall.press("优先(老残孕军)")
        hall.quoted()
        hall.press("返回")
        hall.to_quote()
        self.assertFalse(hall.last()[1]["priority"])


class AgainTest(unittest.TestCase):
    """再办一项."""

    def taken(self, how="card"):
        hall = Hall()
        hall.press("现场取号")
        if how == "card":
            hall.do("card", CARD)
            hall.found()
        else:
            hall.press("无卡")
        hall.press("信息中心")
        hall.press("统一身份账号")
        hall.quoted("account")
        hall.press("取号")
        hall.reserved(service="account")
        hall.printed()
        return hall

    def test_a_second_service_needs_no_second_card(self):
        hall = self.taken()
        hall.press("再办一项")
        self.assertEqual(hall.last(), ("identify", {"s": "17-1", "how": "card", "id": CARD}))
        hall.found(live=("account",))
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])
        hall.press("信息中心")
        hall.press("账号解锁")
        self.assertEqual((hall.last()[1]["id"], hall.last()[1]["service"]), (CARD, "unlock"))

    def test_a_booking_left_is_offered_first(self):
        hall = self.taken()
        hall.press("再办一项")
        hall.found("transcript", "retake")
        self.assertEqual(hall.shown()[:2], ["10:15 成绩单", "10:15 重修报名"])

    def test_the_time_is_short_and_ends_with_the_card(self):
        hall = self.taken()
        hall.after(10_000)
        self.assertEqual(hall.page, panel.HOME)
        self.assertTrue(hall.card_is_gone())

    def test_who_has_no_card_begins_anew(self):
        hall = self.taken("none")
        self.assertEqual(hall.shown(), ["完成"])

    def test_a_paper_that_was_owed_is_nobodys_session(self):
        hall = self.taken()
        hall.press("再办一项")
        hall.found()
        hall.press("信息中心")
        hall.press("账号解锁")
        hall.quoted("unlock")
        hall.press("取号")
        hall.reserved(leg=13)
        hall.printed("unsure", "paper")
        self.assertTrue(hall.card_is_gone())
        hall.do("printer", "ok")
        hall.printed()
        self.assertEqual(hall.shown(), ["完成"])


if __name__ == "__main__":
    unittest.main()
