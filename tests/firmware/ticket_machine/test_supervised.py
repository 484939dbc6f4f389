"""The task that meets the hub is watched like the others: it may not hang, nor fail in silence."""

from __future__ import annotations

import asyncio

import pytest

from fakes.desk import desk

AT_WORK = "await self._begin_meeting().run(self._flow.want)"
# A hang is told within seconds: the supervisor's patience and the longest wait of each task.
SHORTER = (
    ("common/supervisor.py", "STILL_MS_MAX = 300_000", "STILL_MS_MAX = 4_000"),
    ("ticket_machine/app.py", "REFRESH_MS = 30_000", "REFRESH_MS = 500"),
)
FAULTS = {
    "hangs": ("await asyncio.Event().wait()", "task meet stands still"),
    "fails": ("raise OSError(5)", "OSError: [Errno 5]"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_meeting_that_goes_wrong_ends_in_a_reset_and_is_told(
    fault, changed_machine, want, tmp_path
):
    statement, told = FAULTS[fault]
    changed_machine((*SHORTER, ("ticket_machine/app.py", AT_WORK, statement)))

    async def scenario():
        async with desk("ticket_machine", tmp_path) as at:
            at.hub.state("online", 5)
            at.want("machine", [5, 1], **want)
            assert (await at.heard("desc"))["crash"] == ""
            crash = (await at.heard("desc", count=2))["crash"]
            assert told in crash, crash
            assert at.board.resets == 1

    asyncio.run(scenario())
