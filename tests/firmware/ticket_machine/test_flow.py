"""The ticket machine's flow: every way to a number, and every way that must not lead to one."""
# runs on CPython and MicroPython

import unittest

from fakes.menus import FakeMenus
from protocol import machine
from ticket_machine import panel_project as panel
from ticket_machine import screens
from ticket_machine.flow import Flow
from ticket_machine.transitions import SCREENS, TOUCH

CARD = "62E3086CED"
DEPARTMENTS = [
    {"letter": "C", "zh": "本科生院", "en": "Undergraduate College"},
    {"letter": "F", "zh": "信息中心", "en": "Information Centre"},
    {"letter": "G", "zh": "没有目录", "en": "No menu"},
]
PLACE = {"ahead": 3, "p50": 8, "p90": 20, "windows": [4, 5], "floor": 1}


def want(**changes):
    fields = {"hall_zh": "服务中心", "hall_en": "Hall", "hall_g": "zPw=", "open": True}
    fields["departments"] = DEPARTMENTS
    fields.update(changes)
    return machine.MachineWant(**fields)


class Hall:
    """A flow with a hub and a printer around it that the test plays."""

    def __init__(self, ready=True, menus=None):
        self.sessions = 0
        self.flow = Flow(FakeMenus(menus), self.new_session)
        self.now_ms = 1_000
        self.n = 0
        self.page = None
        self.title = None
        self.body = None
        self.labels = None
        self.sent = []  # (kind, fields)
        self.jobs = []
        self.printer = "ok"
        self.do("start")
        if ready:
            self.do("want", want())
            self.do("status", "ready")

    def new_session(self):
        self.sessions += 1
        return "17-" + str(self.sessions)

    def do(self, *event):
        for effect in self.flow.handle(event, self.now_ms):
            if effect[0] == "show":
                _, self.page, self.title, self.body, self.labels = effect
            elif effect[0] == "send":
                self.n += 1
                self.sent.append((effect[1], effect[2]))
                # As on the wire: the body must be what the protocol takes.
                machine.EVENTS[effect[1]](**effect[2])
                self.do("sent", effect[1], self.n)
            elif effect[0] == "print":
                self.jobs.append(effect[1:])
            elif effect[0] == "check":
                self.do("printer", self.printer)

    def after(self, ms):
        """Let time pass; ticks come when the flow wants them."""
        end_ms = self.now_ms + ms
        while True:
            due_ms = self.flow.due_ms(self.now_ms)
            if due_ms is None or self.now_ms + due_ms > end_ms:
                break
            self.now_ms += due_ms
            self.do("tick")
        self.now_ms = end_ms

    def press(self, label):
        """Touch the slot that says so on the page that is shown."""
        for slot, text in self.labels.items():
            if text[0] == label:
                self.do("touch", self.page, slot)
                return
        raise KeyError(label)

    def shown(self):
        return [label[0] for _, label in sorted(self.labels.items())]

    def last(self):
        return self.sent[-1]

    def answer(self, body, n=None):
        self.do("answer", n or self.n, self.kind(body), True, None, body)

    def kind(self, body):
        for kind, cls in machine.ANSWERS.items():
            if type(body) is cls:
                return kind
        raise KeyError(type(body))

    def refuse(self, why):
        self.do("answer", self.n, self.last()[0], False, why, None)

    def found(self, *services, live=()):
        bookings = [
            {"id": "b-" + str(i + 1), "service": service, "slot": "10:15"}
            for i, service in enumerate(services)
        ]
        lives = [{"leg": 9, "ticket": "C009", "service": service} for service in live]
        self.answer(machine.Identified(bookings=bookings, live=lives))

    def quoted(self, service="enrolment-proof", slot=None):
        self.answer(machine.Quoted(service=service, slot=slot, **PLACE))

    def reserved(self, ticket="C012", leg=12, n=None, **changes):
        fields = {"service": "enrolment-proof", "token": "k3v9", "at": "2026-11-22 10:03"}
        fields.update(PLACE)
        fields.update(changes)
        self.answer(machine.Reserved(leg=leg, ticket=ticket, **fields), n)

    def printed(self, result="printed", state="ok"):
        self.do("printed", result, state)

    def to_quote(self):
        """A booked visitor with a card, before 取号."""
        self.press("预约取号")
        self.do("card", CARD)
        self.found("enrolment-proof")
        self.quoted(slot="10:15")

    def card_is_gone(self):
        return bytes(self.flow.session._id) == b"\x00" * 32


class WayToANumberTest(unittest.TestCase):
    """The ways a visitor is meant to go."""

    def test_home_offers_both_ways(self):
        hall = Hall()
        self.assertEqual(hall.page, panel.HOME)
        self.assertEqual(hall.shown(), ["预约取号", "现场取号"])
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
        self.assertEqual(hall.shown(), ["取号", "返回"])
        hall.press("取号")
        self.assertEqual(hall.last(), ("reserve", fields))
        hall.reserved(slot="10:15")
        self.assertTrue(hall.card_is_gone())
        self.assertEqual(hall.jobs[0][0].ticket, "C012")
        self.assertEqual(hall.jobs[0][1].id, "enrolment-proof")
        hall.printed()
        self.assertEqual(hall.last(), ("printed", {"leg": 12, "result": "printed"}))
        self.assertEqual((hall.page, hall.title[0]), (panel.DONE, "出号成功"))
        self.assertIn("C012", hall.body[0][0])
        hall.press("完成")
        self.assertEqual(hall.page, panel.HOME)

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
        labels = ["10:15 在读证明", "10:15 统一身份账号", "补打C009 成绩单", "现场取号", "返回"]
        self.assertEqual(hall.shown(), labels)
        hall.press("10:15 统一身份账号")
        self.assertEqual(
            (hall.last()[1]["service"], hall.last()[1]["booking"]), ("account", "b-2")
        )
        hall.quoted()
        hall.press("返回")
        hall.press("现场取号")
        self.assertEqual(hall.shown(), ["本科生院", "信息中心", "返回"])

    def test_a_number_the_visitor_holds_is_printed_again(self):
        hall = Hall()
        hall.do("card", CARD)
        hall.found(live=("transcript",))
        hall.press("补打C009 成绩单")
        self.assertEqual(hall.last()[0], "reserve")
        hall.reserved(ticket="C009", leg=9, again=True)
        self.assertEqual(len(hall.jobs), 1)

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
        hall = Hall(menus={"C": FakeMenus().read("C")})
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
        many = [{"letter": c, "zh": "部门" + c, "en": c} for c in "ABCDEFGHJKLMNP"]
        menus = {d["letter"]: FakeMenus().read("C") for d in many}
        hall = Hall(menus=menus)
        hall.do("want", want(departments=many))
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
        self.assertEqual((hall.title, hall.body[0][0]), (screens.KEEPS, "C012"))
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
        for method in list(TOUCH.values()) + [row[3] for row in SCREENS.values()]:
            self.assertTrue(method is None or hasattr(flow, method), method)

    def test_every_touch_is_on_a_slot_its_page_has(self):
        for screen, slot in TOUCH:
            slots = panel.PAGES[SCREENS[screen][0]][2]
            self.assertTrue(slot == "item" or slot in slots, (screen, slot))


if __name__ == "__main__":
    unittest.main()
