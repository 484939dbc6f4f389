"""What runs in place of an app that keeps crashing: the link, and a lamp that blinks fast."""

import asyncio

from common.link import Link

# What made the app crash may have passed; a window must not stay dark until somebody comes.
RETRY_S = 600
_BLINK_S = 0.1


class _Nothing:
    ANSWERS = COMMANDS = WANTS = {}


async def wait(role, settings, lamp, facts):
    """Report and blink for RETRY_S; without settings only blink."""
    if settings is not None:
        link = Link(settings, role, _Nothing)
        facts["caps"] = ["safe-mode"]
        link.desc = facts
        asyncio.create_task(link.run())
    for step in range(int(RETRY_S / _BLINK_S)):
        lamp.value(step & 1)
        await asyncio.sleep(_BLINK_S)
