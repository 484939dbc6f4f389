"""Papers given out without the hub: each into the queue once, at its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.hall import DAY, HOUR, MINUTE, SECOND, World, kinds, small_rules
from hub.core import IllegalEvent
from hub.core import commands as cmd
from hub.core import events as ev
from hub.core.issue import return_code

TM1, TM2 = "tm1", "tm2"
NEXT_DAY = "2019-05-28"


def leased(*machines: str) -> World:
    """A world in which window 1 is open and these machines hold a block of department A each."""
    world = World()
    world.press(1, "pause")
    for machine in machines or (TM1,):
        world.do(cmd.AskLease(machine, "A", 0))
    return world


def paper(world: World, number: int = 701, **more: Any) -> cmd.MergeOffline:
    """A printed paper of just now."""
    facts = {
        "machine": TM1,
        "letter": "A",
        "number": number,
        "day": DAY,
        "service": "loan",
        "arrived_ms": world.now,
        "token": f"token-{number}",
        "holder": None,
        "booked": False,
        "priority": False,
        "result": "printed",
    }
    return cmd.MergeOffline(**{**facts, **more})


def merge(world: World, number: int = 701, **more: Any):
    """Hand a paper in; its leg."""
    merged = world.do(paper(world, number, **more))[0]
    return world.leg(merged.leg)


def test_a_paper_waits_and_is_called_like_any_other():
    world = leased()
    leg = merge(world)
    assert (leg.ticket, leg.state, leg.paper, leg.offline) == ("A701", "WAITING", "printed", True)
    world.press(1, "next")
    assert leg.state == "CALLED"


def test_its_place_is_its_arrival_also_before_who_came_later_online():
    world = leased()
    world.wait(HOUR)
    online = world.take("loan")
    leg = merge(world, arrived_ms=world.now - 10 * MINUTE)
    assert (leg.arrived_ms, leg.base_ms, leg.key_ms) == (world.now - 10 * MINUTE,) * 3
    world.press(1, "next")
    assert world.state.window(1).leg == leg.id != online


@pytest.mark.parametrize(
    ("claimed", "heard", "comes_to"),
    [
        (-10 * MINUTE, None, -10 * MINUTE),
        (-10 * MINUTE, -20 * MINUTE, -10 * MINUTE),
        (-10 * MINUTE, -5 * MINUTE, -5 * MINUTE),  # the machine was still heard then
        (-9 * HOUR, None, -HOUR),  # the number was leased later than that
        (+3 * HOUR, None, 0),  # nobody comes from the future
        (-10 * MINUTE, +SECOND, 0),
    ],
)
def test_a_claimed_arrival_is_held_between_the_last_contact_and_now(claimed, heard, comes_to):
    world = leased()
    world.wait(HOUR)
    heard_ms = None if heard is None else world.now + heard
    leg = merge(world, arrived_ms=world.now + claimed, heard_ms=heard_ms)
    assert leg.base_ms == world.now + comes_to


def test_priority_has_its_credit_and_a_claimed_booking_none():
    world = leased()
    assert merge(world, 701, priority=True).credit_ms == 20 * MINUTE
    leg = merge(world, 702, booked=True)
    assert (leg.credit_ms, leg.claimed, leg.booking) == (0, True, None)


def test_the_same_paper_handed_in_again_changes_nothing():
    world = leased()
    merge(world)
    assert world.do(paper(world, arrived_ms=0, token="another")) == []
    assert [leg.ticket for leg in world.hall.legs.values()] == ["A701"]


def test_a_paper_that_failed_is_void_and_its_number_stays_used():
    world = leased()
    assert kinds(world.do(paper(world, result="failed"))) == ["merged", "voided"]
    assert world.do(paper(world)) == []
    assert world.leg(1).state == "VOID"


def test_an_unsure_paper_waits_marked_unsure():
    leg = merge(leased(), result="unsure")
    assert (leg.state, leg.paper) == ("WAITING", "unsure")


def test_papers_of_two_machines_stand_in_the_order_of_their_arrivals():
    world = leased(TM1, TM2)
    world.wait(HOUR)
    minutes = {701: 9, 721: 8, 702: 7, 722: 6}
    for number in (701, 702, 722, 721):
        machine = TM1 if number < 721 else TM2
        merge(world, number, machine=machine, arrived_ms=world.now - minutes[number] * MINUTE)
    called = []
    for _ in minutes:
        world.wait(10 * SECOND)
        world.press(1, "next", again=True)
        called.append(world.leg(world.state.window(1).leg).ticket)
    assert called == ["A701", "A721", "A702", "A722"]


def test_a_number_that_was_never_leased_there_is_refused_and_told():
    world = leased(TM1, TM2)
    for wrong in ({"number": 700}, {"number": 741}, {"machine": TM2}, {"letter": "F"}):
        with pytest.raises(Exception, match="LEASE_UNKNOWN") as refused:
            merge(world, **wrong)
        assert refused.value.alert == "offline-unknown"
    assert world.why(paper(world, day="2019-05-26")) == "LEASE_UNKNOWN"


def test_a_service_that_the_hall_has_no_more_is_refused_and_told():
    world = leased()
    assert world.why(paper(world, service="sauna")) == "UNKNOWN_SERVICE"
    assert world.why(paper(world, service="grant")) == "UNKNOWN_SERVICE"
    assert merge(world).state == "WAITING"  # the number was not spent by it


def test_a_revoked_lease_takes_no_paper_back():
    world = leased()
    world.do(cmd.SetLeases(TM1, False, "stolen"))
    assert merge(world).state == "WAITING"


# --- Cards --------------------------------------------------------------------------------------


def test_a_card_known_online_is_the_same_visitor_offline():
    world = leased()
    online = world.take("loan", "card", alias="offline-card")
    leg = merge(world, holder="offline-card", service="card")
    assert (leg.visit, leg.twin) == (world.leg(online).visit, None)
    assert world.hall.live_legs_of("card") == (world.leg(online), leg)


def test_a_card_known_offline_is_the_same_visitor_online():
    world = leased()
    leg = merge(world, holder="offline-card")
    assert world.hall.live_legs_of("card") == ()
    assert world.hall.live_legs_of("card", "offline-card") == (leg,)
    quote = world.hall.quote("loan", "card", None, world.now, alias="offline-card")
    assert quote == world.hall.promise(leg.id, world.now)
    (again,) = world.do(world.reserve("loan", "card", alias="offline-card"))
    assert (again.kind, again.leg) == ("reprinted", leg.id)
    other = world.take("card", "card", alias="offline-card")
    assert world.leg(other).visit == leg.visit
    # From now on the card is known by either name alone.
    assert world.hall.live_legs_of("card") == (leg, world.leg(other))
    assert kinds(world.do(cmd.Cancel(leg.id, "offline-card"))) == ["voided"]


def test_a_second_number_of_the_same_card_is_kept_and_flagged():
    world = leased()
    online = world.take("loan", "card", alias="offline-card")
    leg = merge(world, holder="offline-card")
    assert (leg.twin, leg.state, world.leg(online).state) == (online, "WAITING", "WAITING")
    assert merge(world, 702, holder="offline-card").twin == online


def test_a_leg_that_is_over_is_no_twin():
    world = leased()
    online = world.take("loan", "card", alias="offline-card")
    world.do(cmd.Cancel(online, "card"))
    assert merge(world, holder="offline-card").twin is None


def test_who_missed_a_call_returns_by_number_and_code():
    world = leased()
    leg = merge(world)
    world.press(1, "next")
    world.speak()
    world.press(1, "noshow", again=True)
    assert world.why(cmd.Return("A701", "none")) == "WRONG_CODE"
    world.do(cmd.Return("A701", return_code("token-701")))
    assert leg.state == "WAITING"


def test_a_transferred_paper_is_still_one_of_a_machine_without_a_hub():
    world = leased()
    world.press(2, "pause")
    leg = merge(world)
    world.press(1, "next")
    world.press(1, "done")
    world.press(1, "transfer", target=2)
    follower = world.leg(world.state.last_leg)
    assert (follower.origin, follower.offline, follower.ticket) == (leg.id, True, "A701")


# --- Other days ---------------------------------------------------------------------------------


def test_a_paper_of_today_after_the_days_end_is_unserved():
    world = leased()
    world.do(cmd.CloseDay())
    assert kinds(world.do(paper(world))) == ["merged", "unserved"]
    assert world.leg(1).state == "UNSERVED"
    assert kinds(world.do(paper(world, 702, result="failed"))) == ["merged", "voided"]


def test_a_paper_of_an_earlier_day_is_noted_and_never_waits():
    world = leased()
    merge(world, 701)
    world.do(cmd.OpenDay(NEXT_DAY))
    assert world.do(paper(world, 701)) == []  # it was merged on its own day
    # Nobody holds one that was not printed: nothing to tell the manager.
    assert kinds(world.do(paper(world, 705, result="failed"))) == ["strayed"]
    events = world.do(paper(world, 702, result="unsure"))
    assert kinds(events) == ["strayed", "alerted"]
    assert (events[0].day, events[0].result, events[1].subject) == (DAY, "unsure", DAY)
    assert kinds(world.do(paper(world, 703))) == ["strayed"]  # the manager knows
    assert world.do(paper(world, 702)) == []
    assert not world.hall.legs
    world.do(cmd.CloseDay())
    assert kinds(world.do(paper(world, 704))) == ["strayed"]
    world.do(cmd.OpenDay("2019-05-29"))
    assert world.do(paper(world, 704)) == []


def test_the_same_number_of_two_days_is_two_papers():
    world = leased()
    world.do(cmd.OpenDay(NEXT_DAY))
    world.do(cmd.AskLease(TM1, "A", 0))
    assert kinds(world.do(paper(world, 701))) == ["strayed", "alerted"]
    assert merge(world, 701, day=NEXT_DAY).state == "WAITING"


def test_who_folds_from_a_later_day_on_takes_a_strayed_paper_for_what_it_is():
    world = World()
    facts = {"machine": TM1, "letter": "A", "number": 701, "service": "loan", "result": "printed"}
    world.hall.apply(ev.Strayed(at_ms=world.now, day="2019-05-26", **facts))
    assert world.state.leases == []


# --- The fold's own guard -----------------------------------------------------------------------


@pytest.mark.parametrize("more", [{"leg": 3}, {"number": 741}, {"machine": TM2}, {"number": 701}])
def test_a_merge_that_cannot_be_is_an_illegal_event(more):
    world = leased(TM1)
    (event,) = world.do(paper(world))
    sound = replace(event, leg=2, number=702, ticket="A702")
    before = world.hall.digest()
    with pytest.raises(IllegalEvent):
        world.hall.apply(replace(sound, **more))
    assert world.hall.digest() == before
    world.hall.apply(sound)


def test_merged_papers_stay_in_the_journal_and_fold_again():
    world = leased(TM1, TM2)
    merge(world, 701, holder="offline-card")
    merge(world, 721, machine=TM2, result="unsure", booked=True)
    twin = World(small_rules(), open_day=False)
    for event in world.log:
        twin.hall.apply(ev.from_json(event.kind, event.at_ms, event.to_json()))
    assert twin.hall.digest() == world.hall.digest()


# --- A booking that nobody could look up ---------------------------------------------------------


def booked(**more: Any) -> tuple[World, Any]:
    """A merged paper whose card has a booking for its service, and may show it now."""
    world = leased()
    world.book("b1", world.now + 10 * MINUTE, "card")
    leg = merge(world, holder="offline-card", booked=True, **more)
    world.now += MINUTE
    return world, leg


def test_the_booking_is_checked_in_when_its_card_is_shown_online():
    world, leg = booked()
    key_ms = leg.key_ms
    command = world.reserve("loan", "card", alias="offline-card", booking="b1")
    assert kinds(world.do(command)) == ["checked_in", "reprinted"]
    assert (leg.booking, leg.key_ms, world.state.bookings["b1"].state) == (
        "b1",
        key_ms,
        "checked-in",
    )
    assert kinds(world.do(command)) == ["reprinted"]
    world.do(cmd.CloseDay())
    assert "booking_missed" not in kinds(world.log)


def test_a_number_that_is_given_back_frees_the_booking():
    world, leg = booked()
    world.do(world.reserve("loan", "card", alias="offline-card", booking="b1"))
    world.do(cmd.Cancel(leg.id, "card"))
    assert world.state.bookings["b1"].state == "booked"


def test_another_service_or_somebody_elses_booking_is_none_of_its_own():
    world, leg = booked()
    world.book("b2", world.now, "card", service="card")
    world.book("b3", world.now, "other")
    for booking in ("b2", "b3", "none", None):
        command = world.reserve("loan", "card", alias="offline-card", booking=booking)
        assert kinds(world.do(command)) == ["reprinted"]
    world.press(1, "next")
    command = world.reserve("loan", "card", alias="offline-card", booking="b1")
    assert kinds(world.do(command)) == ["reprinted"]
    assert leg.booking is None


def test_a_booking_that_was_taken_back_cannot_be_checked_in():
    world, leg = booked()
    world.do(cmd.CancelBooking("b1"))
    with pytest.raises(IllegalEvent):
        world.hall.apply(ev.CheckedIn(at_ms=0, leg=leg.id, booking="b1", slot_ms=0))
