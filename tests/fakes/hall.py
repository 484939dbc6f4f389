"""A small hall on the production core, with a clock that only moves when told."""

from __future__ import annotations

import copy
from typing import Any

from hub.core import Hall, Policy, Refused, Rules, Service, Window
from hub.core import commands as cmd
from hub.core.events import Event, Reserved

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

NINE = 1_558_918_800_000  # 2019-05-27 09:00 in Wuhan: the reference hall's first day
DAY = "2019-05-27"

SERVICES = (
    # id, letter, mean_s, primary, secondary, card_optional
    Service("loan", "A", 540, frozenset({1, 2})),
    Service("card", "A", 240, frozenset({1}), frozenset({2}), card_optional=True),
    Service("grant", "F", 600, frozenset({3})),
    Service("invoice", "F", 300, frozenset({2}), frozenset({3})),
)
WINDOWS = (
    Window(1, "floor-1", "card"),
    Window(2, "floor-1", "loan"),
    Window(3, "floor-2"),
)


def small_rules(**policy: Any) -> Rules:
    """Three windows, four services, two zones of which the first has a voice."""
    return Rules(
        services={service.id: service for service in SERVICES},
        windows={window.number: window for window in WINDOWS},
        policy=Policy(**policy),
        voiced_zones=frozenset({"floor-1"}),
    )


class World:
    """A hall, its time, and all events that ever happened in it."""

    def __init__(self, rules: Rules | None = None, *, open_day: bool = True) -> None:
        self.hall = Hall(rules or small_rules())
        self.now = NINE
        self.log: list[Event] = []
        self._session = 0
        if open_day:
            self.do(cmd.OpenDay(DAY))

    @property
    def state(self):
        """The hall's state."""
        return self.hall.state

    def leg(self, number: int):
        """A leg by its id."""
        return self.hall.legs[number]

    def do(self, command: cmd.Command) -> list[Event]:
        """Decide and apply one command."""
        events = self.hall.decide(command, self.now)
        self._apply(events)
        return events

    def why(self, command: cmd.Command) -> str:
        """The reason why the command is refused, having made sure that nothing changed."""
        before = self.hall.digest()
        try:
            events = self.hall.decide(command, self.now)
        except Refused as refusal:
            assert self.hall.digest() == before
            return refusal.reason
        raise AssertionError(f"not refused: {events}")

    def wait(self, ms: int) -> list[Event]:
        """Let time pass, stopping wherever a timer is due."""
        end, happened = self.now + ms, []
        while True:
            due_ms = self.hall.next_due_ms(self.now)
            if due_ms is None or due_ms > end:
                break
            self.now = max(self.now, due_ms)
            events = self.hall.due(self.now)
            self._apply(events)
            happened += events
        self.now = end
        return happened

    def _apply(self, events: list[Event]) -> None:
        for event in events:
            self.hall.apply(event)
        self.log += events

    # --- What people do -------------------------------------------------------------------------

    def reserve(self, service: str = "loan", card: str | None = None, **more: Any) -> cmd.Reserve:
        """The command of a fresh visitor, or of one known by `card`."""
        self._session += 1
        fields = {
            "machine": "tm1",
            "session": f"s{self._session}",
            "service": service,
            "holder": card or f"nobody-{self._session}",
            "booking": None,
            "token": f"token-{self._session}",
        }
        return cmd.Reserve(**{**fields, **more})

    def take(self, service: str = "loan", card: str | None = None, **more: Any) -> int:
        """Take a number, paper and all; returns the new leg's id."""
        (reserved,) = self.do(self.reserve(service, card, **more))
        assert isinstance(reserved, Reserved)
        self.do(cmd.ConfirmPrint(reserved.leg, "printed"))
        return reserved.leg

    def book(self, booking: str, slot_ms: int, *cards: str, service: str = "loan") -> None:
        """A booking arrives from the campus server."""
        self.do(cmd.ImportBooking(booking, service, slot_ms, cards or (f"card-{booking}",)))

    def check_in(self, booking: str, service: str = "loan") -> int:
        """The booking's holder takes the number."""
        return self.take(service, f"card-{booking}", booking=booking)

    def press_of(self, window: int, key: str, **more: Any) -> cmd.Press:
        """A press on the window's present picture."""
        seen = self.state.window(window)
        fields = {"long": False, "again": False, "leg": seen.leg, "ver": seen.ver}
        return cmd.Press(window, key, **{**fields, **more})

    def press(self, window: int, key: str, **more: Any) -> list[Event]:
        """Press a key."""
        return self.do(self.press_of(window, key, **more))

    def refused(self, window: int, key: str, **more: Any) -> str:
        """Press a key that is refused."""
        return self.why(self.press_of(window, key, **more))

    def called(self, window: int = 1, service: str = "loan") -> int:
        """A leg called at the window, its call spoken; returns it."""
        leg = self.take(service)
        self.press(window, "next")
        assert self.state.window(window).leg == leg
        self.speak()
        return leg

    def serving(self, window: int = 1, service: str = "loan") -> int:
        """A leg being served at the window; returns it."""
        leg = self.called(window, service)
        self.press(window, "done")
        return leg

    def speak(self) -> None:
        """Every zone's voice speaks all that it has."""
        for zone in ("floor-1", "floor-2"):
            while speeches := self.hall.to_speak(zone):
                self.do(cmd.Spoken(speeches[0].call))

    def copy(self) -> World:
        """The same world once more, to try something in."""
        return copy.deepcopy(self)


def kinds(events: list[Event]) -> list[str]:
    """What happened, in short."""
    return [event.kind for event in events]
