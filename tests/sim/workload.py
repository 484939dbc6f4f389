"""The days of the hall: who comes when, with which wishes; bookings on their way to the hub."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hub.core import commands
from hub.log.journal import DELIVERED
from sim.hall import SimHall
from sim.hub_node import holder
from sim.visitors import Visitor, Wish
from sim.world import MINUTE_MS, SECOND_MS

# Share of the day's walk-ins by tenth of the time from the doors' opening: two tides.
TIDES = (4, 16, 13, 8, 5, 4, 15, 12, 7, 3)
BOOKED_SHARE = 0.3
BY_CODE_SHARE = 0.3
NO_CARD_SHARE = 0.12
TWO_WISHES_SHARE = 0.2
SHOW_SHARE = 0.85
PRIORITY_SHARE = 0.06
CANCELLED_SHARE = 0.05
MOVED_SHARE = 0.05
CAMPUS_RETRY_MS = 15 * SECOND_MS
OUTCOMES_MAX = 50
MANAGER_EVERY_MS = 6 * MINUTE_MS
DAY_MS = 24 * 60 * MINUTE_MS


class Workload:
    """Plans each day shortly before it begins."""

    def __init__(self, hall: SimHall, visitors_a_day: int) -> None:
        self.hall = hall
        self.world = hall.world
        self.visitors_a_day = visitors_a_day
        self.dice = hall.world.dice("workload")
        self._serial = 0
        self._bookings = 0
        self._undelivered: list[tuple[Any, str]] = []  # of the campus server's

    def start(self) -> None:
        """The first day, and all that follow."""
        self._plan_day()
        self._collect()

    def _plan_day(self) -> None:
        config, world = self.hall.config, self.world
        date = config.calendar.business_day(world.now_ms)
        spans = config.calendar.spans(date)
        self.hall.new_day(date)
        doors_ms = spans[0][0] - config.policy.issue_before_ms
        close_ms = spans[-1][1]
        for opens_ms, closes_ms in spans:
            self._at(opens_ms + 20 * SECOND_MS, self._session, True)
            self._at(closes_ms - 10 * SECOND_MS, self._session, False)
        people = round(self.visitors_a_day * self.dice.uniform(0.8, 1.2))
        for _ in range(people):
            self._plan_visitor(date, doors_ms, close_ms, spans)
        end_ms = close_ms + config.policy.close_after_ms + MINUTE_MS
        self._at(end_ms, self.hall.end_day)
        # Sometimes the hall is dark before the day was closed: the hub does that next morning.
        early_ms = 10 * MINUTE_MS if self.dice.random() < 0.25 else -5 * MINUTE_MS
        self._at(end_ms - early_ms, self.hall.power_off)
        self._at(close_ms - MINUTE_MS, self._manage)
        self._at(doors_ms + MANAGER_EVERY_MS, self._manage)
        self._at(doors_ms + 10 * SECOND_MS, self._campus)
        world.later(DAY_MS, self._plan_day)

    def _at(self, at_ms: int, act: Any, *facts: Any) -> None:
        self.world.later(max(0, at_ms - self.world.now_ms), act, *facts)

    def _session(self, begins: bool) -> None:
        self.hall.in_session = begins
        for clerk in self.hall.clerks.values():
            clerk.session(begins)

    # --- Visitors ------------------------------------------------------------------------------

    def _plan_visitor(
        self, date: dt.date, doors_ms: int, close_ms: int, spans: tuple[tuple[int, int], ...]
    ) -> None:
        dice = self.dice
        self._serial += 1
        is_booked = dice.random() < BOOKED_SHARE
        has_card = is_booked or dice.random() >= NO_CARD_SHARE
        card = f"{dice.getrandbits(40):010X}" if has_card else None
        code = f"{dice.randrange(10**7, 10**8)}" if is_booked else None
        count = 2 if has_card and dice.random() < TWO_WISHES_SHARE else 1
        wishes = [self._wish(not has_card) for _ in range(count)]
        if count == 2 and wishes[0].service == wishes[1].service:
            wishes.pop()
        tenth = dice.choices(range(len(TIDES)), TIDES)[0]
        come_ms = doors_ms + (tenth + dice.random()) * (close_ms - doors_ms) / len(TIDES)
        if is_booked:
            wishes[0].booked = True
            slots = [
                start + quarter * 15 * MINUTE_MS
                for start, end in spans
                for quarter in range((end - start) // (15 * MINUTE_MS))
            ]
            slot_ms = dice.choice(slots)
            self._book(card or "", code or "", wishes[0], slot_ms)
            come_ms = max(doors_ms, slot_ms + dice.gauss(-8, 9) * MINUTE_MS)
            if dice.random() >= SHOW_SHARE:
                return
            if dice.random() >= BY_CODE_SHARE:
                code = None
        visitor = Visitor(
            self.hall,
            f"{date} {self._serial}",
            card,
            code,
            wishes,
            self.world.dice(f"v{self._serial}"),
            dice.random() < PRIORITY_SHARE,
        )
        self._at(int(come_ms), visitor.comes)

    def _wish(self, without_card: bool) -> Wish:
        config = self.hall.config
        services = [s for s in config.services.values() if not without_card or not s.card_required]
        service = self.dice.choice(services)
        department = config.departments[service.department].zh
        return Wish(service.id, service.zh, service.category_zh, department, False)

    # --- The campus server -----------------------------------------------------------------------

    def _book(self, card: str, code: str, wish: Wish, slot_ms: int) -> None:
        self._bookings += 1
        name = f"b{self._bookings}"
        holders = (str(holder("card", card)), str(holder("code", code)))
        chance = self.dice.random()
        make = commands.ImportBooking
        if chance < CANCELLED_SHARE:
            self._undelivered.append((make(name, wish.service, slot_ms, holders), name))
            self._undelivered.append((commands.CancelBooking(name), name))
            return
        if chance < CANCELLED_SHARE + MOVED_SHARE:
            earlier_ms = slot_ms - 15 * MINUTE_MS
            self._undelivered.append((make(name, wish.service, earlier_ms, holders), name))
        self._undelivered.append((make(name, wish.service, slot_ms, holders), name))

    def _campus(self) -> None:
        """Deliver what is not delivered yet; the hub may die over it, then it comes again."""
        pending = self._undelivered[:20]
        if pending and self.hall.is_open:
            self.hall.hub.ask([command for command, _ in pending], lambda: self._took(pending))
            wait_ms = 500 if len(pending) < len(self._undelivered) else CAMPUS_RETRY_MS
            self.world.later(wait_ms, self._campus)

    def _collect(self) -> None:
        """The campus server takes the outcomes, and says so; told twice it counts them once."""
        service = self.hall.hub.service
        if service is not None:
            outcomes = service.outcomes.pending()[:OUTCOMES_MAX]
            for outcome in outcomes:
                self.hall.seen.outcomes[outcome.id] = outcome.result
            if outcomes:
                ids = [outcome.id for outcome in outcomes]
                self.hall.hub.ask([], note=(DELIVERED, {"ids": ids}))
        self.world.later(CAMPUS_RETRY_MS, self._collect)

    def _took(self, pending: list[tuple[Any, str]]) -> None:
        self._undelivered = [c for c in self._undelivered if not any(c is p for p in pending)]

    # --- The manager -----------------------------------------------------------------------------

    def _manage(self) -> None:
        """优先 for somebody who waits, as the console will offer it; sometimes the first place."""
        service = self.hall.hub.service
        if service is None or not self.hall.is_open:
            return
        waiting = list(service.hall.state.index.by_state["WAITING"])
        if waiting:
            leg = self.dice.choice(waiting)
            act = commands.Prioritise(leg, "a pregnant visitor", self.dice.random() < 0.3)
            self.world.event("act", "manager", leg)
            self.hall.hub.ask([act])
        self.world.later(MANAGER_EVERY_MS, self._manage)
