"""Every command in every state: what it brings about, or why it is refused and changes nothing.

Presses are another table, in test_keys; events in every state are in test_transitions.
"""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from fakes.hall import MINUTE, World, kinds
from fakes.legs import leg_in
from hub.core import Refused, errors, model
from hub.core import commands as cmd
from hub.core.issue import return_code
from hub.core.model import (
    CALLED,
    DONE,
    HELD,
    MISSED,
    NO_SHOW,
    RESERVED,
    SERVING,
    UNSERVED,
    VOID,
    WAITING,
)

SENT_ON = "transferred forwarded"

# What a command comes to, and in which states it is otherwise. Lower case: its events, `-` for
# none at all. Upper case: the reason of its refusal.
ON_A_LEG = {
    "reserve": (
        "reprinted",
        {MISSED: "returned", DONE: "reserved", VOID: "reserved", NO_SHOW: "reserved"}
        | {UNSERVED: "DAY_CLOSED"},
    ),
    "cancel": (
        "NOT_WAITING",
        {RESERVED: "voided", WAITING: "voided"}
        | dict.fromkeys((DONE, VOID, NO_SHOW, UNSERVED), "UNKNOWN_LEG"),
    ),
    "return": ("NOT_MISSED", {MISSED: "returned", NO_SHOW: "RETURN_LATE"}),
    "printed": ("-", {RESERVED: "printed"}),
    "failed": ("-", {RESERVED: "voided"}),
    "unsure": ("-", {RESERVED: "print_unsure"}),
    "booted": ("-", {RESERVED: "print_unsure"}),
    "priority": ("NOT_WAITING", {WAITING: "managed prioritised"}),
    "urgent": ("NOT_WAITING", {WAITING: "managed prioritised"}),
    "force": ("NOT_SERVING", {SERVING: "managed finished"}),
    "hold": ("NOT_SERVING", {CALLED: "managed started held", SERVING: "managed held"}),
    "back": (
        "NOT_MISSED",
        {HELD: "managed returned", MISSED: "managed returned", NO_SHOW: "RETURN_LATE"},
    ),
    "transfer": (
        "NOT_SERVING",
        {CALLED: f"managed started {SENT_ON}", SERVING: f"managed {SENT_ON}"},
    ),
    "spoken": ("UNKNOWN_CALL", dict.fromkeys((CALLED, SERVING, DONE, HELD, MISSED, NO_SHOW), "-")),
    "shown": ("-", {DONE: "rating_shown"}),
    "offline": ("-", {DONE: "unrated"}),
    "rate": ("NOT_RATEABLE", {DONE: "rated"}),
    "close": (
        "day_closed",
        dict.fromkeys((RESERVED, WAITING, HELD), "unserved day_closed")
        | dict.fromkeys((CALLED, MISSED), "no_show day_closed")
        | {UNSERVED: "DAY_CLOSED"},
    ),
}


def commands_on(world: World, number: int) -> dict[str, cmd.Command]:
    """Each command as it would be asked for this leg."""
    leg = world.hall.legs[number]
    return {
        "reserve": world.reserve(leg.service, leg.holder),
        "cancel": cmd.Cancel(number, str(leg.holder)),
        "return": cmd.Return(leg.ticket, return_code(leg.token)),
        "printed": cmd.ConfirmPrint(number, "printed"),
        "failed": cmd.ConfirmPrint(number, "failed"),
        "unsure": cmd.ConfirmPrint(number, "unsure"),
        "booted": cmd.MachineBooted(leg.machine),
        "priority": cmd.Prioritise(number, "reason"),
        "urgent": cmd.Prioritise(number, "reason", urgent=True),
        "force": cmd.ForceFinish(number, "reason"),
        "hold": cmd.SetAside(number, "reason"),
        "back": cmd.BringBack(number, "reason"),
        "transfer": cmd.Transfer(number, 2, "reason"),
        "spoken": cmd.Spoken(leg.call or 99),
        "shown": cmd.RatingOpened(number),
        "offline": cmd.RatingOffline(number),
        "rate": cmd.Rate(number, 5),
        "close": cmd.CloseDay(),
    }


@pytest.mark.parametrize(("name", "state"), list(itertools.product(ON_A_LEG, model.STATES)))
def test_each_command_on_a_leg_in_each_state(name: str, state: str) -> None:
    world, leg = leg_in(state)
    if world.state.day_open:
        world.press(2, "pause")
    usual, other = ON_A_LEG[name]
    assert outcome(world, commands_on(world, leg)[name]) == other.get(state, usual)


def outcome(world: World, command: cmd.Command) -> str:
    """What it came to; whatever is refused or comes to nothing has changed nothing."""
    before = world.hall.digest()
    events, reason = [], None
    try:
        events = world.hall.decide(command, world.now)
    except Refused as refusal:
        reason = refusal.reason
    assert reason is None or reason in errors.REASONS
    assert world.hall.digest() == before  # deciding is not doing
    for event in events:
        world.hall.apply(event)
    assert events or world.hall.digest() == before
    return reason or " ".join(kinds(events)) or "-"


ON_A_WINDOW = {
    # (what it is to be, what stands there): outcome
    ("open", "closed"): "managed window_opened",
    ("open", "paused"): "managed window_opened",
    ("open", "idle"): "-",
    ("open", "called"): "-",
    ("open", "serving"): "-",
    ("open", "pausing"): "managed pause_asked",
    ("paused", "closed"): "WINDOW_CLOSED",
    ("paused", "paused"): "-",
    ("paused", "idle"): "managed window_paused",
    ("paused", "called"): "managed pause_asked",
    ("paused", "serving"): "managed pause_asked",
    ("paused", "pausing"): "-",
    ("closed", "closed"): "-",
    ("closed", "paused"): "managed window_closed",
    ("closed", "idle"): "managed window_closed",
    ("closed", "called"): "WINDOW_BUSY",
    ("closed", "serving"): "WINDOW_BUSY",
    ("closed", "pausing"): "WINDOW_BUSY",
}


