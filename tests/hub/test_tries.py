"""Guessing a paper's digits ends soon: by session, by ticket, and never for another day."""

from __future__ import annotations

import pytest

from hub.core import Refused
from hub.tries import MAX_SESSIONS, NUMBER_TRIES, SESSION_TRIES, TOO_MANY_TRIES, Tries

DAY = "2026-09-21"


def guess(tries: Tries, session: str, ticket: str = "C001", day: str = DAY, exists: bool = True):
    """The reason of one wrong code's refusal."""
    try:
        tries.check(("m", session), ticket, day)
    except Refused as refusal:
        return refusal.reason
    return tries.wrong(("m", session), ticket, exists=exists).reason


def test_a_session_has_three_tries() -> None:
    tries = Tries()
    said = [guess(tries, "s", f"C{n:03}") for n in range(SESSION_TRIES + 1)]
    assert said == ["WRONG_CODE", "WRONG_CODE", TOO_MANY_TRIES, TOO_MANY_TRIES]
    tries.check(("m", "another"), "C009", DAY)


def test_a_ticket_has_five_over_all_sessions_and_machines() -> None:
    tries = Tries()
    assert {guess(tries, f"s{n}") for n in range(NUMBER_TRIES)} == {"WRONG_CODE"}
    with pytest.raises(Refused, match=TOO_MANY_TRIES):
        tries.check(("m2", "new"), "C001", DAY)
    tries.check(("m2", "new"), "C002", DAY)


def test_a_new_day_begins_anew() -> None:
    tries = Tries()
    for n in range(NUMBER_TRIES):
        guess(tries, f"s{n}")
    tries.check(("m", "s9"), "C001", "2026-09-22")


def test_what_is_remembered_is_bounded() -> None:
    tries = Tries()
    for n in range(MAX_SESSIONS + 50):
        guess(tries, f"s{n}", f"X{n:04}", exists=False)
    assert len(tries._sessions) == MAX_SESSIONS
    assert not tries._tickets
    # The newest sessions are the ones that count.
    assert ("m", f"s{MAX_SESSIONS + 49}") in tries._sessions
