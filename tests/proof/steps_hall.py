"""One visitor through a hall of one window, at a hub that dies at one step of its event loop."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from fakes.live_board import LiveWorld, live_board
from fakes.nats import Nats
from hub.campus import CampusServer, CampusStore, campus_hash
from hub.campus.keyfiles import create
from hub.config import load
from hub.log.journal import JOURNAL
from sim.seen import Seen

HALL = Path(__file__).with_name("one_window.toml")
HUB = Path(__file__).with_name("steps_hub.py")
ROOT = HUB.parents[2]
CARD = "04A1B2C3D4"
LEVEL = 4
LOOK_S = 0.002
# The same page, picture or lamps again: what was done to it came to nothing.
AGAIN_S = 0.4
# For whatever a hub that was started again still has to do on a noisy machine.
PATIENCE_S = 60.0
# Whoever is through looks round once more: a second paper, call or outcome would come by now.
AFTER_S = 0.05
# Numbers are given by the hub, or by a machine without it that hands its paper in.
GIVEN = ("reserved", "merged")


class Hubs:
    """The process that hubs are forked from; `start` one, then wait for its `ended`."""

    def __init__(self) -> None:
        self._mother: asyncio.subprocess.Process | None = None
        self.pid = 0

    async def __aenter__(self) -> Self:
        self._mother = await asyncio.create_subprocess_exec(
            *(sys.executable, str(HUB)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._mother is not None
        self._mother.kill()
        await self._mother.wait()

    async def start(self, at: int, log: Path, arguments: list[str]) -> None:
        """Fork a hub that dies at that step; 0 lets it live."""
        assert self._mother is not None and self._mother.stdin is not None
        order = {"at": at, "log": str(log), "arguments": arguments}
        self._mother.stdin.write(json.dumps(order).encode() + b"\n")
        (self.pid,) = await self._answer("pid")

    async def ended(self) -> tuple[int, int]:
        """Its exit code, and how many steps it had done."""
        code, steps = await self._answer("ended")
        return code, steps

    def kill(self) -> None:
        """SIGKILL now."""
        os.kill(self.pid, signal.SIGKILL)

    async def _answer(self, word: str) -> list[int]:
        assert self._mother is not None and self._mother.stdout is not None
        said = (await self._mother.stdout.readline()).decode().split()
        assert said[:1] == [word], said
        return [int(number) for number in said[1:]]


@dataclass
class Visit:
    """What became of the visitor of one run; `wrong` by name: lost, doubled …"""

    at: int
    steps: int = 0
    is_touched: bool = False
    seconds: float = 0.0
    wrong: list[tuple[str, str]] = field(default_factory=list)


class OneWindow:
    """A hall at a broker that outlives its hubs."""

    def __init__(self, folder: Path, broker: Nats, hubs: Hubs, at: int) -> None:
        self.folder, self.broker, self.hubs, self.at = folder, broker, hubs, at
        self.config = load(HALL)
        self.world = LiveWorld()
        self.seen = Seen(self.world)  # type: ignore[arg-type]
        self.boards: dict[str, Any] = {}
        self.levels: list[int] = []  # pressed while all five lamps were lit
        self.data = folder / "data"
        token, self._key = secrets.token_hex(16), secrets.token_hex(32)
        self.campus = CampusServer(CampusStore(), token)
        create(self.data / self.config.campus.token_file, token)
        create(self.data / self.config.campus.key_file, self._key)
        self._arguments: list[str] = []

    @property
    def journal(self) -> Path:
        """The hub's journal."""
        return self.data / JOURNAL

    async def __aenter__(self) -> Self:
        url = await self.campus.start()
        slot = datetime.now(self.config.time_zone) - timedelta(seconds=20)
        holders = [campus_hash(bytes.fromhex(self._key), "card", CARD)]
        booking = {"id": "b-1", "service": "proof", "slot": slot.isoformat(), "state": "booked"}
        self.campus.store.put([booking | {"holders": holders}])
        address = f"mqtt://hub:{self.broker.password}@127.0.0.1:{self.broker.port}"
        self._arguments = ["run", str(HALL), "--data", str(self.data), "--broker", address]
        self._arguments += ["--open-all-day", "--campus", url]
        await self.start_hub(self.at)
        for device in self.config.devices():
            board = live_board(device, self.world, self.config.site, self.folder, self.seen)
            board.at_broker(self.broker.port, self.broker.password)
            board.power_on()
            self.boards[device.id] = board
        return self

    async def __aexit__(self, *_: object) -> None:
        for board in self.boards.values():
            board.power_off()
        await self.campus.stop()

    async def start_hub(self, at: int = 0) -> None:
        """A hub, perhaps one that is to die."""
        await self.hubs.start(at, self.folder / "hub.log", self._arguments)

    # --- People --------------------------------------------------------------------------------

    async def play(self) -> None:
        """A visitor takes a number, is called, served, and rates; raises TimeoutError."""
        people = (self._visit, self._serve, self._rate)
        done: dict[Any, tuple[object, float]] = {}
        async with asyncio.timeout(PATIENCE_S):
            while not self.is_over():
                for act in people:
                    look = act(None)
                    before = done.get(act, (None, 0.0))
                    if look is None:
                        continue
                    if look != before[0] or time.monotonic() - before[1] > AGAIN_S:
                        done[act] = look, time.monotonic()
                        act(look)
                await asyncio.sleep(LOOK_S)
        await asyncio.sleep(AFTER_S)

    def is_over(self) -> bool:
        """The visitor has rated, the window is free, and the campus server knows."""
        return bool(
            self.levels
            and not self.boards["pad-1"].is_lit
            and self.campus.store.outcomes()
            and self._line() == "1号窗口"
            and self.boards["caller-1"].digits == "     0"
            # Looked up last: the pad keeps a rating until the hub has it.
            and len(levels_in(self.rows())) >= len(self.levels)
        )

    def rows(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and data of all rows of the journal."""
        db = sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)
        try:
            query = "SELECT kind, data FROM events ORDER BY seq"
            return [(kind, json.loads(data)) for kind, data in db.execute(query)]
        finally:
            db.close()

    def _line(self) -> str:
        return next(iter(self.boards["bar-1"].lines), "")

    def _visit(self, look: Any) -> Any:
        """At the machine, until there is a paper: None, what is to be touched, or the card."""
        machine = self.boards["machine-1"]
        if look is None:
            if machine.tray or not machine.labels:
                return None
            if "请刷校园卡" in machine.title:
                return machine.page, "card"
            wanted = ("继续", "取号", "补打", "预约取号", "在读证明", "返回")
            for text in wanted:
                for slot, label in machine.labels.items():
                    if text == label or text in label.split(" "):
                        return machine.page, slot
            return None
        if look[1] == "card":
            machine.tap(CARD)
        else:
            machine.touch(look[1])
        return None

    def _serve(self, look: Any) -> Any:
        """At the caller: None, or the key for what stands there."""
        caller = self.boards["caller-1"]
        line = self._line()
        if look is None:
            if caller.digits[:1] in ("", "-", "E"):
                return None
            if line in ("未开放", "暂停服务"):
                return line, "pause"
            if line.startswith("请"):
                # Nobody comes who has not heard it.
                return (line, "done") if self.seen.sentences else None
            if line.endswith("办理"):
                return line, "done"
            waiting = caller.digits[4:].strip()
            return (line, "next") if waiting.isdigit() and int(waiting) else None
        key = look[1]
        caller.do(("down", key, caller.ticks_ms()))
        caller.do(("up", key, caller.ticks_ms()))
        return None

    def _rate(self, look: Any) -> Any:
        """At the pad: one key, once all five are lit."""
        pad = self.boards["pad-1"]
        if look is None:
            return "lit" if pad.is_lit and not self.levels else None
        self.levels.append(LEVEL)
        pad.finger(LEVEL)
        return None


def levels_in(rows: list[tuple[str, dict[str, Any]]]) -> list[int]:
    """The ratings that the journal holds."""
    return [data["level"] for kind, data in rows if kind == "rated"]


def judged(hall: OneWindow) -> list[tuple[str, str]]:
    """What is wrong by the far ends and the journal: (lost | duplicated | …, how)."""
    rows = hall.rows()
    count = Counter(kind for kind, _ in rows)
    tickets = {data["leg"]: data["ticket"] for kind, data in rows if kind in GIVEN}
    void = {tickets[data["leg"]] for kind, data in rows if kind == "voided"}
    live = [ticket for ticket in tickets.values() if ticket not in void]
    papers = Counter(paper.number for paper in hall.seen.papers)
    excused = count["print_unsure"] + count["reprinted"]
    heard = Counter(sentence.number for sentence in hall.seen.sentences)
    stored = levels_in(rows)
    outcomes = hall.campus.store.outcomes()
    found = [
        ("lost", f"papers {dict(papers)}, numbers {live}", set(papers) != set(live)),
        ("lost", f"outcomes {outcomes}", [o["result"] for o in outcomes] != ["done"]),
        ("lost", f"{count['finished']} services", count["finished"] != 1),
        ("lost", f"heard {dict(heard)}", not heard.keys() <= set(live) or not heard),
        ("duplicated", f"numbers {live}", len(live) > 1),
        ("duplicated", f"papers {dict(papers)}", papers.total() > 1 + excused),
        ("duplicated", f"heard {dict(heard)}", heard.total() > 2),
        ("double_called", f"{count['called']} calls", count["called"] != 1),
        ("ratings_lost", f"pressed {hall.levels}, stored {stored}", stored != hall.levels),
    ]
    wrong = [(name, how) for name, how, is_wrong in found if is_wrong]
    return wrong + [("violations", f"{name}: {what}") for _, name, what in hall.seen.wrongs]


async def visit(folder: Path, broker: Nats, hubs: Hubs, at: int) -> Visit:
    """One visitor, one hub that dies at step `at` (0: never), and the next one if it did."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found, began_s = Visit(at), time.monotonic()
    async with OneWindow(folder, broker, hubs, at) as hall:
        playing = asyncio.create_task(hall.play())
        dying = asyncio.create_task(hubs.ended())
        await asyncio.wait((playing, dying), return_when=asyncio.FIRST_COMPLETED)
        if dying.done():
            code, found.steps = dying.result()
            found.is_touched = True
            if code != -signal.SIGKILL or found.steps != at:
                found.wrong.append(("violations", f"the hub ended with {code} at {found.steps}"))
            await hall.start_hub()
            dying = asyncio.create_task(hubs.ended())
            await asyncio.wait((playing, dying), return_when=asyncio.FIRST_COMPLETED)
        if dying.done():
            found.wrong.append(("violations", f"a hub ended by itself: {dying.result()}"))
            playing.cancel()
        else:
            hubs.kill()
        try:
            await playing
        except (TimeoutError, asyncio.CancelledError):
            found.wrong.append(("lost", f"nothing goes on: {state_of(hall)}"))
        _, steps = await dying
        if not found.is_touched:
            found.steps = steps
        found.wrong += judged(hall)
    found.seconds = time.monotonic() - began_s
    return found


def state_of(hall: OneWindow) -> str:
    """What the far ends show, for whoever looks for the reason."""
    machine, caller = hall.boards["machine-1"], hall.boards["caller-1"]
    bar, pad = hall.boards["bar-1"], hall.boards["pad-1"]
    return (
        f"machine {machine.title!r} {machine.labels}, papers {len(machine.tray)}, bar {bar.lines},"
        f" caller {caller.digits!r}, pad {pad.is_lit}, levels {hall.levels},"
        f" outcomes {hall.campus.store.outcomes()}"
    )
