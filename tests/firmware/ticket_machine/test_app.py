"""A ticket machine as a whole: real firmware, real broker; what is read from panel and paper."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiomqtt

from fakes.menus import MENUS
from fakes.nats import Nats
from firmware.virtual.board import VirtualBoard
from hub.wire.broker import HUB_USER
from protocol import codec

DEVICE = "machine-1"
DEV = f"hall/v1/lobby/dev/{DEVICE}/"
EPOCH = 7
CARD = "62E3086CED"
# Long enough for a loaded machine; nothing here waits for it when all is well.
PATIENCE_S = 60
# The printer's mechanics and nothing else go this much faster.
SPEED = 10.0

PLACE = {"ahead": 3, "p50": 8, "p90": 20, "windows": [4, 5], "floor": 1, "slot": "10:15"}
WANT = {
    "hall_zh": "综合事务服务中心",
    "hall_en": "Service Centre",
    "hall_g": base64.b64encode("综合事务服务中心".encode("gb18030")).decode(),
    "feedback": "swfw@whu.edu.cn",
    "letters": "F",
    "open": True,
}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Hall:
    """A ticket machine, its broker, and a hub that answers every visitor the same."""

    def __init__(self, board: VirtualBoard, client: aiomqtt.Client) -> None:
        self.board = board
        self.panel = board.parts.panel
        self.printer = board.parts.printer
        self.reader = board.parts.reader
        self.events: list[tuple[str, dict]] = []
        self.acked: list[list[int]] = []
        self.numbers = 11
        self.bookings = [{"id": "b-1", "service": "account", "slot": "10:15"}]
        self._client = client
        self._n = 0
        self._answered: set[tuple[int, int]] = set()

    async def listen(self) -> None:
        async for message in self._client.messages:
            leaf = str(message.topic).rsplit("/", 1)[-1]
            body = json.loads(message.payload)
            if leaf == "ack" and body["st"] == "done":
                self.acked.append(body["rev"])
            elif leaf == "evt":
                await self._answer(body)

    async def _answer(self, evt: dict) -> None:
        if (evt["boot"], evt["n"]) not in self._answered:
            self._answered.add((evt["boot"], evt["n"]))
            self.events.append((evt["k"], evt["d"]))
        answer = {key: evt[key] for key in ("v", "k", "boot", "n")}
        answer |= {"ok": True, "now": now_ms(), "d": self._body(evt["k"], evt["d"])}
        await self._publish(DEV + "evtack", answer)

    def _body(self, kind: str, asked: dict) -> dict:
        if kind == "identify":
            return {"bookings": self.bookings, "live": []}
        if kind == "quote":
            return {**PLACE, "service": asked["service"]}
        if kind == "reserve":
            self.numbers += 1
            facts = {"leg": self.numbers, "ticket": f"F{self.numbers:03}", "token": "k3v9"}
            facts |= {"at": "2026-11-22 10:03", "service": asked["service"]}
            return {**PLACE, **facts}
        return {}

    async def open(self) -> None:
        """The hub comes online and says what the machine offers."""
        await self._client.publish(DEV + "menu/F", codec.encode(MENUS["F"]), qos=1, retain=True)
        await self.want()
        state = {"v": 1, "s": "online", "epoch": EPOCH, "now": now_ms()}
        await self._publish("hall/v1/lobby/hub/state", state, retain=True)

    async def close(self) -> None:
        state = {"v": 1, "s": "offline", "epoch": EPOCH, "now": now_ms()}
        await self._publish("hall/v1/lobby/hub/state", state, retain=True)

    async def want(self, **changes: object) -> list[int]:
        self._n += 1
        rev = [EPOCH, self._n]
        want = {"v": 1, "k": "machine", "rev": rev, "now": now_ms(), "d": {**WANT, **changes}}
        await self._publish(DEV + "want", want, retain=True)
        return rev

    async def _publish(self, topic: str, body: dict, retain: bool = False) -> None:
        await self._client.publish(topic, json.dumps(body).encode(), qos=1, retain=retain)

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    async def until(self, met: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not met():
            assert time.monotonic() < deadline, f"no {what}: {self.panel.shown} {self.tail()}"
            await asyncio.sleep(0.02)

    def tail(self) -> str:
        return self.board.log_tail()

    async def shows(self, *words: str) -> None:
        await self.until(lambda: all(word in self.panel.shown for word in words), str(words))

    async def press(self, label: str) -> None:
        await self.until(lambda: label in self.panel.buttons().values(), f"button {label}")
        self.panel.press_label(label)

    async def to_quote(self) -> None:
        await self.press("预约取号")
        await self.shows("请刷校园卡")
        self.reader.tap(CARD)
        await self.shows("统一身份账号", "取号")


@contextlib.asynccontextmanager
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    with Nats(tmp_path, [DEVICE]) as broker:
        config = {
            "v": 1,
            "id": DEVICE,
            "site": "lobby",
            "wifi": [{"ssid": "hall", "password": "loopback"}],
            "broker": {
                "host": "127.0.0.1",
                "port": broker.port,
                "user": DEVICE,
                "password": broker.password,
            },
            "pins": {},
            "boot0": 1,
        }
        board = VirtualBoard("ticket_machine", config, tmp_path / "board", SPEED)
        async with aiomqtt.Client(
            "127.0.0.1", broker.port, username=HUB_USER, password=broker.password
        ) as client:
            await client.subscribe(DEV + "#", qos=1)
            here = Hall(board, client)
            listening = asyncio.create_task(here.listen())
            await board.start()
            try:
                yield here
            finally:
                await board.stop()
                listening.cancel()


def run(tmp_path: Path, scenario: Callable) -> None:
    async def main() -> None:
        async with hall(tmp_path) as here:
            await scenario(here)

    asyncio.run(main())


def test_a_booked_visitor_and_one_without_a_card_get_their_papers(tmp_path):
    async def scenario(here: Hall) -> None:
        await here.shows("正在连接")
        await here.open()
        await here.shows("综合事务服务中心")
        await here.until(lambda: here.acked == [[EPOCH, 1]], "ack of the want")
        await here.to_quote()
        await here.shows("前面3人", "1楼 4、5号窗口", "请备好:校园卡", "预约 10:15")
        await here.press("取号")
        await here.shows("出号成功", "F012")
        paper = here.printer.tickets[0]
        assert paper.number == "F012" and paper.qr == "k3v9" and paper.cut == "partial"
        assert "综合事务服务中心" in paper.text
        assert "前面3人" in paper.text and "预约 10:15" in paper.text
        assert "预计等8分钟,九成不超过20分钟" in paper.text
        assert "请备好:校园卡" in paper.text and "2026-11-22 10:03" in paper.text
        assert here.kinds() == ["identify", "quote", "reserve", "printed"]
        assert here.events[-1][1] == {"leg": 12, "result": "printed"}
        await here.press("完成")
        for label in ("现场取号", "无卡", "信息中心", "统一身份账号", "取号"):
            await here.press(label)
        await here.shows("出号成功", "F013")
        assert [ticket.number for ticket in here.printer.tickets] == ["F012", "F013"]
        assert here.events[-2][1]["how"] == "none"
        assert not here.panel.rejected and not here.printer.unknown

    run(tmp_path, scenario)


def test_visitor_after_visitor_leaves_the_heap_as_it_was(tmp_path):
    async def scenario(here: Hall) -> None:
        live = []
        await here.open()
        for visitor in range(6):
            for label in ("现场取号", "无卡", "信息中心", "统一身份账号", "取号"):
                await here.press(label)
            await here.shows("出号成功", f"F{12 + visitor:03}")
            await here.press("完成")
            await here.shows("预约取号")
            live.append(await here.board.bench.live_heap_bytes())
        assert abs(live[-1] - live[1]) <= 1024
        assert "Error" not in here.tail()

    run(tmp_path, scenario)


def test_no_paper_is_said_reported_and_healed(tmp_path):
    async def scenario(here: Hall) -> None:
        await here.open()
        await here.shows("综合事务服务中心")
        here.printer.paper_out()
        await here.press("现场取号")
        await here.shows("缺纸,请联系工作人员")
        assert here.events == [("fault", {"what": "printer-paper", "on": True, "detail": "paper"})]
        here.printer.refill()
        await here.shows("预约取号", "现场取号")
        await here.until(lambda: len(here.events) == 2, "end of the fault")
        assert here.events[1][1]["on"] is False

    run(tmp_path, scenario)


def test_paper_that_ends_under_the_number_is_printed_again(tmp_path):
    async def scenario(here: Hall) -> None:
        await here.open()
        await here.to_quote()
        # The hall's name and the number still come out.
        here.printer.paper_out(after_lines=2)
        await here.press("取号")
        await here.shows("您的号码仍有效", "F012")
        await here.until(lambda: here.kinds()[-1] == "printed", "word of the paper")
        assert here.events[-1] == ("printed", {"leg": 12, "result": "unsure"})
        here.printer.refill()
        await here.shows("出号成功", "F012")
        assert [ticket.number for ticket in here.printer.tickets] == ["F012"]
        assert here.events[-1] == ("printed", {"leg": 12, "result": "printed"})
        assert here.kinds().count("reserve") == 1

    run(tmp_path, scenario)


def test_a_restart_keeps_the_menu_and_a_lost_hub_stops_issuing(tmp_path):
    async def scenario(here: Hall) -> None:
        await here.open()
        await here.to_quote()
        await here.close()
        await here.shows("正在连接")
        await here.board.kill()
        await here.board.start()
        await here.shows("正在连接")
        here.reader.tap(CARD)
        await here.open()
        await here.shows("综合事务服务中心")
        assert here.kinds() == ["identify", "quote"]
        await here.to_quote()

    run(tmp_path, scenario)


def test_noise_on_every_wire_changes_nothing(tmp_path):
    async def scenario(here: Hall) -> None:
        await here.open()
        await here.shows("综合事务服务中心")
        here.reader.noise(b"\x02garbage\x0262E3086CEE08\r\n\x03\xff\x02")
        here.panel.noise(b"\x5a\xa5\x06\x83\x80\x01\x02\x00\x01\x5a\x5a\xa5\xff")
        here.panel.touch(0x2000, 1)
        here.panel.press(9)
        await here.to_quote()
        assert here.kinds() == ["identify", "quote"]

    run(tmp_path, scenario)
