"""A clerk's counter on real boards: keys to press; digits, lamps, beeps and the window's bar."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from hub.demo.hall import DemoHall
from hub.demo.senses import Eyes, as_heard
from protocol.caller import KEYS
from protocol.reasons import Reason

# Generous: nothing waits so long when all is well.
PATIENCE_S = 60
LONG_S = 1.15  # the firmware's long press is a second
SHORT_S = 0.08
LOW_HZ = 400
# Longer than the voice is silent between two times of one call.
PAUSE_S = 0.3
# Half a blink, with room for a slow machine; what a key changes is not so regular.
BLINK_HALF_S = (0.25, 0.7)


@dataclass(frozen=True)
class Picture:
    """What a clerk sees: digits, whether they blink, lamps that are on or blink, the bar."""

    digits: str
    blinking: bool
    on: frozenset[str]
    blink: frozenset[str]
    bar: str


@dataclass
class Counter:
    """One window's caller, pad and bar, and the voice that is heard there.

    `waiting` and `aside` are the tickets that we sent there.
    """

    hall: DemoHall
    number: int
    service: str
    take: Callable[[str], Awaitable[str]]
    voice: Any
    waiting: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)
    ticket: str | None = None
    heard_before: int = 0

    def __post_init__(self) -> None:
        window = self.hall.config.windows[self.number]
        self.caller: Any = self.hall.boards[window.caller].parts
        self.pad: Any = self.hall.boards[window.pad].parts
        self.bar_led = self.hall.boards[window.bar].parts.led
        self.bar = Eyes(self.bar_led)

    # What is seen and heard

    @property
    def on_bar(self) -> str:
        """The bar's line, also in the dark half of its blinking."""
        pictures = [self.bar_led.lines(), *(lines for _, lines in reversed(self.bar.seen))]
        return next((lines[0] for lines in pictures if any(lines)), "")

    def looks(self) -> Picture:
        """The picture now."""
        blink = frozenset(key for key in KEYS if self.blinks(key))
        return Picture(
            self.caller.digits.reading.upper(),
            self.caller.digits.blinking,
            frozenset(self.caller.lamps.lit - blink),
            blink,
            self.on_bar,
        )

    def blinks(self, key: str) -> bool:
        """Whether that key's lamp went off and on in the last moments as only a blinking one."""
        changes = [at_s for name, _, at_s in self.caller.lamps.changes if name == key]
        moments = [*changes[-3:], time.monotonic()]
        spans = [later - sooner for sooner, later in itertools.pairwise(moments)]
        low_s, high_s = BLINK_HALF_S
        return len(spans) == 3 and min(spans[:2]) > low_s and max(spans) < high_s

    def beeps_since(self, at_s: float) -> list[int]:
        """Hz of the tones that began after that time.monotonic()."""
        return [tone.hz for tone in self.caller.buzzer.beeps if tone.start >= at_s]

    async def until(self, fact: Callable[[], object], what: str) -> None:
        """Wait for something that a clerk would notice."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not fact():  # noqa: ASYNC110  models tell no event for each fact
                    await asyncio.sleep(0.01)
        except TimeoutError:
            seen = f"{self.looks()}, text {self.caller.digits.text!r}"
            raise AssertionError(f"window {self.number}: no {what}, but {seen}") from None

    def heard(self) -> int:
        """How often the called ticket was spoken."""
        return self.voice.spoken.count(self._sentence()) if self.ticket else 0

    async def hear_out(self) -> None:
        """Wait until the called ticket was spoken as often as it will be by itself."""
        await self.until(self.heard, f"{self.ticket} spoken")
        silent_s = 0.0
        while silent_s < PAUSE_S:
            await asyncio.sleep(0.02)
            silent_s = 0 if self.voice.speaking == self._sentence() else silent_s + 0.02

    def _sentence(self) -> str:
        return as_heard(str(self.ticket), self.number)

    async def see(self, picture: Picture) -> None:
        """Wait until this is the picture."""
        await self.until(lambda: self.looks() == picture, str(picture))

    async def hear_refusal(self, since_s: float) -> None:
        """Wait for two low beeps since then, and no third one."""
        await self.until(lambda: len(self.beeps_since(since_s)) >= 2, "two beeps")
        assert self.beeps_since(since_s) == [LOW_HZ, LOW_HZ]

    async def read(self, code: str) -> None:
        """Wait for a reason's digits."""
        digits = Reason(code).digits
        await self.until(lambda: self.caller.digits.text.strip() == digits, f"{code} {digits}")

    async def ready(self) -> None:
        """Wait until caller and bar show the closed window that they begin with."""
        await self.until(lambda: self.on_bar == "未开放", "bar after boot")
        await self.until(lambda: self.caller.digits.text.startswith("oFF"), "digits after boot")

    # What is done

    async def press(self, key: str, *, long: bool = False) -> float:
        """Press a key and let it go; the time.monotonic() of its first edge."""
        at_s = time.monotonic()
        await self.caller.keys.hold(key, LONG_S if long else SHORT_S)
        return at_s

    async def come(self) -> str:
        """One more visitor takes a number for this window, and its digits count them."""
        idle = self.standing() == "idle"
        since_s = time.monotonic()
        ticket = await self.take(self.service)
        self.waiting.append(ticket)
        await self._until_counted()
        if idle:
            await self.until(lambda: self.beeps_since(since_s), "beep of an arrival")
        return ticket

    def standing(self) -> str:
        """closed, paused, idle, called or serving, read from the bar."""
        line = self.on_bar
        words = {"未开放": "closed", "暂停服务": "paused", f"{self.number}号窗口": "idle"}
        return words.get(line, "called" if line.startswith("请") else "serving")

    async def bring(self, *, closed: bool = False, waiting: int = 1) -> None:
        """Bring the window to idle (or leave it closed), with so many waiting for it."""
        if not closed:
            await self._to_idle()
            while len(self.waiting) > waiting:
                await self.call()
                await self._to_idle()
        while len(self.waiting) < waiting:
            await self.come()

    async def _to_idle(self) -> None:
        while (standing := self.standing()) != "idle":
            before = self.on_bar
            await self.until(lambda at=standing: self._is_at_rest(at), "rest")
            await self.press("pause" if standing in ("closed", "paused") else "done")
            # Refused where the caller still showed the picture before this one: once more then.
            await self.until(
                lambda before=before: (
                    self.on_bar != before or self.caller.digits.text.startswith("E-")
                ),
                f"end of {before}",
            )
        self.ticket = None
        await self._until_counted()

    async def call(self) -> str:
        """Call whoever is next."""
        await self.press("next")
        await self.until(lambda: self.standing() == "called", "call")
        ticket = self.take_up()
        # The bar may be quicker than the caller, on which the next key is pressed.
        await self.until(lambda: self.caller.digits.reading[:4].upper() == ticket, "its digits")
        return ticket

    def take_up(self) -> str:
        """The ticket that the bar calls, which must be one that waits here."""
        self.ticket = self.on_bar.removeprefix("请")
        self.waiting.remove(self.ticket)
        return self.ticket

    async def _until_counted(self) -> None:
        count = f"{len(self.waiting):2d}"
        await self.until(lambda: self.caller.digits.text[4:] == count, f"{count} waiting")

    def _is_at_rest(self, standing: str) -> bool:
        """Whether the caller takes a key: it waits for no answer, and is not behind the bar."""
        digits = self.caller.digits
        if digits.text.startswith(("E-", "-")):
            return False
        return standing != "serving" or not digits.blinking
