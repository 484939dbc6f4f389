"""The tables, held to the letter: every row moves, every other pair is refused untouched."""

from __future__ import annotations

import pytest

from fakes.hall import MINUTE, World
from fakes.legs import leg_in
from hub.core import IllegalEvent, model
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.events import EVENTS, LegEvent
from hub.core.transitions import BOOKINGS, CALLS, LEGS, WINDOWS

NEW_LEG = 99  # an id that the world of `leg_in` does not have, but for the next one

# Leg kinds by class, and what each needs beside the leg's id.
LEG_EVENTS = {cls.kind: cls for cls in EVENTS if issubclass(cls, LegEvent)}
FACTS = {
    "prioritised": {"credit_ms": 1_200_000, "urgent": False, "reason": "cannot stand"},
    "print_unsure": {"why": "unsure"},
    "called": {"window": 3, "zone": "floor-2", "voiced": False, "breach": None},
    "recalled": {"call": None, "zone": "floor-1", "voiced": True},
    "started": {"implicit": False},
    "finished": {"forced": False},
    "held": {"until_ms": 0},
    "returned": {"base_ms": 0},
    "rated": {"level": 5},
    "unrated": {"why": "no-key"},
    "checked_in": {"booking": "b9", "slot_ms": 0},
    "merged": {
        "visit": 9,
        "letter": "A",
        "number": 701,
        "ticket": "A701",
        "service": "loan",
        "token": "t",
        "machine": "tm1",
        "holder": None,
        "priority": False,
        "claimed": False,
        "sure": True,
        "twin": None,
        "arrived_ms": 0,
        "credit_ms": 0,
    },
    "forwarded": {"origin": 1, "service": "card", "base_ms": 0, "credit_ms": 0},
    "reserved": {
        "visit": 1,
        "letter": "A",
        "number": 500,
        "ticket": "A500",
        "service": "loan",
        "token": "t",
        "machine": "tm1",
        "session": "s",
        "holder": None,
        "booking": None,
        "slot_ms": None,
        "priority": False,
        "base_ms": 0,
        "credit_ms": 0,
        "ready_ms": 0,
    },
}


def leg_event(world: World, kind: str, leg: int) -> LegEvent:
    """The event of this kind for the leg, in itself without fault."""
    facts = dict(FACTS.get(kind, {}))
    if kind == "called":
        facts["call"] = world.state.last_call + 1
    if kind == "checked_in" and world.state.day_open:
        world.book("b9", world.now)
    return LEG_EVENTS[kind](at_ms=world.now, leg=leg, **facts)


@pytest.mark.parametrize("state", [model.NEW, *model.STATES])
def test_each_leg_state_takes_exactly_its_rows(state):
    for kind in LEG_EVENTS:
        world, leg = leg_in(state)
        assert (world.hall.legs[leg].state if leg in world.hall.legs else model.NEW) == state
        event, before = leg_event(world, kind, leg), world.hall.digest()
        if (state, kind) in LEGS:
            world.hall.apply(event)
            assert world.hall.legs[leg].state == LEGS[state, kind]
        else:
            with pytest.raises(IllegalEvent) as refused:
                world.hall.apply(event)
            assert (refused.value.kind, refused.value.subject) == (kind, f"leg {leg}")
            assert world.hall.digest() == before


def window_in(state: str) -> World:
    world = World()
    if state != model.CLOSED:
        world.press(1, "pause")
    if state == model.PAUSED:
        world.press(1, "pause")
    assert world.state.window(1).state == state
    return world


@pytest.mark.parametrize("state", [model.CLOSED, model.PAUSED, model.OPEN])
@pytest.mark.parametrize("kind", sorted({kind for _, kind in WINDOWS} - {"pause_asked"}))
def test_each_window_state_takes_exactly_its_rows(state, kind):
    world = window_in(state)
    leg = world.take()
    if kind == "called":
        event = ev.Called(at_ms=0, leg=leg, window=1, zone="z", call=1, voiced=False, breach=None)
    else:
        event = {cls.kind: cls for cls in EVENTS}[kind](at_ms=0, window=1)
    applied_or_refused(world, event, (state, kind) in WINDOWS)
    if (state, kind) in WINDOWS:
        assert world.state.window(1).state == WINDOWS[state, kind]


@pytest.mark.parametrize("state", [model.CLOSED, model.PAUSED, model.OPEN])
def test_a_pause_is_asked_for_only_where_a_leg_stands(state):
    asked = ev.PauseAsked(at_ms=0, window=1, on=True)
    applied_or_refused(window_in(state), asked, legal=False)
    world = World()
    world.called()
    applied_or_refused(world, asked, legal=(model.OPEN, "pause_asked") in WINDOWS)
    applied_or_refused(world, ev.WindowPaused(at_ms=0, window=1), legal=False)
    applied_or_refused(world, ev.WindowClosed(at_ms=0, window=1), legal=False)


