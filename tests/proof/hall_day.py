"""One day of the example hall in a second: the production core, and people with tides.

Visitors come in two waves a day, some booked, some not coming at all; clerks call, wait, serve,
go for water, eat at noon and go home. Lengths are lognormal; a clerk has a speed of his own, and
a day is busier or calmer than the last. The estimator sees the journal's events and nothing else.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hub.config import EXAMPLE, load
from hub.core import Hall, Quote, Refused, Rules, hours
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.moment import Moment
from hub.core.order import rank
from proof.invariants import overtake_ms

MINUTE = 60_000
HOUR = 60 * MINUTE

# Share of the day's walk-ins by half hour, from half an hour before opening: two tides.
TIDES = (3, 7, 12, 13, 10, 8, 6, 4, 3, 0, 0, 0, 2, 7, 10, 8, 6, 4, 3, 2, 1)
PEAKS = ((8, 30, 10, 30), (14, 30, 15, 30))
BOOKED_SHARE = 0.25
SHOW_SHARE = 0.85
NOSHOW_SHARE = 0.06
PRIORITY_SHARE = 0.03
TRANSFER_SHARE = 0.02
FORGETS_SHARE = 0.05  # of services: the clerk does not press 到, the hub's START does it
WALK_S = 22.0


@dataclass(frozen=True)
class City:
    """What is true of the hall on every day, and that the estimator must find out."""

    rules: Rules
    mean_s: dict[str, float]
    log_sd: dict[str, float]
    load: dict[str, float]  # a letter's work, as a share of its windows' time
    speed: dict[int, float]


def make_city(seed: int) -> City:
    """The example hall with services that take other times than its file says."""
    dice = random.Random(f"city {seed}")
    config = load(EXAMPLE)
    rules = replace(config.to_rules(), voiced_zones=frozenset())
    services = rules.services.values()
    return City(
        rules=rules,
        mean_s={s.id: s.mean_s * math.exp(dice.gauss(0, 0.25)) for s in services},
        log_sd={s.id: dice.uniform(0.4, 0.75) for s in services},
        load={letter: dice.uniform(0.62, 0.82) for letter in sorted(config.departments)},
        speed={number: math.exp(dice.gauss(0, 0.12)) for number in rules.windows},
    )


@dataclass
class Ticket:
    """One number: what was promised when it was printed, what simpler rules say, what came."""

    letter: str
    at_ms: int
    quote: Quote
    baselines: dict[str, float]
    peak: bool
    wait_s: float | None = None  # to the first call; None: never called
    until_close_s: float = 0.0


@dataclass
class Day:
    """The day in the making; `run` plays it to its close."""

    city: City
    hall: Hall  # as yesterday left it
    date: dt.date
    seed: int
    promise: bool = True
    log: list[ev.Event] = field(default_factory=list)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    refused: int = 0
    overtakes_ms: list[int] = field(default_factory=list)  # of each call

    def __post_init__(self) -> None:
        self.dice = random.Random(f"{self.seed} {self.date}")
        zone = dt.timezone(dt.timedelta(hours=8))
        midnight = dt.datetime.combine(self.date, dt.time(), zone)
        self.midnight_ms = round(midnight.timestamp() * 1_000)
        self.spans = tuple((self.at(a), self.at(b)) for a, b in ((8.0, 12.0), (14.0, 17.5)))
        self.agenda: list[tuple[int, int, Callable[[], None]]] = []
        self.turn = 0
        self.now = self.at(7.4)
        self.busy_day = math.exp(self.dice.gauss(0, 0.12)) * (
            1.1 if self.date.weekday() == 0 else 1
        )
        self.last_wait_s: dict[str, float] = {}
        self.walks: dict[int, str] = {}

    def at(self, hour: float) -> int:
        return self.midnight_ms + round(hour * HOUR)

    def later(self, at_ms: float, act: Callable[[], None]) -> None:
        self.turn += 1
        heapq.heappush(self.agenda, (max(self.now, round(at_ms)), self.turn, act))

    def do(self, command: cmd.Command) -> list[ev.Event]:
        events = self.hall.decide(command, self.now)
        self.take(events)
        return events

    def take(self, events: list[ev.Event]) -> None:
        for event in events:
            if isinstance(event, ev.Called):
                state = self.hall.state
                self.overtakes_ms.append(overtake_ms(self.hall.rules, state, event))
            self.hall.apply(event)
            self.log.append(event)
            if isinstance(event, ev.Called):
                self.called(event)

    def called(self, event: ev.Called) -> None:
        leg = self.hall.legs[event.leg]
        ticket = self.tickets.get(leg.id)
        if ticket is not None and ticket.wait_s is None:
            ticket.wait_s = (event.at_ms - ticket.at_ms) / 1_000
            m = Moment(self.hall.rules, self.hall.state, ticket.at_ms)
            served_ms = hours.without_breaks_ms(m, event.at_ms - ticket.at_ms)
            self.last_wait_s[ticket.letter] = served_ms / 1_000
        self.later(self.now + 1_000, lambda: self.visitor_answers(event.window, leg.id))

    def run(self) -> Day:
        """Play the day."""
        self.do(cmd.OpenDay(self.date.isoformat(), self.spans))
        self.plan_visitors()
        for number in self.city.rules.windows:
            for opens_ms, _ in self.spans:
                late_ms = self.dice.gauss(1, 2) * MINUTE
                self.later(opens_ms + late_ms, lambda n=number: self.clerk_opens(n))
            for _ in range(2):
                pause_ms = self.at(self.dice.choice((9.0, 10.0, 15.0)) + self.dice.random())
                self.later(pause_ms, lambda n=number: self.clerk_pauses(n))
        close_ms = self.at(18.5)
        while self.agenda and self.agenda[0][0] < close_ms:
            self.now, _, act = heapq.heappop(self.agenda)
            self.take(self.hall.due(self.now))
            act()
        self.now = close_ms
        self.take(self.hall.due(self.now))
        self.do(cmd.CloseDay())
        for leg in [g.id for g in self.hall.legs.values() if g.state == "SERVING"]:
            self.do(cmd.ForceFinish(leg, "the day is over"))
        for ticket in self.tickets.values():
            ticket.until_close_s = (close_ms - ticket.at_ms) / 1_000
        return self

    # --- Visitors -------------------------------------------------------------------------------

    def plan_visitors(self) -> None:
        rules, city = self.city.rules, self.city
        hours_s = sum(b - a for a, b in self.spans) / 1_000
        for letter, load_share in city.load.items():
            services = [s for s in rules.services.values() if s.letter == letter]
            windows = {n for s in services for n in s.windows_primary}
            mean_s = sum(city.mean_s[s.id] for s in services) / len(services) + WALK_S
            people = self.busy_day * load_share * len(windows) * hours_s / mean_s
            for number in range(round(people)):
                service = self.dice.choice(services).id
                self.plan_visitor(f"{letter.lower()}-{number}", service)

    def plan_visitor(self, name: str, service: str) -> None:
        if self.dice.random() < BOOKED_SHARE:
            slot_ms = self.dice.choice(
                [
                    s + q * 15 * MINUTE
                    for s, e in self.spans
                    for q in range((e - s) // (15 * MINUTE))
                ]
            )
            self.do(cmd.ImportBooking(name, service, slot_ms, (name,)))
            if self.dice.random() < SHOW_SHARE:
                come_ms = slot_ms + self.dice.gauss(-8, 8) * MINUTE
                self.later(come_ms, lambda: self.comes(name, service, name))
            return
        half_hour = self.dice.choices(range(len(TIDES)), TIDES)[0]
        come_ms = self.at(7.5 + half_hour / 2 + self.dice.random() / 2)
        self.later(come_ms, lambda: self.comes(name, service, None))

    def comes(self, name: str, service: str, booking: str | None) -> None:
        priority = self.dice.random() < PRIORITY_SHARE
        ask = cmd.Reserve("tm1", name, service, name, booking, name, priority)
        try:
            events = self.do(ask)
        except Refused as refusal:
            if refusal.reason in ("BOOKING_EARLY", "BOOKING_LATE"):
                self.later(self.now + 5 * MINUTE, lambda: self.comes(name, service, None))
            else:
                self.refused += 1
            return
        reserved = events[-1]
        if isinstance(reserved, ev.Reserved):
            if self.promise:
                self.note(reserved)
            self.do(cmd.ConfirmPrint(reserved.leg, "printed"))
            for number in self.city.rules.windows:
                window = self.hall.state.window(number)
                if window.state == "open" and window.leg is None:
                    self.later(
                        self.now + self.dice.uniform(4, 15) * 1_000, lambda n=number: self.press(n)
                    )

    def note(self, reserved: ev.Reserved) -> None:
        """What the paper promises, and what simpler rules would."""
        quote = self.hall.promise(reserved.leg, self.now)
        rules, state = self.hall.rules, self.hall.state
        service = rules.services[reserved.service]
        is_open = sum(state.window(n).state == "open" for n in service.windows_primary)
        mine = rank(self.hall.legs[reserved.leg])
        own = [
            leg
            for leg in state.index.by_state["WAITING"].values()
            if leg.ticket[0] == reserved.letter
        ]
        position = sum(rank(leg) < mine for leg in own)
        # The simpler rules get what they need of ours: measured means, and breaks.
        by_mean = rules.stays[service.id].mean_s * position / max(1, is_open)
        by_last = self.last_wait_s.get(reserved.letter, 0.0)
        self.tickets[reserved.leg] = Ticket(
            letter=reserved.letter,
            at_ms=self.now,
            quote=quote,
            baselines={
                "mean_position": self.with_breaks_s(by_mean),
                "last_to_enter": self.with_breaks_s(by_last),
                "fixed_range": self.with_breaks_s(0.9 * by_mean),
            },
            peak=any(
                self.at(a + b / 60) <= self.now < self.at(c + d / 60) for a, b, c, d in PEAKS
            ),
        )

    def with_breaks_s(self, serving_s: float) -> float:
        m = Moment(self.hall.rules, self.hall.state, self.now)
        return hours.with_breaks_ms(m, serving_s * 1_000) / 1_000

    def visitor_answers(self, window: int, leg_id: int) -> None:
        """Come to the window, or do not."""
        if self.dice.random() < NOSHOW_SHARE:
            for after_s in (15, 32):
                self.later(
                    self.now + after_s * 1_000, lambda: self.press(window, "recall", leg_id)
                )
            self.later(self.now + 55_000, lambda: self.press(window, "noshow", leg_id))
            return
        walk_ms = 1_000 * WALK_S * math.exp(self.dice.gauss(-0.125, 0.5))
        self.later(self.now + walk_ms, lambda: self.arrives(window, leg_id))

    def arrives(self, window: int, leg_id: int) -> None:
        leg, city = self.hall.legs[leg_id], self.city
        if self.hall.state.window(window).leg != leg_id:
            return
        if self.dice.random() >= FORGETS_SHARE:
            self.press(window, "done", leg_id)
        sd = city.log_sd[leg.service]
        mean_s = city.mean_s[leg.service] * city.speed[window]
        service_s = mean_s * math.exp(self.dice.gauss(-(sd**2) / 2, sd))
        self.later(self.now + service_s * 1_000, lambda: self.clerk_ends(window, leg_id))

    # --- Clerks ---------------------------------------------------------------------------------

    def press(
        self, window: int, key: str = "next", leg: int | None = None, **more: object
    ) -> bool:
        """A press on what stands there now; False if refused or if the visitor is gone."""
        seen = self.hall.state.window(window)
        if leg is not None and seen.leg != leg:
            return False
        if key == "next" and leg is None and (seen.leg is not None or seen.state != "open"):
            return False
        press = cmd.Press(window, key, False, True, seen.leg, seen.ver, **more)
        try:
            self.do(press)
        except Refused:
            return False
        return True

    def clerk_opens(self, window: int) -> None:
        if self.hall.state.window(window).state != "open":
            self.press(window, "pause")
            self.press(window)

    def clerk_pauses(self, window: int) -> None:
        """For water; not when a queue of people looks on."""
        if self.hall.state.window(window).state == "open":
            self.press(window, "pause")
            minutes = 6 * math.exp(self.dice.gauss(0, 0.5))
            self.later(self.now + minutes * MINUTE, lambda: self.clerk_is_back(window))

    def clerk_is_back(self, window: int) -> None:
        seen = self.hall.state.window(window)
        if seen.state == "paused" and not self.is_break():
            self.clerk_opens(window)
        elif seen.pausing:
            self.press(window, "pause")

    def is_break(self) -> bool:
        return self.spans[0][1] <= self.now < self.spans[1][0]

    def clerk_ends(self, window: int, leg_id: int) -> None:
        """Call the next one, or go to eat; sometimes send this one on."""
        if self.hall.state.window(window).leg != leg_id:
            return
        if self.hall.legs[leg_id].state == "CALLED":
            self.press(window, "done", leg_id)
        seen = self.hall.state.window(window)
        if self.is_break() and seen.state == "open" and not seen.pausing:
            self.press(window, "pause", leg_id)
        if self.dice.random() < TRANSFER_SHARE:
            target = self.dice.choice(list(self.city.rules.windows))
            if self.press(window, "transfer", leg_id, target=target):
                self.press(window)
                return
        self.press(window, "next", leg_id)
