"""Devices at work: what they do again and again takes nothing from their heap for good."""

from __future__ import annotations

import asyncio

from fakes.desk import desk

FLAT_BYTES = 1024
# With their answers 500 messages; ten thousand are for a night, not for each commit.
PRESSES = 250
PICTURES = 120
# By then every buffer has been used and every table has grown.
WARM_PRESSES = 50
WARM_PICTURES = 20
# The first level of GB 2312, which every font of a display has.
HANZI = bytes(
    b for row in range(0xB0, 0xD7) for at in range(0xA1, 0xFF) for b in (row, at)
).decode("gb2312")
KEYS = ("next", "recall", "noshow", "done", "transfer", "pause")


def test_presses_leave_a_callers_heap_as_it_was(tmp_path):
    async def scenario():
        async with desk("caller", tmp_path) as at:
            window = {"st": "serving", "leg": 12, "ver": 1, "waiting": 7, "ticket": "A012"}
            at.hub.state("online", 5)
            at.want("caller", [5, 1], **window, lit=KEYS)
            await at.heard("ack", rev=[5, 1])
            live = []
            for n in range(PRESSES):
                await at.parts.keys.up(KEYS[n % len(KEYS) - 1])
                await at.parts.keys.down(KEYS[n % len(KEYS)])
                press = await at.heard("evt", k="press", n=n + 1)
                await at.until(lambda: at.parts.digits.text == "----  ")
                at.hub.evtack(press)
                await at.until(lambda: at.parts.digits.text == "A012 7")
                if n + 1 in (WARM_PRESSES, PRESSES):
                    live.append(await at.board.bench.live_heap_bytes())
            assert abs(live[1] - live[0]) <= FLAT_BYTES
            assert "Error" not in at.board.log_tail()

    asyncio.run(scenario())


def test_hanzi_never_seen_before_leave_a_displays_heap_as_it_was(tmp_path):
    async def scenario():
        pins = {"panel": "128x32", "voice": True}
        async with desk("display", tmp_path, pins) as at:
            live = []
            at.hub.state("online", 5)
            for n in range(PICTURES):
                text = HANZI[16 * n : 16 * n + 16]
                lines = [{"t": text[:8]}, {"t": text[8:], "blink": n % 2 == 0}]
                at.want("panel", [5, n], lines=lines)
                await at.heard("ack", rev=[5, n])
                if n + 1 in (WARM_PICTURES, PICTURES):
                    live.append(await at.board.bench.live_heap_bytes())
            assert abs(live[1] - live[0]) <= FLAT_BYTES
            assert "Error" not in at.board.log_tail()

    asyncio.run(scenario())
