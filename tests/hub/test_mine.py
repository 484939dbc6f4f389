"""我的号: whoever holds a number finds it, its place and its reason, and nobody else does."""

from __future__ import annotations

import pytest

from fakes.hub import MACHINE, MINUTE, PROOF, SEAL, Desk, Hub
from hub.core import commands, errors, return_code
from hub.tries import SESSION_TRIES, TOO_MANY_TRIES
from protocol.machine import Identify, OneNumber, Reserve

CARD = {"s": "s", "how": "card", "id": "AB"}
MINE = ("mine", "return", "cancel")


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.press(4, "pause")
    return made


def ask(desk: Desk, kind: str, leg: int, **who: str):
    return desk.tell(MACHINE, kind, OneNumber(leg=leg, **(who or CARD)))


def digits(desk: Desk, leg: int) -> str:
    return return_code(desk.hall.legs[leg].token)


def paper(desk: Desk, leg: int, session: str = "p") -> dict[str, str]:
    """How somebody with the paper of the leg names themselves."""
    return {"s": session, "how": "paper", "id": desk.hall.legs[leg].ticket + digits(desk, leg)}


def missed(desk: Desk, card: str = "AB") -> int:
    leg = desk.take(PROOF, card)
    desk.press(4, "next")
    desk.press(4, "noshow", again=True)
    return leg


def test_a_number_says_who_is_before_it_and_why(desk: Desk) -> None:
    desk.take(PROOF, "CD")
    desk.take(PROOF, "EF")
    leg = desk.take(PROOF, "AB")
    reply = ask(desk, "mine", leg)
    assert reply.question
    assert reply.body["ticket"] == "C003"
    assert reply.body["ahead"] == 2
    assert reply.body["why"] == ["前面2位: 2位先到", "2 ahead: 2 earlier"]
    assert reply.body["can"] == ["reprint", "cancel", "change"]
    assert ask(desk, "mine", desk.take(SEAL, "AB")).body["why"][0] == "马上轮到您"


def test_who_is_served_elsewhere_reads_that_this_number_waits(desk: Desk) -> None:
    desk.take(PROOF, "AB")
    other = desk.take(SEAL, "AB")
    desk.press(4, "next")
    assert ask(desk, "mine", 1 + 0).body["why"] == ["请到4号窗口", "Please go to window 4"]
    why = ask(desk, "mine", other).body["why"]
    assert why[2:] == [
        "您正在4号窗口办理另一业务,办完再叫此号",
        "You are at window 4: this one waits for you",
    ]


def test_each_state_has_its_sentence(desk: Desk) -> None:
    leg = desk.take(PROOF, "AB")
    desk.press(4, "next")
    desk.press(4, "done")
    assert ask(desk, "mine", leg).body["why"][0] == "正在4号窗口办理"
    desk.press(4, "transfer", long=True)
    assert ask(desk, "mine", leg).body["why"][0].startswith("暂离,10:1")
    assert ask(desk, "mine", leg).body["can"] == ["reprint"]
    gone = missed(desk, "CD")
    who = {"s": "s", "how": "card", "id": "CD"}
    body = ask(desk, "mine", gone, **who).body
    assert body["why"][0].startswith("已过号,11:0")
    assert body["can"] == ["return", "change"]


def test_a_missed_number_returns_once_by_its_card(desk: Desk) -> None:
    leg = missed(desk)
    reply = ask(desk, "return", leg)
    assert [event.kind for event in reply.events] == ["returned"]
    assert reply.body["why"][0] == "马上轮到您"
    assert not reply.question
    assert ask(desk, "return", leg).why == errors.NOT_MISSED


def test_a_missed_number_returns_by_its_paper(desk: Desk) -> None:
    leg = missed(desk)
    who = paper(desk, leg)
    found = desk.tell(MACHINE, "identify", Identify(**who)).body
    assert found == {"bookings": [], "live": [{"leg": leg, "ticket": "C001", "service": PROOF}]}
    assert ask(desk, "mine", leg, **who).body["can"] == ["return"]
    assert [event.kind for event in ask(desk, "return", leg, **who).events] == ["returned"]


def test_a_paper_is_no_key_to_other_numbers_or_to_cancelling(desk: Desk) -> None:
    first, other = desk.take(PROOF, "AB"), desk.take(SEAL, "AB")
    who = paper(desk, first)
    for kind in MINE:
        assert ask(desk, kind, other, **who).why == errors.UNKNOWN_LEG
    assert ask(desk, "cancel", first, **who).why == errors.UNKNOWN_LEG
    assert desk.hall.legs[first].state == "WAITING"