def booking_in(state: str) -> World:
    world = World()
    if state != model.NEW:
        world.book("b", world.now)
    if state == model.CHECKED_IN:
        world.check_in("b")
    if state == model.CANCELLED:
        world.do(cmd.CancelBooking("b"))
    if state == model.BOOKING_MISSED:
        world.wait(61 * MINUTE)
    return world


@pytest.mark.parametrize(
    "state", [model.NEW, model.BOOKED, model.CHECKED_IN, model.CANCELLED, model.BOOKING_MISSED]
)
@pytest.mark.parametrize(
    "event",
    [
        ev.BookingImported(at_ms=0, booking="b", service="loan", slot_ms=0, holders=()),
        ev.BookingCancelled(at_ms=0, booking="b"),
        ev.BookingMissed(at_ms=0, booking="b"),
        ev.Reserved(at_ms=0, leg=2, **{**FACTS["reserved"], "booking": "b"}),
    ],
    ids=lambda event: event.kind,
)
def test_each_booking_state_takes_exactly_its_rows(state, event):
    world = booking_in(state)
    if not world.hall.legs:
        world.take()
    applied_or_refused(world, event, (state, event.kind) in BOOKINGS)
    if (state, event.kind) in BOOKINGS:
        assert world.state.bookings["b"].state == BOOKINGS[state, event.kind]


@pytest.mark.parametrize("state", [model.QUEUED, model.SPOKEN, model.DROPPED])
@pytest.mark.parametrize("cls", [ev.CallSpoken, ev.CallDropped], ids=lambda cls: cls.kind)
def test_each_call_state_takes_exactly_its_rows(state, cls):
    world = World()
    world.take()
    world.press(1, "next")
    if state != model.QUEUED:
        world.do(cmd.Spoken(1, heard=state == model.SPOKEN))
    assert world.state.calls[1].state == state
    event = cls(at_ms=0, call=1, **({"why": "silent"} if cls is ev.CallDropped else {}))
    applied_or_refused(world, event, (state, cls.kind) in CALLS)


def applied_or_refused(world: World, event: ev.Event, legal: bool) -> None:
    """Legal: the event changes the hall. Not: IllegalEvent, and it changes nothing."""
    before = world.hall.digest()
    if legal:
        world.hall.apply(event)
        assert world.hall.digest() != before
        return
    with pytest.raises(IllegalEvent):
        world.hall.apply(event)
    assert world.hall.digest() == before


def test_an_event_that_does_not_follow_the_ones_before_is_refused():
    world = World()
    world.called()
    world.take("loan", "twin")
    world.press(3, "pause")
    facts = FACTS["reserved"]
    wrong = [
        ev.Reserved(at_ms=0, leg=NEW_LEG, **facts),
        ev.Reserved(at_ms=0, leg=3, **{**facts, "number": 2}),
        ev.Forwarded(at_ms=0, leg=NEW_LEG, **FACTS["forwarded"]),
        ev.Forwarded(at_ms=0, leg=3, **{**FACTS["forwarded"], "origin": NEW_LEG}),
        ev.Called(at_ms=0, leg=2, call=7, **FACTS["called"]),
        ev.Called(at_ms=0, leg=2, call=2, **{**FACTS["called"], "window": 1}),
        ev.Recalled(at_ms=0, leg=1, **{**FACTS["recalled"], "call": 9}),
        ev.CallSpoken(at_ms=0, call=9),
        ev.DayOpened(at_ms=0, day="2019-05-28"),
        ev.DayClosed(at_ms=0, day="2019-05-28"),
    ]
    for event in wrong:
        applied_or_refused(world, event, legal=False)


def test_two_legs_of_one_visit_are_never_called_at_once():
    world = World()
    world.take("loan", "card-1")
    second = world.take("grant", "card-1")
    world.press(1, "next")
    world.press(3, "pause")
    applied_or_refused(world, leg_event(world, "called", second), legal=False)
    assert world.refused(3, "next") == "NOBODY"


def test_a_day_does_not_open_twice_nor_over_a_leg_at_a_window():
    world = World()
    world.serving()
    world.do(cmd.CloseDay())
    for day in ("2019-05-27", "2019-05-26", "2019-05-28"):
        applied_or_refused(world, ev.DayOpened(at_ms=0, day=day), legal=False)
