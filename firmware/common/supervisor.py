"""Runs a device's app and judges how it ends; feeds the watchdog, blinks the status lamp."""

import asyncio

from common import ticks
from common.config import load
from common.errors import CommonError
from common.store import write_json

CRASH_PATH = "/state/crash.json"
# The RP2040 counts to 8.4 s at most; looking a name up or erasing flash takes less.
WATCHDOG_MS = 8_000
# The longest wait of a task of ours is a minute; a slow printer or network makes it longer.
STILL_MS_MAX = 300_000
# A radio that passes nothing, however often it joins, may pass again after a reset.
OFFLINE_MS = 900_000
_STEP_S = 0.25
# Two seconds: the tasks are looked at, and the watchdog is fed.
_FEED_STEPS = 8
# A minute: what runs for so long does not crash at boot.
STABLE_STEPS = 240
# The lamp blinks as often as a status has places before it; ready is steady.
_BLINKS = ("ready", "no-wifi", "no-broker", "refused", "no-hub")
_DARK_STEPS = 4


async def watch(link, lamp, start_wdt, facts, now_ms=ticks.now_ms, step_s=_STEP_S):
    """Never ends, but for a CommonError, which resets the board; `facts` go into `desc`.

    One if a task in `link.tasks` stands still, and one if nothing at all was heard for
    OFFLINE_MS and a reset loses nothing.
    """
    link.desc.update(facts)
    feed = start_wdt(timeout=WATCHDOG_MS).feed
    step = ticked = 0
    while True:
        if not step % _FEED_STEPS:
            if link.ticked != ticked:
                ticked = link.ticked
                link.tasks["link"] = now_ms()
            for name in link.tasks:
                if now_ms() - link.tasks[name] > STILL_MS_MAX:
                    raise CommonError("task %s stands still" % name)
            if now_ms() - link.heard_ms >= OFFLINE_MS and link.may_reset():
                raise CommonError("nothing heard for 15 min")
            feed()
        if step == STABLE_STEPS:
            write_json(CRASH_PATH, (0, ""))
        blinks = 2 * _BLINKS.index(link.status)
        phase = step % (blinks + _DARK_STEPS)
        lamp.value(not blinks or (phase < blinks and not phase % 2))
        step += 1
        await asyncio.sleep(step_s)


def supervise(role, run, *keys):
    """`run` for ever, or what stands for it; `keys` are (name in `pins`, pin number).

    run(settings, lamp, watchdog, facts) is the app, run(settings) its self-test.
    """
    job = _start(role, run, keys)
    while True:
        ended = None
        try:
            asyncio.run(job)
        except BaseException as error:  # noqa: BLE001  boot.py knows which are whose
            ended = error
        job = _end(role, ended)


# Late imports: a build forgets what is imported so, and the app needs all of the heap.


def _start(role, run, keys):
    from common import boot

    return boot.first(load, _safe_mode, role, run, keys)


def _end(role, error):
    from common import boot

    return boot.end(load, _safe_mode, role, error)


def _safe_mode(*args):
    from common import safe_mode

    return safe_mode.wait(*args)
