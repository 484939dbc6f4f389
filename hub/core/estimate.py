"""How long a leg will wait, as P50 and P90, from the state of the queue and measured figures.

Rule 1: the queue is played on with mean lengths, by the rules of the order: whenever a window is
free it takes its best leg, until it takes ours. So windows' skills, the time that services have
lasted already, pauses and bookings still to come are in the forecast as they are in the hall.

Rule 2: the lengths' variances are summed up on the way. Windows that share the work share the
luck, so the variance of the start is that of the windows' work by the square of their number.

Rule 3: a wait is taken as lognormal of this mean and variance, and corrected by how forecasts of
this length erred on earlier days (`Figures.errors`).

Rule 4: all of it is time in which the hall serves; breaks are added last.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

from hub.core import explain, hours
from hub.core.errors import UNKNOWN_SERVICE, Refused
from hub.core.figures import Span
from hub.core.model import OPEN, PAUSED, RESERVED, SERVING
from hub.core.moment import Moment
from hub.core.order import Place, Rank, rank

# A window that is to open in the first minutes of a session does so after half of them.
LATE_SHARE = 0.5
# No forecast is surer than this: people take a moment to press, and to be seen.
SURE_SD_S = 15.0
# Later than every leg's id: a visitor still to come stands behind one with the same key.
TO_COME = 1 << 62

# One leg that will be taken before ours: its rank, how long it keeps a window, and its base.
Item = tuple[Rank, float, float, int]


@dataclass(frozen=True, slots=True)
class Quote:
    """What a visitor may expect; times in seconds, None where they cannot be known."""

    ahead: int
    p50_s: int | None
    p90_s: int | None
    windows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Serving time until the call, before any correction: mean and variance."""

    mean_s: float
    variance: float

    def scale(self) -> tuple[float, float]:
        """The lognormal's median, and the standard deviation of its logarithm."""
        spread = math.log1p(self.variance / self.mean_s**2)
        return self.mean_s / math.exp(spread / 2), math.sqrt(spread)


def quote(m: Moment, mine: Place) -> Quote:
    """The quote for a leg at this place; refused if the hall has no such service."""
    service = m.rules.services.get(mine.service)
    if service is None:
        raise Refused(UNKNOWN_SERVICE)
    windows = tuple(sorted(service.windows_primary))
    eligible = service.windows_primary | service.windows_secondary
    calling = hours.serving_windows(m, eligible)
    ahead = explain.before(m, mine, tuple(calling or eligible), explain.busy_visits(m))
    forecast = foresee(m, mine)
    if forecast is None:
        return Quote(len(ahead), None, None, windows)
    median_s, log_sd = forecast.scale()
    ready_s = max(0, mine.ready_ms - m.now_ms) / 1_000
    wait_s = []
    for sigmas in m.rules.figures.error(service.letter, forecast.mean_s):
        serving_ms = 1_000 * median_s * math.exp(sigmas * log_sd)
        wait_s.append(round(max(ready_s, hours.with_breaks_ms(m, serving_ms) / 1_000)))
    return Quote(len(ahead), wait_s[0], max(wait_s), windows)


def foresee(m: Moment, mine: Place) -> Forecast | None:
    """Play the queue on until the place is called; None: no window can be known to call it."""
    circle = m.rules.circles[mine.service]
    service = m.rules.services[mine.service]
    if not hours.serving_windows(m, service.windows_primary | service.windows_secondary):
        return None
    free = {number: _free(m, number) for number in hours.serving_windows(m, circle.windows)}
    queues = {name: _waiting(m, name, mine.rank) for name in circle.services}
    queues[mine.service].insert(0, (mine.rank, -1.0, 0.0, mine.base_ms))
    start_s, variances = _play(m, free, queues, _to_come(m, circle.services, mine.rank))
    mine_at = service.windows_primary | service.windows_secondary
    used = [variances[n] for n in variances if n in mine_at and variances[n] > 0]
    variance = SURE_SD_S**2 + (sum(used) / len(used) ** 2 if used else 0.0)
    return Forecast(start_s + m.rules.figures.reaction_s, variance)


