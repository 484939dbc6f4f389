"""What devices must do because of what happened: whom, once, and under ids that never change."""

from __future__ import annotations

import dataclasses

import pytest

from fakes.hub import PROOF, SEAL, Desk, example
from hub.core import commands
from hub.core.events import Event, Printed
from hub.reactions import BEEP_EXPIRES_MS, Reactions, sentence
from hub.wire.outbox import DONE, ERROR, EXPIRED, Command, Outbox
from protocol import limits
from protocol.codec import encode
from protocol.fields import ID, fits


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def reactions(desk: Desk) -> Reactions:
    return Reactions(desk.config, desk.hall)


def called(desk: Desk, window: int = 4, service: str = PROOF, card: str = "AB") -> int:
    desk.press(window, "pause")
    leg = desk.take(service, card)
    desk.press(window, "next")
    return leg


def served(desk: Desk) -> list[Event]:
    """What happened when the visitor's service ended."""
    called(desk)
    desk.press(4, "done")
    return desk.press(4, "done")


def test_each_zones_voice_speaks_its_own_call(desk: Desk, reactions: Reactions) -> None:
    called(desk, 4)
    called(desk, 20, SEAL, "CD")
    said = {command.device: command for command in reactions.to_speak(desk.now)}
    assert set(said) == {"board-1", "board-3"}
    first = said["board-1"]
    assert (first.kind, first.body.times) == ("say", 2)
    assert first.expires_ms == desk.now + desk.config.policy.speak_timeout_ms
    assert "".join(part.x for part in first.body.parts) == "请C001号到4号窗口"


def test_a_voice_is_given_the_next_sentence_ahead_and_no_third(desk, reactions) -> None:
    for window, card in ((4, "AB"), (5, "CD"), (6, "EF")):
        called(desk, window, card=card)
    first, second = reactions.to_speak(desk.now)
    assert (first.body.times, second.body.times) == (1, 1)  # somebody waits behind them
    timeout_ms = desk.config.policy.speak_timeout_ms
    assert second.expires_ms == first.expires_ms + timeout_ms == desk.now + 2 * timeout_ms
    desk.do(commands.Spoken(first.body.call))
    again, third = reactions.to_speak(desk.now)
    assert again.id == second.id
    assert (third.body.call, third.body.times) == (first.body.call + 2, 2)


def test_a_sentence_given_ahead_is_taken_back_with_its_call(desk, reactions) -> None:
    called(desk, 4, card="AB")
    called(desk, 5, card="CD")
    outbox = Outbox(lambda command, result: None)
    for command in reactions.to_speak(desk.now):
        outbox.add(command, desk.now)
    first, second = reactions.to_speak(desk.now)
    assert reactions.taken_back(desk.press(4, "done"), desk.now, outbox) == []
    dropped = desk.press(5, "done")
    (back,) = reactions.taken_back(dropped, desk.now, outbox)
    assert (back.device, back.id, back.kind) == (second.device, "un" + second.id, "say")
    assert (back.body.call, back.body.times) == (second.body.call, 0)
    assert fits(ID, back.id) and encode(back.body)
    # Its end is asked about no more, and the end of taking it back says nothing of a call.
    assert (second.device, second.id) not in outbox and (first.device, first.id) in outbox
    assert reactions.ended(back, DONE) is None
    assert reactions.taken_back(dropped, desk.now, outbox) == []


def test_what_no_voice_was_given_need_not_be_taken_back(desk, reactions) -> None:
    called(desk, 4, card="AB")
    called(desk, 5, card="CD")
    outbox = Outbox(lambda command, result: None)
    assert reactions.taken_back(desk.press(5, "done"), desk.now, outbox) == []


def test_ids_are_the_same_whenever_and_by_whomever_they_are_asked_for(desk, reactions) -> None:
    called(desk)
    (now,) = reactions.to_speak(desk.now)
    (later,) = Reactions(desk.config, desk.hall).to_speak(desk.now + 5_000)
    assert now.id == later.id
    assert fits(ID, now.id)


def test_tickets_are_read_digit_by_digit_and_windows_as_numbers() -> None:
    assert [(part["m"], part["x"]) for part in sentence("A012", 12)] == [
        ("t", "请"),
        ("d", "A012"),
        ("t", "号到"),
        ("v", "12"),
        ("t", "号窗口"),
    ]
    assert len(sentence("A012", 12)) <= limits.MAX_SAY_PARTS


