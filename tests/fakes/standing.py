"""The states of a window: what its clerk sees in each, and how to bring it there by pressing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fakes.counter import Counter, Picture

LAMPS = {
    "closed": {"next", "pause"},
    "paused": {"next", "pause"},
    "idle": {"pause"},
    "called": {"noshow", "done", "transfer", "pause"},
    "after 8 s": {"next", "recall", "noshow", "done", "transfer", "pause"},
    "third call": {"next", "done", "transfer", "pause"},
    "serving": {"next", "done", "transfer", "pause"},
    "by time": {"next", "noshow", "done", "transfer", "pause"},
}
WORDS = {"closed": "OFF ", "paused": "PAU "}
BARS = {"closed": "未开放", "paused": "暂停服务"}


def picture(at: Counter, state: str, *, pausing: bool = False) -> Picture:
    """What the clerk of that window must see in that state."""
    on, blink = set(LAMPS[state]), set()
    if state == "idle":
        on |= ({"next"} if at.waiting else set()) | ({"recall"} if at.aside else set())
    if state == "third call":
        blink.add("noshow")
    if pausing:
        on.remove("pause")
        blink.add("pause")
    called = state in ("called", "after 8 s", "third call")
    bar = BARS.get(state, f"{at.number}号窗口")
    if at.ticket:
        bar = f"请{at.ticket}" if called else f"{at.ticket}办理"
    left = at.ticket or WORDS.get(state, "    ")
    return Picture(f"{left}{len(at.waiting):2d}", called, frozenset(on), frozenset(blink), bar)


async def see(at: Counter, *states: str) -> None:
    """One of these pictures: time alone takes a call from the first 8 s to what follows."""
    allowed = [picture(at, state) for state in states]
    await at.until(lambda: at.looks() in allowed, str(allowed[0]))


async def back(at: Counter) -> None:
    """The last one put aside waits again."""
    at.waiting.append(at.aside.pop())
    await see(at, "idle")


async def _idle(at: Counter) -> None:
    """Where every preparation ends; nobody is aside who could be brought back."""
    while at.aside:
        await at.press("recall", long=True)
        await back(at)


async def _paused(at: Counter) -> None:
    await at.press("pause")
    await at.until(lambda: at.standing() == "paused", "pause")


async def _called(at: Counter) -> None:
    await at.call()


async def _after_8_s(at: Counter) -> None:
    await at.call()
    await at.hear_out()
    await at.until(lambda: "next" in at.caller.lamps.lit, "end of the first 8 s")


async def _third_call(at: Counter) -> None:
    await at.call()
    while not at.blinks("noshow"):
        await at.until(lambda: "recall" in at.caller.lamps.lit, "recall")
        await at.press("recall")
        await at.until(lambda: "recall" not in at.caller.lamps.lit, "a call that counts")
        await at.until(lambda: "next" in at.caller.lamps.lit, "end of the next 8 s")


async def _serving(at: Counter) -> None:
    await at.call()
    await at.press("done")
    await at.until(lambda: at.standing() == "serving", "service")


async def _by_time(at: Counter) -> None:
    await at.call()
    await at.until(lambda: at.standing() == "serving", "START")


Act = Callable[[Counter], Awaitable[None]]

STATES: dict[str, Act] = {
    "idle": _idle,
    "paused": _paused,
    "called": _called,
    "after 8 s": _after_8_s,
    "third call": _third_call,
    "serving": _serving,
    "by time": _by_time,
}


async def bring(at: Counter, state: str, waiting: int) -> None:
    """Bring the window into a state, with so many waiting for it then."""
    if state == "closed":
        await at.bring(closed=True, waiting=waiting)
    elif state in ("idle", "paused"):
        await at.bring(waiting=waiting)
        await _idle(at)
        await at.bring(waiting=waiting)
        await STATES[state](at)
    else:
        await at.bring(waiting=waiting + 1)
        await STATES[state](at)
