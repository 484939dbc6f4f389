"""The simulation finds mistakes that are planted in the product, each by its name."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from hub import mine
from hub.core import fold, issue
from proof.mutations import MUTATIONS, Edit, Mutation, planted
from sim.run import VISITORS_A_DAY, played
from sim.verdict import problems
from sim.world import MINUTE_MS
from ticket_machine.flow import Flow
from ticket_machine.ticket_log import TicketLog

# By which problem each is found, within so many events of one of a few seeds.
FOUND = {
    "dedupe off": "hub ended",
    "stale version accepted": "a stale press is refused",
    "credits summed": "the largest credit, never a sum",
    "number reused after VOID": "number given twice",
    "secondary before primary": "primaries, then secondaries, by key",
    "second return allowed": "a second miss is a no-show",
    "key changed by hold": "hold keeps the key",
    "rating bound to the next leg": "rating that no pad sent",
    "answer before commit": "answer that is not in the journal",
    "DAY_CLOSE makes SERVING DONE": "act of a clerk without a key",
    "two legs of one visit called": "two legs of a visit",
    "lease given twice": "a number is leased once",
}
# What no far end can see: a device never says the same press under another number, and no caller
# offers a window that is not open. The exploration finds both.
UNSEEN = {
    "bringing back leaves the version",
    "sent on to a window that is not open",
}
# What this hall has no chance to show by itself: no day is so long that online numbers meet the
# machines' own, and no machine forgets which papers it has handed in.
HELPED = {"offline number also issued online", "offline paper merged twice"}
EVENTS = 3_000
SEEDS = range(1, 13)
SPECIAL = {
    "dedupe off": (1_000, VISITORS_A_DAY, 0),
    # The day's end is seen by a hall that begins shortly before its last window closes.
    "DAY_CLOSE makes SERVING DONE": (5_500, 40, 140 * MINUTE_MS),
}


def test_each_of_the_mistakes_is_looked_for():
    assert FOUND.keys() | UNSEEN | HELPED == {mutation.name for mutation in MUTATIONS}


@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if m.name in FOUND], ids=lambda m: m.name
)
def test_the_simulation_finds(mutation):
    events, visitors, late_ms = SPECIAL.get(mutation.name, (EVENTS, VISITORS_A_DAY, 0))
    for seed in SEEDS:
        with planted(mutation), played(seed, events, visitors, late_ms) as run:
            if FOUND[mutation.name] in {p.name for p in problems(run)}:
                return
    pytest.fail("not found")


def test_the_simulation_finds_an_offline_number_that_was_also_issued_online():
    in_a_lease = Mutation(
        "online numbers out of a lease",
        (
            Edit(
                issue._next_number,
                "m.policy.online_resume if number == m.policy.online_last + 1",
                "700 + number if number < 700",
            ),
            Edit(fold._check_reserved, "event.number) is not None:", "event.number) is False:"),
        ),
    )
    with planted(in_a_lease):
        _expect("number given twice")


def test_the_simulation_finds_an_offline_paper_that_was_merged_twice():
    (mutation,) = (m for m in MUTATIONS if m.name == "offline paper merged twice")
    # Its machine hands every paper in again, and again; which a sound hub has an answer for.
    with patch.object(TicketLog, "clear", lambda _: None):
        with planted(mutation):
            _expect("number given twice")
        with played(SEEDS[0], EVENTS) as run:
            assert problems(run) == []


def _expect(problem: str) -> None:
    for seed in SEEDS:
        with played(seed, EVENTS) as run:
            if problem in {p.name for p in problems(run)}:
                return
    pytest.fail("not found")


def _forgets(flow, result, state, printed=Flow._on_printed):
    """A machine that keeps the number which was to be given up."""
    flow.session.instead = None
    return printed(flow, result, state)


class _AnyCode(str):
    """The digits of every paper."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _: object) -> bool:
        return True

    def __ne__(self, _: object) -> bool:
        return False


# Mistakes beyond the core: where, what stands there instead, and by which problem it is found.
ELSEWHERE = {
    "nothing given up": (Flow, "_on_printed", _forgets, "number given up lives on"),
    "any code": (mine, "return_code", _AnyCode, "a wrong code opens a number"),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_simulation_finds_elsewhere(name):
    owner, method, instead, problem = ELSEWHERE[name]
    with patch.object(owner, method, instead):
        _expect(problem)
