"""Visitors with a number: back after a miss, another paper, another service, 优先, one more."""

from __future__ import annotations

import pytest

from fakes.lobby import HOME
from fakes.place import SPEED, code_of, lines_of, miss, place_in, serve, tap_again, walk_in


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    # Pages stay as long as in a hall that is not sped up: no visitor here walks away.
    stay = {"idle_s": 20 * SPEED, "wipe_s": 10 * SPEED}
    with place_in(tmp_path_factory.mktemp("numbers") / "hall", [20], **stay) as made:
        yield made


def test_who_missed_the_call_returns_by_the_paper_and_nobody_guesses_it(place):
    async def scenario():
        lobby = place.lobby
        await walk_in(place, "seal", place.plant("99AA88BB77"))
        paper = await lobby.paper()
        at, ticket, code = place.counters[20], str(paper.number), code_of(paper)
        await miss(place, at, ticket)
        await lobby.touch("我的号")
        await lobby.touch("纸上号码")
        await lobby.touch("U ")
        wrong = f"{(int(code) + 1) % 10_000:04}"
        for digit in ticket[1:] + wrong:
            await lobby.touch(digit)
        place.plant(ticket + wrong)
        await lobby.page(ticket + wrong)
        await lobby.touch("确定")
        await lobby.page("号码或校验码不对")
        for digit in ticket[1:] + code:
            await lobby.touch(digit)
        await lobby.page(place.plant(ticket + code))
        await lobby.touch("确定")
        await lobby.page("我的号", ticket, "已过号,", "可重排一次")
        assert "补打" not in lobby.panel.buttons().values()
        await lobby.touch("过号重排")
        await lobby.page("已重新排队", "马上轮到您")
        await lobby.touch("完成")
        await serve(place, at, ticket, 5)

    place.run(scenario())


def test_a_number_shows_its_place_and_is_printed_again_or_given_back(place):
    async def scenario():
        lobby, card = place.lobby, place.plant("31415926AB")
        await walk_in(place, "seal", place.plant("27182818CD"))
        first = await lobby.paper()
        await walk_in(place, "seal", card)
        second = await lobby.paper()
        await lobby.touch("我的号")
        await lobby.page("请刷校园卡")
        await tap_again(place, card, "我的号", str(second.number))
        await lobby.page("前面1位: 1位先到", "1 ahead: 1 earlier")
        papers = len(lobby.printer.tickets)
        await lobby.touch("补打")
        await lobby.until(lambda: len(lobby.printer.tickets) > papers, "paper")
        again = lobby.printer.tickets[-1]
        assert (again.number, code_of(again)) == (second.number, code_of(second))
        assert "补打" in again.text
        await lobby.touch("完成")

        await lobby.page(*HOME)
        await tap_again(place, card, f"{second.number} ")
        await lobby.touch(str(second.number))
        await lobby.touch("取消此号")
        await lobby.page("确定取消此号?", str(second.number))
        await lobby.touch("确定取消")
        await lobby.page("此号已取消")
        assert lobby.journal("voided")[-1]["why"] == "cancelled"
        await lobby.touch("返回")
        await serve(place, place.counters[20], str(first.number), 4)
        assert place.counters[20].standing() == "idle"

    place.run(scenario())


def test_priority_comes_first_and_a_second_service_needs_no_second_card(place):
    async def scenario():
        lobby = place.lobby
        await walk_in(place, "seal", place.plant("16180339EF"))
        first = await lobby.paper()
        await walk_in(place, "seal", place.plant("14142135FA"))
        await lobby.page("前面1人")
        await lobby.touch("优先")
        await lobby.page("马上轮到您", "不用优先")
        await lobby.touch("取号")
        await lobby.page("出号成功")
        await lobby.touch("再办一项")
        await lobby.choose("official-letter")
        second = await lobby.paper()
        priority = lobby.printer.tickets[-2]
        assert "优先  Priority" in lines_of(priority)
        old, new = lobby.journal("reserved")[-2:]
        assert (old["priority"], old["visit"]) == (True, new["visit"])
        at = place.counters[20]
        for ticket in (priority.number, second.number, first.number):
            await serve(place, at, str(ticket), 5)

    place.run(scenario())


def test_another_service_takes_the_place_of_the_first_one(place):
    async def scenario():
        lobby, card = place.lobby, place.plant("17320508BE")
        await walk_in(place, "seal", card)
        old = await lobby.paper()
        await lobby.touch("我的号")
        await lobby.page("请刷校园卡")
        await tap_again(place, card, "改办其他业务")
        await lobby.touch("改办其他业务")
        await lobby.choose("official-letter")
        new = await lobby.paper()
        await lobby.until(lambda: lobby.journal("voided")[-1:], "end of the old number")
        legs = {row["ticket"]: row["leg"] for row in lobby.journal("reserved")}
        await lobby.until(
            lambda: lobby.journal("voided")[-1]["leg"] == legs[str(old.number)], "the old one"
        )
        await serve(place, place.counters[20], str(new.number), 5)

    place.run(scenario())


def test_no_card_and_no_typed_code_is_kept_or_told(place):
    place.look_for_planted()
