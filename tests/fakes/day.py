"""A seeded random day: people, clerks, voices and faults, with many presses that make no sense."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress

from fakes.hall import DAY, HOUR, MINUTE, SECOND, SERVICES, WINDOWS, World
from hub.core import Refused
from hub.core import commands as cmd
from hub.core.keys import KEYS
from hub.core.model import STATES

BOOKINGS = 24
NEXT_DAY = "2019-05-28"


def random_day(seed: int, steps: int, world: World | None = None) -> Iterator[World]:
    """Yield the world after every step; the last steps close the day and open the next."""
    dice = random.Random(seed)
    world = world or World(open_day=False)
    _try(world, cmd.OpenDay(DAY))
    for number in range(BOOKINGS):
        slot_ms = world.now + dice.randrange(0, 8 * HOUR, 5 * MINUTE)
        service = dice.choice(SERVICES).id
        holders = (f"card-{number}", f"code-{number}")
        _try(world, cmd.ImportBooking(f"b{number}", service, slot_ms, holders))
    for _ in range(steps):
        command = dice.choices(_MAKERS, _WEIGHTS)[0](world, dice)
        if command is None:
            world.wait(dice.choice((SECOND, 5 * SECOND, 9 * SECOND, MINUTE, 5 * MINUTE)))
        else:
            _try(world, command)
        yield world
    for last in (cmd.CloseDay(), cmd.OpenDay(NEXT_DAY)):
        _try(world, last)
        yield world


def _try(world: World, command: cmd.Command) -> None:
    with suppress(Refused):
        world.do(command)


def _wait(_world: World, _dice: random.Random) -> None:
    return None


def _reserve(world: World, dice: random.Random) -> cmd.Command:
    number = dice.randrange(40)
    card = dice.choice((None, f"card-{number}"))
    return world.reserve(
        dice.choice(SERVICES).id,
        card,
        alias=card and f"offline-{number}",
        priority=dice.random() < 0.1,
        machine=_machine(dice),
    )


def _check_in(world: World, dice: random.Random) -> cmd.Command:
    booked = list(world.state.bookings.values())
    if not booked:
        return cmd.Reserve("tm1", "x", "loan", "card-0", "b0", "t")
    booking = dice.choice(booked)
    return world.reserve(
        booking.service, dice.choice(booking.holders), booking=booking.id, machine=_machine(dice)
    )


def _offline(world: World, dice: random.Random) -> cmd.Command:
    """A lease is asked for, or a paper from one of them is handed in, perhaps again."""
    machine, service = _machine(dice), dice.choice(SERVICES)
    leases = [one for one in world.state.leases if one.machine == machine]
    if not leases or dice.random() < 0.2:
        return cmd.AskLease(machine, service.letter, dice.choice((0, 5, 20)))
    lease = dice.choice(leases)
    return cmd.MergeOffline(
        machine=machine,
        letter=lease.letter,
        number=dice.randrange(lease.first, lease.last + 2),
        day=lease.day,
        service=service.id,
        arrived_ms=world.now - dice.randrange(30) * MINUTE,
        token=f"offline-{world.state.last_leg}",
        holder=dice.choice((None, f"offline-{dice.randrange(40)}")),
        booked=dice.random() < 0.2,
        priority=dice.random() < 0.1,
        result=dice.choices(("printed", "failed", "unsure"), (8, 1, 1))[0],
    )


def _machine(dice: random.Random) -> str:
    return dice.choice(("tm1", "tm2"))


def _print(world: World, dice: random.Random) -> cmd.Command:
    result = dice.choices(("printed", "failed", "unsure"), (8, 1, 1))[0]
    return cmd.ConfirmPrint(_leg(world, dice, *dice.choice(_PAPERS)), result)


def _press(world: World, dice: random.Random) -> cmd.Command:
    window = dice.choice(WINDOWS).number
    key = dice.choices(KEYS, (8, 3, 5, 6, 3, 1))[0]
    press = world.press_of(
        window,
        key,
        long=dice.random() < 0.3,
        again=dice.random() < 0.7,
        target=dice.choice((None, 1, 2, 3)),
    )
    if dice.random() < 0.1:
        return cmd.Press(window, key, False, True, press.leg, press.ver - 1)
    return press


def _speak(world: World, dice: random.Random) -> cmd.Command:
    speeches = world.hall.to_speak("floor-1")
    call = speeches[0].call if speeches else dice.randrange(1, world.state.last_call + 2)
    return cmd.Spoken(call, heard=dice.random() < 0.9)


def _rate(world: World, dice: random.Random) -> cmd.Command:
    leg = _leg(world, dice, "DONE")
    return dice.choice(
        (cmd.RatingOpened(leg), cmd.RatingOffline(leg), cmd.Rate(leg, dice.randrange(0, 7)))
    )


def _other(world: World, dice: random.Random) -> cmd.Command:
    booking = f"b{dice.randrange(BOOKINGS + 4)}"
    slot_ms = world.now + dice.randrange(-2, 4) * HOUR
    return dice.choice(
        (
            cmd.CancelBooking(booking),
            cmd.ImportBooking(booking, "loan", slot_ms, (f"card-{booking[1:]}",)),
            cmd.MachineBooted(_machine(dice)),
            cmd.Prioritise(_leg(world, dice, "WAITING"), "cannot stand long"),
            cmd.ForceFinish(_leg(world, dice, "SERVING"), "forgotten"),
            cmd.SetAside(_leg(world, dice, "CALLED", "SERVING"), "a form is missing"),
            cmd.Transfer(_leg(world, dice, "CALLED", "SERVING"), dice.choice((1, 2)), "wrong"),
            cmd.BringBack(_leg(world, dice, "HELD", "MISSED"), "was in the corridor"),
            cmd.SetWindow(
                dice.choice(WINDOWS).number, dice.choice(("open", "paused", "closed")), "lunch"
            ),
            cmd.Cancel(_leg(world, dice, "WAITING"), f"card-{dice.randrange(40)}"),
        )
    )


def _leg(world: World, dice: random.Random, *states: str) -> int:
    """A leg in one of these states, or once in a while any number."""
    if dice.random() < 0.1:
        states = STATES
    found = [leg for leg in world.hall.legs.values() if leg.state in states]
    return dice.choice(found[-5:]).id if found else 1


# Most papers come at once; some word of them comes when the leg is long somewhere else.
_PAPERS = (("RESERVED",), ("RESERVED",), ("WAITING",), ("CALLED", "SERVING", "HELD"))

_MAKERS = (_wait, _reserve, _check_in, _print, _press, _speak, _rate, _other, _offline)
_WEIGHTS = (8, 7, 3, 10, 20, 6, 4, 2, 1)
