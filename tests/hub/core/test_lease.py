"""Blocks of numbers leased to machines: whose they are, and when another one is given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.hall import HOUR, World, kinds, small_rules
from hub.core import IllegalEvent
from hub.core import commands as cmd
from hub.core import events as ev

TM1, TM2 = "tm1", "tm2"


def ask(world: World, machine: str = TM1, letter: str = "A", left: int = 0) -> list[tuple]:
    """What the machine is given: first and last numbers."""
    events = world.do(cmd.AskLease(machine, letter, left))
    return [(event.first, event.last) for event in events]


def blocks(world: World) -> list[tuple]:
    return [(one.machine, one.letter, one.first, one.last) for one in world.state.leases]


def test_blocks_follow_each_other_over_all_machines_of_a_department():
    world = World()
    assert ask(world) == [(701, 720)]
    assert ask(world, TM2) == [(721, 740)]
    assert ask(world, TM2, "F") == [(701, 720)]
    assert ask(world) == [(741, 760)]
    assert blocks(world) == [
        (TM1, "A", 701, 720),
        (TM2, "A", 721, 740),
        (TM2, "F", 701, 720),
        (TM1, "A", 741, 760),
    ]


def test_another_block_is_given_only_below_the_renew_mark():
    world = World()
    ask(world)
    assert ask(world, left=20) == []
    assert ask(world, left=8) == []
    assert ask(world, left=7) == [(721, 740)]
    # The mark counts for the newest block of this machine and letter alone.
    assert ask(world, TM2, left=20) == [(741, 760)]
    assert ask(world, letter="F", left=20) == [(701, 720)]


def test_a_machine_that_lost_its_flash_gets_numbers_that_nobody_had():
    world = World()
    ask(world)
    world.do(cmd.MachineBooted(TM1))
    assert ask(world, left=0) == [(721, 740)]


def test_the_last_block_is_cut_and_after_it_the_manager_is_told():
    world = World(small_rules(offline_last=730))
    assert ask(world) == [(701, 720)]
    assert ask(world, TM2) == [(721, 730)]
    with pytest.raises(Exception, match="LEASE_NONE") as refused:
        ask(world)
    assert refused.value.alert == "lease-none"
    assert ask(world, letter="F") == [(701, 720)]


def test_a_letter_that_no_service_has_gets_none():
    assert World().why(cmd.AskLease(TM1, "Z", 0)) == "LEASE_NONE"


def test_no_day_no_numbers():
    assert World(open_day=False).why(cmd.AskLease(TM1, "A", 0)) == "DAY_CLOSED"
    world = World()
    world.do(cmd.CloseDay())
    assert world.why(cmd.AskLease(TM1, "A", 0)) == "DAY_CLOSED"


def test_a_new_day_begins_with_the_first_number_again():
    world = World()
    ask(world)
    world.do(cmd.OpenDay("2019-05-28"))
    assert ask(world, TM2) == [(701, 720)]
    # What was leased the day before is still known, for papers that are handed in late.
    assert [one.day for one in world.state.leases] == ["2019-05-27", "2019-05-28"]


def test_leases_of_the_last_four_days_that_had_any_are_kept():
    world = World()
    for day in range(27, 32):
        world.do(cmd.OpenDay(f"2019-05-{day}")) if day > 27 else None
        ask(world)
    world.do(cmd.OpenDay("2019-06-03"))
    days = [one.day for one in world.state.leases]
    assert days == ["2019-05-28", "2019-05-29", "2019-05-30", "2019-05-31"]


def test_revoked_for_today_with_a_reason_and_allowed_again():
    world = World()
    assert world.why(cmd.SetLeases(TM1, False, " ")) == "NEED_REASON"
    assert kinds(world.do(cmd.SetLeases(TM1, False, "stolen"))) == ["managed", "leases_set"]
    assert world.do(cmd.SetLeases(TM1, False, "again")) == []
    assert world.why(cmd.AskLease(TM1, "A", 0)) == "LEASE_REVOKED"
    assert ask(world, TM2) == [(701, 720)]
    assert kinds(world.do(cmd.SetLeases(TM1, True, "found"))) == ["managed", "leases_set"]
    assert world.do(cmd.SetLeases(TM1, True, "again")) == []
    assert ask(world) == [(721, 740)]
    assert [act.act for act in world.state.acts] == ["revoke", "allow"]


def test_a_revoked_machine_gets_numbers_on_the_next_day():
    world = World()
    world.do(cmd.SetLeases(TM1, False, "on loan"))
    world.do(cmd.CloseDay())
    assert world.why(cmd.SetLeases(TM1, True, "back")) == "DAY_CLOSED"
    world.do(cmd.OpenDay("2019-05-28"))
    assert ask(world) == [(701, 720)]


def test_online_numbers_step_over_every_leased_one():
    world = World(small_rules(online_last=3, offline_first=4, offline_last=9, offline_block=3))
    ask(world)
    legs = [world.take("loan") for _ in range(5)]
    tickets = [world.leg(leg).ticket for leg in legs]
    assert tickets == ["A001", "A002", "A003", "A1001", "A1002"]
    assert ask(world) == [(7, 9)]  # also when the online numbers are far beyond them


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"day": "2019-05-28"}, "not of the open day"),
        ({"first": 720, "last": 725}, "leased today"),
        ({"letter": "F", "first": 1}, "given today"),
    ],
)
def test_a_lease_that_cannot_be_is_an_illegal_event(more, problem):
    world = World()
    ask(world)
    world.take("grant")
    facts = {"day": "2019-05-27", "machine": TM2, "letter": "A", "first": 721, "last": 740}
    before = world.hall.digest()
    with pytest.raises(IllegalEvent, match=problem):
        world.hall.apply(ev.Leased(at_ms=world.now, **{**facts, **more}))
    assert world.hall.digest() == before


def test_a_leased_number_cannot_be_reserved():
    world = World()
    ask(world)
    world.do(world.reserve("loan"))
    (reserved,) = [event for event in world.log if isinstance(event, ev.Reserved)]
    stolen = replace(reserved, leg=2, number=701, ticket="A701")
    with pytest.raises(IllegalEvent, match="leased to a machine"):
        world.hall.apply(stolen)


def test_a_higher_first_number_in_the_halls_file_is_kept_to_from_then_on():
    world = World()
    ask(world)
    world.hall.rules = small_rules(offline_first=851)
    assert ask(world) == [(851, 870)]
    assert ask(world) == [(871, 890)]


def test_asking_late_changes_nothing_of_a_lease():
    world = World()
    ask(world)
    world.now += HOUR
    ask(world, left=20)
    assert [one.at_ms for one in world.state.leases] == [world.now - HOUR]
