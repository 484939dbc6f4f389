"""Every event of every device is answered, by the rules of the core, and none ends the hub."""

from __future__ import annotations

import dataclasses
import itertools
from math import ceil

import pytest

from fakes.hub import MACHINE, MINUTE, PROOF, SEAL, TEN, Desk, event, example, holder
from hub.bridge import Bridge
from hub.core import Hall, commands, errors
from hub.wire.inbound import EVENTS
from protocol import codec
from protocol.caller import Press
from protocol.envelope import Evt, EvtAck, Fault
from protocol.machine import Identify, Printed, Quote, Reserve
from protocol.pad import Rate

CALLER, PAD = "caller-04", "pad-04"
CARD = {"how": "card", "id": "AB"}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def book(desk: Desk, booking: str = "b-1", at_ms: int = TEN, service: str = PROOF) -> None:
    desk.do(commands.ImportBooking(booking, service, at_ms, ("card:AB", "code:1234")))


def seen(desk: Desk, key: str, **more: object) -> Press:
    view = desk.hall.window_view(4, desk.now)
    return Press(key=key, leg=view.leg, ver=view.ver, **more)


def test_a_card_finds_its_bookings_and_live_numbers(desk: Desk) -> None:
    book(desk, at_ms=TEN + 15 * MINUTE)
    desk.take(SEAL, "AB")
    reply = desk.tell(MACHINE, "identify", Identify(s="s", **CARD))
    assert reply.question
    assert reply.body["bookings"] == [{"id": "b-1", "service": PROOF, "slot": "10:15"}]
    assert reply.body["live"] == [{"leg": 1, "ticket": "U001", "service": SEAL}]


def test_nobody_has_nothing(desk: Desk) -> None:
    reply = desk.tell(MACHINE, "identify", Identify(s="s", how="none"))
    assert reply.answer == {"ok": True, "why": None, "d": {"bookings": [], "live": []}}


def test_more_bookings_than_a_message_holds_are_left_out(desk: Desk) -> None:
    for n in range(9):
        book(desk, f"b-{n}", TEN + n * MINUTE)
    body = desk.tell(MACHINE, "identify", Identify(s="s", **CARD)).body
    assert [row["id"] for row in body["bookings"]] == [f"b-{n}" for n in range(6)]


def test_a_quote_says_how_many_are_ahead_and_where_to_go(desk: Desk) -> None:
    desk.take(PROOF, "CD")
    reply = desk.tell(MACHINE, "quote", Quote(s="s", service=PROOF, **CARD))
    assert reply.question and not reply.events
    told = {name: reply.body[name] for name in ("ahead", "p50", "windows", "floor", "slot")}
    assert told == {"ahead": 1, "p50": None, "windows": [4, 5, 6], "floor": 1, "slot": None}


def test_minutes_are_rounded_up(desk: Desk) -> None:
    desk.press(4, "pause")
    desk.take(PROOF, "CD")
    quote = desk.hall.quote(PROOF, "card:AB", None, desk.now)
    body = desk.tell(MACHINE, "quote", Quote(s="s", service=PROOF, **CARD)).body
    assert quote.p50_s is not None and quote.p90_s is not None
    assert (body["p50"], body["p90"]) == (ceil(quote.p50_s / 60), ceil(quote.p90_s / 60))
    assert 0 < body["p50"] <= body["p90"]


def test_a_number_carries_all_that_the_paper_says(desk: Desk) -> None:
    book(desk)
    reply = desk.tell(MACHINE, "reserve", Reserve(s="s", service=PROOF, booking="b-1", **CARD))
    body = reply.body
    assert (body["ticket"], body["slot"], body["at"]) == ("C001", "10:00", "2026-09-21 10:00")
    assert (body["leg"], body["again"], body["windows"]) == (1, False, [4, 5, 6])
    assert [event.kind for event in reply.events] == ["reserved"]
    assert not reply.question


def test_the_same_card_gets_the_same_number_on_a_second_paper(desk: Desk) -> None:
    first = desk.tell(MACHINE, "reserve", Reserve(s="s1", service=PROOF, **CARD)).body
    again = desk.tell(MACHINE, "reserve", Reserve(s="s2", service=PROOF, **CARD)).body
    assert (again["ticket"], again["token"]) == (first["ticket"], first["token"])
    assert again["again"]