@pytest.mark.parametrize(("to", "stands"), ON_A_WINDOW)
def test_each_act_on_a_window_in_each_state(to: str, stands: str) -> None:
    world = World()
    if stands in ("paused", "idle"):
        world.press(1, "pause")
    if stands == "paused":
        world.press(1, "pause")
    if stands == "called":
        world.called()
    if stands in ("serving", "pausing"):
        world.serving()
    if stands == "pausing":
        world.press(1, "pause")
    assert outcome(world, cmd.SetWindow(1, to, "reason")) == ON_A_WINDOW[to, stands]


ON_A_BOOKING = {
    # (command, the booking's state): outcome
    ("import", model.NEW): "booking_imported",
    ("import", model.BOOKED): "-",
    ("import", model.CANCELLED): "booking_imported",
    ("import", model.CHECKED_IN): "-",
    ("import", model.BOOKING_MISSED): "-",
    ("change", model.NEW): "booking_imported",
    ("change", model.BOOKED): "booking_imported",
    ("change", model.CANCELLED): "booking_imported",
    ("change", model.CHECKED_IN): "-",
    ("change", model.BOOKING_MISSED): "-",
    ("cancel", model.NEW): "-",
    ("cancel", model.BOOKED): "booking_cancelled",
    ("cancel", model.CANCELLED): "-",
    ("cancel", model.CHECKED_IN): "-",
    ("cancel", model.BOOKING_MISSED): "-",
    ("check in", model.NEW): "BOOKING_UNKNOWN",
    ("check in", model.BOOKED): "reserved",
    ("check in", model.CANCELLED): "BOOKING_CANCELLED",
    ("check in", model.CHECKED_IN): "reprinted",
    ("check in", model.BOOKING_MISSED): "BOOKING_LATE",
}


@pytest.mark.parametrize(("name", "state"), ON_A_BOOKING)
def test_each_command_on_a_booking_in_each_state(name: str, state: str) -> None:
    world = World()
    slot_ms = world.now
    if state != model.NEW:
        world.book("b", slot_ms)
    if state == model.CANCELLED:
        world.do(cmd.CancelBooking("b"))
    if state == model.CHECKED_IN:
        world.check_in("b")
    if state == model.BOOKING_MISSED:
        world.wait(61 * MINUTE)
    command = {
        "import": cmd.ImportBooking("b", "loan", slot_ms, ("card-b",)),
        "change": cmd.ImportBooking("b", "loan", slot_ms + MINUTE, ("card-b",)),
        "cancel": cmd.CancelBooking("b"),
        "check in": world.reserve("loan", "card-b", booking="b"),
    }[name]
    assert outcome(world, command) == ON_A_BOOKING[name, state]


ON_THE_DAY = {
    # (command, the day's state): outcome
    ("open", "none"): "day_opened",
    ("open", "open"): "-",
    ("open", "closed"): "DAY_CLOSED",
    ("next", "none"): "day_opened",
    ("next", "open"): "day_closed day_opened",
    ("next", "closed"): "day_opened",
    ("close", "none"): "DAY_CLOSED",
    ("close", "open"): "managed day_closed",
    ("close", "closed"): "DAY_CLOSED",
    ("alert", "none"): "-",
    ("alert", "open"): "alerted",
    ("alert", "closed"): "-",
    ("window", "none"): "DAY_CLOSED",
    ("window", "open"): "managed window_opened",
    ("window", "closed"): "DAY_CLOSED",
    ("lease", "none"): "DAY_CLOSED",
    ("lease", "open"): "leased",
    ("lease", "closed"): "DAY_CLOSED",
    ("revoke", "none"): "DAY_CLOSED",
    ("revoke", "open"): "managed leases_set",
    ("revoke", "closed"): "DAY_CLOSED",
    ("merge", "none"): "LEASE_UNKNOWN",
    ("merge", "open"): "merged",
    ("merge", "closed"): "merged unserved",
}


@pytest.mark.parametrize(("name", "state"), ON_THE_DAY)
def test_each_command_on_the_day_in_each_state(name: str, state: str) -> None:
    world = World(open_day=state != "none")
    if state != "none":
        world.do(cmd.AskLease("tm1", "A", 0))
    if state == "closed":
        world.do(cmd.CloseDay())
    command = {
        "open": cmd.OpenDay("2019-05-27"),
        "next": cmd.OpenDay("2019-05-28"),
        "close": cmd.CloseDay("reason"),
        "alert": cmd.Alert("no-window", "loan"),
        "window": cmd.SetWindow(1, "open", "reason"),
        "lease": cmd.AskLease("tm2", "A", 0),
        "revoke": cmd.SetLeases("tm1", False, "reason"),
        "merge": cmd.MergeOffline(
            "tm1", "A", 701, "2019-05-27", "loan", 0, "t", None, False, False, "printed"
        ),
    }[name]
    assert outcome(world, command) == ON_THE_DAY[name, state]


def test_the_tables_hold_every_command() -> None:
    world, leg = leg_in(WAITING)
    held = {type(command) for command in commands_on(world, leg).values()}
    held |= {cmd.SetWindow, cmd.ImportBooking, cmd.CancelBooking, cmd.OpenDay, cmd.Alert}
    held |= {cmd.AskLease, cmd.SetLeases, cmd.MergeOffline, cmd.ResumeVoices}
    assert held | {cmd.Press} == set(get_args(cmd.Command))
    assert set(commands_on(world, leg)) == set(ON_A_LEG)
