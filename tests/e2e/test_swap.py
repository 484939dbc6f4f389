"""A caller that broke in mid-day is replaced by a blank board with the same id."""

from __future__ import annotations

import asyncio
import sqlite3

from fakes.counter import Counter
from fakes.lobby import read_journal
from fakes.wire_machine import wire_machine
from firmware.virtual.board import VirtualBoard
from hub.demo.hall import DemoHall

WINDOW = 20
SPEED = 5


def names(hall: DemoHall, device: str) -> set[tuple[int, int]]:
    """(boot, n) of everything of a device that the hub made durable."""
    db = sqlite3.connect(f"file:{hall.journal}?mode=ro", uri=True)
    try:
        query = "SELECT DISTINCT boot, n FROM events WHERE device = ?"
        return set(db.execute(query, (device,)))
    finally:
        db.close()


def test_the_first_press_of_a_blank_board_counts(tmp_path):
    async def scenario():
        async with (
            DemoHall(tmp_path, [WINDOW], SPEED) as hall,
            wire_machine(hall, "ticket-machine-2") as machine,
        ):
            voice = hall.boards["board-3"].parts.voice
            at = Counter(hall, WINDOW, "seal", machine.take, voice)
            await at.ready()
            await at.press("pause")
            await at.until(lambda: at.standing() == "idle", "open window")
            await at.come()
            await at.call()

            device = hall.config.device(hall.config.windows[WINDOW].caller)
            old = hall.boards[device.id]
            await old.kill()
            before = names(hall, device.id)
            await asyncio.sleep(1)  # a flasher's boot number is a second's
            blank = VirtualBoard(
                device.role, hall.device_config(device), tmp_path / "blank", SPEED, hall.heap
            )
            assert blank.config["boot0"] > old.config["boot0"]
            hall.boards[device.id] = blank
            await blank.start()
            new = Counter(hall, WINDOW, "seal", machine.take, voice)
            await new.until(lambda: "done" in new.caller.lamps.lit, "lit 到·完成")
            await new.press("done")
            await new.until(lambda: new.standing() == "serving", "service")
            after = names(hall, device.id) - before
            # The old board's first event has the same number, and is not taken for this one.
            assert len(after) == 1
            (boot, n), (old_boot, _) = after.pop(), min(before)
            assert boot > old_boot
            assert n in {n for _, n in before}
            await new.press("done")
            await new.until(lambda: new.standing() == "idle", "end of the service")
            assert len(read_journal(hall.journal, "called")) == 1

    asyncio.run(scenario())