def test_tokens_tell_nothing_of_each_other(desk: Desk) -> None:
    tokens = {
        desk.tell(
            MACHINE, "reserve", Reserve(s=f"s{n}", service=PROOF, how="card", id=f"C{n}")
        ).body["token"]
        for n in range(20)
    }
    assert len(tokens) == 20


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"service": "no-such-service"}, errors.UNKNOWN_SERVICE),
        ({"how": "none"}, errors.NEED_CARD),
        ({"booking": "b-9"}, errors.BOOKING_UNKNOWN),
    ],
)
def test_a_refused_number_is_refused_as_a_quote_too(desk: Desk, asked, why) -> None:
    fields = {"s": "s", "service": PROOF, **CARD, **asked}
    for kind, cls in (("quote", Quote), ("reserve", Reserve)):
        reply = desk.tell(MACHINE, kind, cls(**fields))
        assert reply.answer == {"ok": False, "why": why, "d": {}}


def test_a_booking_nobody_knows_is_no_matter_to_who_holds_a_number(desk: Desk) -> None:
    """The hub once ended here, and again whenever the machine resent it."""
    desk.take(PROOF, "AB")
    reply = desk.tell(MACHINE, "quote", Quote(s="s", service=PROOF, booking="b-9", **CARD))
    assert reply.body["slot"] is None


def test_a_paper_is_confirmed_once(desk: Desk) -> None:
    desk.tell(MACHINE, "reserve", Reserve(s="s", service=PROOF, **CARD))
    told = [desk.tell(MACHINE, "printed", Printed(leg=1, result="printed")) for _ in range(2)]
    assert [[event.kind for event in reply.events] for reply in told] == [["printed"], []]
    assert desk.tell(MACHINE, "printed", Printed(leg=9, result="printed")).why == "UNKNOWN_LEG"


def test_a_number_printed_again_elsewhere_is_confirmed_there(desk: Desk) -> None:
    desk.tell(MACHINE, "reserve", Reserve(s="s", service=PROOF, **CARD))
    desk.tell("ticket-machine-2", "reserve", Reserve(s="t", service=PROOF, **CARD))
    told = desk.tell("ticket-machine-2", "printed", Printed(leg=1, result="printed"))
    assert [event.kind for event in told.events] == ["printed"]
    assert desk.tell(MACHINE, "printed", Printed(leg=1, result="failed")).why == "UNKNOWN_LEG"
    for key in ("pause", "next", "noshow"):
        desk.press(4, key, again=True)
    desk.tell(MACHINE, "reserve", Reserve(s="u", service=PROOF, **CARD))
    assert desk.tell(MACHINE, "printed", Printed(leg=1, result="printed")).why is None


def test_a_press_acts_on_the_callers_window(desk: Desk) -> None:
    desk.press(4, "pause")
    desk.take()
    reply = desk.tell(CALLER, "press", seen(desk, "next"))
    assert [event.kind for event in reply.events] == ["called"]
    assert desk.hall.window_view(4, desk.now).ticket == "C001"
    assert desk.hall.window_view(5, desk.now).ticket is None


def test_a_press_on_an_older_picture_is_stale(desk: Desk) -> None:
    old = seen(desk, "pause")
    desk.press(4, "pause")
    assert desk.tell(CALLER, "press", old).why == errors.STALE


def test_the_last_visitor_is_finished_and_the_clerk_told_that_nobody_waits(desk: Desk) -> None:
    desk.press(4, "pause")
    desk.take()
    desk.press(4, "next")
    desk.press(4, "done")
    reply = desk.tell(CALLER, "press", seen(desk, "next"))
    assert reply.answer["ok"]
    assert reply.answer["why"] == errors.NOBODY
    assert [event.kind for event in reply.events] == ["finished"]


def test_a_rating_counts_at_its_own_window_only(desk: Desk) -> None:
    desk.press(4, "pause")
    leg = desk.finish()
    assert desk.tell("pad-05", "rate", Rate(leg=leg, level=5)).why == errors.NOT_RATEABLE
    assert desk.tell(PAD, "rate", Rate(leg=99, level=5)).why == errors.NOT_RATEABLE
    assert [e.kind for e in desk.tell(PAD, "rate", Rate(leg=leg, level=5)).events] == ["rated"]
    assert desk.tell(PAD, "rate", Rate(leg=leg, level=1)).why == errors.RATED


def test_a_fault_is_passed_on_and_not_journalled(desk: Desk) -> None:
    reply = desk.tell(MACHINE, "fault", Fault(what="printer-paper", on=True, detail="EOT4 7E"))
    assert reply.question
    assert desk.faults == [(MACHINE, "printer-paper", True)]


