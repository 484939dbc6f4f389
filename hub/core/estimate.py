"""How long a leg will wait: a first rough answer from the mean minutes of the work before it.

The work before a leg is the services of those ahead, each shared among the open windows that
take it, and the rest of what stands at the windows now. Services are taken as exponential, so
their variance is the square of their mean, and the rest of a service is as long as a new one.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.errors import UNKNOWN_SERVICE, Refused
from hub.core.model import OPEN, RESERVED, Leg
from hub.core.moment import Moment
from hub.core.order import Rank, rank

# The 90th percentile of the normal distribution, in standard deviations.
P90_SIGMAS = 1.2816


@dataclass(frozen=True, slots=True)
class Quote:
    """What a visitor may expect; times in seconds, None where they cannot be known."""

    ahead: int
    p50_s: int | None
    p90_s: int | None
    windows: tuple[int, ...]


def quote(m: Moment, service: str, place: Rank, ready_ms: int) -> Quote:
    """The quote for a leg of this service at this place; refused if the hall has no such."""
    wanted = m.rules.services.get(service)
    if wanted is None:
        raise Refused(UNKNOWN_SERVICE)
    mine = wanted.windows_primary | wanted.windows_secondary
    ahead = _ahead(m, mine, place)
    windows = tuple(sorted(wanted.windows_primary))
    serving = _open(m, wanted.windows_primary) or _open(m, wanted.windows_secondary)
    if not serving:
        return Quote(len(ahead), None, None, windows)
    mean_s, variance = 0.0, 0.0
    for leg in ahead:
        its = m.rules.services[leg.service]
        takers = _open(m, its.windows_primary) or _open(m, its.windows_secondary)
        share = len(takers & serving) / len(takers) if takers else 0.0
        mean_s += its.mean_s * share
        variance += its.mean_s**2 * share
    rests = [m.rules.services[leg.service].mean_s for leg in _known(m, _at(m, serving))]
    if len(rests) == len(serving):
        rest_s = sum(rests) / len(rests)
        mean_s += rest_s
        variance += rest_s**2
    early_s = max(0, ready_ms - m.now_ms) / 1_000
    p50_s = max(early_s, mean_s / len(serving))
    p90_s = max(early_s, (mean_s + P90_SIGMAS * variance**0.5) / len(serving))
    return Quote(len(ahead), round(p50_s), round(p90_s), windows)


def _ahead(m: Moment, windows: frozenset[int], place: Rank) -> list[Leg]:
    """Those who would be called before, at any window that could take this leg."""
    index = m.state.index
    found = []
    legs = [leg for legs in index.waiting.values() for leg in legs.values()]
    for leg in _known(m, legs + list(index.by_state[RESERVED].values())):
        its = m.rules.services[leg.service]
        if windows & (its.windows_primary | its.windows_secondary) and rank(leg) < place:
            found.append(leg)
    return found


def _known(m: Moment, legs: list[Leg]) -> list[Leg]:
    """Without those whose service was taken out of the configuration since they came."""
    return [leg for leg in legs if leg.service in m.rules.services]


def _open(m: Moment, windows: frozenset[int]) -> frozenset[int]:
    return frozenset(number for number in windows if m.state.window(number).state == OPEN)


def _at(m: Moment, windows: frozenset[int]) -> list[Leg]:
    at = (m.state.window(number).leg for number in sorted(windows))
    return [m.state.legs[leg] for leg in at if leg is not None]
