"""Every key in every state of a window (design 5.7), pressed and read on real boards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.counter import LOW_HZ, Counter
from fakes.press_results import RESULTS, called, choose, chosen, held, pausing, refuse
from fakes.standing import Act, back, bring, see
from fakes.tuned_hall import tuned_hall
from fakes.wire_machine import wire_machine
from hub.act import send
from hub.config import Device
from hub.control import Request
from hub.demo.hall import DemoHall
from protocol.caller import KEYS

# Lower case: what an accepted press leads to. Upper case: the reason of a refusal, which changes
# nothing. `twice`: pressed once more while the digits show why it was not enough.
NOBODY_CALLED = """
key           | closed        | paused        | idle
next          | called        | called        | called
next nobody   | opened NOBODY | opened NOBODY | NOBODY
recall        | WINDOW_CLOSED | WINDOW_PAUSED | NOT_CALLED
recall long   | WINDOW_CLOSED | WINDOW_PAUSED | NOTHING_HELD
noshow        | WINDOW_CLOSED | WINDOW_PAUSED | NOT_CALLED
done          | WINDOW_CLOSED | WINDOW_PAUSED | NOT_CALLED
transfer      | WINDOW_CLOSED | WINDOW_PAUSED | NOT_CALLED
transfer long | WINDOW_CLOSED | WINDOW_PAUSED | NOT_CALLED
pause         | opened        | opened        | paused
"""
# Called: within the first 8 s; after them; after the third call. Serving: by the key 到·完成, or
# by the hub's START because nobody pressed it.
SOMEBODY_CALLED = """
key              | called        | after 8 s     | third call    | serving      | by time
next             | TOO_SOON      | CONFIRM_SERVED| CONFIRM_SERVED| called       | called
next twice       |               | called        | called        |              |
next nobody      |               |               |               | rating NOBODY| rating NOBODY
next twice nobody|               | rating NOBODY | rating NOBODY |              |
recall           | TOO_SOON      | recalled      | RECALL_LIMIT  | SERVING      | SERVING
recall long      | TOO_SOON      | recalled      | RECALL_LIMIT  | SERVING      | SERVING
noshow           | CONFIRM_NOSHOW| CONFIRM_NOSHOW| missed        | SERVING      | CONFIRM_NOSHOW
noshow twice     | missed        | missed        |               |              | missed
done             | serving       | serving       | serving       | rating       | rating
transfer         | choosing      | choosing      | choosing      | choosing     | choosing
transfer long    | held          | held          | held          | held         | held
pause            | pausing       | pausing       | pausing       | pausing      | pausing
"""

# Windows of the example hall that share no service, and one service of each.
SERVICES = {
    1: "work-study",
    4: "enrolment-proof",
    8: "degree-certificate",
    9: "household-proof",
    10: "account",
    12: "project-seal",
    14: "employment-proof",
    16: "expense",
    18: "visa",
    19: "grant-entry",
    20: "seal",
}
# Who is sent on goes to window 3, whose services no other window here serves. Window 2 is open,
# too, so that there is always somewhere to go.
TARGET, TARGET_SERVICE, ALWAYS_OPEN = 3, "grad-stipend", 2
SPEED = 10
# Twice what it takes on a slow machine: with few windows left, a broken hall would take minutes.
LIMIT_S = 100
# Seconds and minutes of the hall, a tenth of them here: long enough to press in on a slow machine.
# START by time is as late as it may be, because on a busy machine a board lags behind the hub.
RULES = {
    "next_lock_s": 30,
    "recall_gap_s": 15,
    "confirm_s": 30,
    "choose_s": 60,
    "start_after_s": 600,
    "noshow_serving_min": 3,
    "hold_min": 120,
    "rating_s": 60,
}
# A hall of its own for what follows START by time: there nothing is pressed before it.
BY_TIME = "by time"
BY_TIME_RULES = RULES | {"start_after_s": 90}
BY_TIME_WINDOWS = (1, 4, 8, 9, 10, 16, 19)
# The order in which cells are played, so that the slow ones do not come last at one window.
SLOWEST_FIRST = (
    "closed",
    "by time",
    "third call",
    "after 8 s",
    "serving",
    "called",
    "paused",
    "idle",
)
WIRE_MACHINE = "ticket-machine-2"


@dataclass(frozen=True)
class Cell:
    """One press in one state, and what it comes to."""

    press: str
    state: str
    result: str

    def __str__(self) -> str:
        return f"{self.press} | {self.state}"

    @property
    def key(self) -> str:
        return self.press.replace(",", "").split()[0]

    @property
    def waiting(self) -> int:
        """How many wait when the key is pressed."""
        return 0 if "nobody" in self.press else 1


def cells(table: str) -> list[Cell]:
    """The cells of a table that are not empty."""
    head, *rows = [[part.strip() for part in row.split("|")] for row in table.strip().split("\n")]
    return [
        Cell(row[0], state, result)
        for row in rows
        for state, result in zip(head[1:], row[1:], strict=True)
        if result
    ]


CELLS = cells(NOBODY_CALLED) + cells(SOMEBODY_CALLED)


async def play(cell: Cell, at: Counter) -> None:
    """Bring the window into the state, press, and look."""
    await bring(at, cell.state, cell.waiting)
    await see(at, cell.state)
    if "twice" in cell.press:
        since_s = await at.press(cell.key)
        await at.read("CONFIRM_SERVED" if cell.key == "next" else "CONFIRM_NOSHOW")
        await at.hear_refusal(since_s)
    at.heard_before = at.heard()
    since_s = await at.press(cell.key, long="long" in cell.press)
    *result, last = cell.result.split()
    code = last if last.isupper() else None
    if code:
        await refuse(at, code, since_s)
    if last != code:
        await RESULTS[last](at)
    elif result:
        await RESULTS[result[0]](at)
    else:
        await see(at, cell.state, *(["after 8 s"] if cell.state == "called" else []))
    assert at.beeps_since(since_s) == ([LOW_HZ, LOW_HZ] if code else [])


# --- What the table has no room for ------------------------------------------------------------


async def a_pause_that_was_asked_twice_is_none(at: Counter) -> None:
    await bring(at, "called", 0)
    await at.press("pause")
    await pausing(at)
    await at.press("pause")
    await see(at, "called", "after 8 s")


async def a_pause_comes_when_the_leg_ends(at: Counter) -> None:
    await bring(at, "serving", 1)
    await at.press("pause")
    await pausing(at)
    await at.press("next")
    at.ticket = None
    await see(at, "paused")


async def who_was_held_or_missed_last_is_brought_back(at: Counter) -> None:
    await bring(at, "called", 0)
    await at.press("transfer", long=True)
    await held(at)
    await at.press("recall", long=True)
    await back(at)


async def a_no_show_after_start_by_time_has_its_limit(at: Counter) -> None:
    await bring(at, "by time", 0)
    await at.until(lambda: "noshow" not in at.caller.lamps.lit, "end of the ten minutes")
    since_s = await at.press("noshow")
    await refuse(at, "SERVING", since_s)
    await see(at, "serving")


async def nothing_is_remembered_of_a_press_that_found_nobody(at: Counter) -> None:
    await bring(at, "idle", 0)
    since_s = await at.press("next")
    await refuse(at, "NOBODY", since_s)
    await at.come()
    await see(at, "idle")


async def two_quick_presses_call_one_person(at: Counter) -> None:
    await bring(at, "idle", 2)
    await at.caller.keys.down("next")
    await at.caller.keys.up("next")
    await at.press("next")
    await called(at)
    await asyncio.sleep(0.5)
    assert at.on_bar == f"请{at.ticket}"


async def a_visitor_is_sent_on_to_the_window_that_was_chosen(at: Counter) -> None:
    other = at.hall.target
    async with at.hall.target_free:
        await bring(at, "called", 0)
        ticket = at.ticket
        await choose(at, TARGET)
        await at.press("done")
        at.ticket = None
        await see(at, "idle")
        await other.press("next")
        await other.until(lambda: other.on_bar == f"请{ticket}", "call of who was sent on")
        await other.until(lambda: other.caller.digits.reading[:4] == ticket, "its digits")
        assert not at.pad.lamps.lit  # nobody is asked before the end
        for shows in (f"{ticket}办理", f"{TARGET}号窗口"):
            await other.press("done")
            await other.until(lambda shows=shows: other.on_bar == shows, shows)


async def a_window_that_closed_while_it_was_chosen_takes_nobody(at: Counter) -> None:
    other = at.hall.target
    async with at.hall.target_free:
        await bring(at, "serving", 0)
        await choose(at, TARGET)
        await other.press("pause")
        await other.until(lambda: other.standing() == "paused", "pause")
        since_s = await at.press("done")
        await refuse(at, "TARGET_CLOSED", since_s)
        await see(at, "serving")
        await other.press("pause")
        await other.until(lambda: other.standing() == "idle", "end of the pause")


async def a_window_that_nobody_confirms_is_given_up(at: Counter) -> None:
    await bring(at, "serving", 0)
    await see(at, "serving")
    await at.press("transfer")
    await at.until(lambda: chosen(at) is not None, "a window to send on to")
    await see(at, "serving")


@dataclass(frozen=True)
class Scenario:
    """A few presses in a row, which begin in a state."""

    state: str
    run: Act

    def __str__(self) -> str:
        return self.run.__name__


SCENARIOS = [
    Scenario("by time", a_no_show_after_start_by_time_has_its_limit),
    Scenario("called", a_pause_that_was_asked_twice_is_none),
    Scenario("called", a_pause_comes_when_the_leg_ends),
    Scenario("called", who_was_held_or_missed_last_is_brought_back),
    Scenario("called", a_visitor_is_sent_on_to_the_window_that_was_chosen),
    Scenario("serving", a_window_that_closed_while_it_was_chosen_takes_nobody),
    Scenario("serving", a_window_that_nobody_confirms_is_given_up),
    Scenario("idle", nothing_is_remembered_of_a_press_that_found_nobody),
    Scenario("idle", two_quick_presses_call_one_person),
]

Case = Cell | Scenario


# --- All of it in one hall ---------------------------------------------------------------------


class KeysHall(DemoHall):
    """The example hall with the rules of this test; its ticket machines have no boards.

    `target` is the window that visitors are sent on to, one at a time (`target_free`).
    """

    def __init__(self, folder: Path, windows: Iterable[int], rules: dict[str, int]) -> None:
        super().__init__(folder, [*windows, TARGET], SPEED, tuned_hall(folder, rules))
        self.target_free = asyncio.Lock()
        self.target: Counter

    def devices(self) -> list[Device]:
        return [device for device in super().devices() if device.role != "ticket_machine"]


async def work(
    at: Counter, closed: list[Case], rest: list[Case], outcomes: dict[str, object]
) -> None:
    """Play what is left; a window that failed is left alone, since nobody knows its state."""
    while (at.standing() == "closed" and closed) or rest:
        case = (closed if at.standing() == "closed" and closed else rest).pop(0)
        try:
            await (play(case, at) if isinstance(case, Cell) else case.run(at))
        except Exception as error:  # noqa: BLE001 - raised again in the case's own test
            outcomes[str(case)] = error
            return
        outcomes[str(case)] = None


async def play_all(
    folder: Path, cases: Iterable[Case], services: dict[int, str], rules: dict[str, int]
) -> dict[str, object]:
    """What each case came to: None, or what went wrong."""
    outcomes: dict[str, object] = {}
    ranked = sorted(cases, key=lambda case: SLOWEST_FIRST.index(case.state))
    if not ranked:
        return outcomes
    async with (
        KeysHall(folder, services, rules) as hall,
        wire_machine(hall, WIRE_MACHINE) as machine,
    ):
        voices = {
            device.zone: hall.boards[device.id].parts.voice
            for device in hall.devices()
            if device.voice
        }
        *counters, hall.target = [
            Counter(hall, number, service, machine.take, voices[hall.config.windows[number].zone])
            for number, service in (services | {TARGET: TARGET_SERVICE}).items()
        ]
        await asyncio.gather(*(at.ready() for at in (*counters, hall.target)))
        await hall.target.press("pause")
        await asyncio.to_thread(send, hall.data, Request("open", "a test", str(ALWAYS_OPEN)))
        closed = [case for case in ranked if case.state == "closed"]
        # Refusals first: once opened, a window is closed again only by the day's end.
        closed.sort(key=lambda case: not case.result.isupper())
        rest = [case for case in ranked if case.state != "closed"]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LIMIT_S):
                await asyncio.gather(*(work(at, closed, rest, outcomes) for at in counters))
    return outcomes


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, request):
    """All cases that were asked for, played at all windows of a hall at once."""
    mine = [item for item in request.session.items if item.module is request.module]
    cases = [item.callspec.params["case"] for item in mine if hasattr(item, "callspec")]
    folder = tmp_path_factory.mktemp("keys")
    by_time = [case for case in cases if case.state == BY_TIME]
    others = [case for case in cases if case.state != BY_TIME]
    few = {number: SERVICES[number] for number in BY_TIME_WINDOWS}
    return {
        **asyncio.run(play_all(folder / "hall", others, SERVICES, RULES)),
        **asyncio.run(play_all(folder / "by-time", by_time, few, BY_TIME_RULES)),
    }


@pytest.mark.parametrize("case", CELLS + SCENARIOS, ids=str)
def test_key(case, outcomes):
    if str(case) not in outcomes:
        pytest.fail("not played: too many windows had failed before")
    if outcomes[str(case)] is not None:
        raise outcomes[str(case)]


def test_the_tables_hold_every_cell():
    """Six keys and two long ones, in each state."""
    presses = {*KEYS, "recall long", "transfer long"}
    for state in SLOWEST_FIRST:
        assert presses <= {cell.press for cell in CELLS if cell.state == state}
