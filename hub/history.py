"""What earlier days teach: service times and the errors of forecasts, learned from the journal.

Two passes over the same events. The first one measures lengths: services from 到 to 完成 (never a
forced end, nor a start or an end that only time or another key has told), walks, no-shows,
pauses. The second one folds the days again, makes every forecast as it would have been made with
these figures, and compares it with the call that came.
"""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from hub.core import Hall, Rules, estimate, hours
from hub.core import events as ev
from hub.core.figures import P90_SIGMAS, Figures, Served, class_of
from hub.core.moment import Moment
from hub.core.order import place_of

# A service's own figures count as much as what was assumed before after so many people.
TRUST_AFTER = 8
# A department's own errors count as much as the whole hall's after so many tickets, and are not
# looked at below the second number.
ERRORS_TRUST_AFTER = 60
ERRORS_MIN = 40
# A day is never quite like those before: this share of theirs makes nine tenths of its own.
P90_SHARE = 0.915
# Tickets whose forecasts are made again, the last ones: about 2 s of work, once a day.
TICKETS_MAX = 4_000
# A wait beyond all bounds (or never ended) is so many standard deviations long: it only counts.
ERROR_MAX = 8.0
# A longer time without a window is a break, or the afternoon off.
PAUSE_MAX_MS = 45 * 60_000

Read = Callable[[], Iterable[ev.Event]]


def learn(read: Read, rules: Rules) -> Figures:
    """The figures of all events that `read` gives; it is asked twice for the same ones."""
    lengths = Lengths()
    for event in read():
        lengths.add(event)
    figures = lengths.figures(rules)
    skip = max(0, lengths.tickets - TICKETS_MAX)
    errors = Errors(dataclasses.replace(rules, figures=figures), skip)
    for event in read():
        errors.add(event)
    return dataclasses.replace(figures, errors=errors.corrections())


class Lengths:
    """First pass: how long things take."""

    def __init__(self) -> None:
        self.tickets = 0
        self._service: dict[int, str] = {}
        self._called_ms: dict[int, int] = {}
        self._started_ms: dict[int, int] = {}
        self._paused_ms: dict[int, int] = {}
        self._logs: dict[str, list[float]] = defaultdict(list)
        self._walks_s: list[float] = []
        self._misses_s: list[float] = []
        self._pauses_s: list[float] = []
        self._booked = self._came = 0

    def add(self, event: ev.Event) -> None:
        """Take one event; the legs of a day are forgotten when the next one opens."""
        if isinstance(event, ev.DayOpened):
            for known in (self._service, self._called_ms, self._started_ms, self._paused_ms):
                known.clear()
        elif isinstance(event, ev.Reserved):
            self.tickets += 1
            self._came += event.booking is not None
            self._service[event.leg] = event.service
        elif isinstance(event, ev.Forwarded | ev.Merged):
            self._service[event.leg] = event.service
        elif isinstance(event, ev.BookingMissed):
            self._booked += 1
        elif isinstance(event, ev.LegEvent):
            self._at_window(event)
        elif isinstance(event, ev.WindowPaused):
            self._paused_ms[event.window] = event.at_ms
        elif isinstance(event, ev.WindowOpened):
            since_ms = self._paused_ms.pop(event.window, None)
            if since_ms is not None and event.at_ms - since_ms <= PAUSE_MAX_MS:
                self._pauses_s.append((event.at_ms - since_ms) / 1_000)

    def _at_window(self, event: ev.LegEvent) -> None:
        if isinstance(event, ev.Called):
            self._called_ms[event.leg] = event.at_ms
        elif isinstance(event, ev.Started):
            called_ms = self._called_ms.pop(event.leg)
            if not event.implicit:
                self._walks_s.append((event.at_ms - called_ms) / 1_000)
                self._started_ms[event.leg] = event.at_ms
        elif isinstance(event, ev.Finished) and event.leg in self._started_ms:
            taken_ms = event.at_ms - self._started_ms.pop(event.leg)
            if not event.forced and taken_ms > 0:
                self._logs[self._service[event.leg]].append(math.log(taken_ms / 1_000))
        elif isinstance(event, (ev.Missed, ev.NoShow)) and event.leg in self._called_ms:
            self._misses_s.append((event.at_ms - self._called_ms.pop(event.leg)) / 1_000)

    def figures(self, rules: Rules) -> Figures:
        """What was measured, mixed with what is usual where little was."""
        usual = rules.figures
        served = {
            service.id: _served(self._logs[service.id], Served.from_mean(service.mean_s))
            for service in rules.services.values()
        }
        calls = len(self._walks_s) + len(self._misses_s)
        booked = self._booked + self._came
        return Figures(
            served=served,
            walk_s=_mixed(self._walks_s, usual.walk_s),
            noshow_share=(len(self._misses_s) + usual.noshow_share * TRUST_AFTER)
            / (calls + TRUST_AFTER),
            noshow_s=_mixed(self._misses_s, usual.noshow_s),
            show_share=(self._came + usual.show_share * TRUST_AFTER) / (booked + TRUST_AFTER),
            pause_s=_mixed(self._pauses_s, usual.pause_s),
        )


