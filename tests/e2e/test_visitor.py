"""Visitors all the way, by each reader: paper, call, service, outcome; nothing left behind."""

from __future__ import annotations

import pytest

from fakes.lobby import HOME, local_now
from fakes.place import code_of, lines_of, place_in, serve
from firmware.virtual.models.id_reader import NAME

HALL_LINE = "综合事务服务中心"
FEEDBACK_LINE = "意见反馈:swfw@whu.edu.cn / 68773295"
MISSED_LINES = ["过号60分钟内可重排一次", "Missed? Back once in 60 min"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with place_in(tmp_path_factory.mktemp("visitor") / "hall", [4, 20], readers=True) as made:
        yield made


def test_a_booked_visitor_with_a_card(place):
    async def scenario():
        lobby, card = place.lobby, place.plant("A1B2C3D4E5")
        booking = await lobby.book("b-card", "enrolment-proof", card=card)
        lobby.reader.tap(card)
        await lobby.page("在读证明", "马上轮到您", "请备好:校园卡", f"预约 {booking.slot}")
        paper = await lobby.paper()
        *head, at, feedback = lines_of(paper)
        assert head == [
            HALL_LINE,
            "C001",
            f"在读证明 预约 {booking.slot}",
            "Enrolment certificate",
            "马上轮到您  You are next",
            "1楼 4、5、6号窗口",
            "Floor 1, window 4/5/6",
            "请备好:校园卡",
            *MISSED_LINES,
            f"校验码 {code_of(paper)}  Code {code_of(paper)}",
        ]
        assert at in (local_now(lobby.hall), local_now(lobby.hall, 1))
        assert feedback == FEEDBACK_LINE
        assert paper.number == "C001"
        (reserved,) = lobby.journal("reserved")
        assert paper.qr == reserved["token"]

        await serve(place, place.counters[4], "C001", 5)
        told = lobby.outcomes()[-1]
        assert (told["booking"], told["result"]) == (booking.id, "done")

    place.run(scenario())


def test_a_booked_visitor_with_a_code_and_a_walk_in_behind(place):
    async def scenario():
        lobby, code, card = place.lobby, place.plant("73941526"), place.plant("0F1E2D3C4B")
        booking = await lobby.book("b-code", "seal", code=code)
        await lobby.touch("预约取号")
        await lobby.type_code(code)
        await lobby.page("校印用印", "马上轮到您")
        first = await lobby.paper()
        assert f"校印用印 预约 {booking.slot}" in lines_of(first)

        await lobby.touch("现场取号")
        await lobby.page("请刷校园卡")
        lobby.reader.tap(card)
        await lobby.choose("official-letter")
        await lobby.page("公函办理", "前面1人", "预计等", "请备好:公函草稿")
        second = await lobby.paper()
        lines = lines_of(second)
        assert lines[:4] == [HALL_LINE, "U002", "公函办理", "Official letter"]
        assert lines[4].startswith("前面1人")
        assert "九成不超过" in lines[5]
        assert "请备好:公函草稿" in lines
        assert FEEDBACK_LINE in lines

        await serve(place, place.counters[20], "U001", 4)
        assert lobby.outcomes()[-1]["booking"] == booking.id
        await serve(place, place.counters[20], "U002", 3)
        assert lobby.outcomes()[-1]["booking"] is None

    place.run(scenario())


def test_an_idle_session_is_asked_for_and_then_forgotten(place):
    async def scenario():
        lobby, card = place.lobby, place.plant("5566778899")
        await lobby.book("b-idle", "enrolment-proof", card=card)
        lobby.reader.tap(card)
        await lobby.page("取号", "在读证明")
        await lobby.page("还在吗?")
        await lobby.touch("继续")
        await lobby.page("取号", "在读证明")
        await lobby.page("还在吗?")
        await lobby.page(*HOME)
        assert "在读证明" not in lobby.panel.shown
        # Nobody inherits the session: whoever comes next is asked who they are.
        await lobby.touch("预约取号")
        await lobby.page("请刷校园卡")
        await lobby.touch("返回")
        await lobby.page(*HOME)
        assert not [row for row in lobby.journal("reserved") if row["booking"] == "b-idle"]

    place.run(scenario())


def test_without_paper_nothing_is_issued_until_it_is_back(place):
    async def scenario():
        lobby, card = place.lobby, place.plant("1020304050")
        issued = len(lobby.journal("reserved"))
        lobby.printer.paper_out()
        await lobby.touch("现场取号")
        await lobby.page("缺纸,请联系工作人员")
        lobby.printer.refill()
        await lobby.page(*HOME)
        assert len(lobby.journal("reserved")) == issued

        await lobby.touch("现场取号")
        await lobby.page("请刷校园卡")
        lobby.reader.tap(card)
        await lobby.choose("seal")
        paper = await lobby.paper()
        await serve(place, place.counters[20], paper.number, 1)

    place.run(scenario())


def test_a_number_whose_paper_was_torn_is_printed_again(place):
    async def scenario():
        lobby, card = place.lobby, place.plant("1122AABBCC")
        await lobby.touch("现场取号")
        await lobby.page("请刷校园卡")
        lobby.reader.tap(card)
        await lobby.choose("seal")
        before = len(lobby.printer.tickets)
        lobby.printer.paper_out(after_lines=4)
        await lobby.touch("取号")
        await lobby.page("您的号码仍有效")
        torn = lobby.printer.torn[-1]
        lobby.printer.refill()
        await lobby.until(lambda: len(lobby.printer.tickets) > before, "second paper")
        assert lobby.printer.tickets[-1].number == torn.number
        await lobby.touch("完成")
        await serve(place, place.counters[20], str(torn.number), 2)

    place.run(scenario())


def test_booked_visitors_with_an_id_card_and_a_qr_code(place):
    async def scenario():
        lobby = place.lobby
        number, code = place.plant("310110200402290010"), place.plant("W8K2M4X6")
        place.plant(NAME)
        first = await lobby.book("b-number", "seal", id_number=number)
        second = await lobby.book("b-qr", "enrolment-proof", code=code)
        # From the first page; the other one touches a key and is told what can be read.
        lobby.id_reader.tap(number)
        await lobby.page("校印用印", f"预约 {first.slot}")
        papers = [await lobby.paper()]
        await lobby.touch("预约取号")
        await lobby.page("请刷校园卡·身份证·预约二维码", "tap your campus card/ID card/QR code")
        lobby.scanner.scan(code)
        await lobby.page("在读证明", f"预约 {second.slot}")
        papers.append(await lobby.paper())
        taken = {row["booking"]: row["ticket"] for row in lobby.journal("reserved")[-2:]}
        assert taken == {"b-number": papers[0].number, "b-qr": papers[1].number}
        await serve(place, place.counters[20], papers[0].number, 5)
        await serve(place, place.counters[4], papers[1].number, 5)
        assert {row["booking"] for row in lobby.outcomes()[-2:]} == {"b-number", "b-qr"}

    place.run(scenario())


def test_a_torn_id_card_and_a_foreign_code_are_refused_and_the_machine_goes_on(place):
    async def scenario():
        lobby, number = place.lobby, place.plant("11010519491231002X")
        foreign = place.plant("https://example.edu.cn/u/2019302010")
        await lobby.book("b-torn", "seal", id_number=number)
        lobby.id_reader.tap(number, tear_at=700)
        await lobby.page("读卡失败,请再刷一次", "Card not read: please try again")
        lobby.scanner.scan(foreign)
        await lobby.page("这不是预约二维码,请换一个", "Not a booking code: please show another")
        lobby.scanner.scan("NOBODYS1")
        await lobby.page("今天没有查到预约", "No booking found for today")
        lobby.id_reader.noise(b"\xaa" * 40)
        await lobby.until(lambda: lobby.id_reader.is_seen_empty, "look for a card")
        lobby.id_reader.tap(number)
        await lobby.page("校印用印", "取号")
        paper = await lobby.paper()
        await serve(place, place.counters[20], paper.number, 1)

    place.run(scenario())


def test_no_card_and_no_code_is_kept_or_told(place):
    async def scenario():
        lobby, card, code = place.lobby, place.plant("CAFE0123EF"), place.plant("86420975")
        await lobby.book("b-kept", "seal", card=card, code=code)
        await lobby.touch("预约取号")
        await lobby.type_code(code)
        await lobby.paper()

    place.run(scenario())
    place.look_for_planted()
