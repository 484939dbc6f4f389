"""What a press at a window comes to, as its clerk sees and hears it."""

from __future__ import annotations

from fakes.counter import Counter
from fakes.standing import Act, picture, see
from protocol.reasons import Reason


async def called(at: Counter) -> None:
    """Another ticket than before."""
    before = at.ticket
    await at.until(lambda: at.standing() == "called" and at.on_bar != f"请{before}", "new call")
    at.take_up()
    await see(at, "called", "after 8 s")


async def recalled(at: Counter) -> None:
    """Said once more, and the time until it may be said again begins anew."""
    await at.until(lambda: "recall" not in at.caller.lamps.lit, "recall")
    await see(at, "called", "after 8 s")
    await at.until(lambda: at.heard() > at.heard_before, "second call by the voice")


async def serving(at: Counter) -> None:
    """The explicit start: 过号 is dark."""
    await see(at, "serving")


async def opened(at: Counter) -> None:
    """Open, and nobody was called."""
    await see(at, "idle")


async def paused(at: Counter) -> None:
    """Shown to visitors too."""
    await see(at, "paused")


async def rating(at: Counter) -> None:
    """Over, and the visitor is asked."""
    at.ticket = None
    await at.until(lambda: len(at.pad.lamps.lit) == 5, "five lamps on the pad")
    await see(at, "idle")


async def missed(at: Counter) -> None:
    """Gone, and may be brought back once."""
    ticket, at.ticket = str(at.ticket), None
    if ticket not in at.missed:
        at.missed.add(ticket)
        at.aside.append(ticket)
    await see(at, "idle")


async def held(at: Counter) -> None:
    """Aside, and may be brought back."""
    at.aside.append(str(at.ticket))
    at.ticket = None
    await see(at, "idle")


async def pausing(at: Counter) -> None:
    """As before, but 暂停 blinks; what follows is a scenario of its own."""
    allowed = [picture(at, state, pausing=True) for state in STANDING]
    await at.until(lambda: at.looks() in allowed, str(allowed))


async def choosing(at: Counter) -> None:
    """An open window, and the keys that choose; 暂停 leaves everything as it was."""
    await at.until(lambda: chosen(at) not in (None, at.number), "a window to send on to")
    lit = {"next", "recall", "done", "pause"}
    await at.until(lambda: at.caller.lamps.lit - {"transfer"} == lit, "the keys that choose")
    await at.until(lambda: at.blinks("transfer"), "blinking transfer")
    await at.press("pause")
    await see(at, *STANDING)


STANDING = ("called", "after 8 s", "third call", "serving", "by time")


def chosen(at: Counter) -> int | None:
    """The window that the digits name as a transfer's target."""
    text = at.caller.digits.text
    return int(text[1:4]) if text[0] == "t" and text[1:4].strip().isdecimal() else None


async def choose(at: Counter, number: int) -> None:
    """Step to this window."""
    await see(at, *STANDING)  # the press before is answered at the caller, too
    await at.press("transfer")
    await at.until(lambda: chosen(at) is not None, "a window to send on to")
    while (before := chosen(at)) != number:
        await at.press("next" if before < number else "recall")
        await at.until(lambda before=before: chosen(at) != before, "another window")


RESULTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        called,
        recalled,
        serving,
        opened,
        paused,
        pausing,
        rating,
        missed,
        held,
        choosing,
    )
}


async def refuse(at: Counter, code: str, since_s: float) -> None:
    """The reason's digits, its lamp, and two low beeps."""
    await at.read(code)
    lamp = Reason(code).lamp
    if lamp:
        await at.until(lambda: at.blinks(lamp), f"blinking {lamp}")
    await at.hear_refusal(since_s)
