"""A caller that is worked for long in a small heap, while its network fails again and again.

`soak.py --events N --heap 128k --json` presses keys of a virtual board through a proxy that cuts,
holds and crumbles the connection; every press must reach the hub once, and the live heap must
stay what it was. `--shatter` leaves no hole above 2,000 bytes in the heap before it begins.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import aiomqtt

from fakes.fault_proxy import FaultProxy
from fakes.nats import Nats
from firmware.virtual.board import VirtualBoard
from hub.wire.broker import HUB_USER
from protocol import topics

SITE, DEVICE = "lobby", "caller-4"
KEYS = ("next", "recall", "noshow", "done", "transfer", "pause")
EPOCH = 5
PATIENCE_S = 60
SOON_S = 0.3
# Longer than an event waits before it is sent again.
QUIET_S = 4
SHATTER_BYTES = 2_000
# The shortest that a device takes: no press gets through while it waits, and a soak that waits
# works nothing. What the device does is the same as with the times of a hall.
TIMING = {"keepalive_s": 2, "low_ms": 100, "high_ms": 200}
HOLE_S = 2.0
# The live heap is measured once the first so many presses were made, then after each so many.
WARM_EVENTS = 1_000
FLAT_BYTES = 1_024


class Hub:
    """Answers every event, and remembers which came."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.presses = 0
        self.seen: dict[tuple[int, int], int] = {}
        self.faults: list[dict[str, Any]] = []
        self.births = 0
        self.news = asyncio.Event()

    async def begin(self) -> None:
        """Say that it is there, and what the window's caller shows."""
        window = {"st": "serving", "leg": 12, "ver": 1, "waiting": 7, "ticket": "A012"}
        want = {"v": 1, "k": "caller", "rev": [EPOCH, 1], "now": _now_ms()}
        want["d"] = {**window, "lit": KEYS}
        state = {"v": 1, "s": "online", "epoch": EPOCH, "now": _now_ms()}
        await self._client.subscribe(topics.dev(SITE, DEVICE, "#"), qos=1)
        await self._say("want", want, retain=True)
        await self._client.publish(topics.hub_state(SITE), json.dumps(state), 1, True)

    async def _say(self, leaf: str, message: dict[str, Any], retain: bool = False) -> None:
        await self._client.publish(topics.dev(SITE, DEVICE, leaf), json.dumps(message), 1, retain)

    async def run(self) -> None:
        """Answer for ever."""
        async for message in self._client.messages:
            leaf = str(message.topic).rsplit("/", 1)[-1]
            if leaf == "state":
                self.births += json.loads(message.payload)["s"] == "ready"
            elif leaf == "evt":
                await self._answer(json.loads(message.payload))
            self.news.set()

    async def _answer(self, evt: dict[str, Any]) -> None:
        name = evt["boot"], evt["n"]
        if evt["k"] == "fault":
            self.faults.append(evt["d"])
        elif name not in self.seen:
            self.presses += 1
        self.seen[name] = self.seen.get(name, 0) + 1
        answer = {"v": 1, "k": evt["k"], "boot": evt["boot"], "n": evt["n"], "ok": True}
        await self._say("evtack", {**answer, "now": _now_ms(), "d": {}})

    async def more(self, presses: int) -> bool:
        """Whether more presses than that come soon; while it waits a device takes none."""
        try:
            async with asyncio.timeout(SOON_S):
                while self.presses <= presses:
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            return False
        return True

    def lost(self) -> int:
        """How many events were numbered, and never came."""
        return max(n for _, n in self.seen) - len(self.seen)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def fault(proxy: FaultProxy, chance: random.Random) -> None:
    """One thing that happens to networks; it is over, or will be, when this returns."""
    kind = chance.randrange(5)
    if kind == 0:
        await proxy.cut(reset=chance.random() < 0.5)
    elif kind == 1:
        proxy.down.cut_after(chance.randrange(1, 400))
    elif kind == 2:
        proxy.up.cut_after(chance.randrange(1, 400))
    elif kind == 3:
        proxy.black_hole(True)
        hole_s = chance.random() * HOLE_S
        asyncio.get_running_loop().call_later(hole_s, proxy.black_hole, False)
    else:
        proxy.piece_bytes = chance.choice((0, 1, 7))


