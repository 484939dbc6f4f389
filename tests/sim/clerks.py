"""Clerks: they read digits and lamps, call, wait, serve, and press keys as people do.

Some press twice, some lean on a key, some go for water in the middle, some forget 到·完成.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.caller_node import COVERS, CallerNode
from sim.world import SECOND_MS

if TYPE_CHECKING:
    from sim.hall import SimHall
    from sim.visitors import Visitor

LOOK_MS = (500, 2_500)
# Nothing changed on the caller for so long: look up all the same.
GLANCE_MS = 12_000
SERVICE_S = 38.0
TWICE_SHARE = 0.07
STRAY_SHARE = 0.012
FORGETS_SHARE = 0.06
DESERTS_SHARE = 0.4
HOLD_SHARE = 0.03
TRANSFER_SHARE = 0.06
PAUSE_SHARE = 0.02
KEYS = ("next", "recall", "noshow", "done", "transfer", "pause")
NOBODY_CAME_MS = 24_000


class Clerk:
    """One window's clerk; `window` is also the counter at which people stand."""

    def __init__(self, hall: SimHall, caller: CallerNode) -> None:
        self.hall = hall
        self.caller = caller
        self.window = caller.window
        self.dice = hall.world.dice(f"clerk {caller.window}")
        self.people: list[tuple[Visitor, str]] = []
        self._attending = ""  # the number on the digits when they were last looked at
        self._since_ms = 0
        self._ends_ms: int | None = None  # of the service, once the visitor is here
        self._finishing = False
        self._back_ms = 0  # of a pause
        self._is_gone = self._is_retired = False
        self._look_ms: int | None = None
        caller.on_look = self.looks_soon

    # --- The counter ---------------------------------------------------------------------------

    def person_comes(self, visitor: Visitor, number: str) -> None:
        """Somebody stands there with a number."""
        self.people.append((visitor, number))
        self.looks_soon()

    def person_goes(self, visitor: Visitor) -> None:
        """Away from the counter."""
        self.people = [person for person in self.people if person[0] is not visitor]

    def attends(self, number: str) -> bool:
        """Whether this is the number on the digits."""
        return self._attending == number

    def _person(self) -> Visitor | None:
        return next((v for v, number in self.people if number == self._attending), None)

    # --- Looking -------------------------------------------------------------------------------

    def session(self, begins: bool) -> None:
        """To work; or home, be it in the middle of a service that nobody ends then."""
        deserts = not begins and self.dice.random() < DESERTS_SHARE
        self._is_gone = self._is_retired or deserts
        self.looks_soon()

    def goes_home(self) -> None:
        """Nothing is pressed any more, on no later day either."""
        self._is_gone = self._is_retired = True

    def looks_soon(self) -> None:
        """Something changed."""
        self._look_in(self.dice.uniform(*LOOK_MS))

    def _look_in(self, span_ms: float) -> None:
        at_ms = self.hall.world.now_ms + int(span_ms)
        if self._look_ms is None or at_ms < self._look_ms:
            self._look_ms = at_ms
            self.hall.world.later(span_ms, self._looks, at_ms)

    def _looks(self, at_ms: int) -> None:
        if at_ms == self._look_ms:
            self._look_ms = None
            self._note_number()
            if not self._is_gone:
                self._decide()
            if self.caller.is_on:
                self._look_in(GLANCE_MS)

    def _note_number(self) -> None:
        number = self.caller.ticket
        if number == self._attending or not self._shows_picture():
            return
        if self._attending:
            person = self._person()
            if person is not None:
                person.is_released(self._attending, self.window, self._finishing)
        self._attending = number
        self._since_ms = self.hall.world.now_ms
        self._ends_ms = None
        self._finishing = False

    def _shows_picture(self) -> bool:
        """Not a refusal, nor dashes."""
        return bool(self.caller.digits) and not self.caller.digits.startswith(COVERS)

    def _decide(self) -> None:
        lit = self.caller.lit + self.caller.blink
        if not self._shows_picture():
            if self.caller.digits.startswith(("E-05", "E-06")):
                self._confirm()
            elif self.caller.digits.startswith("t "):
                self._choose_target()
            return
        if self.dice.random() < STRAY_SHARE:
            self._press(self.dice.choice(KEYS), long=self.dice.random() < 0.3)
        elif self._attending and self.caller.blinks:
            self._called(lit)
        elif self._attending:
            self._serving(lit)
        else:
            self._idle(lit)

    def _confirm(self) -> None:
        """The key that the caller asks to press again, if it was meant."""
        if self.dice.random() < 0.8:
            self._press("next" if self.caller.digits.startswith("E-05") else "noshow")

    def _choose_target(self) -> None:
        """Step on, take this window, or think better of it."""
        chance = self.dice.random()
        if chance < 0.4:
            self._press(self.dice.choice(("next", "recall")))
        elif chance < 0.85:
            self._press("done")
        elif chance < 0.95:
            self._press("pause")

    def _called(self, lit: tuple[str, ...]) -> None:
        person, waited_ms = self._person(), self.hall.world.now_ms - self._since_ms
        chance = self.dice.random()
        if person is not None:
            if chance < FORGETS_SHARE:
                self._ends_ms = self.hall.world.now_ms + self._service_ms()
            elif chance < 2 * FORGETS_SHARE and "next" in lit:
                self._finishing = True
                self._press("next")
            else:
                self._press("done")
        elif waited_ms > NOBODY_CAME_MS:
            if "recall" in lit and chance < 0.6:
                self._press("recall")
            elif waited_ms > 2 * NOBODY_CAME_MS or "noshow" in self.caller.blink:
                self._press("noshow")

    def _serving(self, lit: tuple[str, ...]) -> None:
        now_ms = self.hall.world.now_ms
        if self._ends_ms is None:
            self._ends_ms = now_ms + self._service_ms()
        if now_ms < self._ends_ms:
            self._look_in(self._ends_ms - now_ms)
            return
        chance = self.dice.random()
        if self._person() is None and "noshow" in lit and chance < 0.7:
            self._press("noshow")
        elif chance < HOLD_SHARE + TRANSFER_SHARE and "transfer" in lit:
            self._press("transfer", long=chance < HOLD_SHARE)
        elif (
            chance < HOLD_SHARE + TRANSFER_SHARE + PAUSE_SHARE and "pause" not in self.caller.blink
        ):
            self._press("pause")
        elif self._may_call() and chance < 0.5:
            self._finishing = True
            self._press("next")
        else:
            self._finishing = True
            self._press("done")

    def _idle(self, lit: tuple[str, ...]) -> None:
        is_resting = self.caller.digits[:3] in ("oFF", "PAU")
        if is_resting:
            if self._may_call() and self.hall.world.now_ms >= self._back_ms:
                self._press("next" if self.dice.random() < 0.5 else "pause")
            return
        chance = self.dice.random()
        if not self._may_call() or chance < PAUSE_SHARE / 4:
            self._back_ms = self.hall.world.now_ms + int(self.dice.uniform(20, 120) * SECOND_MS)
            self._press("pause")
        elif "recall" in lit and chance < 0.15:
            self._press("recall", long=True)
        elif self.caller.waiting and "next" in lit:
            self._press("next")

    def _may_call(self) -> bool:
        return self.hall.in_session

    def _service_ms(self) -> int:
        return int(SERVICE_S * SECOND_MS * math.exp(self.dice.gauss(-0.125, 0.6)))

    def _press(self, key: str, long: bool = False) -> None:
        self.caller.finger(key, long)
        if not long and self.dice.random() < TWICE_SHARE:
            # A nervous finger: before the answer, at the new picture, or somewhere between.
            self.hall.world.later(self.dice.uniform(130, 900), self.caller.finger, key)