def _play(
    m: Moment,
    free: dict[int, Span],
    queues: dict[str, list[Item]],
    to_come: list[tuple[float, str, Item]],
) -> tuple[float, dict[int, float]]:
    """When our leg (the item with a length below zero) is taken, and each window's variance."""
    own = {n: [queues[s] for s in m.rules.primary[n]] for n in free}
    helped = {n: [queues[s] for s in m.rules.secondary[n]] for n in free}
    variances = {number: span.variance for number, span in free.items()}
    heap = [(span.mean_s, number) for number, span in free.items()]
    heapify(heap)
    after_ms = m.policy.secondary_after_ms - m.now_ms
    while True:
        at_s, number = heap[0]
        while to_come and to_come[-1][0] <= at_s:
            _, name, item = to_come.pop()
            queues[name].append(item)
            queues[name].sort(reverse=True)
        best: list[Item] | None = None
        for queue in own[number]:
            if queue and (best is None or queue[-1] < best[-1]):
                best = queue
        has_own = best is not None
        for queue in helped[number]:
            if queue and (best is None or queue[-1] < best[-1]):
                if not has_own or queue[-1][3] <= at_s * 1_000 - after_ms:
                    best = queue
        if best is None:
            heappop(heap)
            continue
        _, length_s, variance, _ = best.pop()
        if length_s < 0:
            return at_s, variances
        variances[number] += variance
        heapreplace(heap, (at_s + length_s, number))


def _waiting(m: Moment, service: str, before: Rank) -> list[Item]:
    """The legs of a service with a smaller rank, the best one last."""
    stay = m.rules.stays[service]
    length_s, variance = stay.mean_s, stay.variance
    legs = list(m.state.index.waiting.get(service, {}).values())
    legs += [leg for leg in m.state.index.by_state[RESERVED].values() if leg.service == service]
    found = [(rank(leg), length_s, variance, leg.base_ms) for leg in legs]
    return sorted((item for item in found if item[0] < before), reverse=True)


def _to_come(m: Moment, services: frozenset[str], before: Rank) -> list[tuple[float, str, Item]]:
    """Booked visitors who may still come and stand before; the first of them last."""
    found = []
    share, credit_ms = m.rules.figures.show_share, m.policy.credit_booked_ms
    lead_ms = hours.until_open_ms(m)
    for slot_ms, name in m.state.index.slots:
        key_ms = slot_ms - credit_ms
        if key_ms >= before[0]:
            break  # the slots are sorted
        service = m.state.bookings[name].service
        if service in services and slot_ms + m.policy.booking_credit_ms > m.now_ms:
            stay = m.rules.stays[service]
            # On the average: a share of the people, each with the whole variance of yes or no.
            variance = share * stay.variance + share * (1 - share) * stay.mean_s**2
            item = ((key_ms, slot_ms, TO_COME), share * stay.mean_s, variance, slot_ms)
            found.append(((slot_ms - m.now_ms - lead_ms) / 1_000, service, item))
    return sorted(found, reverse=True)


def _free(m: Moment, number: int) -> Span:
    """In how much serving time the window can call somebody."""
    figures, window = m.rules.figures, m.state.window(number)
    if hours.until_open_ms(m):
        return Span(0.0, 0.0)
    if window.state == PAUSED:
        return Span(figures.pause_s, figures.pause_s**2)
    if window.state != OPEN:
        late_s = LATE_SHARE * m.policy.post_open_ms / 1_000
        return Span(late_s, late_s**2)
    leg = None if window.leg is None else m.state.legs[window.leg]
    if leg is None or leg.service not in m.rules.services:
        return Span(0.0, 0.0)
    since_s = (m.now_ms - leg.state_ms) / 1_000
    if leg.state == SERVING:
        rest = m.rules.served[leg.service].rest(since_s)
    else:
        stay = m.rules.stays[leg.service]
        rest = Span(stay.mean_s - min(since_s, figures.walk_s), stay.variance)
    if window.pausing:
        return Span(rest.mean_s + figures.pause_s, rest.variance + figures.pause_s**2)
    return rest
