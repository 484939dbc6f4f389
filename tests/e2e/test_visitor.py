"""Visitors all the way: machine, paper, call, service, rating, outcome; nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes.counter import Counter
from fakes.listener import Listener
from fakes.lobby import HOME, Lobby, local_now
from fakes.tuned_hall import tuned_hall
from hub.core import return_code
from hub.demo.hall import DemoHall

SPEED = 5
# 60 minutes on the paper, as in a hall that is not sped up.
RULES = {"return_within_min": 60 * SPEED}
HALL_LINE = "综合事务服务中心"
FEEDBACK_LINE = "意见反馈:swfw@whu.edu.cn / 68773295"
MISSED_LINES = ["过号60分钟内可重排一次", "Missed? Back once in 60 min"]


@dataclass
class Place:
    """A hall that all tests of this file visit one after another."""

    runner: asyncio.Runner
    lobby: Lobby
    wire: Listener
    counters: dict[int, Counter]
    planted: list[str] = field(default_factory=list)  # cards and codes that were shown or typed

    def run(self, scenario: Any) -> None:
        """Go on with the hall until the scenario is over."""
        self.runner.run(scenario)

    def plant(self, means: str) -> str:
        """A card or code of this test's own, to be looked for later."""
        self.planted.append(means)
        return means


async def _nobody_is_sent(service: str) -> str:
    raise AssertionError(f"numbers for {service} come from the machine here")


@asynccontextmanager
async def _hall(folder: Any) -> AsyncIterator[DemoHall]:
    async with DemoHall(folder, [4, 20], SPEED, tuned_hall(folder, RULES)) as hall:
        yield hall


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with asyncio.Runner() as runner:
        context = _hall(tmp_path_factory.mktemp("visitor") / "hall")
        hall = runner.run(context.__aenter__())
        try:
            with Listener(hall) as wire:
                counters = {
                    number: Counter(hall, number, "", _nobody_is_sent, voice_of(hall, number))
                    for number in hall.windows
                }
                made = Place(runner, Lobby(hall), wire, counters)
                made.run(open_all(made))
                yield made
        finally:
            runner.run(context.__aexit__(None, None, None))


def voice_of(hall: DemoHall, window: int) -> Any:
    """What is heard at a window."""
    return hall.boards[hall.config.voice(hall.config.windows[window].zone)].parts.voice


async def open_all(place: Place) -> None:
    """Everybody is ready: windows open, the machine shows its first page."""
    for at in place.counters.values():
        await at.ready()
        await at.press("pause")
        await at.until(lambda at=at: at.standing() == "idle", "open window")
    await place.lobby.page(*HOME)


async def serve(place: Place, at: Counter, ticket: str, level: int) -> None:
    """Call, serve, finish; the visitor rates and the campus server hears of it."""
    at.waiting = [ticket]
    outcomes = len(place.lobby.outcomes())
    await at.press("next")
    await at.until(lambda: at.on_bar == f"请{ticket}", "call")
    at.take_up()
    await at.until(at.heard, "voice")
    await at.press("done")
    await at.until(lambda: at.on_bar == f"{ticket}办理", "service")
    await at.press("done")
    await at.until(lambda: len(at.pad.lamps.lit) == 5, "question on the pad")
    await at.pad.keys.press(str(level))
    lobby = place.lobby
    await at.until(lambda: lobby.journal("rated")[-1:] and not at.pad.lamps.lit, "rating")
    assert lobby.journal("rated")[-1]["level"] == level
    await at.until(lambda: len(lobby.outcomes()) > outcomes, "outcome at the campus server")


def code_of(paper: Any) -> str:
    """The four digits on a paper, which are made of what its QR code says."""
    assert paper.qr
    return return_code(paper.qr)


def lines_of(paper: Any) -> list[str]:
    return [line.text for line in paper.lines]


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


def test_no_card_and_no_code_is_kept_or_told(place):
    async def scenario():
        lobby, card, code = place.lobby, place.plant("CAFE0123EF"), place.plant("86420975")
        await lobby.book("b-kept", "seal", card=card, code=code)
        await lobby.touch("预约取号")
        await lobby.type_code(code)
        await lobby.paper()

    place.run(scenario())
    own_evt = f"hall/v1/{place.lobby.hall.config.site}/dev/{place.lobby.machine.name}/evt"
    told = [topic for topic, payload in place.wire.messages if holds(payload, place.planted)]
    # The one way it may take; and proof that the planted values would be found.
    assert set(told) == {own_evt}
    hall = place.lobby.hall
    written = [path for path in hall.folder.rglob("*") if path.is_file()]
    assert hall.journal in written
    assert not [path for path in written if holds(path.read_bytes(), place.planted)]
    papers = "".join(f"{paper.text}{paper.qr}" for paper in place.lobby.printer.tickets)
    assert not holds(papers.encode(), place.planted)


def holds(data: bytes, planted: list[str]) -> bool:
    """Whether one of the values is in there, however it is spelt."""
    low = data.lower()
    return any(value.lower().encode() in low for value in planted) or any(
        bytes.fromhex(value) in data for value in planted if len(value) == 10
    )