def test_nobody_elses_number_can_be_looked_at(desk: Desk) -> None:
    leg = desk.take(PROOF, "AB")
    for who in ({"how": "card", "id": "CD"}, {"how": "none"}, {"how": "code", "id": "AB"}):
        for kind in MINE:
            assert ask(desk, kind, leg, s="s", **who).why == errors.UNKNOWN_LEG


def test_a_number_given_back_is_void_and_its_booking_usable_again(desk: Desk) -> None:
    booking = commands.ImportBooking("b-1", PROOF, desk.now, ("card:AB",))
    desk.do(booking)
    fields = {"service": PROOF, "booking": "b-1", **CARD}
    leg = desk.tell(MACHINE, "reserve", Reserve(**fields)).body["leg"]
    reply = ask(desk, "cancel", leg)
    assert [event.kind for event in reply.events] == ["voided"]
    assert [b.id for b in desk.hall.bookings_of("card:AB", desk.now)] == ["b-1"]
    assert ask(desk, "cancel", leg).why == errors.UNKNOWN_LEG


def test_a_called_number_cannot_be_given_back(desk: Desk) -> None:
    leg = desk.take(PROOF, "AB")
    desk.press(4, "next")
    assert ask(desk, "cancel", leg).why == errors.NOT_WAITING


def test_wrong_digits_are_refused_and_soon_the_right_ones_too(desk: Desk) -> None:
    leg = missed(desk)
    right = paper(desk, leg)
    code = digits(desk, leg)
    wrong = {**right, "id": right["id"][:-4] + f"{(int(code) + 1) % 10_000:04}"}
    for _ in range(SESSION_TRIES - 1):
        assert desk.tell(MACHINE, "identify", Identify(**wrong)).why == errors.WRONG_CODE
    assert desk.tell(MACHINE, "identify", Identify(**wrong)).why == TOO_MANY_TRIES
    assert desk.tell(MACHINE, "identify", Identify(**right)).why == TOO_MANY_TRIES
    # A new session: two more tries for this number, then nobody gets in by digits.
    for _ in range(2):
        other = {**wrong, "s": "p2"}
        assert ask(desk, "return", leg, **other).why == errors.WRONG_CODE
    assert ask(desk, "return", leg, **{**right, "s": "p3"}).why == TOO_MANY_TRIES
    assert desk.hall.legs[leg].state == "MISSED"
    # The card is not locked.
    assert ask(desk, "return", leg).why is None


def test_a_number_that_is_over_says_so(desk: Desk) -> None:
    leg = missed(desk)
    who = paper(desk, leg)
    desk.now += 61 * MINUTE
    for event in desk.hall.due(desk.now):
        desk.hall.apply(event)
    assert desk.tell(MACHINE, "identify", Identify(**who)).why == errors.RETURN_LATE
    served = desk.finish(card="CD")
    who = paper(desk, served)
    assert desk.tell(MACHINE, "identify", Identify(**who)).why == errors.UNKNOWN_LEG


def test_a_paper_carries_the_digits_and_the_priority(desk: Desk) -> None:
    fields = {"service": PROOF, "priority": True, **CARD}
    body = desk.tell(MACHINE, "reserve", Reserve(**fields)).body
    assert body["code"] == digits(desk, body["leg"])
    assert body["priority"] and desk.hall.legs[body["leg"]].priority


def test_a_wrong_code_sent_twice_counts_once(tmp_path) -> None:
    with Hub(tmp_path / "journal.sqlite") as hub:
        hub.tell(MACHINE, "reserve", Reserve(service=PROOF, **CARD))
        ticket = hub.hall.legs[1].ticket
        wrong = f"{(int(return_code(hub.hall.legs[1].token)) + 1) % 10_000:04}"
        who = Identify(s="p", how="paper", id=ticket + wrong)
        answers = [hub.tell(MACHINE, "identify", who, n=50) for _ in range(9)]
        assert {answer.why for answer in answers} == {errors.WRONG_CODE}
        assert hub.tell(MACHINE, "identify", who, n=51).why == errors.WRONG_CODE
        assert hub.tell(MACHINE, "identify", who, n=52).why == TOO_MANY_TRIES
        # What was typed is nowhere in the journal.
        assert (ticket + wrong).encode() not in (tmp_path / "journal.sqlite").read_bytes()


def test_a_return_sent_twice_moves_nobody_twice(tmp_path) -> None:
    with Hub(tmp_path / "journal.sqlite") as hub:
        leg = hub.tell(MACHINE, "reserve", Reserve(service=PROOF, **CARD)).d["leg"]
        asked = OneNumber(leg=leg, **CARD)
        first = hub.tell(MACHINE, "cancel", asked, n=60)
        assert [first.ok, hub.tell(MACHINE, "cancel", asked, n=60).ok] == [True, True]
        assert hub.kinds().count("voided") == 1