def _mixed(measured: Sequence[float], usual: float) -> float:
    return (sum(measured) + usual * TRUST_AFTER) / (len(measured) + TRUST_AFTER)


def _served(logs: Sequence[float], usual: Served) -> Served:
    log_mean = _mixed(logs, usual.log_mean)
    squares = [(one - log_mean) ** 2 for one in logs]
    return Served(log_mean, math.sqrt(_mixed(squares, usual.log_sd**2)))


class Errors:
    """Second pass: by how much forecasts were wrong."""

    def __init__(self, rules: Rules, skip: int) -> None:
        self._hall = Hall(rules)
        self._skip = skip
        self._begun = False
        # Forecasts whose call is still to come: letter, class, median, spread, when made.
        self._open: dict[int, tuple[str, int, float, float, int]] = {}
        self._found: dict[tuple[str, int], list[float]] = defaultdict(list)

    def add(self, event: ev.Event) -> None:
        """Fold one event, making or judging a forecast."""
        if isinstance(event, ev.DayOpened):
            self._open.clear()
            self._begun = True
        if not self._begun:
            return  # the end of a day of which nothing else was given
        self._count_on(event)
        self._hall.apply(event)
        if isinstance(event, ev.Reserved):
            self._skip -= 1
            if self._skip < 0:
                self._forecast(event)
        elif isinstance(event, ev.Called):
            self._judge(event.leg, event.at_ms, called=True)
        elif isinstance(event, ev.Unserved):
            self._judge(event.leg, event.at_ms, called=False)

    def _count_on(self, event: ev.Event) -> None:
        """Ids go on from day to day, and the first day given need not be the journal's first."""
        state = self._hall.state
        if isinstance(event, ev.Reserved | ev.Merged) and not state.last_leg:
            state.last_leg = event.leg - 1
        elif isinstance(event, ev.Called) and not state.last_call:
            state.last_call = event.call - 1

    def _forecast(self, event: ev.Reserved) -> None:
        rules, leg = self._hall.rules, self._hall.legs[event.leg]
        # A leg booked for later waits for its slot first; that teaches nothing about queues.
        if event.service not in rules.services or leg.ready_ms > event.at_ms:
            return
        m = Moment(rules, self._hall.state, event.at_ms)
        forecast = estimate.foresee(m, place_of(leg))
        if forecast is not None:
            median_s, log_sd = forecast.scale()
            number = class_of(forecast.mean_s)
            self._open[leg.id] = event.letter, number, median_s, log_sd, event.at_ms

    def _judge(self, leg: int, at_ms: int, *, called: bool) -> None:
        made = self._open.pop(leg, None)
        if made is None:
            return
        letter, number, median_s, log_sd, made_ms = made
        m = Moment(self._hall.rules, self._hall.state, made_ms)
        wait_s = hours.without_breaks_ms(m, at_ms - made_ms) / 1_000
        error = math.log(max(1.0, wait_s) / median_s) / log_sd
        if not called and error < P90_SIGMAS:
            return  # given up before anybody could say whether the promise would have held
        self._found[letter, number].append(error if called else ERROR_MAX)

    def corrections(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Median and 90th percentile of the errors, by letter and class."""
        everywhere: dict[int, list[float]] = defaultdict(list)
        for (_, number), errors in self._found.items():
            everywhere[number] += errors
        corrections = {
            ("", number): _quantiles(errors)
            for number, errors in everywhere.items()
            if len(errors) >= ERRORS_MIN
        }
        for (letter, number), errors in self._found.items():
            if len(errors) >= ERRORS_MIN and ("", number) in corrections:
                own, usual = _quantiles(errors), corrections["", number]
                share = len(errors) / (len(errors) + ERRORS_TRUST_AFTER)
                corrections[letter, number] = (
                    share * own[0] + (1 - share) * usual[0],
                    share * own[1] + (1 - share) * usual[1],
                )
        return corrections


def _quantiles(errors: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(min(ERROR_MAX, max(-ERROR_MAX, error)) for error in errors)
    last = len(ordered) - 1
    return ordered[round(0.5 * last)], ordered[round(P90_SHARE * last)]
