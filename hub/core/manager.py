"""What a manager may do to the queue, each act with its reason in the journal, and be told."""

from __future__ import annotations

from hub.core import acts, errors, model, order
from hub.core import events as ev
from hub.core.commands import Alert, ForceFinish, Prioritise
from hub.core.errors import Refused
from hub.core.moment import Moment

Events = list[ev.Event]


def prioritise(m: Moment, c: Prioritise) -> Events:
    """Give 优先, or the first place; a leg that has as much already keeps its key."""
    leg = m.leg(c.leg)
    if leg.state != model.WAITING:
        raise Refused(errors.NOT_WAITING)
    credit_ms = m.policy.credit_priority_ms
    if c.urgent:
        credit_ms = max(credit_ms, leg.base_ms - _first_key_ms(m) + 1)
    if leg.urgent or credit_ms <= leg.credit_ms:
        return []
    return [
        ev.Prioritised(
            at_ms=m.now_ms,
            leg=leg.id,
            credit_ms=credit_ms,
            urgent=c.urgent,
            reason=_reason(c.reason),
        )
    ]


def _first_key_ms(m: Moment) -> int:
    return min(order.rank(leg)[0] for leg in m.state.index.by_state[model.WAITING].values())


def force_finish(m: Moment, c: ForceFinish) -> Events:
    """End a service in its clerk's place; it counts in no figure and asks for no rating."""
    leg = m.leg(c.leg)
    if leg.state != model.SERVING:
        raise Refused(errors.NOT_SERVING)
    end = ev.Finished(at_ms=m.now_ms, leg=leg.id, forced=True, reason=_reason(c.reason))
    return acts.leave(m, leg, end)


def alert(m: Moment, c: Alert) -> Events:
    """Tell the manager once a day."""
    if not m.state.day_open or f"{c.what}:{c.subject}" in m.state.alerts:
        return []
    return [ev.Alerted(at_ms=m.now_ms, what=c.what, subject=c.subject)]


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(errors.NEED_REASON)
    return text.strip()