def test_the_end_of_a_service_asks_for_a_rating_at_its_pad(desk, reactions) -> None:
    (ask,) = reactions.after(served(desk), desk.now)
    assert (ask.device, ask.kind, ask.body.leg) == ("pad-04", "rate-open", 1)
    assert ask.body.open_ms == desk.config.policy.rating_ms
    assert fits(ID, ask.id) and encode(ask.body)


def test_a_transfer_asks_for_no_rating(desk, reactions) -> None:
    called(desk)
    desk.press(4, "done")
    window = desk.hall.window_view(4, desk.now)
    desk.press(5, "pause")
    press = commands.Press(4, "transfer", False, False, window.leg, window.ver, target=5)
    # Whoever could call the visitor now hears of it.
    told = {(one.device, one.kind) for one in reactions.after(desk.do(press), desk.now)}
    assert told == {("caller-04", "beep"), ("caller-05", "beep")}


def test_a_rating_nobody_gave_is_closed_at_the_pad(desk, reactions) -> None:
    served(desk)
    desk.do(commands.RatingOpened(1))
    desk.now += desk.config.policy.rating_ms
    late = desk.hall.due(desk.now)
    for event in late:
        desk.hall.apply(event)
    (close,) = reactions.after(late, desk.now)
    assert (close.device, close.kind, close.body.leg) == ("pad-04", "rate-close", 1)


def test_after_a_start_ratings_not_yet_shown_are_asked_for_again(desk, reactions) -> None:
    (asked,) = reactions.after(served(desk), desk.now)
    (again,) = reactions.resume(desk.now + 1_000)
    assert again.id == asked.id
    desk.do(commands.RatingOpened(1))
    assert reactions.resume(desk.now) == []


def without(window: int, **change: object):
    """The example hall with one window changed, or None: taken out."""
    windows = dict(example().windows)
    if change:
        windows[window] = dataclasses.replace(windows[window], **change)
    else:
        del windows[window]
    return dataclasses.replace(example(), windows=windows)


def test_a_window_without_a_pad_stays_unrated_and_says_why(desk: Desk) -> None:
    reactions = Reactions(without(4, pad=""), desk.hall)
    events = served(desk)
    assert reactions.after(events, desk.now) == []
    assert reactions.unrated_offline(events) == [commands.RatingOffline(1)]


def test_with_a_pad_nothing_is_offline_yet(desk, reactions) -> None:
    assert reactions.unrated_offline(served(desk)) == []


def test_a_leg_may_outlive_its_window_and_its_service(desk: Desk) -> None:
    """The file may change between two starts of the hub, whatever stands in the journal."""
    events = served(desk)
    reactions = Reactions(without(4), desk.hall)
    assert reactions.after(events, desk.now) == []
    services = {id_: s for id_, s in example().services.items() if id_ != PROOF}
    reactions = Reactions(dataclasses.replace(example(), services=services), desk.hall)
    assert reactions.after([Printed(at_ms=desk.now, leg=1)], desk.now) == []


def test_an_idle_window_beeps_when_somebody_arrives(desk, reactions) -> None:
    desk.press(4, "pause")
    called(desk, 5, card="CD")
    desk.take(PROOF, "EF")
    beeps = reactions.after([Printed(at_ms=desk.now, leg=2)], desk.now)
    # Window 5 is busy, 6 closed.
    assert [(beep.device, beep.kind) for beep in beeps] == [("caller-04", "beep")]
    assert beeps[0].expires_ms == desk.now + BEEP_EXPIRES_MS


@pytest.mark.parametrize(
    ("result", "rating", "heard"),
    [
        (DONE, commands.RatingOpened(1), True),
        (ERROR, commands.RatingOffline(1), False),
        (EXPIRED, commands.RatingOffline(1), False),
    ],
)
def test_the_core_hears_how_a_command_ended(desk, reactions, result, rating, heard) -> None:
    called(desk)
    (say,) = reactions.to_speak(desk.now)
    assert reactions.ended(say, result) == commands.Spoken(say.body.call, heard=heard)
    desk.press(4, "done")
    (ask,) = reactions.after(desk.press(4, "done"), desk.now)
    assert reactions.ended(ask, result) == rating
    beep = Command("caller-04", "beep-1", "beep", sentence, 0)
    assert reactions.ended(beep, result) is None
