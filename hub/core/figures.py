"""What earlier days have taught about this hall: how long services take, and how far we err.

Without any history the figures are those that are usual: services as long as the hall's file
says with a spread as measured in many offices, and no correction of the spread.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

# The 90th percentile of the normal distribution, in standard deviations.
P90_SIGMAS = 1.2816
# Spread of a service's length before anything was measured: of the logarithm, so about ±80 %.
LOG_SD = 0.6
# Below this share of survivors a conditional mean says more of the formula than of people.
TAIL_MIN = 1e-3
# Forecasts of up to so many seconds err alike; what is longer is the last class.
CLASSES_S = (60, 300, 900, 1800)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as mean and variance, in seconds."""

    mean_s: float
    variance: float


@dataclass(frozen=True, slots=True)
class Served:
    """How long one service takes from 到 to 完成: lognormal, as offices everywhere measure."""

    log_mean: float
    log_sd: float

    @classmethod
    def from_mean(cls, mean_s: float, log_sd: float = LOG_SD) -> Served:
        """The service of this mean and the usual spread."""
        return cls(math.log(mean_s) - log_sd**2 / 2, log_sd)

    def span(self) -> Span:
        """The whole service."""
        mean_s = math.exp(self.log_mean + self.log_sd**2 / 2)
        return Span(mean_s, mean_s**2 * math.expm1(self.log_sd**2))

    def rest(self, elapsed_s: float) -> Span:
        """What is left of a service that has taken so long already."""
        if elapsed_s <= 0:
            return self.span()
        away = (self.log_mean - math.log(elapsed_s)) / self.log_sd
        alive = _normal(away)
        if alive < TAIL_MIN:
            # Far longer than ever measured: a third more, and nobody knows.
            return Span(elapsed_s / 3, (elapsed_s / 3) ** 2)
        whole = self.span().mean_s
        mean_s = whole * _normal(away + self.log_sd) / alive
        square = (whole**2 + self.span().variance) * _normal(away + 2 * self.log_sd) / alive
        return Span(mean_s - elapsed_s, max(0.0, square - mean_s**2))


@dataclass(frozen=True)
class Figures:
    """Learned by `hub.history`; the defaults stand until there is something to learn from."""

    served: Mapping[str, Served] = field(default_factory=dict)  # by service
    walk_s: float = 30.0  # from the call to 到
    noshow_share: float = 0.05  # of calls
    noshow_s: float = 60.0  # that a call takes to which nobody comes
    show_share: float = 0.85  # of bookings
    pause_s: float = 600.0  # that a window is paused
    reaction_s: float = 10.0  # until an idle window's clerk calls who arrives
    # How forecasts erred: their median's and 90th percentile's distance from the theory's median,
    # in its standard deviations (of logarithms), by letter and class; "" is every letter.
    errors: Mapping[tuple[str, int], tuple[float, float]] = field(default_factory=dict)

    def error(self, letter: str, mean_s: float) -> tuple[float, float]:
        """The corrections for a forecast of this length."""
        number = class_of(mean_s)
        return self.errors.get((letter, number)) or self.errors.get(
            ("", number), (0.0, P90_SIGMAS)
        )

    def stay(self, served: Served) -> Span:
        """How long a leg of this service keeps a window, whether its visitor comes or not."""
        span, miss = served.span(), self.noshow_share
        come_s = self.walk_s + span.mean_s
        # A walk is taken as exponential: some run, some are on another floor.
        come_square = come_s**2 + span.variance + self.walk_s**2
        mean_s = (1 - miss) * come_s + miss * self.noshow_s
        square = (1 - miss) * come_square + miss * 2 * self.noshow_s**2
        return Span(mean_s, square - mean_s**2)


def class_of(mean_s: float) -> int:
    """Which of the classes of forecasts this one belongs to."""
    return sum(mean_s > most_s for most_s in CLASSES_S)


def _normal(x: float) -> float:
    """The normal distribution's share below x."""
    return 0.5 * math.erfc(-x / math.sqrt(2))