def test_a_leg_outlives_its_service_in_the_halls_file() -> None:
    before = Desk()
    before.take(PROOF, "AB")
    services = {key: value for key, value in example().services.items() if key != PROOF}
    after = dataclasses.replace(example(), services=services)
    hall = Hall(after.to_rules())
    hall.state = before.hall.state
    bridge = Bridge(after, hall, holder, lambda *_: None)
    for kind, cls in (("quote", Quote), ("reserve", Reserve)):
        asked = event(kind, cls(s="s", service=PROOF, **CARD))
        assert bridge.answer(after.device(MACHINE), asked, TEN).why == errors.UNKNOWN_SERVICE
    known = bridge.answer(after.device(MACHINE), event("identify", Identify(s="s", **CARD)), TEN)
    assert known.body["live"][0]["service"] == PROOF


# Values that the wire lets through, right or wrong for the hall.
ODD = {
    "s": ("s", "x" * 32),
    "service": (PROOF, "no-such", "lost-property"),
    "how": ("card", "id-number", "code", "paper", "none"),
    "id": ("", "AB", "C0011234", "ß" * 32, "\u2028", "😀"),
    "priority": (False, True),
    "booking": (None, "b-1", "b-9"),
    "leg": (1, 2**53 - 1),
    "level": (1, 5),
    "result": ("printed", "failed", "unsure"),
    "key": ("next", "recall", "noshow", "done", "transfer", "pause"),
    "long": (False, True),
    "again": (False, True),
    "ver": (0, 2**53 - 1),
    "target": (None, 5, 2**53 - 1),
    "what": ("printer-paper",),
    "on": (True, False),
    "detail": ("",),
    "letter": ("C", ""),
    "left": (0, 2**53 - 1),
    "number": (701, 2**53 - 1),
    "day": ("2026-11-20", "x"),
    "at": (0, 2**53 - 1),
    "token": ("t",),
    "holder": ("", "x"),
    "booked": (False, True),
}
# Two nullable numbers of a press: the leg may be missing, too.
PRESS_LEGS = (None, 1, 2**53 - 1)


def odd_bodies():
    """Every combination of odd values in every event of every role."""
    for role, bodies in EVENTS.items():
        for kind, cls in bodies.items():
            names = cls.FIELDS[::3]
            legs = {"leg": PRESS_LEGS} if kind == "press" else {}
            for values in itertools.product(*((ODD | legs)[name] for name in names)):
                yield role, kind, cls(**dict(zip(names, values, strict=True)))


def test_whatever_the_wire_lets_through_is_answered() -> None:
    """Day open or not, numbers held or not: an answer that fits the wire, and no exception."""
    desk = Desk()
    device = {role: next(d for d in desk.config.devices() if d.role == role) for role in EVENTS}
    device["caller"], device["rating_pad"] = map(desk.config.device, (CALLER, PAD))
    book(desk)
    seen_whys = set()
    bodies = list(odd_bodies())
    for n, (role, kind, body) in enumerate(bodies * 2, 1):
        if n == len(bodies) + 1:
            desk.do(commands.CloseDay())
        reply = desk.bridge.answer(device[role], event(kind, body, n=n), desk.now + n)
        codec.encode(EvtAck(k=kind, boot=1, n=n, now=desk.now, **reply.answer))
        seen_whys.add(reply.why)
    assert len(bodies) > 700
    assert {errors.UNKNOWN_SERVICE, errors.NEED_CARD, errors.STALE, errors.DAY_CLOSED} <= seen_whys


def test_every_kind_of_every_role_has_a_handler(desk: Desk) -> None:
    kinds = {kind for bodies in EVENTS.values() for kind in bodies}
    assert kinds == set(desk.bridge._handlers)


def test_a_press_that_waited_too_long_is_stale_whatever_it_says(desk: Desk) -> None:
    press = Evt(k="press", boot=1, n=1, t=0, age_ms=10_001, d=seen(desk, "pause"))
    assert desk.bridge.answer(desk.config.device(CALLER), press, desk.now).why == errors.STALE


@pytest.mark.parametrize(("late_ms", "why"), [(10_000, None), (10_001, errors.STALE)])
def test_a_press_that_the_network_held_back_is_stale_too(
    desk: Desk, late_ms: int, why: str | None
) -> None:
    press = Evt(k="press", boot=1, n=1, t=0, ts=desk.now - late_ms, d=seen(desk, "pause"))
    assert desk.bridge.answer(desk.config.device(CALLER), press, desk.now).why == why


def test_the_manager_is_told_once_why_a_service_takes_nobody(desk: Desk) -> None:
    hours = ((desk.now - 120 * MINUTE, desk.now + 240 * MINUTE),)
    desk.do(commands.OpenDay(desk.hall.state.day, hours))
    for count in (1, 0):
        reply = desk.tell(MACHINE, "quote", Quote(s="s", service=SEAL, **CARD))
        assert (reply.why, len(reply.events)) == ("NO_WINDOW", count)
    assert list(desk.hall.state.alerts) == [f"no-window:{SEAL}"]
