"""Bugs that other queue systems shipped, each by name: none of them happens here."""

from __future__ import annotations

import pytest

from fakes.hall import DAY, HOUR, MINUTE, SECOND, World, kinds
from hub.core import Refused, model
from hub.core import commands as cmd
from hub.core.explain import EARLIER, PRIORITY


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


def test_the_voice_dies_when_there_is_no_internet():
    """FQM 5, 8, 265 and 286: ours is a chip in the hall, and its silence holds nobody up."""
    world = World()
    for window in (1, 2):
        world.take("loan")
        world.press(window, "next")
    policy = world.hall.rules.policy
    assert kinds(world.wait(policy.speak_timeout_ms)) == ["call_dropped"]
    assert [speech.ticket for speech in world.hall.to_speak("floor-1")] == ["A002"]
    assert [row.ticket for row in world.hall.zone_calls("floor-1")] == ["A002", "A001"]
    world.wait(policy.speak_timeout_ms + policy.start_after_ms)
    assert {world.leg(1).state, world.leg(2).state} == {model.SERVING}
    assert not world.hall.to_speak("floor-1")


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


def test_whoever_has_priority_goes_behind_the_others():
    """novosga 281, 299 and 279: nobody who came at the same time or later is called before."""
    world = World()
    world.press(1, "pause")
    for minutes in (0, 19):
        world.wait(minutes * MINUTE)
        walk_in = world.take("loan")
        elder = world.take("loan", priority=True)
        assert world.leg(elder).key_ms < world.leg(walk_in).key_ms
    world.press(1, "next")
    assert world.state.window(1).leg == 2


def test_priority_is_always_at_the_front_whatever_others_waited():
    """novosga 431 and 5: after 20 minutes a walk-in is overtaken by nobody any more."""
    world = World()
    waited = world.take("loan")
    world.wait(20 * MINUTE + 1)
    elders = [world.take("loan", priority=True) for _ in range(9)]
    world.press(1, "next")
    assert world.state.window(1).leg == waited not in elders


def test_nobody_shows_why_a_ticket_is_where_it_is():
    """novosga 222, 335 and 338: each who stands before is named, with the reason."""
    world = World()
    world.press(1, "pause")
    early, mine = world.take("loan"), world.take("loan")
    world.wait(MINUTE)
    elder = world.take("loan", priority=True)
    told = world.hall.explain(mine, world.now).before
    assert [(one.leg.id, one.why) for one in told] == [(elder, PRIORITY), (early, EARLIER)]


def test_a_lost_paper_cannot_be_printed_again():
    """novosga 98: the same card gets the same number once more, and nothing else changes."""
    world = World()
    leg = world.take("loan", "card-1")
    before = world.leg(leg).key_ms
    (again,) = world.do(world.reserve("loan", "card-1", machine="tm2"))
    assert (again.kind, again.leg, world.leg(leg).key_ms) == ("reprinted", leg, before)


def test_a_second_visit_is_lost_when_the_first_call_is_missed():
    """ZMS 2371: the other numbers of who missed one wait on."""
    world = World()
    missed = world.take("loan", "card-1")
    other = world.take("grant", "card-1")
    world.press(1, "next")
    world.press(1, "noshow", again=True)
    assert world.leg(missed).state == model.MISSED
    assert world.leg(other).state == model.WAITING


def test_statistics_are_wrong_after_parking():
    """ZMS 384 and 386: on hold nobody waits, and what was waited before still counts."""
    world = World()
    leg = world.serving()
    first_ms = world.leg(leg).first_call_ms
    world.press(1, "transfer", long=True)
    world.wait(11 * MINUTE)
    world.press(1, "next")
    assert world.state.window(1).leg == leg
    assert world.leg(leg).first_call_ms == first_ms


def test_nobody_says_how_long_it_takes():
    """bizport 152: a promise of two figures stands on every paper."""
    world = World()
    world.press(1, "pause")
    legs = [world.take("loan") for _ in range(4)]
    quotes = [world.hall.promise(leg, world.now) for leg in legs]
    assert all(quote.p50_s is not None and quote.p50_s <= quote.p90_s for quote in quotes)
    assert quotes[0].p50_s < quotes[-1].p50_s


def test_nobody_says_when_to_come_back_with_a_booking():
    """novosga 357: who is too early is told from when on it works."""
    world = World()
    world.book("b1", world.now + 2 * HOUR)
    early = world.reserve("loan", "card-b1", booking="b1")
    with pytest.raises(Refused) as refused:
        world.hall.decide(early, world.now)
    assert refused.value.facts == {"from_ms": world.now + 2 * HOUR - 30 * MINUTE}


def test_numbers_are_corrupted_in_the_evening():
    """bcgov 626: a leg belongs to the day that was opened, whatever any clock says then."""
    world = World()
    world.wait(23 * HOUR)
    leg = world.take("loan")
    assert (world.leg(leg).day, world.leg(leg).ticket) == (DAY, "A001")