async def soak(
    events: int, heap: str, every: int, seed: int, folder: Path, shatter: bool
) -> dict[str, Any]:
    """Press so many keys, with a fault after each `every`; what came of it."""
    chance = random.Random(seed)
    warm = min(WARM_EVENTS, events // 2)
    live: list[int] = []
    marks = [*range(warm, events, WARM_EVENTS), events]
    faults = 0
    began = time.monotonic()
    with Nats(folder, [DEVICE], SITE) as broker:
        login = {"username": HUB_USER, "password": broker.password}
        async with (
            FaultProxy(broker.port) as proxy,
            aiomqtt.Client("127.0.0.1", broker.port, **login) as client,
        ):
            hub = Hub(client)
            await hub.begin()
            answering = asyncio.create_task(hub.run())
            board = VirtualBoard("caller", config(broker, proxy.port), folder / "b", heap=heap)
            try:
                await board.start()
                await shows(board, "A012 7")
                if shatter:
                    await board.bench.live_heap_bytes(SHATTER_BYTES)
                touches = 0
                while hub.presses < events:
                    touches += 1
                    if touches % every == 0:
                        faults += 1
                        await fault(proxy, chance)
                    await touch(board.parts.keys, touches)
                    await hub.more(hub.presses)
                    if hub.presses >= marks[0]:
                        marks = [mark for mark in marks if mark > hub.presses]
                        proxy.heal()
                        await settled(board, hub)
                        live.append(await board.bench.live_heap_bytes())
                said = board.log_path.read_text(errors="replace") + json.dumps(hub.faults)
                resets = board.resets
            finally:
                await board.stop()
                answering.cancel()
    return {
        "events": len(hub.seen),
        "heap": heap,
        "shattered": shatter,
        "faults": faults,
        "reconnects": hub.births - 1,
        "lost": hub.lost(),
        "sent_again": sum(hub.seen.values()) - len(hub.seen),
        "fault_reports": hub.faults,
        "resets": resets,
        "memory_errors": re.findall(r"allocating (\d+) bytes", said),
        "live_bytes": live,
        "growth_bytes": live[-1] - live[0],
        "spread_bytes": max(live) - min(live),
        "seconds": round(time.monotonic() - began, 1),
    }


def config(broker: Nats, port: int) -> dict[str, Any]:
    """The device's configuration, with the proxy for its broker."""
    login = {"user": DEVICE, "password": broker.password}
    return {
        "v": 1,
        "id": DEVICE,
        "site": SITE,
        "wifi": [{"ssid": "hall", "password": ""}],
        "broker": {"host": "127.0.0.1", "port": port, **login},
        "pins": {},
        "boot0": 1,
        "link": TIMING,
    }


async def touch(keys: Any, touches: int) -> None:
    """Press the next key; all but the last one are let go."""
    await keys.up(KEYS[(touches - 1) % len(KEYS)])
    key = KEYS[touches % len(KEYS)]
    await keys.down(key)
    if key == "transfer":
        await keys.up(key)  # it counts when let go


async def settled(board: VirtualBoard, hub: Hub) -> None:
    """Wait until everything numbered has come, and the digits show the window again."""
    async with asyncio.timeout(PATIENCE_S):
        before = -1
        while hub.lost() or before != sum(hub.seen.values()):
            before = sum(hub.seen.values())
            await asyncio.sleep(QUIET_S)
    await shows(board, "A012 7")


async def shows(board: VirtualBoard, digits: str) -> None:
    """Wait until the digits say so."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while board.parts.digits.text != digits:  # noqa: ASYNC110  no event tells it
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"not {digits}: {board.log_tail()}") from None


def main(arguments: list[str]) -> int:
    """Soak and print; 1 if anything was lost, ran out of memory or grew above 1 KB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--heap", default="128k")
    parser.add_argument("--every", type=int, default=100, help="presses from fault to fault")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shatter", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(
            soak(
                options.events,
                options.heap,
                options.every,
                options.seed,
                Path(folder),
                options.shatter,
            )
        )
    if options.json:
        print(json.dumps(result))
    else:
        print("\n".join(f"{name}: {value}" for name, value in result.items()))
    bad = result["lost"] or result["memory_errors"] or result["spread_bytes"] > FLAT_BYTES
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
