"""Which rows of the transition tables an event uses."""

from __future__ import annotations

from hub.core import events as ev
from hub.core import model
from hub.core.model import State
from hub.core.transitions import BOOKINGS, CALLS, LEGS, WINDOWS

Row = tuple[str, str, str]  # table, state, kind of event

ALL_ROWS: frozenset[Row] = frozenset(
    (name, *row)
    for name, table in (
        ("legs", LEGS),
        ("windows", WINDOWS),
        ("bookings", BOOKINGS),
        ("calls", CALLS),
    )
    for row in table
)


_AT_WINDOWS = ev.Called | ev.WindowOpened | ev.WindowPaused | ev.WindowClosed | ev.PauseAsked


def rows_of(state: State, event: ev.Event) -> list[Row]:
    """The rows that the event uses in this state, before it is applied."""
    kind, rows, booking = event.kind, [], getattr(event, "booking", None)
    if isinstance(event, ev.LegEvent):
        leg = state.legs.get(event.leg)
        rows.append(("legs", model.NEW if leg is None else leg.state, kind))
        if isinstance(event, ev.Voided):
            booking = None if leg is None else leg.booking
    if booking is not None:
        known = state.bookings.get(booking)
        rows.append(("bookings", model.NEW if known is None else known.state, kind))
    if isinstance(event, _AT_WINDOWS):
        rows.append(("windows", state.window(event.window).state, kind))
    if isinstance(event, ev.CallSpoken | ev.CallDropped):
        rows.append(("calls", state.calls[event.call].state, kind))
    return rows
