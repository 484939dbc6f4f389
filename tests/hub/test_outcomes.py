"""Outcomes for the campus server: one for each leg that ended, offered until it has them."""

from __future__ import annotations

import pytest

from fakes.hub import DAY, MACHINE, PROOF, TEN, Desk, Hub, holder
from hub.core import commands
from hub.core.events import Event
from hub.log.journal import CURSOR, DELIVERED
from hub.outcomes import Outcomes


class Books:
    """A desk, and the outcomes of all that happens at it."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.outcomes = Outcomes(self.desk.config.time_zone)

    def note(self, events: list[Event]) -> None:
        for event in events:
            self.outcomes.apply(DAY, event)

    def do(self, command: commands.Command) -> None:
        self.note(self.desk.do(command))

    def press(self, key: str, **more: object) -> None:
        self.note(self.desk.press(4, key, **more))

    def take(self, booking: str | None = None, card: str = "AB") -> None:
        self.do(commands.Reserve(MACHINE, card, PROOF, holder("card", card), booking, card))
        self.do(commands.ConfirmPrint(self.desk.hall.state.last_leg, "printed"))

    def told(self) -> list[tuple[str, str | None, str]]:
        return [(o.id, o.booking, o.result) for o in self.outcomes.pending()]


@pytest.fixture
def books() -> Books:
    made = Books()
    made.do(commands.ImportBooking("b-1", PROOF, TEN, ("card:AB",)))
    made.press("pause")
    return made


def test_a_booking_that_was_served(books: Books) -> None:
    books.take("b-1")
    books.press("next")
    books.press("done")
    assert books.told() == []
    books.press("done")
    assert books.told() == [(f"{DAY}-1", "b-1", "done")]
    (outcome,) = books.outcomes.pending()
    assert (outcome.service, outcome.at) == (PROOF, "2026-09-21T10:00:40+08:00")


def test_a_walk_in_has_no_booking(books: Books) -> None:
    books.take(card="CD")
    books.do(commands.CloseDay())
    assert (f"{DAY}-1", None, "unserved") in books.told()


def test_a_holder_who_never_came_is_a_no_show(books: Books) -> None:
    books.do(commands.CloseDay())
    assert books.told() == [(f"{DAY}-b-b-1", "b-1", "no-show")]


def test_a_miss_is_a_no_show_only_when_it_is_final(books: Books) -> None:
    books.take("b-1")
    books.press("next")
    books.press("noshow", again=True)
    assert books.told() == []
    books.do(commands.CloseDay())
    assert books.told() == [(f"{DAY}-1", "b-1", "no-show")]


def test_what_was_delivered_is_pending_no_more(books: Books) -> None:
    books.take("b-1")
    books.take(card="CD")
    books.do(commands.CloseDay())
    books.outcomes.note(DELIVERED, {"ids": [f"{DAY}-1", "never-heard-of"]})
    assert books.told() == [(f"{DAY}-2", None, "unserved")]


def test_the_cursor_is_remembered(books: Books) -> None:
    books.outcomes.note(CURSOR, {"cursor": 41})
    assert books.outcomes.cursor == 41


def test_a_restart_owes_what_was_not_delivered(tmp_path) -> None:
    path = tmp_path / "journal.sqlite"
    with Hub(path) as hub:
        for card in ("AB", "CD"):
            hub.ask(commands.Reserve(MACHINE, card, PROOF, f"card:{card}", None, card))
        hub.ask(commands.CloseDay())
        first, second = hub.service.outcomes.pending()
        hub.ask(note=(DELIVERED, {"ids": [first.id]}))
        hub.ask(note=(CURSOR, {"cursor": 9}))
    with Hub(path) as hub:
        assert hub.service.outcomes.pending() == [second]
        assert hub.service.outcomes.cursor == 9


def test_the_sync_is_woken_by_a_new_outcome(tmp_path) -> None:
    woken = []
    with Hub(tmp_path / "journal.sqlite") as hub:
        hub.service.on_outcome = lambda: woken.append(True)
        hub.ask(commands.Reserve(MACHINE, "s", PROOF, "card:AB", None, "t"))
        assert woken == []
        hub.ask(commands.CloseDay())
    assert woken


def test_a_booking_that_was_found_after_its_paper(books: Books) -> None:
    books.do(commands.AskLease(MACHINE, "C", 0))
    facts = ("token", "offline-card", True, False, "printed")
    books.do(commands.MergeOffline(MACHINE, "C", 701, DAY, PROOF, TEN, *facts))
    shown = commands.Reserve(MACHINE, "s", PROOF, "card:AB", "b-1", "t", alias="offline-card")
    books.do(shown)
    books.press("next")
    books.press("done")
    books.press("done")
    assert books.told() == [(f"{DAY}-1", "b-1", "done")]


def test_a_paper_without_the_hub_has_an_outcome_too(books: Books) -> None:
    books.do(commands.AskLease(MACHINE, "C", 0))
    facts = ("token", None, False, False, "printed")
    books.do(commands.MergeOffline(MACHINE, "C", 701, DAY, PROOF, TEN, *facts))
    books.do(commands.CloseDay())
    assert (f"{DAY}-1", None, "unserved") in books.told()
