"""A visitor's touch asks the printer; asked in the very moment of its poll it is not forgotten."""

from __future__ import annotations

import asyncio

from fakes.desk import desk

WAIT = "await asyncio.wait_for(self._ask_printer.wait(), PRINTER_POLL_MS / 1000)"
# Each wait ends by its time, whatever was asked meanwhile.
LATE = "await asyncio.sleep_ms(PRINTER_POLL_MS); raise asyncio.TimeoutError"


def test_a_touch_in_the_moment_of_the_poll_goes_on(changed_machine, want, tmp_path):
    changed_machine([("ticket_machine/app.py", WAIT, LATE)])

    async def scenario():
        async with desk("ticket_machine", tmp_path) as at:
            at.hub.state("online", 5)
            at.want("machine", [5, 1], **want)
            panel = at.parts.panel
            # Twice: the first answer of the printer is news anyway.
            for _ in range(2):
                await at.until(lambda: "预约取号" in panel.shown)
                panel.press_label("现场取号")
                await at.until(lambda: "请刷校园卡" in panel.shown)
                panel.press_label("返回")

    asyncio.run(scenario())
