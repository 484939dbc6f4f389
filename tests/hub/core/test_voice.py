"""Calls: one voice a zone, spoken in turn, merged, dropped, and shown on the board."""

from __future__ import annotations

from fakes.hall import MINUTE, SECOND, World, kinds, small_rules
from hub.core import commands as cmd
from hub.core import model


def called_twice() -> World:
    """Windows 1 and 2, of one zone, have called; nothing is spoken yet."""
    world = World()
    for window in (1, 2):
        world.take("loan")
        world.press(window, "next")
    return world


def test_a_lone_call_is_spoken_twice_and_one_with_others_behind_it_once():
    world = called_twice()
    speech, _ = world.hall.to_speak("floor-1")
    assert (speech.call, speech.ticket, speech.window, speech.times) == (1, "A001", 1, 1)
    world.do(cmd.Spoken(1))
    (speech,) = world.hall.to_speak("floor-1")
    assert (speech.call, speech.times) == (2, 2)
    world.do(cmd.Spoken(2))
    assert world.hall.to_speak("floor-1") == ()


def test_the_voice_is_given_one_sentence_and_the_next():
    world = called_twice()
    speeches = world.hall.to_speak("floor-1")
    assert [(speech.call, speech.times) for speech in speeches] == [(1, 1), (2, 2)]
    world.wait(8 * SECOND)
    world.press(1, "done")
    world.press(1, "done")
    world.take("loan")
    world.press(1, "next")
    # A third one waits here until the first was spoken.
    speeches = world.hall.to_speak("floor-1")
    assert [(speech.call, speech.times) for speech in speeches] == [(1, 1), (2, 1)]


def test_a_zone_without_a_voice_has_only_its_board():
    world = World()
    leg = world.take("grant")
    world.press(3, "next")
    assert world.hall.to_speak("floor-2") == ()
    assert world.state.calls[1].state == model.SHOWN_ONLY
    assert [call.leg for call in world.hall.zone_calls("floor-2")] == [leg]
    assert kinds(world.wait(45 * SECOND)) == ["started"]


def test_a_call_answered_before_it_is_spoken_is_dropped():
    world = called_twice()
    assert kinds(world.press(2, "done")) == ["call_dropped", "started"]
    assert world.state.calls[2].state == model.DROPPED


def test_a_call_cancelled_before_it_is_spoken_is_dropped():
    world = called_twice()
    (dropped, _) = world.press(2, "noshow", again=True)
    assert dropped.why == "cancelled"


def test_speech_is_never_cut_short():
    world = called_twice()
    assert kinds(world.press(1, "done")) == ["started"]
    assert world.hall.to_speak("floor-1")[0].call == 1


def test_a_voice_silent_for_30_s_is_given_up_call_by_call():
    world = called_twice()
    events = world.wait(60 * SECOND)
    assert [(e.kind, e.call, e.why) for e in events] == [
        ("call_dropped", 1, "silent"),
        ("call_dropped", 2, "silent"),
    ]


def test_a_sentence_has_its_whole_time_again_when_the_hub_was_away():
    world = called_twice()
    world.now += 29 * SECOND
    (resumed,) = world.do(cmd.ResumeVoices())
    assert (resumed.kind, resumed.at_ms) == ("voices_resumed", world.now)
    assert world.wait(30 * SECOND - 1) == []
    assert [(e.call, e.why) for e in world.wait(1)] == [(1, "silent")]


def test_where_nothing_waits_for_a_voice_nothing_is_noted():
    world = called_twice()
    for call in (1, 2):
        world.do(cmd.Spoken(call))
    assert world.do(cmd.ResumeVoices()) == []


def test_start_comes_45_s_after_the_last_announcement_not_before_there_was_one():
    world = World()
    world.take()
    world.press(1, "next")
    world.wait(20 * SECOND)
    world.do(cmd.Spoken(1))
    assert world.wait(45 * SECOND - 1) == []
    assert kinds(world.wait(1)) == ["started"]
    assert world.leg(1).implicit


def test_a_recall_puts_the_start_off():
    world = World()
    world.called()
    world.wait(40 * SECOND)
    world.press(1, "recall")
    world.wait(6 * SECOND)
    world.speak()
    assert world.wait(45 * SECOND - 1) == []
    assert kinds(world.wait(1)) == ["started"]


def test_a_sentence_that_failed_is_dropped_and_word_of_an_old_one_is_nothing():
    world = World()
    world.take()
    world.press(1, "next")
    (dropped,) = world.do(cmd.Spoken(1, heard=False))
    assert (dropped.kind, dropped.why) == ("call_dropped", "expired")
    assert world.do(cmd.Spoken(1)) == []
    assert world.why(cmd.Spoken(9)) == "UNKNOWN_CALL"


def test_an_old_call_that_ends_does_not_count_as_the_new_ones_announcement():
    world = World()
    leg = world.take()
    world.press(1, "next")
    world.press(1, "noshow", again=True)
    world.press(1, "recall", long=True)
    world.press(1, "next")
    world.do(cmd.Spoken(1))
    assert world.leg(leg).announced_ms is None
    world.do(cmd.Spoken(2))
    assert world.leg(leg).announced_ms == world.now


def test_the_board_has_each_leg_once_newest_first_and_no_more_than_its_rows():
    world = World(small_rules(board_calls=2))
    first, second = world.called(1), world.called(2)
    assert [call.leg for call in world.hall.zone_calls("floor-1")] == [second, first]
    world.wait(8 * SECOND)
    world.press(1, "recall")
    assert [(c.leg, c.call, c.window) for c in world.hall.zone_calls("floor-1")] == [
        (first, 3, 1),
        (second, 2, 2),
    ]
    world.press(1, "done")
    world.press(1, "done")
    third = world.called(1)
    assert [call.leg for call in world.hall.zone_calls("floor-1")] == [third, first]
    assert world.hall.zone_calls("nowhere") == ()


def test_the_boards_memory_is_bounded():
    world = World()
    for _ in range(model.BOARD_CALLS_MAX + 2):
        world.serving()
        world.press(1, "done")
        world.wait(MINUTE)
    assert len(world.state.boards["floor-1"]) == model.BOARD_CALLS_MAX
