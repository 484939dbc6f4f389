"""Bookings, numbers and papers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.hall import DAY, HOUR, MINUTE, SECOND, World, kinds, small_rules
from hub.core import Refused, model, return_code
from hub.core import commands as cmd

# --- Bookings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [
        (-31, "BOOKING_EARLY"),
        (-30, "credit"),
        (0, "credit"),
        (15, "credit"),
        (16, "walk-in"),
        (60, "walk-in"),
        (61, "BOOKING_LATE"),
    ],
)
def test_check_in_by_minutes_after_the_slot(minutes, outcome):
    world = World()
    slot_ms = world.now + 2 * HOUR
    world.book("b1", slot_ms)
    world.wait(2 * HOUR + minutes * MINUTE)
    if outcome.startswith("BOOKING"):
        assert world.why(world.reserve("loan", "card-b1", booking="b1")) == outcome
        return
    leg = world.leg(world.check_in("b1"))
    assert leg.slot_ms == slot_ms
    assert world.state.bookings["b1"].leg == leg.id
    if outcome == "credit":
        assert leg.base_ms == max(slot_ms, world.now)
        assert (leg.credit_ms, leg.ready_ms) == (15 * MINUTE, slot_ms - 5 * MINUTE)
    else:
        assert (leg.base_ms, leg.credit_ms, leg.ready_ms) == (world.now, 0, world.now)


def test_too_early_says_when_to_come_back():
    world = World()
    slot_ms = world.now + 2 * HOUR
    world.book("b1", slot_ms)
    with pytest.raises(Refused) as refused:
        world.do(world.reserve("loan", "card-b1", booking="b1"))
    assert refused.value.facts == {"from_ms": slot_ms - 30 * MINUTE}


def test_after_60_min_the_booking_is_missed_and_its_holder_may_walk_in():
    world = World()
    world.book("b1", world.now)
    assert kinds(world.wait(61 * MINUTE)) == ["booking_missed"]
    assert world.why(world.reserve("loan", "card-b1", booking="b1")) == "BOOKING_LATE"
    assert world.leg(world.take("loan", "card-b1")).state == model.WAITING


def test_a_booking_past_its_time_is_late_even_before_the_timer_says_so():
    world = World()
    world.book("b1", world.now)
    world.now += 61 * MINUTE
    assert world.why(world.reserve("loan", "card-b1", booking="b1")) == "BOOKING_LATE"


def test_a_booking_is_nobody_elses_nor_for_another_service():
    world = World()
    world.book("b1", world.now)
    for wrong in (
        world.reserve("loan", "card-b2", booking="b1"),
        world.reserve("grant", "card-b1", booking="b1"),
        world.reserve("loan", "card-b1", booking="b2"),
    ):
        assert world.why(wrong) == "BOOKING_UNKNOWN"


def test_a_booking_checks_in_once():
    world = World()
    world.book("b1", world.now)
    leg = world.check_in("b1")
    world.press(1, "next")
    world.press(1, "done")
    world.press(1, "done")
    assert world.leg(leg).state == model.DONE
    assert world.why(world.reserve("loan", "card-b1", booking="b1")) == "BOOKING_USED"


def test_a_booking_whose_paper_failed_may_check_in_again():
    world = World()
    world.book("b1", world.now)
    world.do(world.reserve("loan", "card-b1", booking="b1"))
    world.do(cmd.ConfirmPrint(1, "failed"))
    assert [b.id for b in world.hall.bookings_of("card-b1", world.now)] == ["b1"]
    assert world.leg(world.check_in("b1")).ticket == "A002"


def test_a_cancelled_booking_is_refused_and_may_be_made_again():
    world = World()
    world.book("b1", world.now)
    assert kinds(world.do(cmd.CancelBooking("b1"))) == ["booking_cancelled"]
    assert world.do(cmd.CancelBooking("b1")) == []
    assert world.do(cmd.CancelBooking("b9")) == []
    assert world.why(world.reserve("loan", "card-b1", booking="b1")) == "BOOKING_CANCELLED"
    world.book("b1", world.now + MINUTE)
    assert world.leg(world.check_in("b1")).slot_ms == world.now + MINUTE


def test_a_booking_cancelled_after_check_in_keeps_its_place():
    world = World()
    world.book("b1", world.now)
    leg = world.check_in("b1")
    assert world.do(cmd.CancelBooking("b1")) == []
    world.book("b1", world.now + HOUR)
    assert world.leg(leg).slot_ms == world.now
    assert world.state.bookings["b1"].state == model.CHECKED_IN


def test_a_booking_that_comes_again_changes_only_if_it_changed():
    world = World()
    again = cmd.ImportBooking("b1", "loan", world.now + HOUR, ("card-b1",))
    assert kinds(world.do(again)) == ["booking_imported"]
    assert world.do(again) == []
    moved = cmd.ImportBooking("b1", "loan", world.now + 2 * HOUR, ("card-b1",))
    assert kinds(world.do(moved)) == ["booking_imported"]
    assert world.state.index.slots == [(world.now + 2 * HOUR, "b1")]


def test_a_booking_that_came_too_late_to_be_used_is_no_ones_fault():
    world = World()
    assert world.do(cmd.ImportBooking("b1", "loan", world.now - HOUR - 1, ("c",))) == []
    assert world.wait(HOUR) == []


def test_bookings_for_no_service_or_no_day_are_refused():
    world = World()
    wrong = cmd.ImportBooking("b1", "tea", world.now, ("c",))
    assert world.why(wrong) == "UNKNOWN_SERVICE"
    world.do(cmd.CloseDay())
    assert world.why(cmd.ImportBooking("b1", "loan", world.now, ("c",))) == "DAY_CLOSED"


# --- Numbers -----------------------------------------------------------------------------------


def test_departments_count_for_themselves_and_booked_and_walk_in_share_the_count():
    world = World()
    world.book("b1", world.now)
    taken = [world.take("loan"), world.take("grant"), world.check_in("b1"), world.take("card")]
    assert [world.leg(leg).ticket for leg in taken] == ["A001", "F001", "A002", "A003"]


def test_after_700_the_online_numbers_go_on_at_1001():
    world = World(small_rules(online_last=2, online_resume=1001))
    taken = [world.take() for _ in range(4)]
    assert [world.leg(leg).ticket for leg in taken] == ["A001", "A002", "A1001", "A1002"]


def test_numbers_begin_again_with_the_day_but_ids_do_not():
    world = World()
    world.take()
    world.do(cmd.OpenDay("2019-05-28"))
    assert world.state.day > DAY
    leg = world.leg(world.take())
    assert (leg.id, leg.visit, leg.ticket, leg.day) == (2, 2, "A001", "2019-05-28")


def test_who_may_not_have_a_number():
    world = World()
    assert world.why(world.reserve("tea")) == "UNKNOWN_SERVICE"
    nobody = {"machine": "tm1", "session": "x", "holder": None, "booking": None, "token": "t"}
    assert world.why(cmd.Reserve(service="loan", **nobody)) == "NEED_CARD"
    (reserved,) = world.do(cmd.Reserve(service="card", **nobody))
    assert reserved.ticket == "A001"
    world.do(cmd.CloseDay())
    assert world.why(world.reserve("loan")) == "DAY_CLOSED"


def test_two_cards_in_one_session_are_two_people():
    world = World()
    tap = world.reserve("loan", "card-1")
    world.do(tap)
    (second,) = world.do(replace(tap, holder="card-2"))
    assert (second.kind, second.leg) == ("reserved", 2)


def test_a_session_whose_leg_is_over_gets_a_new_number():
    world = World()
    tap = replace(world.reserve("card"), holder=None)
    world.do(tap)
    world.do(cmd.ConfirmPrint(1, "failed"))
    (second,) = world.do(tap)
    assert (second.kind, second.ticket) == ("reserved", "A002")


def test_a_card_and_its_booking_code_are_one_visit():
    world = World()
    world.book("b1", world.now, "card-1", "code-1")
    booked = world.take("loan", "code-1", booking="b1")
    other = world.take("grant", "card-1")
    assert world.leg(other).visit == world.leg(booked).visit
    assert [leg.id for leg in world.hall.live_legs_of("card-1")] == [booked, other]
    assert world.hall.live_legs_of("card-2") == ()


# --- Papers ------------------------------------------------------------------------------------


def reserved_world() -> World:
    world = World()
    world.do(world.reserve("loan", "card-1"))
    return world


def test_failed_before_the_number_line_is_void_and_the_number_is_gone():
    world = reserved_world()
    assert kinds(world.do(cmd.ConfirmPrint(1, "failed"))) == ["voided"]
    assert world.leg(world.take("loan", "card-1")).ticket == "A002"


def test_unsure_waits_and_can_be_called():
    world = reserved_world()
    assert kinds(world.do(cmd.ConfirmPrint(1, "unsure"))) == ["print_unsure"]
    assert world.leg(1).paper == model.PRINT_UNSURE
    world.press(1, "next")
    assert world.leg(1).state == model.CALLED


def test_a_machine_silent_for_20_s_or_booted_anew_leaves_the_paper_unsure():
    world = reserved_world()
    booted = world.copy()
    assert kinds(world.wait(20 * SECOND)) == ["print_unsure"]
    assert world.leg(1).state == model.WAITING
    assert kinds(booted.do(cmd.MachineBooted("tm1"))) == ["print_unsure"]
    assert booted.do(cmd.MachineBooted("tm1")) == []
    other = reserved_world()
    assert other.do(cmd.MachineBooted("tm2")) == []


def test_late_word_of_a_paper_counts_wherever_the_leg_is_by_then():
    world = reserved_world()
    world.wait(20 * SECOND)
    failed, unsure, gone = world.copy(), world.copy(), world.copy()
    world.press(1, "next")
    assert kinds(world.do(cmd.ConfirmPrint(1, "printed"))) == ["printed"]
    assert world.leg(1).paper == model.PRINTED
    assert world.do(cmd.ConfirmPrint(1, "printed")) == []
    assert kinds(failed.do(cmd.ConfirmPrint(1, "failed"))) == ["voided"]
    assert kinds(unsure.do(cmd.ConfirmPrint(1, "unsure"))) == ["print_unsure"]
    assert unsure.do(cmd.ConfirmPrint(1, "unsure")) == []
    gone.do(cmd.CloseDay())
    assert gone.do(cmd.ConfirmPrint(1, "failed")) == []


def test_a_failed_second_paper_does_not_void_the_number_on_the_first():
    world = reserved_world()
    world.wait(20 * SECOND)
    (again,) = world.do(world.reserve("loan", "card-1"))
    assert (again.kind, again.leg) == ("reprinted", 1)
    assert world.do(cmd.ConfirmPrint(1, "failed")) == []
    assert world.leg(1).state == model.WAITING


def test_a_failed_second_paper_of_a_reserved_leg_leaves_it_unsure():
    world = reserved_world()
    world.do(world.reserve("loan", "card-1"))
    assert kinds(world.do(cmd.ConfirmPrint(1, "failed"))) == ["print_unsure"]


def test_a_reprint_of_a_printed_leg_leaves_it_printed():
    world = World()
    leg = world.take("loan", "card-1")
    world.do(world.reserve("loan", "card-1"))
    assert world.leg(leg).paper == model.PRINTED


def test_results_and_legs_that_do_not_exist():
    world = reserved_world()
    assert world.why(cmd.ConfirmPrint(1, "burnt")) == "NOT_PRINTING"
    assert world.why(cmd.ConfirmPrint(9, "printed")) == "UNKNOWN_LEG"


def missed_world() -> tuple[World, int]:
    world = World()
    leg = world.called()
    world.press(1, "noshow", again=True)
    return world, leg


def test_who_missed_a_call_comes_back_by_number_and_digits_once():
    world, leg = missed_world()
    code = return_code(world.leg(leg).token)
    assert len(code) == 4 and code.isdigit()
    assert world.why(cmd.Return("A001", "none")) == "WRONG_CODE"
    assert world.why(cmd.Return("A009", code)) == "WRONG_CODE"
    assert kinds(world.do(cmd.Return("A001", code))) == ["returned"]
    assert world.why(cmd.Return("A001", code)) == "NOT_MISSED"
    world.press(1, "next")
    world.speak()
    world.press(1, "noshow", again=True)
    assert world.why(cmd.Return("A001", code)) == "RETURN_LATE"


def test_a_number_may_be_given_back_by_its_holder_until_it_is_called():
    world = World()
    world.book("b1", world.now)
    leg = world.check_in("b1")
    assert world.why(cmd.Cancel(leg, "somebody")) == "UNKNOWN_LEG"
    assert kinds(world.do(cmd.Cancel(leg, "card-b1"))) == ["voided"]
    assert world.log[-1].why == "cancelled" and world.state.bookings["b1"].state == "booked"
    assert world.why(cmd.Cancel(leg, "card-b1")) == "UNKNOWN_LEG"
    again = world.check_in("b1")
    world.press(1, "next")
    assert world.why(cmd.Cancel(again, "card-b1")) == "NOT_WAITING"


def test_a_card_and_the_booking_that_names_it_are_one_visit():
    world = World()
    first = world.take("grant", "card-1")
    world.book("b1", world.now, "card-1", "code-1")
    second = world.take("loan", "code-1", booking="b1")
    assert world.leg(second).visit == world.leg(first).visit
    assert {leg.id for leg in world.hall.live_legs_of("code-1")} == {first, second}
    world.press(1, "next")
    world.press(3, "pause")
    assert world.refused(3, "next") == "NOBODY"  # this visitor is at window 1


def test_a_booking_for_what_its_holder_waits_for_already_is_the_same_number():
    world = World()
    first = world.take("loan", "card-1")
    world.book("b1", world.now, "card-1", "code-1")
    again = world.do(world.reserve("loan", "code-1", booking="b1"))
    assert (kinds(again), again[0].leg) == (["reprinted"], first)
