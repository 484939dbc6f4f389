"""A display as a whole: real firmware, real broker; what is read from its pixels and heard."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiomqtt

from fakes.nats import Nats
from firmware.virtual.board import VirtualBoard
from hub.wire.broker import HUB_USER

DEVICE = "display-1"
EPOCH = 7
# Long enough for a loaded machine; nothing here waits for it when all is well.
PATIENCE_S = 60
# Speech and nothing else goes this much faster.
SPEED = 10.0

CALL = [
    {"m": "t", "x": "请"},
    {"m": "d", "x": "A012"},
    {"m": "t", "x": "号到"},
    {"m": "v", "x": "12"},
    {"m": "t", "x": "号窗口"},
]
HEARD = "请A零幺二号到十二号窗口"


class Hall:
    """A display, its broker, and the hub's side of the wire."""

    def __init__(self, board: VirtualBoard, client: aiomqtt.Client) -> None:
        self.board = board
        self.led = board.parts.led
        self.voice = board.parts.voice
        self.received: list[tuple[str, dict]] = []
        self._client = client
        self._n = 0

    async def listen(self) -> None:
        async for message in self._client.messages:
            leaf = str(message.topic).rsplit("/", 1)[-1]
            self.received.append((leaf, json.loads(message.payload)))

    async def online(self, epoch: int = EPOCH) -> None:
        state = {"v": 1, "s": "online", "epoch": epoch, "now": now_ms()}
        await self._publish("hall/v1/lobby/hub/state", state, retain=True)

    async def want(self, *lines: str, blink: bool = False, epoch: int = EPOCH) -> list[int]:
        self._n += 1
        rev = [epoch, self._n]
        d = {"lines": [{"t": line, "blink": blink} for line in lines]}
        body = {"v": 1, "k": "panel", "rev": rev, "now": now_ms(), "d": d}
        await self._publish(f"hall/v1/lobby/dev/{DEVICE}/want", body, retain=True)
        return rev

    async def say(self, cmd_id: str, parts: list[dict], times: int = 1, exp_ms: int = 60_000):
        d = {"call": 1, "parts": parts, "times": times}
        body = {"v": 1, "id": cmd_id, "k": "say", "exp": now_ms() + exp_ms, "now": now_ms()}
        await self._publish(f"hall/v1/lobby/dev/{DEVICE}/cmd", {**body, "d": d})

    def acks(self, **facts: object) -> list[dict]:
        """The acknowledgements that came, as far as they say so."""
        acks = [body for leaf, body in self.received if leaf == "ack"]
        return [ack for ack in acks if all(ack.get(key) == facts[key] for key in facts)]

    def faults(self) -> list[dict]:
        return [body["d"] for leaf, body in self.received if leaf == "evt"]

    async def until(self, fact: Callable[[], object]) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    if fact():
                        return
                    await asyncio.sleep(0.002)
        except TimeoutError as error:
            raise AssertionError(
                f"shown {self.led.text()!r}, heard {self.voice.spoken}, cut {self.voice.cut}, "
                f"received {self.received[-5:]}, log {self.board.log_tail()}"
            ) from error

    async def _publish(self, topic: str, body: dict, retain: bool = False) -> None:
        payload = json.dumps(body, ensure_ascii=False).encode()
        await self._client.publish(topic, payload, qos=1, retain=retain)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@contextlib.asynccontextmanager
async def hall(tmp_path: Path, online: bool = True, **pins: object) -> AsyncIterator[Hall]:
    with Nats(tmp_path, [DEVICE]) as nats:
        config = {
            "v": 1,
            "id": DEVICE,
            "site": "lobby",
            "wifi": [{"ssid": "hall", "password": ""}],
            "broker": {
                "host": "127.0.0.1",
                "port": nats.port,
                "user": DEVICE,
                "password": nats.password,
            },
            "pins": pins,
            "boot0": 100,
        }
        board = VirtualBoard("display", config, tmp_path / "board", speed=SPEED)
        client = aiomqtt.Client(
            "127.0.0.1", nats.port, username=HUB_USER, password=nats.password, identifier="hub"
        )
        async with client:
            await client.subscribe(f"hall/v1/lobby/dev/{DEVICE}/ack", qos=1)
            await client.subscribe(f"hall/v1/lobby/dev/{DEVICE}/evt", qos=1)
            made = Hall(board, client)
            listening = asyncio.create_task(made.listen())
            try:
                if online:
                    await made.online()
                await board.start()
                yield made
            finally:
                await board.stop()
                listening.cancel()


