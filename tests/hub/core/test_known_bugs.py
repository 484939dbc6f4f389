"""Bugs that other queue systems shipped, each by name: none of them happens here."""

from __future__ import annotations

from fakes.hall import HOUR, MINUTE, SECOND, World, kinds
from hub.core import commands as cmd
from hub.core import model


def test_double_tap_at_the_kiosk_issues_two_tickets():
    """MADO-queue 24, novosga 420: the same session, and the same card, have one number."""
    world = World()
    tap = world.reserve("card", holder=None)
    (first,) = world.do(tap)
    (second,) = world.do(tap)
    assert (first.leg, second.kind, second.leg) == (1, "reprinted", 1)
    world.do(world.reserve("loan", "card-1"))
    (again,) = world.do(world.reserve("loan", "card-1"))
    assert (again.kind, again.leg) == ("reprinted", 2)


def test_two_strangers_without_cards_get_one_number():
    """The same machine and service, but two sessions: two people."""
    world = World()
    tickets = [world.leg(world.take("card", holder=None)).ticket for _ in range(2)]
    assert tickets == ["A001", "A002"]


def test_the_same_number_is_given_twice_under_heavy_flow():
    """novosga 290, FQM 230, bcgov 626: a counter, not a count; voids leave gaps."""
    world = World()
    tickets = []
    for number in range(50):
        world.do(world.reserve("loan"))
        if number % 3 == 0:
            world.do(cmd.ConfirmPrint(world.state.last_leg, "failed"))
        tickets.append(world.leg(world.state.last_leg).ticket)
    assert len(set(tickets)) == 50


def test_a_ticket_whose_printing_failed_is_called_although_nobody_has_it():
    """MADO-queue 21."""
    world = World()
    world.do(world.reserve("loan"))
    world.do(cmd.ConfirmPrint(1, "failed"))
    world.press(1, "pause")
    assert world.refused(1, "next") == "NOBODY"


def test_two_clerks_call_one_person():
    """MADO-queue 1, sbc-qsystem 272, bcgov 20 and 34."""
    world = World()
    world.take("loan")
    at_1, at_2 = world.press_of(1, "next"), world.press_of(2, "next")
    world.do(at_1)
    world.do(at_2)
    assert world.state.window(1).leg == 1
    assert world.state.window(2).leg is None


def test_one_clerk_gets_two_people():
    """novosga 213: the second of two presses was made on a picture that is gone."""
    world = World()
    world.take("loan")
    world.take("loan")
    press = world.press_of(1, "next")
    world.do(press)
    assert world.why(press) == "STALE"
    assert len(world.state.index.by_state[model.CALLED]) == 1


def test_a_double_press_finishes_the_next_visitor_too():
    """A bounced 下一位 in SERVING ends one leg, not two."""
    world = World()
    for _ in range(3):
        world.take("loan")
    world.press(1, "next")
    world.press(1, "done")
    press = world.press_of(1, "next")
    world.do(press)
    assert world.why(press) == "STALE"
    assert [leg.state for leg in world.hall.legs.values()] == ["DONE", "CALLED", "WAITING"]


def test_a_press_meets_a_start_that_time_made_meanwhile():
    """到·完成 meant "arrived" when it was pressed; it must not mean "done" when it arrives."""
    world = World()
    world.called()
    press = world.press_of(1, "done")
    world.wait(45 * SECOND)
    assert world.why(press) == "STALE"
    assert world.leg(1).state == model.SERVING


def test_stale_screens_are_not_refreshed():
    """novosga 318: whatever the clerk sees changed has another version."""
    world = World()
    versions = [world.state.window(1).ver]
    world.take("loan")
    for key in ("pause", "next", "pause", "done", "done"):
        world.press(1, key)
        versions.append(world.state.window(1).ver)
    assert versions == sorted(set(versions))


def test_announcements_overwrite_each_other():
    """FQM 138 and 275, novosga 78: one sentence at a time, in the order of the calls."""
    world = World()
    spoken = []
    for window in (1, 2):
        world.take("loan")
        world.press(window, "next")
    while speeches := world.hall.to_speak("floor-1"):
        spoken.append((speeches[0].ticket, speeches[0].window))
        world.do(cmd.Spoken(speeches[0].call))
    assert spoken == [("A001", 1), ("A002", 2)]


def test_the_last_calls_are_shown_without_their_windows():
    """FQM 172 and 307."""
    world = World()
    world.called(2)
    assert [(row.ticket, row.window) for row in world.hall.zone_calls("floor-1")] == [("A001", 2)]


def test_skipping_to_the_next_loses_people_before_the_recall_limit():
    """ZMS 2371: 下一位 never makes a no-show; 过号 asks before the second call."""
    world = World()
    world.called()
    world.take("loan")
    world.wait(9 * SECOND)
    assert world.refused(1, "next") == "CONFIRM_SERVED"
    assert world.refused(1, "noshow") == "CONFIRM_NOSHOW"
    world.press(1, "next", again=True)
    assert world.leg(1).state == model.DONE


def test_recalls_follow_each_other_without_a_pause():
    """novosga 349."""
    world = World()
    world.called()
    assert world.refused(1, "recall") == "TOO_SOON"


def test_called_tickets_stay_stuck():
    """ZMS 64c6f9a69: a call that nobody ends becomes SERVING by itself."""
    world = World()
    world.called()
    assert kinds(world.wait(HOUR)) == ["started"]


def test_the_queue_says_waiting_but_the_clerk_gets_nobody():
    """FQM 10 and 13: what the caller counts is what 下一位 can have."""
    world = World()
    for service in ("loan", "card", "grant"):
        world.take(service)
    waiting = world.hall.window_view(2, world.now).waiting
    for _ in range(waiting):
        world.press(2, "next")
        assert world.hall.window_view(2, world.now).st == "called"
        world.press(2, "done")
        world.press(2, "done")
    assert world.refused(2, "next") == "NOBODY"


def test_numbers_begin_at_101():
    """FQM 270 and 188: people thought a hundred were before them."""
    world = World()
    assert world.leg(world.take()).ticket == "A001"


def test_waiting_time_is_counted_to_the_last_call():
    """ZMS 2311: a recall does not move the first call."""
    world = World()
    leg = world.called()
    first_ms = world.now
    world.wait(8 * SECOND)
    world.press(1, "recall")
    assert world.leg(leg).first_call_ms == first_ms


def test_appointments_count_as_waiting_before_their_time():
    """ZMS 7618f5371: a booking is nobody in the queue until its holder is here."""
    world = World()
    world.book("b1", world.now + MINUTE)
    assert world.hall.window_view(1, world.now).waiting == 0


def test_booked_visitors_starve_walk_ins():
    """novosga 431, ottehr 3219: whoever has waited longer than the credit goes first."""
    world = World()
    walk_in = world.take("loan")
    world.wait(16 * MINUTE)
    for number in range(3):
        world.book(f"b{number}", world.now)
        world.check_in(f"b{number}")
    world.press(1, "next")
    assert world.state.window(1).leg == walk_in


def test_an_open_leg_at_the_days_end_is_called_served():
    """bcgov's nightly job marked everybody as served."""
    world = World()
    leg = world.take("loan")
    world.do(cmd.CloseDay())
    assert world.leg(leg).state == model.UNSERVED
