"""The visitor's opinion: one rating a leg; none is stored as none, with the reason why."""

from __future__ import annotations

from hub.core import errors, model
from hub.core import events as ev
from hub.core.commands import Rate, RatingOffline, RatingOpened
from hub.core.errors import Refused
from hub.core.moment import Moment

Events = list[ev.Event]

LEVELS = range(1, 6)  # GB/T 39735-2020: 5 very satisfied ... 1 very dissatisfied


def opened(m: Moment, c: RatingOpened) -> Events:
    """The pad asks; word of it that comes late changes nothing."""
    leg = m.leg(c.leg)
    if leg.rating != model.ASKED:
        return []
    return [ev.RatingShown(at_ms=m.now_ms, leg=leg.id)]


def offline(m: Moment, c: RatingOffline) -> Events:
    """No pad asks; the leg stays unrated unless a pad has kept a rating of it."""
    leg = m.leg(c.leg)
    if leg.rating != model.ASKED:
        return []
    return [ev.Unrated(at_ms=m.now_ms, leg=leg.id, why="offline")]


def rate(m: Moment, c: Rate) -> Events:
    """The first level counts, also one that a pad kept while it was cut off from the hub."""
    leg = m.leg(c.leg)
    if leg.rating == model.RATED:
        raise Refused(errors.RATED)
    if leg.rating == model.NOT_ASKED or c.level not in LEVELS:
        raise Refused(errors.NOT_RATEABLE)
    return [ev.Rated(at_ms=m.now_ms, leg=leg.id, level=c.level)]
