"""What a device with keys does all day: it reads them, moves its sounds on, and tells its flow."""

import asyncio

from common import ticks

# So often a task that has nothing to do shows that it lives.
MINUTE_MS = 60_000


async def serve(link, flag, board, flow, do, each_minute=None):
    """Give `do` what the keys and the time bring, for ever, and call `each_minute` if given.

    `flag` is set when anything else may have changed what is due.
    """
    minute_ms = ticks.now_ms()
    while True:
        now_ms = link.tasks["keys"] = ticks.now_ms()
        dues = [part.due_ms(now_ms) for part in (flow, board.keys, board.buzzer)]
        dues = [due_ms for due_ms in dues if due_ms is not None]
        dues.append(max(0, minute_ms + MINUTE_MS - now_ms))
        try:
            await asyncio.wait_for_ms(flag.wait(), min(dues))
        except asyncio.TimeoutError:
            pass  # nothing happened, but something is due
        now_ms = ticks.now_ms()
        for event in board.keys.poll(now_ms):
            do(event)
        board.buzzer.step(now_ms)
        do(("tick",))
        if now_ms - minute_ms >= MINUTE_MS:
            minute_ms = now_ms
            if each_minute:
                each_minute()