def test_a_bar_connects_shows_blinks_and_keeps_its_picture(tmp_path):
    async def scenario():
        async with hall(tmp_path, online=False, panel="64x16") as bar:
            await bar.until(lambda: bar.led.text() == "正在连接")
            await bar.want("A012")
            await asyncio.sleep(0.1)
            assert bar.led.text() == "正在连接"  # a want alone is no hub
            await bar.online()
            await bar.until(lambda: bar.led.text() == "A012")
            await bar.until(lambda: bar.acks(rev=[EPOCH, 1], st="done"))

            texts = []
            await asyncio.sleep(0.1)  # the change to A012 has been told
            bar.led.on_change(lambda _: texts.append(bar.led.text()))
            await bar.want("请B013", blink=True)
            await bar.until(lambda: len(texts) >= 4)
            assert texts[:4] == ["请B013", "", "请B013", ""]

            await bar.want("喆")
            await bar.until(bar.faults)
            assert bar.faults() == [{"what": "picture", "on": True, "detail": "no glyph: 喆"}]

    asyncio.run(scenario())


def test_a_zone_board_lists_calls_and_speaks_them_in_order(tmp_path):
    async def scenario():
        async with hall(tmp_path, panel="128x32", voice=True) as zone:
            await zone.want("A012  12号窗口", "B003  4号窗口")
            await zone.until(lambda: zone.led.text() == "A012  12号窗口\nB003  4号窗口")
            await zone.say("c1", CALL, times=2)
            await zone.say("c2", [{"m": "t", "x": "今天在3楼"}])
            await zone.until(lambda: zone.acks(id="c2"))
            assert zone.voice.spoken == [HEARD, HEARD, "今天在三楼"]
            assert zone.voice.cut == []
            assert zone.voice.rejected == []
            acks = [ack["id"] for ack in zone.acks(st="done") if ack.get("id")]
            assert acks == ["c1", "c2"]
            # A picture is not held up by speech.
            await zone.say("c3", CALL)
            await zone.until(lambda: zone.voice.speaking)
            await zone.want("C001  1号窗口")
            await zone.until(lambda: zone.led.text() == "C001  1号窗口")
            assert zone.voice.speaking

    asyncio.run(scenario())


def test_a_dead_voice_is_told_and_the_hall_goes_on(tmp_path):
    async def scenario():
        async with hall(tmp_path, panel="64x16", voice=True) as zone:
            zone.voice.is_powered = False
            await zone.want("A012")
            await zone.until(lambda: zone.led.text() == "A012")
            await zone.say("c1", CALL)
            await zone.until(lambda: zone.acks(id="c1", st="error", why="voice-silent"))
            await zone.until(zone.faults)
            assert zone.faults() == [{"what": "voice", "on": True, "detail": "silent"}]
            zone.voice.is_powered = True
            await zone.say("c2", CALL)
            await zone.until(lambda: zone.acks(id="c2", st="done"))
            await zone.until(lambda: len(zone.faults()) == 2)
            assert not zone.faults()[1]["on"]

    asyncio.run(scenario())


def test_a_wrong_pin_key_stops_the_board_with_its_name(tmp_path):
    async def scenario():
        async with hall(tmp_path, pannel="64x16") as bar:
            await bar.until(
                lambda: re.search(r"ConfigError: .*pins\.pannel", bar.board.log_tail())
            )

    asyncio.run(scenario())
